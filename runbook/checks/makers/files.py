"""Files and directories, downloads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker, resolve
from runbook.checks.kinds import CONTENT, Before, Result, Unsure, check, gone
from runbook.patterns import pattern


def _mkdir(call: Call) -> Iterator[Result]:
    before: Before = "any" if call.has("-p", "--parents") else "absent"
    for path in call.paths():
        yield check("directory", path, before=before)
        mode = call.value("-m", "--mode")
        if mode is not None:
            yield check("mode", path, mode, before="any")


def _rmdir(call: Call) -> Iterator[Result]:
    for path in call.paths():
        yield gone("directory", path)


def _rm(call: Call) -> Iterator[Result]:
    before: Before = "any" if call.has("-f", "--force") else "present"
    yield from (Unsure("path", directory, below=True) for directory in call.directories())
    for path in call.paths():
        yield gone("exists", path, before=before)


def _touch(call: Call) -> Iterator[Result]:
    if not call.has("-c", "--no-create"):
        for path in call.paths():
            yield check("exists", path, before="any")


def _truncate(call: Call) -> Iterator[Result]:
    for path in call.paths():
        yield Unsure("path", path, CONTENT)
        yield check("file", path, before="any")


def _edited(call: Call) -> Iterator[Result]:
    """Editors and patch: what is in the files afterwards can't be told."""
    for path in call.paths() or ([call.cwd] if call.name == "patch" and call.cwd else []):
        yield Unsure("path", path, CONTENT, call.name == "patch")


def _dd(call: Call) -> Iterator[Result]:
    for operand in call.known():
        if operand.startswith("of=") and (path := call.path(operand[3:])) is not None:
            yield Unsure("path", path, CONTENT)
            if not path.startswith("/dev/"):
                yield check("file", path, before="any")


def _rsync(call: Call) -> Iterator[Result]:
    """What arrives depends on the source; with --delete anything may be gone."""
    path = call.path(call.operands[-1]) if call.operands and ":" not in (call.operands[-1] or ":") else None
    if path is not None:
        deletes = any(option.startswith("--del") for option in call.options)
        yield Unsure("path", path, frozenset() if deletes else CONTENT, True)


def _find(call: Call) -> Iterator[Result]:
    """find with an action that changes what it finds."""
    if {"-delete", "-exec", "-execdir", "-ok", "-okdir"} & set(call.raw):
        starts = [word for word in call.raw if word is not None and word[0] not in "-(!"][:1]
        for start in starts:
            if (path := call.path(start)) is not None:
                yield Unsure("path", path, below=True)


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


def _cp(call: Call) -> Iterator[Result]:
    if call.has("-n", "--no-clobber", "-u", "--update", "--parents", "-b", "--backup"):
        return
    for source, target in _transfers(call):
        yield check("copied", source, target)


def _install(call: Call) -> Iterator[Result]:
    if call.has("-d", "--directory"):
        yield from (check("directory", path, before="any") for path in call.paths())
        return
    for source, target in _transfers(call):
        yield check("copied", source, target)


def _mv(call: Call) -> Iterator[Result]:
    yield from (Unsure("path", directory, below=True) for directory in call.directories())
    for source, target in _transfers(call):
        yield check("moved", source, target)


def _ln(call: Call) -> Iterator[Result]:
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


_MODE: Final = pattern(r"[0-7]{3,4}|(?:[ugoa]*[-+=][rwxXst]*)(?:,[ugoa]*[-+=][rwxXst]*)*")


def _chmod(call: Call) -> Iterator[Result]:
    yield from _below(call, "mode")
    mode, *paths = [*call.operands, *(raw for raw in call.raw if raw and re.fullmatch(r"-[rwxXst]+", raw))] or [None]
    if mode is not None and _MODE.fullmatch(mode):
        for operand in paths:
            if (path := call.path(operand)) is not None:
                yield check("mode", path, mode)


def _below(call: Call, *aspects: str) -> Iterator[Result]:
    """What of files changes that aren't named: those in the directories, with -R."""
    for directory in [*call.directories(), *(call.paths() if call.has("-R", "--recursive") else [])]:
        yield Unsure("path", directory, frozenset(aspects), True)


_ACL: Final = pattern(r"(?:(d|default):)?(u|user|g|group|m|mask|o|other)(?::([\w.-]*))?:([rwxX-]{1,3}|[0-7])")
_ACL_NAMES: Final = {"u": "user", "g": "group", "m": "mask", "o": "other"}


