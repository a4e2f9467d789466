"""From one command to its post-conditions: a function for each command, in a registry."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from runbook.checks.arguments import Call, resolve
from runbook.checks.kinds import Before, check, gone
from runbook.model import Check

Maker: TypeAlias = Callable[[Call], Iterator[Check]]


# --- files ------------------------------------------------------------------------------------------------------------


def _mkdir(call: Call) -> Iterator[Check]:
    before: Before = "any" if call.has("-p", "--parents") else "absent"
    for path in call.paths():
        yield check("directory", path, before=before)
        mode = call.value("-m", "--mode")
        if mode is not None:
            yield check("mode", path, mode, before="any")


def _rmdir(call: Call) -> Iterator[Check]:
    for path in call.paths():
        yield gone("directory", path)


def _rm(call: Call) -> Iterator[Check]:
    before: Before = "any" if call.has("-f", "--force") else "present"
    for path in call.paths():
        yield gone("exists", path, before=before)


def _touch(call: Call) -> Iterator[Check]:
    if not call.has("-c", "--no-create"):
        for path in call.paths():
            yield check("exists", path, before="any")


def _truncate(call: Call) -> Iterator[Check]:
    for path in call.paths():
        yield check("file", path, before="any")


def _sources(call: Call) -> tuple[list[str | None], str | None] | None:
    """Sources and destination of cp, mv, ln, install; None when there are not two operands."""
    into = call.value("-t", "--target-directory")
    if into is not None:
        return list(call.operands), into + "/"
    if len(call.operands) < 2:
        return None
    return list(call.operands[:-1]), call.operands[-1]


def _destination(call: Call, source: str, to: str, many: bool) -> str | None:
    """Where a source arrives: the destination, or in it when it ends in a slash or takes several."""
    path = call.path(to)
    if path is not None and (many or to.endswith(("/", "/.", "/..")) or to in (".", "..")):
        return posixpath.join(path, posixpath.basename(source))
    return path


def _transfers(call: Call) -> Iterator[tuple[str, str]]:
    found = _sources(call)
    if found is None or found[1] is None:
        return
    sources, to = found[0], found[1]
    for operand in sources:
        source = call.path(operand)
        if source is None or operand is None:
            continue
        if operand.endswith("/.") or operand == ".":
            continue
        target = _destination(call, source, to, len(sources) > 1)
        if target is not None:
            yield source, target


def _cp(call: Call) -> Iterator[Check]:
    if call.has("-n", "--no-clobber", "-u", "--update", "--parents", "-b", "--backup"):
        return
    for source, target in _transfers(call):
        yield check("copied", source, target)


def _install(call: Call) -> Iterator[Check]:
    if call.has("-d", "--directory"):
        yield from (check("directory", path, before="any") for path in call.paths())
        return
    for source, target in _transfers(call):
        yield check("copied", source, target)


def _mv(call: Call) -> Iterator[Check]:
    for source, target in _transfers(call):
        yield check("moved", source, target)


def _ln(call: Call) -> Iterator[Check]:
    if len(call.operands) == 1 and call.operands[0] is not None:
        name = posixpath.basename(call.operands[0])
        pairs = [(call.operands[0], call.path(name))]
    else:
        found = _sources(call)
        if found is None or found[1] is None:
            return
        to = found[1]
        pairs = [(each, _destination(call, each, to, len(found[0]) > 1)) for each in found[0] if each is not None]
    before: Before = "any" if call.has("-f", "--force") else "absent"
    for target, path in pairs:
        if path is None:
            continue
        if call.has("-s", "--symbolic"):
            yield check("link", path, target.rstrip("/") or "/", before=before)
        elif (source := call.path(target)) is not None:
            yield check("same_file", source, path, before=before)


_MODE = re.compile(r"[0-7]{3,4}|(?:[ugoa]*[-+=][rwxXst]*)(?:,[ugoa]*[-+=][rwxXst]*)*")


def _chmod(call: Call) -> Iterator[Check]:
    mode, *paths = [*call.operands, *(raw for raw in call.raw if raw and re.fullmatch(r"-[rwxXst]+", raw))] or [None]
    if mode is not None and _MODE.fullmatch(mode):
        for operand in paths:
            if (path := call.path(operand)) is not None:
                yield check("mode", path, mode)


def _chown(call: Call) -> Iterator[Check]:
    owner, *paths = call.operands or (None,)
    if owner is None:
        return
    user, _, group = owner.replace(".", ":", 1).partition(":") if ":" not in owner else owner.partition(":")
    for operand in paths:
        if (path := call.path(operand)) is not None:
            if user:
                yield check("owner", path, user)
            if group:
                yield check("group_owner", path, group)


def _chgrp(call: Call) -> Iterator[Check]:
    group, *paths = call.operands or (None,)
    for operand in paths:
        if group is not None and (path := call.path(operand)) is not None:
            yield check("group_owner", path, group)


_MODE_LETTERS = re.compile(r"[ctxruA]")


def _tar(call: Call) -> Iterator[Check]:
    options = set(call.options)
    values = dict(call.values)
    operands = list(call.operands)
    first = operands[0] if operands else None
    if not options & {"-x", "-c", "-t", "--extract", "--create"} and first is not None and _MODE_LETTERS.search(first):
        operands.pop(0)
        options |= {"-" + letter for letter in first}
        for letter in first:
            if letter in "fCbX" and operands:
                values["-" + letter] = operands.pop(0) or ""
    archive = resolve(values.get("-f") or values.get("--file"), call.cwd)
    into = resolve(values.get("-C") or values.get("--directory") or ".", call.cwd)
    if archive is None or options & {"--transform", "--xform", "-O", "--to-stdout", "-P"}:
        return
    if options & {"-c", "--create"}:
        yield check("archive", archive, before="any")
    elif options & {"-x", "--extract", "--get"} and into is not None and not operands:
        stripped = values.get("--strip-components", "0")
        yield check("unpacked", archive, into, *([stripped] if stripped != "0" else []))


def _fetched(call: Call, name: str | None, directory: str | None = None) -> Iterator[Check]:
    path = resolve(name, resolve(directory, call.cwd) if directory else call.cwd)
    if path is not None and not path.startswith("/dev/"):
        yield check("filled", path)


def _address_name(address: str | None) -> str | None:
    """The file name that a download of an address gets."""
    if address is None or "?" in address:
        return None
    path = address.partition("://")[2] or address
    name = path.rpartition("/")[2] if "/" in path else "index.html"
    return name or "index.html"


def _wget(call: Call) -> Iterator[Check]:
    directory = call.value("-P", "--directory-prefix")
    output = call.value("-O", "--output-document")
    if output is not None:
        yield from _fetched(call, output)
    elif not call.has("-r", "--recursive", "-m", "--mirror", "--spider", "-i", "-p", "-x"):
        for each in call.known():
            yield from _fetched(call, _address_name(each), directory)


def _curl(call: Call) -> Iterator[Check]:
    output = call.value("-o", "--output")
    directory = call.value("--output-dir")
    if output is not None:
        yield from _fetched(call, output, directory)
    elif call.has("-O", "--remote-name"):
        for each in call.known():
            name = _address_name(each)
            yield from _fetched(call, name if name != "index.html" else None, directory)


def _git(call: Call) -> Iterator[Check]:
    if call.operands[:1] != ("clone",) or call.has("--bare", "--mirror"):
        return
    cwd = resolve(call.value("-C") or ".", call.cwd)
    match call.operands[1:]:
        case [str(address)]:
            name = re.sub(r"(?:/?\.git)?/*$", "", address).rpartition("/")[2].rpartition(":")[2]
        case [str(address), str(name)]:
            pass
        case _:
            return
    path = resolve(name, cwd)
    if path is not None:
        yield check("cloned", path, address)


# --- users and packages -----------------------------------------------------------------------------------------------


def _member_checks(user: str, groups: str | None) -> Iterator[Check]:
    for group in (groups or "").split(","):
        if group:
            yield check("member", user, group)


_USER_FIELDS = {
    "uid": ("-u", "--uid"),
    "shell": ("-s", "--shell"),
    "home": ("-d", "--home", "--home-dir"),
    "group": ("-g", "--gid", "--ingroup"),
}


def _user_fields(call: Call, user: str) -> Iterator[Check]:
    for field, names in _USER_FIELDS.items():
        if (value := call.value(*names)) is not None:
            yield check("user_field", user, field, value)
    yield from _member_checks(user, call.value("-G", "--groups"))


def _useradd(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(user),):
            yield check("user", user)
            yield from _user_fields(call, user)
        case (str(user), str(group)) if call.name == "adduser":
            yield check("member", user, group)
        case _:
            return


def _usermod(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(user),):
            login = call.value("-l", "--login")
            if login is not None:
                yield check("user", login)
            yield from _user_fields(call, login or user)


def _userdel(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(user),):
            yield gone("user", user)
        case (str(user), str(group)) if call.name == "deluser":
            yield gone("member", user, group)


def _groupadd(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(group),):
            yield check("group", group)


def _groupdel(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(group),):
            yield gone("group", group)


def _gpasswd(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(group),):
            if (user := call.value("-a", "--add")) is not None:
                yield check("member", user, group)
            if (user := call.value("-d", "--delete")) is not None:
                yield gone("member", user, group)


_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_RPM_FILE = re.compile(r"([^/]+)-[^-/]+-[^-/]+\.[^.-]+\.rpm")
_DEB_FILE = re.compile(r"([a-z0-9][a-z0-9+.-]*)_[^/]*\.deb")


def _package_name(operand: str) -> str | None:
    """The name of the package that an operand of a package manager stands for: a name, with a version or release, or a file."""
    base = operand.rpartition("/")[2]
    for pattern in (_RPM_FILE, _DEB_FILE):
        if match := pattern.fullmatch(base):
            return match[1]
    name = re.split(r"[=/:<>~]", operand, maxsplit=1)[0]
    return name if _PACKAGE.fullmatch(name) and not name.endswith((".rpm", ".deb")) and operand[0] not in "@/." else None


def _packages(names: list[str], removed: bool) -> Iterator[Check]:
    for operand in names:
        name = _package_name(operand)
        if name is not None:
            yield gone("package", name) if removed else check("package", name)


_INSTALLS = frozenset({"install", "reinstall", "in", "add", "localinstall", "groupadd"})
_REMOVES = frozenset({"remove", "purge", "erase", "rm", "del", "autoremove", "uninstall"})
_PRETENDS = ("-s", "--simulate", "--dry-run", "--just-print", "--no-act", "-d", "--download-only", "--downloadonly", "--test")


def _manager(call: Call) -> Iterator[Check]:
    """apt, yum, dnf, zypper, apk …: the first operand says what is done to the others."""
    known = call.known()
    if not known or (call.has(*_PRETENDS) and call.name != "apk"):
        return
    verb, names = known[0], known[1:]
    if verb in _INSTALLS:
        for name in names:
            yield from _packages(
                [name.rstrip("-+") if call.name.startswith("apt") else name], name.endswith("-") and call.name.startswith("apt")
            )
    elif verb in _REMOVES:
        yield from _packages(names, True)


def _rpm(call: Call) -> Iterator[Check]:
    if call.has("-q", "--query", "-V", "--test", "-K"):
        return
    if call.has("-e", "--erase"):
        yield from _packages(call.known(), True)
    elif call.has("-i", "-U", "-F", "--install", "--upgrade"):
        yield from _packages(call.known(), False)


def _dpkg(call: Call) -> Iterator[Check]:
    if call.has("-i", "--install"):
        yield from _packages(call.known(), False)
    elif call.has("-r", "-P", "--remove", "--purge"):
        yield from _packages(call.known(), True)


def _pacman(call: Call) -> Iterator[Check]:
    if (call.has("-S") and not call.has("-s", "-i", "-l", "-g", "-c", "-w", "-p")) or call.has("-U"):
        yield from _packages(call.known(), False)
    elif call.has("-R"):
        yield from _packages(call.known(), True)


# --- services, kernel, mounts -----------------------------------------------------------------------------------------


def _unit(name: str) -> str:
    return name.removesuffix(".service")


_STARTS = frozenset({"start", "restart", "try-restart", "reload-or-restart", "condrestart"})


def _service_verb(unit: str, verb: str) -> Iterator[Check]:
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
        yield check("masked", name)
    elif verb == "unmask":
        yield gone("masked", name)


def _systemctl(call: Call) -> Iterator[Check]:
    known = call.known()
    if not known:
        return
    verb, *units = known
    if verb in ("reboot", "kexec"):
        yield check("rebooted", before="any")
        return
    for unit in units:
        yield from _service_verb(unit, verb)
        if call.has("--now") and verb in ("enable", "disable", "mask"):
            yield from _service_verb(unit, "start" if verb == "enable" else "stop")


def _service(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(name), str(verb)) if re.fullmatch(r"[\w@.+-]+", name):
            yield from _service_verb(name, verb)


def _init_script(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(verb),):
            yield from _service_verb(call.name.rpartition("/")[2], verb)


def _chkconfig(call: Call) -> Iterator[Check]:
    if call.has("--add") and call.known():
        yield check("enabled", call.known()[0], before="any")
    elif call.has("--del") and call.known():
        yield gone("enabled", call.known()[0])
    match call.known():
        case [name, "on"]:
            yield check("enabled", name)
        case [name, "off"]:
            yield gone("enabled", name)


def _update_rc(call: Call) -> Iterator[Check]:
    match call.known():
        case [name, "defaults" | "enable", *_]:
            yield check("enabled", name)
        case [name, "remove" | "disable", *_]:
            yield gone("enabled", name)


def _rc_update(call: Call) -> Iterator[Check]:
    match call.known():
        case ["add", name, *_]:
            yield check("enabled", name)
        case ["del" | "delete", name, *_]:
            yield gone("enabled", name)


def _module_name(operand: str) -> str:
    return posixpath.basename(operand).removesuffix(".gz").removesuffix(".xz").removesuffix(".ko").replace("-", "_")


def _modprobe(call: Call) -> Iterator[Check]:
    names = call.known() if call.has("-a", "--all", "-r", "--remove") else call.known()[:1]
    for name in names:
        module = _module_name(name)
        yield gone("module", module) if call.has("-r", "--remove") else check("module", module)


def _rmmod(call: Call) -> Iterator[Check]:
    for name in call.known():
        yield gone("module", _module_name(name))


def _sysctl(call: Call) -> Iterator[Check]:
    for operand in call.known():
        key, equals, value = operand.partition("=")
        if equals and re.fullmatch(r"[\w./-]+", key.strip()):
            yield check("sysctl", key.strip(), value.strip())


def _mount(call: Call) -> Iterator[Check]:
    before: Before = "any" if "remount" in (call.value("-o", "--options") or "") else "absent"
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


def _umount(call: Call) -> Iterator[Check]:
    for path in call.paths():
        yield gone("mounted", path)


def _swap(call: Call) -> Iterator[Check]:
    for path in call.paths():
        yield check("swap", path) if call.name == "swapon" else gone("swap", path)


# --- network ----------------------------------------------------------------------------------------------------------


def _following(words: list[str], name: str) -> str | None:
    return words[words.index(name) + 1] if name in words and words.index(name) + 1 < len(words) else None


def _ip(call: Call) -> Iterator[Check]:
    if None in call.raw:
        return
    words = [word for word in call.raw if word is not None and not re.fullmatch(r"-[46]|-\w+", word)]
    match words:
        case [subject, verb, *rest] if "address".startswith(subject) and rest:
            device = _following(rest, "dev")
            address = rest[1] if rest[0] in ("local",) and len(rest) > 1 else rest[0]
            if device and verb in ("add", "a", "replace", "change"):
                yield check("address", device, address)
            elif device and verb in ("del", "delete", "d"):
                yield gone("address", device, address)
        case [subject, verb, *rest] if "link".startswith(subject) and rest:
            yield from _ip_link(verb, rest)
        case [subject, verb, *rest] if "route".startswith(subject) and rest:
            if verb in ("add", "a", "replace"):
                yield check("route", rest[0])
            elif verb in ("del", "delete", "d"):
                yield gone("route", rest[0])


def _ip_link(verb: str, rest: list[str]) -> Iterator[Check]:
    named = _following(rest, "dev") or _following(rest, "name") or rest[0]
    if verb in ("add", "a"):
        link = _following(rest, "name") or (rest[2] if rest[0] == "link" and len(rest) > 2 else rest[0])
        yield check("interface", link)
    elif verb in ("del", "delete", "d"):
        yield gone("interface", named)
    elif verb in ("set", "s") and "up" in rest:
        yield check("link_up", named)
    elif verb in ("set", "s") and "down" in rest:
        yield gone("link_up", named)


def _ifconfig(call: Call) -> Iterator[Check]:
    match call.known():
        case [device, "up"]:
            yield check("link_up", device)
        case [device, "down"]:
            yield gone("link_up", device)
        case [device, address, *_] if re.fullmatch(r"[0-9.]+(?:/\d+)?", address):
            yield check("address", device, address)


def _ifup(call: Call) -> Iterator[Check]:
    for device in call.known():
        yield check("link_up", device) if call.name == "ifup" else gone("link_up", device)


def _brctl(call: Call) -> Iterator[Check]:
    match call.known():
        case ["addbr", name]:
            yield check("interface", name)
        case ["delbr", name]:
            yield gone("interface", name)


_RULES = {"-A": True, "--append": True, "-I": True, "--insert": True, "-D": False, "--delete": False}


def _iptables(call: Call) -> Iterator[Check]:
    if None in call.raw:
        return
    words = [word for word in call.raw if word is not None]
    table = "filter"
    for option in ("-t", "--table"):
        if (named := _following(words, option)) is not None:
            table = named
            at = words.index(option)
            words = words[:at] + words[at + 2 :]
    for at, word in enumerate(words):
        if word in _RULES and at + 1 < len(words):
            rest = words[at + 2 :]
            if rest and rest[0].isdigit():
                if not _RULES[word]:
                    return
                rest = rest[1:]
            args = (call.name, table, words[at + 1], *words[:at], *rest)
            yield check("firewall_rule", *args) if _RULES[word] else gone("firewall_rule", *args)
            return
        if word in ("-P", "--policy") and at + 2 < len(words):
            yield check("firewall_policy", call.name, words[at + 1], words[at + 2], table)
            return


# --- the host, containers, cron ---------------------------------------------------------------------------------------


def _hostnamectl(call: Call) -> Iterator[Check]:
    match call.known():
        case ["set-hostname" | "hostname", name]:
            yield check("hostname", name)


def _hostname(call: Call) -> Iterator[Check]:
    match call.operands:
        case (str(name),):
            yield check("hostname", name)


def _timedatectl(call: Call) -> Iterator[Check]:
    match call.known():
        case ["set-timezone", zone]:
            yield check("timezone", zone)


_CONTAINER_VALUES = (
    "-v --volume -p --publish -e --env --name --network --net --restart -h --hostname -w --workdir -u --user --entrypoint --env-file -l --label "
    "--mount -m --memory --cpus --link --ip --dns --add-host --device --cap-add --cap-drop --log-driver --log-opt --platform --pull --ulimit --shm-size"
)


def _docker(call: Call) -> Iterator[Check]:
    known = list(call.operands)
    if known[:1] == ["container"] or known[:1] == ["image"]:
        known = known[1:]
    verb, names = (known[0], [name for name in known[1:] if name is not None]) if known else (None, [])
    program = call.name
    if verb == "run" and names:
        yield from _docker_run(call, names[0])
    elif verb in ("start", "restart", "unpause"):
        yield from (check("container", program, name, before="any" if verb == "restart" else "absent") for name in names)
    elif verb in ("stop", "kill"):
        yield from (gone("container", program, name) for name in names)
    elif verb == "rm":
        yield from (gone("container_exists", program, name) for name in names)
    elif verb == "pull":
        yield from (check("image", program, name, before="any") for name in names[:1])
    elif verb == "rmi":
        yield from (gone("image", program, name) for name in names)
    elif verb == "build" and (tag := call.value("-t", "--tag")):
        yield check("image", program, tag, before="any")
    elif verb == "create" and (name := call.value("--name")):
        yield check("container_exists", program, name)


def _docker_run(call: Call, image: str) -> Iterator[Check]:
    name = call.value("--name")
    if not call.has("-d", "--detach"):
        if name is not None and not call.has("--rm"):
            yield check("container_exists", call.name, name)
    elif name is not None:
        yield check("container", call.name, name)
    else:
        yield check("container_of", call.name, image)


def _crontab(call: Call) -> Iterator[Check]:
    if call.has("-u", "-l", "-e"):
        return
    if call.has("-r"):
        yield gone("crontab_any")
    elif (path := call.path(call.operands[0] if call.operands else None)) is not None:
        yield check("crontab", path)


def _reboot(call: Call) -> Iterator[Check]:
    if not call.has("-p", "--poweroff", "--halt", "-w", "-h", "--help"):
        yield check("rebooted", before="any")


def _shutdown(call: Call) -> Iterator[Check]:
    if call.has("-r", "--reboot"):
        yield check("rebooted", before="any")


def _init(call: Call) -> Iterator[Check]:
    if call.operands == ("6",):
        yield check("rebooted", before="any")


MAKERS: dict[str, tuple[Maker, str]] = {
    "mkdir": (_mkdir, "-m --mode"),
    "rmdir": (_rmdir, ""),
    "rm": (_rm, ""),
    "unlink": (_rm, ""),
    "touch": (_touch, "-d -t -r --date --reference"),
    "truncate": (_truncate, "-s -r --size"),
    "fallocate": (_truncate, "-l -o --length --offset"),
    "cp": (_cp, "-t --target-directory -S --suffix"),
    "mv": (_mv, "-t --target-directory -S --suffix"),
    "install": (_install, "-m -o -g -t --mode --owner --group --target-directory"),
    "ln": (_ln, "-t --target-directory -S --suffix"),
    "chmod": (_chmod, ""),
    "chown": (_chown, "--from --reference"),
    "chgrp": (_chgrp, "--reference"),
    "tar": (_tar, "-f -C -X -T -b -V --file --directory --exclude --exclude-from --strip-components --transform --xform"),
    "wget": (_wget, "-O -P -o -a -t -T -U --output-document --directory-prefix --tries --timeout --user --password --header"),
    "curl": (_curl, "-o -H -A -u -X -d -e -m --output --output-dir --header --user --request --data --max-time --retry --connect-timeout"),
    "git": (_git, "-C -b --branch --depth -o --origin -c -j --reference --config"),
    "useradd": (_useradd, "-u -g -G -d -s -c -k -e -f -p -b --uid --gid --groups --home --home-dir --shell --comment --password --base-dir"),
    "adduser": (_useradd, "-u -g -G -d -s -c -h --uid --gid --ingroup --home --shell --gecos --groups"),
    "usermod": (_usermod, "-u -g -G -d -s -c -l -e -f -p --uid --gid --groups --home --shell --comment --login"),
    "userdel": (_userdel, ""),
    "deluser": (_userdel, ""),
    "groupadd": (_groupadd, "-g -K -p --gid --password"),
    "addgroup": (_groupadd, "-g --gid"),
    "groupdel": (_groupdel, ""),
    "delgroup": (_groupdel, ""),
    "gpasswd": (_gpasswd, "-a -d --add --delete"),
    **dict.fromkeys(("apt", "apt-get", "aptitude"), (_manager, "-t -o -c --target-release --option")),
    **dict.fromkeys(("yum", "dnf", "microdnf", "dnf5"), (_manager, "-c -x --enablerepo --disablerepo --exclude --releasever --repo")),
    "zypper": (_manager, "-R -r -t -p --root --repo --type"),
    "apk": (_manager, "-X --repository -t --virtual"),
    "rpm": (_rpm, "--root --dbpath"),
    "dpkg": (_dpkg, ""),
    "pacman": (_pacman, "--root --ignore"),
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
    "ip": (_ip, ""),
    "ifconfig": (_ifconfig, ""),
    **dict.fromkeys(("ifup", "ifdown"), (_ifup, "")),
    "brctl": (_brctl, ""),
    **dict.fromkeys(("iptables", "ip6tables"), (_iptables, "")),
    "hostnamectl": (_hostnamectl, ""),
    "hostname": (_hostname, "-F --file"),
    "timedatectl": (_timedatectl, ""),
    **dict.fromkeys(("docker", "podman"), (_docker, _CONTAINER_VALUES + " -t --tag -f --file")),
    "crontab": (_crontab, "-u"),
    "reboot": (_reboot, ""),
    "shutdown": (_shutdown, ""),
    **dict.fromkeys(("init", "telinit"), (_init, "")),
}  # fmt: skip
"""Command to its maker and the options that take a value."""


def maker(name: str) -> tuple[Maker, str] | None:
    """The maker for a command's name; an init script is one of its service."""
    if name.startswith(("/etc/init.d/", "/etc/rc.d/init.d/", "/etc/rc.d/rc.")):
        return _init_script, ""
    return MAKERS.get(name)
