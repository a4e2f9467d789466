"""Forms of rows that real programs print: what varies by nature in them, and what does not."""

from __future__ import annotations

import pytest
from runbook import expect

_ART = "+--[ED25519 256]--+\n{}\n+----[SHA256]-----+"
_BYTES = "Signature Value:\n    {}:\n    {}"
_LONG = ":".join(["a1", "0f", "33", "9c", "de", "5b", "71", "04", "ee", "b8", "13", "c5"])
_OTHER = ":".join(["09", "7d", "e2", "40", "1a", "bb", "c3", "f6", "58", "92", "0d", "ff"])


@pytest.mark.parametrize(
    ("recorded", "later", "faulty"),
    [
        ("%Cpu(s):  0.3 us,  0.1 sy,  0.0 ni, 99.6 id,  0.0 wa", "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa",
         "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 xx,  0.0 wa"),
        ("Cpu(s): 12.0%us,  0.1%sy,  0.0%ni, 87.6%id,  0.0%wa", "Cpu(s):  0.0%us,  0.0%sy,  0.0%ni,100.0%id,  0.0%wa",
         "Cpu(s):  0.0%us,  0.0%sy,  0.0%ni,100.0%wa"),
        (_ART.format("|  . o +|\n|E.=* o |"), _ART.format("|..o    |\n|  =S+  |"), _ART.format("|..o    |")),
        (_BYTES.format(_LONG, "a0:12:ff"), _BYTES.format(_OTHER, "07:33:21"), _BYTES.format("none", "07:33:21")),
        ("65536 bytes copied, 0.000112 s, 585 MB/s", "65536 bytes copied, 9.9629e-05 s, 658 MB/s", "65536 bytes copied, none, 658 MB/s"),
        ("listening on http://127.0.0.1:44731/", "listening on http://127.0.0.1:37087/", "listening on http://127.0.0.1:8080x/"),
        ("/tmp/shop.siYPxP", "/tmp/shop.Alsxr8", "/tmp/mart.Alsxr8"),
        ("0.52 0.58 0.59 6/183 26038", "5.66 3.65 2.04 1/99 7", "5.66 3.65 2.04 1/99"),
        ("SigQ: 43/96365", "SigQ: 7/96365", "SigQ: none/96365"),
        ("Author: Ada <ada@example.org>", "Author: Ada <ada@example.org>", "Author: Ada <ada@example.com>"),
        ("replicas: 3/3", "replicas: 3/3", "replicas: 2/3"),
        ("listening on http://127.0.0.1:8080/", "listening on http://127.0.0.1:8080/", "listening on http://127.0.0.1:8081/"),
        ("/tmp/backup.tar", "/tmp/backup.tar", "/tmp/backup.zip"),
    ],
)  # fmt: skip
def test_what_varies_and_what_does_not(recorded: str, later: str, faulty: str) -> None:
    pattern = expect.infer([recorded.split("\n")])
    found = expect.match(pattern, later.split("\n"))
    assert found is None, found.sentences()
    assert expect.match(pattern, faulty.split("\n")) is not None