def _setfacl(call: Call) -> Iterator[Result]:
    """Entries of access lists, as getfacl writes them."""
    entries = call.value("-m", "--modify")
    if entries is None or call.has("-x", "-b", "-k", "-M", "-X", "--set", "--restore", "--test", "-n"):
        yield from (Unsure("path", path, frozenset({"acl"}), True) for path in call.paths())
        return
    for path in call.paths():
        for entry in entries.split(","):
            match = _ACL.fullmatch(entry)
            if match is None or "X" in match[4]:
                continue
            rights = (
                "".join(letter for letter in "rwx" if letter in match[4]) if not match[4].isdigit() else _rights(int(match[4]))
            )
            whole = "".join(letter if letter in rights else "-" for letter in "rwx")
            default = "default:" if match[1] or call.has("-d", "--default") else ""
            yield check("acl", path, f"{default}{_ACL_NAMES.get(match[2], match[2])}:{match[3] or ''}:{whole}")


def _rights(digit: int) -> str:
    return "".join(letter for bit, letter in ((4, "r"), (2, "w"), (1, "x")) if digit & bit)


_ATTRIBUTES: Final = pattern(r"([+-])([aAcCdDeijmPsStTux]+)")


def _chattr(call: Call) -> Iterator[Result]:
    """`chattr +i FILE`: what takes letters away has the look of options."""
    words = [word for word in call.raw if word is not None]
    changes = [match for word in words if (match := _ATTRIBUTES.fullmatch(word))]
    if len(words) < len(call.raw) or len(changes) != 1:
        return
    for operand in call.known():
        path = call.path(operand) if not operand.startswith("+") else None
        if path is not None:
            make = check if changes[0][1] == "+" else gone
            yield from (make("attribute", path, letter) for letter in changes[0][2])


def _chown(call: Call) -> Iterator[Result]:
    yield from _below(call, "owner", "group")
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


def _chgrp(call: Call) -> Iterator[Result]:
    yield from _below(call, "group")
    group, *paths = call.operands or (None,)
    for operand in paths:
        if group is not None and (path := call.path(operand)) is not None:
            yield check("group_owner", path, group)


def _fetched(call: Call, name: str | None, directory: str | None = None) -> Iterator[Result]:
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


def _wget(call: Call) -> Iterator[Result]:
    directory = call.value("-P", "--directory-prefix")
    output = call.value("-O", "--output-document")
    if output is not None:
        yield from _fetched(call, output)
    elif not call.has("-r", "--recursive", "-m", "--mirror", "--spider", "-i", "-p", "-x"):
        for each in call.known():
            yield from _fetched(call, _address_name(each), directory)


def _curl(call: Call) -> Iterator[Result]:
    output = call.value("-o", "--output")
    directory = call.value("--output-dir")
    if output is not None:
        yield from _fetched(call, output, directory)
    elif call.has("-O", "--remote-name"):
        for each in call.known():
            name = _address_name(each)
            yield from _fetched(call, name if name != "index.html" else None, directory)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "mkdir": (_mkdir, "-m --mode"),
    "rmdir": (_rmdir, ""),
    "rm": (_rm, ""),
    "unlink": (_rm, ""),
    "touch": (_touch, "-d -t -r --date --reference"),
    "truncate": (_truncate, "-s -r --size"),
    "fallocate": (_truncate, "-l -o --length --offset"),
    **dict.fromkeys(("vi", "vim", "nano", "emacs", "ed", "ex", "mcedit", "joe", "pico", "sudoedit"), (_edited, "")),
    "patch": (_edited, "-p -i -d --strip --input --directory"),
    "dd": (_dd, ""),
    "rsync": (_rsync, "-e --rsh --exclude --include --files-from"),
    "find": (_find, ""),
    "cp": (_cp, "-t --target-directory -S --suffix"),
    "mv": (_mv, "-t --target-directory -S --suffix"),
    "install": (_install, "-m -o -g -t --mode --owner --group --target-directory"),
    "ln": (_ln, "-t --target-directory -S --suffix"),
    "chmod": (_chmod, ""),
    "setfacl": (_setfacl, "-m --modify -x --remove -M -X --set --restore"),
    "chattr": (_chattr, "-p"),
    "chown": (_chown, "--from --reference"),
    "chgrp": (_chgrp, "--reference"),
    "wget": (_wget, "-O -P -o -a -t -T -U --output-document --directory-prefix --tries --timeout --user --password --header"),
    "curl": (_curl, "-o -H -A -u -X -d -e -m --output --output-dir --header --user --request --data --max-time --retry --connect-timeout"),
}  # fmt: skip
