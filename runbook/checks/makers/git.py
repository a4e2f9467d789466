"""Repositories: what git makes, checks out and sets; working copies of other systems of versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from runbook.checks.arguments import Call, Maker, read_call, resolve
from runbook.checks.kinds import Result, Unsure, check, gone
from runbook.checks.replacing import and_above
from runbook.directories import is_whole
from runbook.patterns import pattern
from runbook.shell import Word

_NAME: Final = pattern(r"[\w][\w./+@-]*")
_MOVED: Final = frozenset({"head", "commit"})
_SWITCHED: Final = _MOVED | {"tracked", "history", "pushed", "merged"}
_GROWN: Final = frozenset({"commit", "pushed"})
"""What is no longer known once there are more commits."""
_ELSEWHERE: Final = ("--git-dir", "--work-tree", "--bare", "--namespace", "--exec-path")


def _git(call: Call) -> Iterator[Result]:
    """One of git's commands, in the directory that -C or the shell says; its own options stand before it."""
    where: str | None = call.path(".")
    rest = list(call.raw)
    if rest[:2] == ["--bare", "init"]:
        rest[:2] = ["init", "--bare"]
    while rest and (rest[0] or "").startswith("-"):
        option = rest.pop(0) or ""
        if option.startswith(_ELSEWHERE):
            return
        if option in ("-C", "-c") and rest:
            value = rest.pop(0)
            where = resolve(value, where) if option == "-C" else where
    known = _VERBS.get(rest[0] or "") if rest else None
    if known is None:
        return
    make, values = known
    verb = read_call([_word(text) for text in rest], where, values, call.user)
    if verb is not None and not verb.has("--help", "--dry-run"):
        yield from make(verb, where, verb.operands)


def _word(text: str | None) -> Word:
    """A word as it was read already, so that a "~" at its beginning is a home."""
    return Word(text, text or "", dynamic=frozenset({"tilde"} if text is not None and text.startswith("~") else ()))


def _path(where: str | None, name: str | None) -> str | None:
    return resolve(name, where)


