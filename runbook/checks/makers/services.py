"""Services, kernel modules and parameters, mounts, reboots."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Before, Result, Unsure, check, gone


def _unit(name: str) -> str:
    return name.removesuffix(".service")


_STARTS: Final = frozenset({"start", "restart", "reload", "force-reload", "reload-or-restart"})
"""A service that is reloaded without an error is running; one that was not running is left so by "try-restart"."""


def _service_verb(unit: str, verb: str) -> Iterator[Result]:
    name = _unit(unit)
    if verb in _STARTS:
        yield check("active", name, before="absent" if verb == "start" else "any")
    elif verb == "stop":
        yield gone("active", name)
    elif verb in ("enable", "reenable"):
        yield check("enabled", name)
    elif verb == "disable":
        yield gone("enabled", name)
    elif verb == "mask":
        yield Unsure("service", name, frozenset({"enabled"}))
        yield check("masked", name)
    elif verb == "unmask":
        yield gone("masked", name)


def _systemctl(call: Call) -> Iterator[Result]:
    known = call.known()
    if not known:
        return
    verb, *units = known
    if call.has("--user", "--global", "-H", "--host", "-M", "--machine", "--root", "--image"):
        return
    if verb in ("reboot", "kexec"):
        yield check("rebooted", before="any")
        return
    if verb == "daemon-reload":
        yield check("reloaded", "/etc/systemd/system", before="any")
        return
    if verb == "set-default" and len(units) == 1:
        yield check("value", "default target of", "systemd", units[0] if "." in units[0] else f"{units[0]}.target")
        return
    for unit in units:
        yield from _service_verb(unit, verb)
        if call.has("--now") and verb in ("enable", "disable", "mask"):
            yield from _service_verb(unit, "start" if verb == "enable" else "stop")


def _service(call: Call) -> Iterator[Result]:
    match call.operands:
        case (("iptables" | "ip6tables") as name, "save"):
            yield check("file", f"/etc/sysconfig/{name}", before="any")
        case (str(name), str(verb)) if re.fullmatch(r"[\w@.+-]+", name):
            yield from _service_verb(name, verb)


def init_script(call: Call) -> Iterator[Result]:
    """The checks of `/etc/init.d/NAME VERB`."""
    match call.operands:
        case ("save",) if call.name.endswith("/iptables"):
            yield check("file", "/etc/sysconfig/iptables", before="any")
        case (str(verb),):
            yield from _service_verb(call.name.rpartition("/")[2], verb)


def _chkconfig(call: Call) -> Iterator[Result]:
    if call.has("--add") and call.known():
        yield check("enabled", call.known()[0], before="any")
    elif call.has("--del") and call.known():
        yield gone("enabled", call.known()[0])
    match call.known():
        case [name, "on"]:
            yield check("enabled", name)
        case [name, "off"]:
            yield gone("enabled", name)


def _update_rc(call: Call) -> Iterator[Result]:
    match call.known():
        case [name, "defaults" | "enable", *_]:
            yield check("enabled", name)
        case [name, "remove" | "disable", *_]:
            yield gone("enabled", name)


def _rc_update(call: Call) -> Iterator[Result]:
    match call.known():
        case ["add", name, *_]:
            yield check("enabled", name)
        case ["del" | "delete", name, *_]:
            yield gone("enabled", name)


def _module_name(operand: str) -> str:
    return posixpath.basename(operand).removesuffix(".gz").removesuffix(".xz").removesuffix(".ko").replace("-", "_")


def _modprobe(call: Call) -> Iterator[Result]:
    names = call.known() if call.has("-a", "--all", "-r", "--remove") else call.known()[:1]
    for name in names:
        module = _module_name(name)
        yield gone("module", module) if call.has("-r", "--remove") else check("module", module)


def _rmmod(call: Call) -> Iterator[Result]:
    for name in call.known():
        yield gone("module", _module_name(name))


def _sysctl(call: Call) -> Iterator[Result]:
    if call.has("-p", "--load", "--system"):
        yield Unsure("sysctl")
        named = (
            [*call.known(), *(value for option in ("-p", "--load") if (value := call.value(option)))]
            if not call.has("--system")
            else []
        )
        for path in map(call.path, named or ["/etc/sysctl.conf"]):
            if path is not None:
                yield check("sysctls", path, before="any")
        return
    for operand in call.known():
        key, equals, value = operand.partition("=")
        if equals and re.fullmatch(r"[\w./-]+", key.strip()):
            yield Unsure("path", None, frozenset({"sysctls"}))
            yield check("sysctl", key.strip(), value.strip())


def _mount(call: Call) -> Iterator[Result]:
    before: Before = "any" if "remount" in (call.value("-o", "--options") or "") else "absent"
    if call.has("-a", "--all") and not call.operands and not call.has("-t", "-O", "-T", "--fake", "-f"):
        yield check("fstab", "/etc/fstab", before="any")
    match call.operands:
        case (str(point),):
            if (path := call.path(point)) is not None and not path.startswith("/dev/"):
                yield check("mounted", path, before=before)
        case (source, str(point)):
            path = call.path(point)
            if path is None:
                return
            device = (
                source is not None
                and source.startswith("/dev/")
                and not source.startswith(("/dev/disk/", "/dev/mapper/", "/dev/loop"))
            )
            if device and source is not None and "loop" not in (call.value("-o", "--options") or ""):
                yield check("mounted_from", source, path, before=before)
            else:
                yield check("mounted", path, before=before)


def _umount(call: Call) -> Iterator[Result]:
    yield Unsure("path", None, frozenset({"fstab"}))
    if call.has("-a", "--all"):
        yield Unsure("mount")
    for path in call.paths():
        yield gone("mounted", path)


def _swap(call: Call) -> Iterator[Result]:
    if call.name == "swapoff" and call.has("-a", "--all"):
        yield Unsure("swap")
    for path in call.paths():
        yield check("swap", path) if call.name == "swapon" else gone("swap", path)


def _reboot(call: Call) -> Iterator[Result]:
    if not call.has("-p", "--poweroff", "--halt", "-w", "-h", "--help"):
        yield check("rebooted", before="any")


def _shutdown(call: Call) -> Iterator[Result]:
    if call.has("-r", "--reboot"):
        yield check("rebooted", before="any")


def _init(call: Call) -> Iterator[Result]:
    if call.operands == ("6",):
        yield check("rebooted", before="any")


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "systemctl": (_systemctl, "-t -p -H -M --type --property --host --root"),
    **dict.fromkeys(("service", "rc-service", "invoke-rc.d"), (_service, "")),
    "chkconfig": (_chkconfig, "--level"),
    "update-rc.d": (_update_rc, ""),
    "rc-update": (_rc_update, ""),
    "modprobe": (_modprobe, "-C -d --config --dirname"),
    "insmod": (_modprobe, ""),
    "rmmod": (_rmmod, ""),
    "sysctl": (_sysctl, ""),
    "mount": (_mount, "-t -o -L -U --types --options --label --uuid"),
    "umount": (_umount, "-t -O --types"),
    "swapon": (_swap, "-p -o"),
    "swapoff": (_swap, ""),
    "reboot": (_reboot, ""),
    "shutdown": (_shutdown, ""),
    **dict.fromkeys(("init", "telinit"), (_init, "")),
}  # fmt: skip
