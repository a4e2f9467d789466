"""Passwords, keys and tokens that stand in what is typed or written: found, so that nothing ever shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbook.patterns import pattern

_KEYS: Final = r"(?:api|private|access|encryption|license|pre[_\-]?shared)[_\-]?key"
_NAMES: Final = rf"pass(?:word|wd|phrase)?|secret(?:[_\-]?key)?|token|{_KEYS}|psk|bindpw|rootpw"
_IN_OTHER_LANGUAGES: Final = (
    "passwort|kennwort|contrase\u00f1a|mot[_ ]de[_ ]passe|\\bsenha|wachtwoord|has\u0142o|heslo|l\u00f6senord|\u043f\u0430\u0440\u043e\u043b|"
    "\u5bc6\u7801|\u5bc6\u78bc|\u30d1\u30b9\u30ef\u30fc\u30c9"
)
_NAMED: Final = pattern(
    rf"pass(?:word|wd|phrase)?\b|secret|token|{_KEYS}|credential|{_IN_OTHER_LANGUAGES}|\bpsk\b|(?:bind|root)pw\b", re.IGNORECASE
)
_SIGNS: Final = re.compile(r"pass|secret|token|key|psk|identified|-[puw]|://|bearer|basic|pw |community")
_NOT_VALUE: Final = r"(?![$<{(%~`]|/(?![\w+/]{30,}=)|\.{1,2}/|[A-Za-z]:\\)"
"""A variable, what a command prints, a placeholder or a file's place, which a key in base64 is not that happens to begin with a slash."""
_UNQUOTED: Final = r"\[[^\[\]\"']{2,40}\]|[^\s\"'@:;,]{4,}?"
_VALUE: Final = rf"(?:\"{_NOT_VALUE}([^\"]{{4,80}}?)\"|'{_NOT_VALUE}([^']{{4,80}}?)'|{_NOT_VALUE}(?![\"'])({_UNQUOTED})(?=[\s;,\"']|[&?]\w+=|\Z))"
_OF_DEVICE: Final = r"(?:secret|password)\s+(?:\d\s+)?([^\s\d<$][^\s<]{2,}|\d[^\s<]{3,})"
_FORMS: Final = tuple(
    (sign, re.compile(form, re.IGNORECASE))
    for sign, form in (
        ("--", rf"--(?:[\w\-]+-)?(?:{_NAMES})={_VALUE}"),
        ("", rf"(?<![\w\-$])[\w.]*(?:{_NAMES})[\"']?\s*(?:=>?|:)\s*{_VALUE}"),
        ("identified by", r"IDENTIFIED BY [\"']([^\"']+)[\"']"),
        ("password", r"(?<![\w\-])password\s+[\"']?([\w!@#%^&*]{6,})[\"']?\s*;?\s*\Z"),
        ("password", r"\bpassword\s+'([^']+)'"),
        ("pw ", r"\A\s*(?:bind|root)pw\s+(?:--plaintext\s+)?[\"']?([^\s\"'$<{(\-][^\s\"']{3,})"),
        ("enable", rf"\A(?:\S+[#>]\s*)?enable\s+{_OF_DEVICE}"),
        ("username", rf"\A(?:\S+[#>]\s*)?username\s+\S+(?:\s+privilege\s+\d+)?\s+{_OF_DEVICE}"),
        ("community", r"\bsnmp-server\s+community\s+([^\s<$]{3,})"),
        ("-shared-", r"\bpre-shared-(?:key|secret)\s+(?:\w+\s+)??[\"']?(?=\S*[^a-z\s])([^\s\"'<$=:]{4,})[\"']?\s*;?\s*\Z"),
        ("-p", r"\A(?:sudo\s+)?(?:mysql|mariadb)\S*\s(?:.*\s)?-p([^\s\-]\S*)"),
        (
            "--",
            rf"\A(?!(?:sudo\s+)?(?:mysql|mariadb)).*\s--(?!(?:disabled|no|without|ask|prompt|read|stdin)-)(?:[\w\-]+-)?(?:{_NAMES}) (?![\-$<])(\S+)",
        ),
        ("", r"\b(?:Bearer|Basic)\s+(?=[\w.\-]*[\d=+/])([\w.\-=+/]{8,})"),
        ("ldap", r"\bldap\w+\b.*\s(?-i:-w)\s+[\"']?([^\s\"'$<]+)"),
        ("sshpass", r"\bsshpass\s+-p\s*[\"']?([^\s\"']+)"),
        ("htpasswd", r"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+[\"']?([^\s\"']+)"),
        ("wpa_passphrase", r"\bwpa_passphrase\s+\S+\s+[\"']?([^\s\"'<$]+)"),
        ("curl", r"\bcurl\b.*\s(?:-u|--user)\s+[\"']?[^\s:\"']+:([^\s\"'$<]+)"),
        ("://", r"://[^/\s:@\"']+:([^@\s/\"'$<]+)@"),
        ("chpasswd", r"\becho\s+[\"']?[\w.\-]+:([^\s\"'$<]+)[\"']?\s*\|\s*(?:sudo\s+)?chpasswd"),
    )
)
"""Each with what stands, in small letters, in all that it matches."""
_FILE: Final = pattern(r"(?:[\w.\-]+/)*[\w\-]+\.(?:txt|key|pem|crt|conf|json|ya?ml|env|gpg)")
"""A file in which a secret stands is none itself."""
_PLAIN: Final = frozenset(
    "yes no true false none null prompt required optional sufficient enabled disabled allow deny plain md5 sha256 sha512 default ask file "
    "files compat db nis ldap sss winbind systemd pass fail skip".split()
)
"""What is set there and is no secret: switches, kinds, sources of accounts, results."""
_EXPRESSION: Final = pattern(
    rf"[A-Za-z_][\w.]*\(.*|[A-Za-z_][\w.\[\]]*\)+|[a-z_]\w*(?:\.[a-z_]\w*)*\.\w*(?:{_NAMES})|[a-z_]+_factory", re.IGNORECASE
)
"""What a program evaluates ("getpass()", "password)", "host.vars.password"): source, no value."""
_FORMATTED: Final = pattern(r"\"?\$\w+\"?|%[sdr]|[a-z_]+=[^=,]+(?:,[a-z_]+=[^=,]+)*")
"""A variable in quotes, the place of a value in a format, settings by name ("source=key,target=key")."""


