"""Rows of the tables that configure a Unix system: fstab, exports, sudoers, PAM's and so on, each with a form of its own."""

from __future__ import annotations

import re
from typing import Final

_FILE_SYSTEMS: Final = (
    r"9p|auto|bind|btrfs|ceph|cifs|davfs|devpts|exfat|ext[234]|f2fs|fuse[\w.]*|glusterfs|iso9660|nfs4?|none|ntfs3?|ntfs-3g|overlay|proc|smbfs|"
    r"sshfs|swap|sysfs|tmpfs|udf|usbfs|vboxsf|vfat|virtiofs|xfs|zfs"
)
_LIMITS: Final = "as|chroot|core|cpu|data|fsize|locks|maxlogins|maxsyslogins|memlock|msgqueue|nice|nofile|nproc|priority|rss|rtprio|sigpending|stack"
_CONTROLS: Final = r"required|requisite|sufficient|optional|include|substack|\[[\w= ]+\]"
_FORMS: Final = (
    rf"\S+\s+(?:/\S*|none|swap)\s+(?:{_FILE_SYSTEMS})\s+\S+(?:\s+\d){{0,2}}\s*(?:#.*)?",  # fstab(5)
    r"(?!-)\S+\s+(?:/\S*|none|swap)\s+[\w.]+\s+[\w,=.:/\-]+\s+\d\s+\d\s*",  # … with a file system nobody knows
    r"@[\w./\-]+(?:\s+-{1,2}[\w\-]+(?:[= ]\S+)?)+\s*",  # what a desktop's session starts
    r"/\S*(?:\s+[\w.*@:/\-]*\([\w,=.:/\-]+\))+\s*",  # exports(5)
    r"[%+]?[\w.\-]+\s+ALL\s*=\s*\S.*|%[\w.\-]+\s+[\w.\-]+\s*=\s*(?:\([\w:]+\)\s*)?(?:NOPASSWD:\s*)?/\S.*",  # sudoers(5)
    r"Defaults(?:[:@!>]\S+)?\s+!?[a-z]\w+(?:\s*[-+]?=\s*\S.*|(?:\s*,\s*!?[a-z]\w*(?:=\S+)?)*\s*)",  # … and its options
    rf"-?(?:auth|account|password|session)\s+(?:{_CONTROLS})\s+(?:\S+\.so\b.*|[\w\-]+\s*)",  # pam.conf(5)
    rf"[@*%]?[\w.\-]*\s+(?:soft|hard|-)\s+(?:{_LIMITS})\s+(?:-?\d+|unlimited|infinity)\s*",  # limits.conf(5)
    r"(?:auto|allow-hotplug)(?:\s+(?:lo|[a-z][a-z\-]*\d[\w.:\-]*))+\s*|iface\s+[\w.:\-]+\s+inet6?\s+\w+\s*",  # interfaces(5)
    r"\s*(?:address|netmask|gateway|network|broadcast|dns-nameservers)(?:\s+[\da-fA-F]+[.:][\da-fA-F.:/]+)+\s*",
    r"source(?:-directory)?\s+/etc/network/\S+\s*|nameserver\s+[\da-fA-F]+[.:][\da-fA-F.:]+\s*",  # … resolv.conf(5)
    r"\*(?:filter|nat|mangle|raw|security)\s*|COMMIT|:[A-Z][\w\-]*\s+(?:ACCEPT|DROP|REJECT|-)\s+\[\d+:\d+\]\s*",  # iptables-restore(8)
    r"-[AI]\s+[A-Za-z][\w\-]*\s+-.*",
    r"CONFIG_\w+=(?:[ymn]|\d+|0x[\da-fA-F]+|\".*\")\s*",  # the configuration of a kernel
    r"(?:SUBSYSTEMS?|KERNELS?|ATTRS?|ACTION|DRIVERS?|ENV|BUS|SYSFS)(?:\{[^{}]*\})?\s*[=!]=\s*\".*",  # udev(7)
    r"options\s+[\w\-]+\s+\w+=\S.*|blacklist\s+[\w\-]+\s*|install\s+[\w\-]+\s+/(?:usr/)?s?bin/(?:modprobe|insmod|true|false)\b.*",  # modprobe.d(5)
    r"[\w.@*\-]*\s+(?:\d+\w?\s+)?IN\s+(?:A|AAAA|CAA|CNAME|MX|NS|PTR|SOA|SRV|TXT)\s+\S.*",  # zones of the domain name system
    r"[\w.@*\-]+\s+(?:\d+\s+)?(?:A\s+\d{1,3}(?:\.\d{1,3}){3}|AAAA\s+[\da-fA-F:]+|CNAME\s+[\w.\-]+|MX\s+\d+\s+[\w.\-]+)\s*",  # … as providers show them
    r"deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?[a-z][a-z+]*:\S+\s+\S+(?:\s+[\w\-./]+)*\s*",  # sources.list(5)
    r"(?:local|host(?:ssl|nossl)?)\s+\w+\s+\w+\s+(?:\S+\s+){0,2}(?:trust|md5|peer|ident|password|scram-sha-256|reject)\b.*",  # pg_hba.conf
    r"\S+\s+(?:(?:stream|dgram)\s+(?:tcp|udp|unix)[46]?\s+(?:no)?wait\S*\s+\S+\s+\S.*|"  # inetd.conf(5)
    r"(?:inet|unix|fifo|pass)(?:\s+[-ny\d?]+){5}\s+\S.*|"  # Postfix's master(5)
    r"\S+\s+(?:(?:none|-|/\S+)\s+(?:luks\d?|plain|swap|tmp|tcrypt|bitlk)\b(?:,\S*)?|\S+\s+luks(?:,\S*)?)\s*)",  # crypttab(5)
    r"(?:[a-z*][a-z,\d]*\.[a-z*=!]+;?)+\s+-?(?:/var|/dev|@)\S+\s*",  # syslog.conf(5)
    r"(?:passwd|group|shadow|hosts|networks|services|protocols|netgroup|sudoers|automount):\s+"
    r"(?:(?:files|compat|db|dns|ldap|nis|sss|winbind|systemd|mymachines|resolve|myhostname|mdns\w*|\[!?\w+=\w+\])\s*)+",  # nsswitch.conf(5)
    r"/\S*\s+(?:\w+:)?/?\S*auto[._]\S+.*|\S+\s+-(?:fstype=\S+|rw\S*|ro\S*)\s+\S*:\S+\s*",  # auto.master(5) and autofs(5)
    r"[a-z][\w\-]*=\"[^\"]*\"\S*\s+(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+)\s+AAAA.*",  # authorized_keys, sshd(8)
    r"[+\-](?:@?[\w\-]*):[:\w/]*",  # passwd(5) with NIS
    r"[\w.\-]+:[^:\s]*:\d+:\d+:[^:]*:/\S*:/\S*",  # passwd(5)
    r"[a-z][\w\-]*\s+\d{1,5}/(?:tcp|udp|sctp)(?:\s.*)?",  # services(5)
    r"\w{1,4}:\d*:(?:respawn|wait|once|boot|bootwait|off|initdefault|sysinit|ctrlaltdel|power\w+):.*",  # inittab(5)
)
_ROW: Final = re.compile("|".join(_FORMS))
_FIRST: Final = tuple(
    (
        "/ * : - % @ Defaults soft hard auth account password session auto allow-hotplug iface address netmask gateway network broadcast dns-nameservers "
        "source nameserver CONFIG_ SUBSYSTEM KERNEL ATTR ACTION DRIVER ENV BUS SYSFS options blacklist install deb local host "
        "passwd: group: shadow: services: networks: protocols: netgroup: sudoers: automount: COMMIT"
    ).split()
)
_SECOND: Final = (*"/ none swap ALL soft hard - stream dgram inet unix fifo pass AAAA CNAME".split(), "A ", "MX ")
"""How the first or the second word of each row begins, those of zones, and of encrypted or started things, aside."""


def is_row(text: str) -> bool:
    """Whether a line has the form of a row in such a table. No command line has."""
    first, _, rest = text.lstrip().partition(" ")
    if not (
        first.startswith(_FIRST)
        or rest.lstrip().startswith(_SECOND)
        or "IN" in text
        or "luks" in rest
        or "/tcp" in rest
        or "/udp" in rest
        or " AAAA" in rest
        or "\t" in first
        or first.count(":") > 2
    ):
        return False
    return _ROW.fullmatch(text) is not None
