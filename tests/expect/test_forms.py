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
        ("ID            NAME  MODE\n4qz0k1xhw7ma  web   replicated", "ID            NAME  MODE\nb81lqm2p0xcv  web   replicated",
         "ID            NAME  MODE\nb81lqm2p0xcv  shop  replicated"),
        ("ID:    m3kq81zt0hx5w2n7cpa94vbeu", "ID:    0dk2jx7r4qm19ztw5hcae8nvb", "Name:  0dk2jx7r4qm19ztw5hcae8nvb"),
        ("node m3kq81zt0hx5w2n7cpa94vbeu joined", "node 0dk2jx7r4qm19ztw5hcae8nvb joined", "node 0dk2jx7r4qm19ztw5hcae8nvb left"),
        ("| adminPass | kTq7XbN2 |", "| adminPass | w9PzC41d |", "| userPass  | w9PzC41d |"),
        ("made {CRYPT}$6$Kq3x$9fTq/0zLw1", "made {CRYPT}$6$p0Zr$Hc72.bNm4E", "made none"),
        ("id 5f0c91aa-37... is up", "id 90417733-c0... is up", "id 5f0c91aa-37... is down"),
        ('"status": 200.0, "load": 1.5', '"status": 200.0, "load": 2.25', '"status": 500.0, "load": 1.5'),
        ("deny tcp from any 1024:65535, 3 hits", "deny tcp from any 1024:65535, 9 hits", "deny tcp from any 1024:49151, 3 hits"),
        ("move bits [0..15], n_packets=3", "move bits [0..15], n_packets=3", "move bits [4..15], n_packets=3"),
        ("dl_type=0x0800, tci=0x0014/0x1fff, cookie=0x3f", "dl_type=0x0800, tci=0x0014/0x1fff, cookie=0x71", "dl_type=0x0806, tci=0x0014/0x1fff, cookie=0x3f"),
        ("Removed 2 ports, 1 rule", "Removed 5 ports, 4 rule", "Kept 2 ports, 1 rule"),
        ("Matched: 1  Changed: 3  Warnings: 0", "Matched: 4  Changed: 2  Warnings: 0", "Matched: 1  Changed: 3  Warnings: 2"),
        ("TLS by OpenSSL 1.1.1k", "TLS by OpenSSL 3.0.11", "TLS by GnuTLS 1.1.1k"),
        ("pulled app@sha256:" + "0a3f" * 16, "pulled app@sha256:" + "9b71" * 16, "pulled app@md5sum:" + "9b71" * 16),
        ("copy 20.0% done\ncopy 55.1% done\ncopy 90.7% done\nend", "copy 61.0% done\nend", "move 61.0% done\nend"),
        ("Copies on:\n 32768, 98304, 163840, 229376, 294912\nend", "Copies on:\n 8193, 24577, 40961, 57345, 73729,\n 90113, 98305, 99001, 99002, 99003\nend",
         "Copy on:\n 8193, 24577, 40961, 57345, 73729\nend"),
        ('ref="neutron-52b6299c-6e38-4226-a275-77370296f257", pool_52b6299c-6e38-4226-a275-77370296f257', 'ref="neutron-0af3c1d2-93be-4d11-8c52-b07e54f6a9d1", pool_0af3c1d2-93be-4d11-8c52-b07e54f6a9d1', 'ref="neutron-0af3c1d2-93be-4d11-8c52-b07e54f6a9d1", port_0af3c1d2-93be-4d11-8c52-b07e54f6a9d1'),
        ("writing '/srv/pki/easy-5515.0PwyXl/tmp.g1c6u6'", "writing '/srv/pki/easy-612.k3Lq9Z/tmp.Zz0b7d'", "writing '/srv/pkj/easy-612.k3Lq9Z/tmp.Zz0b7d'"),
        ("ann  871  0.0  0.1  23864  700 ?  Ss  Apr22  0:00 squid", "ann  94  0.4  0.2  13864  1700 ?  Ss  Nov03  1:22 squid", "ann  94  0.4  0.2  13864  1700 ?  Ss  Nov03  1:22 squid2"),
        ("actions: pop,4 then (,2), 7 hits", "actions: pop,4 then (,2), 9 hits", "actions: pop,5 then (,2), 7 hits"),
        ("stop a9d1...e130 (shop)", "stop 07b2...c4fe (shop)", "stop a9d1...e130 (mill)"),
        ("Fingerprint: A0 77 58 4F CA D1 05 AC A0 77 58 4F CA D1 05 AC A0 77 58 4F CA D1 05 AC A0 77 58 4F CA D1 05 AC", "Fingerprint: 11 29 A8 A3 89 F8 56 30 11 29 A8 A3 89 F8 56 30 11 29 A8 A3 89 F8 56 30 11 29 A8 A3 89 F8 56 30", "Signature: A0 77 58 4F CA D1 05 AC A0 77 58 4F CA D1 05 AC A0 77 58 4F CA D1 05 AC A0 77 58 4F CA D1 05 AC"),
        ("NAME  STATE\nweb   Exited (13) 40 seconds ago", "NAME  STATE\nweb   Exited (13) 2 hours ago", "NAME  STATE\nweb   Exited (1) 40 seconds ago"),
        ("NAME  MEM USAGE\nweb   796 KiB / 64 MiB", "NAME  MEM USAGE\nweb   1.25 MiB / 2 GiB", "NAME  MEM USAGE\nmill  796 KiB / 64 MiB"),
        ("pkts bytes target prot opt in out source destination\n 4 120 DROP tcp -- * * 0.0.0.0/0 0.0.0.0/0 multiport dports 137,445",
         "pkts bytes target prot opt in out source destination\n 9 820 DROP tcp -- * * 0.0.0.0/0 0.0.0.0/0 multiport dports 137,445",
         "pkts bytes target prot opt in out source destination\n 4 120 DROP tcp -- * * 0.0.0.0/0 0.0.0.0/0 multiport dports 137,139"),
        ("| OS-EXT-SRV-ATTR:host | lab17 |", "| OS-EXT-SRV-ATTR:host | lab3 |", "| OS-EXT-SRV-ATTR:name | lab3 |"),
        ("actions: pop,3,4", "actions: pop,3,4", "actions: pop,3,5"),
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