def is_place(value: str) -> bool:
    """Whether a value is the place of a file, where a secret may be kept, and no secret."""
    return value.startswith(("/", "~/", "./", "../")) and not value.endswith("=")


def is_secret_name(name: str) -> bool:
    """Whether what is called so is a secret."""
    return _NAMED.search(name) is not None


def secrets_in(text: str) -> Iterator[str]:
    """The secret values in a line that is typed or written. Database clients take a password right behind their -p; a blank there means
    that they ask for it."""
    folded = text.casefold()
    if not _SIGNS.search(folded):
        return
    for sign, form in _FORMS:
        for match in form.finditer(text) if sign in folded else ():
            value = next(filter(None, match.groups()), "")
            if not value or value.casefold() in _PLAIN or _FILE.fullmatch(value) or _FORMATTED.fullmatch(value):
                continue
            quoted = text[match.start(match.lastindex or 0) - 1] in "\"'"
            if quoted or not _EXPRESSION.fullmatch(value):
                yield value


_CALLED: Final = pattern(
    rf"(?:(?P<key>{_KEYS}|(?:signing|shared|session|deploy)[_\-]?key)|(?P<token>token|bearer)|(?P<psk>psk|pre-?shared)|"
    r"(?P<secret>secret)|(?P<password>pass(?:word|wd|phrase)?|pw))",
    re.IGNORECASE,
)
_NAME_BEFORE: Final = 40
"""Characters before a secret in which its name stands."""


def called(text: str, value: str) -> str:
    """What kind of secret a line calls a value of it: the last such word before it; a password where no word says another. What is called
    so is known as a secret by its name (`is_secret_name`)."""
    before = text.partition(value)[0][-_NAME_BEFORE:]
    last = None
    for last in _CALLED.finditer(before):  # noqa: B007 (the last is wanted)
        pass
    if last is None or last.lastgroup is None:
        return "password"
    name = re.sub(r"[^a-z]", "_", last["key"].casefold()) if last.lastgroup == "key" else last.lastgroup
    return name if is_secret_name(name) else "password"


_PRINTED: Final = pattern(
    rf"(?<![\w$])[\w.\-]*(?:{_NAMES})[\"']?(?:\s?=\s?|\"\s?:\s?(?=\")){_VALUE}|\b(?:Bearer|Basic)\s+(?=[\w.\-]*[\d=+/])([\w.\-=+/]{{8,}})|"
    r"://[^/\s:@\"']+:([^@\s/\"'$<*]{4,})@",
    re.IGNORECASE,
)


def secrets_printed(text: str) -> Iterator[str]:
    """The secret values in a line that a program printed: settings with their names, headers, addresses. Prose with a colon ("Password:
    required") tells none."""
    if not _SIGNS.search(text.casefold()):
        return
    for match in _PRINTED.finditer(text):
        value = next(filter(None, match.groups()), "")
        if value and value.casefold() not in _PLAIN and not _FILE.fullmatch(value) and value.strip("*x."):
            yield value
