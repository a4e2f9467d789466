"""openssl: what its commands write, ask for and contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.effects.options import may_be_option
from runbook.effects.readers.reading import texts
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.shell import Word

_OPENSSL_READS: Final = frozenset(
    "x509 req rsa dsa ec pkey crl dgst md5 sha1 sha256 sha512 verify version ciphers asn1parse pkcs7 pkcs8 pkcs12 dhparam ecparam rand prime errstr "
    "list speed base64 enc crl2pkcs7 sess_id ocsp ts nseq pkeyparam help storeutl rsautl pkeyutl cms smime s_client passwd genrsa genpkey gendsa".split()
)
_OPENSSL_HARM: Final = frozenset(
    "-engine -config -provider -provider-path -provider_path -keyform_ -rand_ -writerand -CAcreateserial -sess_out -keylogfile -msgfile -nbio_ -out -keyout "
    "-outdir -serial_out -sign_ -cert_chain_ -xcert_ -inkey_ -propquery_ -srpvfile -C -CAserial -newcerts -trace_ -respout -reqout -tsout -starttls_ -index "
    "-signature_ -prexit_ -asn1_ -noout_".split()
)
_OPENSSL_CIPHERS: Final = (
    "-aes",
    "-des",
    "-camellia",
    "-aria",
    "-idea",
    "-seed",
    "-bf",
    "-cast",
    "-rc2",
    "-rc4",
    "-sm4",
    "-cipher",
)
_OPENSSL_ASKS: Final = frozenset(
    {"enc", "pkcs12", "passwd", "pkcs8", "rsa", "dsa", "ec", "pkey", "rsautl", "pkeyutl", "cms", "smime"}
)


def _openssl(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    if not words:
        return {"interactive"}
    sub = words[0].value
    if sub is None or any(may_be_option(word) for word in words[1:]):
        return {"unknown"}
    if sub not in _OPENSSL_READS:
        return {"create", "modify"} if sub in ("ca", "srp", "rehash", "CA.pl") else {"network", "unknown"}
    values = texts(words[1:])
    flags = {value for value in values if value.startswith("-")}
    found = {"read"}
    if flags & {"-engine", "-config", "-provider", "-provider-path"}:
        found |= {"exec"}
    at_null = "-out" in flags and values[values.index("-out") + 1 : values.index("-out") + 2] in (["/dev/null"], ["/dev/stdout"])
    if flags & _OPENSSL_HARM - ({"-out"} if at_null else set()):
        found |= {"create", "modify"}
    if sub == "x509" and "-CA" in flags and "-set_serial" not in flags:
        found |= {"create", "modify"}  # the file with the last serial number
    if sub == "s_client":
        return found | {"network"} | (set() if run.fed else {"interactive"})
    if sub == "ocsp" and flags & {"-url", "-host", "-port"}:
        return found | {"network"} | ({"unknown"} if "-port" in flags else set())
    if sub in ("genrsa", "genpkey", "gendsa") or (sub == "req" and flags & {"-new", "-newkey", "-x509"}):
        found |= set() if sub != "req" else {"create", "interactive"}
    if any(value[:5] == "stdin" or value == "-" for value in values):
        found |= set() if run.fed else {"interactive"}
    if sub in _OPENSSL_ASKS and not _openssl_password_given(sub, flags, values):
        found.add("interactive")
    if sub in ("x509", "req", "crl", "asn1parse", "pkcs7", "base64", "dgst", "verify") and not run.fed:
        inputs = [value for value in values if not value.startswith("-")]
        found |= set() if inputs else {"interactive"}
    return found


def _openssl_password_given(sub: str, flags: set[str], values: Sequence[str]) -> bool:
    if flags & {"-passin", "-pass", "-k", "-K", "-nodes_", "-pubin", "-nosalt_", "-kfile", "-password"}:
        return True
    if sub == "passwd":
        return any(not value.startswith("-") for value in values) or "-stdin" in flags
    return (
        sub in ("rsa", "dsa", "ec", "pkey")
        and "-in" in flags
        and not any(flag.startswith(_OPENSSL_CIPHERS) for flag in flags)
        or sub == "enc"
        and bool(flags & {"-base64", "-a", "-list", "-ciphers"})
    )


READERS: Final[dict[str, Reader]] = {
    "openssl": _openssl,
}