def _clone(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    if call.has("--separate-git-dir"):
        return
    bare = call.has("--bare", "--mirror")
    match operands:
        case [str(address)]:
            name = last_part(address) + (".git" if bare else "")
        case [str(address), str(name)]:
            pass
        case _:
            return
    path = _path(where, name)
    if path is not None:
        local = None if ":" in address else resolve(address, where)
        known = ":" in address or (local is not None and is_whole(local))
        yield check("cloned", path, local or address) if known else check("directory", path)
        branch = call.value("-b", "--branch")
        if branch is not None and not bare:
            yield check("git_at", path, branch)


def last_part(address: str) -> str:
    """The name of the directory that a clone of an address gets."""
    return re.sub(r"(?:/?\.git)?/*$", "", address).rpartition("/")[2].rpartition(":")[2]


def _init(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    if len(operands) > 1 or call.has("--separate-git-dir"):
        return
    path = _path(where, operands[0] if operands else ".")
    if path is not None:
        yield check("file", path.rstrip("/") + ("/HEAD" if call.has("--bare") else "/.git/HEAD"))


def _unsure(where: str, aspects: frozenset[str]) -> Iterator[Result]:
    """What is no longer known, here or in a directory that may be of the same repository."""
    yield from (Unsure("path", above or "/", aspects) for above in and_above(where))
    yield Unsure("path", where, aspects, True)


def _checkout(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    """checkout and switch. With several operands, or behind "--", checkout takes files out of a commit and stays on its branch."""
    new = call.value("-b", "-B", "-c", "-C", "--create", "--force-create")
    if where is None or "--" in call.raw or call.has("-p", "--patch") or (new is None and len(operands) != 1):
        return
    yield from _unsure(where, _MOVED if new is not None and not operands else _SWITCHED)
    name = new if new is not None else operands[0]
    if name is None or not _NAME.fullmatch(name) or call.has("--detach", "-d", "--orphan"):
        return
    if new is None and call.has("-t", "--track"):
        name = name.partition("/")[2]
    if name:
        certain = new is not None or call.name == "switch" or call.has("-t", "--track")
        yield check("git_on", where, name) if certain else check("git_at", where, name)


def _branch(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    known = [each for each in operands if each is not None and _NAME.fullmatch(each)]
    if where is None or len(known) < len(operands) or call.has(*_BRANCH_ASKS):
        return
    if call.has("-d", "-D", "--delete"):
        yield from (gone("git_ref", where, f"refs/heads/{each}") for each in known)
    elif call.has("-m", "-M", "--move"):
        yield from _unsure(where, _MOVED)
        if len(known) == 2:
            yield gone("git_ref", where, f"refs/heads/{known[0]}")
        yield from (check("git_ref", where, f"refs/heads/{each}") for each in known[-1:])
    elif known:
        yield check("git_ref", where, f"refs/heads/{known[0]}")


_BRANCH_ASKS: Final = (
    "-a", "-r", "-l", "-v", "-c", "-C", "-u", "--all", "--remotes", "--list", "--contains", "--merged", "--no-merged", "--copy", "--edit-description",
    "--set-upstream-to", "--unset-upstream", "--set-upstream", "--show-current",
)  # fmt: skip


def _tag(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    known = [each for each in operands if each is not None and _NAME.fullmatch(each)]
    if where is None or len(known) < len(operands) or call.has("-l", "--list", "-n", "-v", "--verify", "--contains", "--merged"):
        return
    if call.has("-d", "--delete"):
        yield from (gone("git_ref", where, f"refs/tags/{each}") for each in known)
    elif known:
        yield check("git_ref", where, f"refs/tags/{known[0]}")


def _remote(_: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    if where is None:
        return
    match operands:
        case ["add" | "set-url", str(name), str(address)] if _NAME.fullmatch(name):
            yield check("git_setting", where, f"remote.{name}.url", address)
        case ["remove" | "rm" | "rename", *_]:
            yield from _unsure(where, frozenset({"git setting"}))


_CONFIG_ASKS: Final = (
    "--get", "--get-all", "--get-regexp", "--get-urlmatch", "-l", "--list", "-e", "--edit", "--unset", "--unset-all", "--rename-section",
    "--remove-section", "--blob", "--worktree", "--get-color", "--get-colorbool",
)  # fmt: skip
_KEY: Final = pattern(r"[A-Za-z][\w-]*\.(?:[^\n]*\.)?[A-Za-z][\w-]*")


def _config(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    match operands:
        case ["set", str(key), str(value)] | [str(key), str(value)] if _KEY.fullmatch(key):
            pass
        case _:
            return
    if (
        call.has(*_CONFIG_ASKS)
        or (call.has("--bool", "--type", "--int", "--path") and value not in ("true", "false"))
        or "\n" in value
        or value.startswith("./~")  # in quotes: git keeps the sign for a home, and fills it in when it reads the value
    ):
        return
    file = call.value("-f", "--file")
    if file is not None:
        path = _path(where, file)
        if path is not None:
            yield check("git_setting", path, key, value)
    elif call.has("--global"):
        if not call.user:
            yield check("value", "global git setting", key, value)
    elif call.has("--system"):
        yield check("value", "git setting of the system", key, value)
    elif where is not None:
        yield check("git_setting", where, key, value)


def _submodule(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    match operands:
        case ["add", str(address)]:
            name = last_part(address)
        case ["add", str(), str(name)]:
            pass
        case ["update"] if where is not None:
            yield check("git_submodules", where)
            return
        case _:
            return
    path = _path(where, name)
    if path is not None and "--" not in call.raw:
        yield check("exists", path.rstrip("/") + "/.git")


def _add(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    if call.has("-n", "-p", "-i", "-e", "--patch", "--interactive", "--edit", "-N", "--intent-to-add"):
        return
    for operand in operands:
        if operand is not None and not set(operand) & set("*?[:") and operand.strip("./"):
            path = _path(where, operand)
            if path is not None:
                yield check("git_tracked", path)


def _rm(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    if call.has("-n"):
        return
    for operand in operands:
        path = _path(where, operand)
        if path is not None and operand is not None and not set(operand) & set("*?[:"):
            yield gone("git_tracked", path) if call.has("--cached") else gone("exists", path)


def _mv(_: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    paths = [_path(where, each) for each in operands]
    match paths:
        case [str(source), str(target)]:
            yield check("moved", source, target)


_MESSAGE: Final = pattern(r"-[a-zA-Z]*m|--message")


def _commit(call: Call, where: str | None, _: Sequence[str | None]) -> Iterator[Result]:
    """The subject is that of the first message, whose first lines are one."""
    texts = [text or "" for text in call.raw]
    at = next((n for n, text in enumerate(texts) if _MESSAGE.fullmatch(text)), None)
    message = call.value("-m", "--message") if at is None else call.raw[at + 1] if at + 1 < len(texts) else None
    if where is not None:
        yield from _unsure(where, _GROWN)
    if where is None or message is None or call.has("--amend", "-F", "--file", "--squash", "--fixup", "-C", "-c", "--cleanup"):
        return
    subject = " ".join(line.rstrip() for line in message.strip().partition("\n\n")[0].split("\n"))
    if subject:
        yield check("git_committed", where, subject)


_REWRITING: Final = ("reset", "filter-branch", "bisect")
_REWRITTEN: Final = _SWITCHED - {"head"}


def _rewritten(call: Call, where: str | None, _: Sequence[str | None]) -> Iterator[Result]:
    """What moves HEAD or a branch, or writes history anew: which commit is there then can't be told."""
    if where is not None:
        yield from _unsure(where, _REWRITTEN if call.name in _REWRITING else _GROWN | {"merged"})


_GOES_ON: Final = (
    "--abort",
    "--continue",
    "--skip",
    "--quit",
    "--squash",
    "--no-commit",
    "-i",
    "--interactive",
    "--onto",
    "--edit-todo",
    "-n",
    "-s",
    "--strategy",
)


def _merge(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    """What is merged, or that on which a branch is put anew, is in its history."""
    if where is not None:
        yield from _unsure(where, _GROWN if call.name == "merge" else _REWRITTEN)
    match operands:
        case [str(name)] if where is not None and _NAME.fullmatch(name) and not call.has(*_GOES_ON):
            yield check("git_merged", where, name)


_PUSH_ELSE: Final = (
    "--tags", "--all", "--mirror", "--delete", "-d", "--prune", "-n", "--branches", "--follow-tags",
)  # fmt: skip
_PUSHED: Final = pattern(r"\+?([\w][\w./-]*)(?::(?:refs/heads/)?([\w][\w./-]*))?")


def _push(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    """What this repository knows of the other one afterwards: its branch is where ours is. A push by address leaves nothing here."""
    if where is None or call.has(*_PUSH_ELSE):
        return
    match operands:
        case []:
            yield check("git_pushed", where, before="any")
        case [str(remote), str(branch)] if _NAME.fullmatch(remote) and "/" not in remote and (match := _PUSHED.fullmatch(branch)):
            if match[1] != "HEAD" and "tag" not in match[1]:
                yield check("git_pushed", where, remote, match[1], match[2] or match[1], before="any")


def _lfs(call: Call, where: str | None, operands: Sequence[str | None]) -> Iterator[Result]:
    match operands:
        case ["install"] if (
            not call.has("-l", "--local", "--system", "--worktree", "-s", "--skip-smudge", "--manual") and not call.user
        ):
            yield check("value", "global git setting", "filter.lfs.clean", "git-lfs clean -- %f")
        case ["track", *_] if where is not None and not call.has("-l", "--lockable", "--filename", "-n"):
            for pattern in operands[1:]:
                if pattern is not None and not set(pattern) & set(" \t#"):
                    yield check(
                        "contains", where.rstrip("/") + "/.gitattributes", f"{pattern} filter=lfs diff=lfs merge=lfs -text"
                    )


_Verb: TypeAlias = Callable[[Call, str | None, Sequence[str | None]], Iterator[Result]]
_VERBS: Final[dict[str, tuple[_Verb, str]]] = {
    "clone": (_clone, "-b --branch --depth -o --origin -c --config -j --jobs --reference --template -u --upload-pack --filter "
              "--shallow-since --separate-git-dir"),
    "init": (_init, "-b --initial-branch --template --separate-git-dir --object-format"),
    "checkout": (_checkout, "-b -B --conflict --orphan"),
    "switch": (_checkout, "-c -C --create --force-create --conflict --orphan"),
    "branch": (_branch, "-u --set-upstream-to --contains --merged --no-merged --sort --format --points-at"),
    "tag": (_tag, "-m --message -F --file -u --local-user --sort --format --contains --merged --points-at --cleanup"),
    "remote": (_remote, "-t -m"),
    "config": (_config, "-f --file --type --default --blob"),
    "submodule": (_submodule, "-b --branch --name --reference --depth -j --jobs"),
    "add": (_add, "--chmod --pathspec-from-file"),
    "rm": (_rm, "--pathspec-from-file"),
    "mv": (_mv, ""),
    "commit": (_commit, "-m --message -F --file --author --date -C -c -t --template --fixup --squash --trailer --cleanup"),
    "lfs": (_lfs, "--filename"),
    "push": (_push, "--receive-pack --exec --repo -o --push-option"),
    **dict.fromkeys(("merge", "rebase"), (_merge, "-m -s --strategy -X --strategy-option --onto -F --into-name")),
    **dict.fromkeys(("pull", "cherry-pick", "revert", "am", "fetch", *_REWRITING), (_rewritten, "")),
}  # fmt: skip
"""Each with the options that take a value."""


def _svn(call: Call) -> Iterator[Result]:
    match call.operands:
        case ("checkout" | "co", str(address)):
            yield from _working_copy(call, address.rstrip("/").partition("@")[0].rpartition("/")[2], ".svn")
        case ("checkout" | "co", str(), str(name)) if "://" not in name:
            yield from _working_copy(call, name, ".svn")


def _hg(call: Call) -> Iterator[Result]:
    match call.operands:
        case ("clone", str(address)):
            yield from _working_copy(call, address.rstrip("/").rpartition("/")[2], ".hg")
        case ("clone", str(), str(name)) | ("init", str(name)) if "://" not in name:
            yield from _working_copy(call, name, ".hg")
        case ("init",):
            yield from _working_copy(call, ".", ".hg")


def _working_copy(call: Call, name: str, mark: str) -> Iterator[Result]:
    path = call.path(name)
    if path is not None and name:
        yield check("directory", f"{path.rstrip('/')}/{mark}")


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "git": (_git, ""),
    "svn": (_svn, "-r --revision --username --password --depth --config-dir --config-option -N"),
    "hg": (_hg, "-r --rev -u --updaterev -b --branch -e --ssh --config -R --repository --cwd"),
}
