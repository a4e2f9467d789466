"""git: its sub-commands and their options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.options import effects_of, may_be_option
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.shell import Word

_GIT_GLOBAL: Final = Row(
    values="-C --git-dir --work-tree --namespace",
    flags="-P --no-pager --no-replace-objects --bare --literal-pathspecs --glob-pathspecs --no-optional-locks --version -v --help --exec-path --html-path",
)
_GIT_READS: Final = frozenset(
    "status log show diff shortlog describe blame annotate ls-files ls-tree rev-parse rev-list cat-file merge-base name-rev show-ref for-each-ref "
    "whatchanged grep cherry range-diff diff-tree diff-index diff-files count-objects check-ignore check-attr check-ref-format verify-commit verify-tag "
    "var version fsck show-branch diff-stat get-tar-commit-id".split()
)
_GIT_ACTS: Final = {
    "network create modify": "clone fetch pull submodule",
    "network modify": "push send-email",
    "create modify": "init add commit merge rebase cherry-pick revert am apply checkout switch restore reset mv worktree replace update-ref symbolic-ref gc "
    "repack prune pack-refs update-index write-tree read-tree commit-tree format-patch notes sparse-checkout maintenance archive bundle",
    "delete modify": "rm clean",
    "exec": "bisect filter-branch filter-repo difftool mergetool daemon instaweb gui",
}
_GIT_EFFECTS: Final = {name: effects for effects, names in _GIT_ACTS.items() for name in names.split()}
_GIT_ASKS: Final = frozenset({"--stdin", "--batch", "--batch-check", "--batch-command", "--annotate-stdin", "--exclude-existing"})
_GIT_HARM: Final = "--filters --output --ext-diff --textconv --open-files-in-pager -O --upload-pack --exec --receive-pack --exec-path --lost-found"


def _git(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_GIT_GLOBAL, words, stop=True)
    known = {*_GIT_GLOBAL.values.split(), *_GIT_GLOBAL.flags.split()}
    if (
        given.vague
        or any(each not in known for each in given.longs)
        or given.has("--exec-path")
        and words[0].value != "--exec-path"
    ):
        return {"unknown"}
    rest = words[given.rest :]
    if not rest:
        return {"read"} if given.longs else {"unknown"}
    sub, arguments = rest[0].value, rest[1:]
    if sub is None or rest[0].dynamic:
        return {"unknown"}
    if (
        sub in _GIT_LISTS
        and arguments
        and arguments[0].value in _GIT_LISTS[sub]
        and not any(map(options.may_be_option, arguments))
    ):
        return {"read"}
    if sub in _GIT_EFFECTS:
        return effects_of([_GIT_EFFECTS[sub], "interactive" if _git_opens_editor(sub, arguments) else ""])
    reader = _GIT_SUBS.get(sub)
    if reader is not None:
        return reader(arguments)
    if sub not in _GIT_READS:
        return {"unknown"}
    if not run.fed and any(word.value in _GIT_ASKS or word.value == "-" for word in arguments):
        return {"read", "interactive"}
    late = options.read(Row(values="-n --format --pretty --since --until --author --grep -S -G -L --max-count"), arguments)
    if late.vague or _git_harm(late, sub):
        return {"unknown"}
    return {"read"}


_GIT_ASKS_ONE: Final = {
    "add": "-i -p -e --interactive --patch --edit",
    "checkout": "-p --patch",
    "cherry-pick": "-e --edit",
    "rebase": "-i --interactive --edit-todo",
    "reset": "-p --patch",
    "restore": "-p --patch",
    "revert": "-e --edit",
}
_GIT_MESSAGE: Final = "-m -F -C --message --file --reuse-message --fixup --no-edit --dry-run --short --porcelain"


def _git_opens_editor(sub: str, arguments: Sequence[Word]) -> bool:
    """Whether somebody is asked: for the message of a commit that is given none, or for what is to be taken."""
    given = options.read(Row(), arguments)
    if sub == "commit":
        return not given.has(_GIT_MESSAGE)
    return sub in _GIT_ASKS_ONE and given.has(_GIT_ASKS_ONE[sub])


def _git_harm(given: options.Given, sub: str) -> bool:
    if any(
        option for option in _GIT_HARM.split() if option != "-O" and given.has(option) and not _git_false_friend(given, option)
    ):
        return True
    return sub == "grep" and "O" in given.letters or sub == "fsck" and given.has("--lost-found")


def _git_false_friend(given: options.Given, option: str) -> bool:
    """Abbreviations that belong to other options: git takes an unambiguous beginning only."""
    return not any(
        option.startswith(each) and each not in ("--e", "--exclude", "--text", "--o", "--re", "--r", "--l", "--not")
        for each in given.longs
    )


def _git_branch(words: Sequence[Word]) -> set[str]:
    given = options.read(Row(values="--sort --format --contains --no-contains --merged --no-merged --points-at"), words)
    if given.vague:
        return {"unknown"}
    lists = given.has(
        "-a --all -r --remotes -l --list -v -vv --verbose --show-current --contains --no-contains --merged --no-merged --points-at"
    )
    if given.has(
        "-d -D -m -M -c -C -f -u -t --delete --move --copy --force --set-upstream-to --unset-upstream --edit-description --track"
    ):
        return {"modify", "delete"} if given.has("-d -D --delete") else {"modify"}
    if given.operands and not given.has("-l --list --contains --no-contains --merged --no-merged --points-at"):
        return {"create"}
    return {"read"} if lists or not words or not given.operands else {"create"}


def _git_tag(words: Sequence[Word]) -> set[str]:
    given = options.read(Row(values="--sort --format --contains --no-contains --merged --points-at -n_"), words)
    if given.vague or given.has(
        "-d -a -s -f -m -F -u --delete --annotate --sign --force --message --file --local-user -e --edit"
    ):
        return {"modify", "create"} if not given.vague else {"unknown"}
    lists = given.has("-l --list --contains --no-contains --merged --points-at -v --verify") or "n" in given.letters
    return {"read"} if lists or not given.operands else {"create"}


def _git_remote(words: Sequence[Word]) -> set[str]:
    values = [word.value for word in words]
    if None in values:
        return {"unknown"}
    rest = [value for value in values if value not in ("-v", "--verbose")]
    if not rest or rest[0] == "get-url":
        return {"read"}
    if rest[0] == "show":
        return {"read", "network"} if len(rest) > 1 and "-n" not in rest else {"read"}
    return (
        {"modify", "network"}
        if rest[0] in ("add", "remove", "rm", "rename", "set-url", "set-head", "set-branches", "prune", "update")
        else {"unknown"}
    )


_GIT_CONFIG_READS: Final = "--get --get-all --get-regexp --get-urlmatch --list -l --get-color --get-colorbool"


def _git_config(words: Sequence[Word]) -> set[str]:
    given = options.read(Row(values="-f --file --blob --type --default"), words)
    if given.vague:
        return {"unknown"}
    if given.has("--edit -e"):
        return {"interactive", "modify"}
    changing = "--add --replace-all --unset --unset-all --rename-section --remove-section"
    if any(each in changing.split() for each in given.longs):
        return {"modify"}
    if any(each in _GIT_CONFIG_READS.split() for each in given.longs):
        return {"read"}
    first = given.operands[0].value if given.operands else None
    if first in ("list", "get"):
        return {"read"}
    if first in ("set", "unset", "edit", "rename-section", "remove-section"):
        return {"modify"}
    return {"read"} if len(given.operands) == 1 and not given.operands[0].splits else {"modify"}


def _git_stash(words: Sequence[Word]) -> set[str]:
    first = words[0].value if words else "push"
    return {"read"} if first in ("list", "show") and not any(may_be_option(word) for word in words) else {"modify", "create"}


def _git_reflog(words: Sequence[Word]) -> set[str]:
    first = words[0].value if words else "show"
    if first is None or any(may_be_option(word) for word in words):
        return {"unknown"}
    return {"modify", "delete"} if first in ("expire", "delete", "write", "drop") else {"read"}


def _git_ls_remote(words: Sequence[Word]) -> set[str]:
    for word in words:
        text = word.value
        if text is None or text.startswith(("--upload-pack", "--exec", "--u", "--e")) or "::" in text:
            return {"unknown"}
    return {"read", "network"}


_GIT_LISTS: Final = {
    "submodule": frozenset({"status", "summary"}),
    "worktree": frozenset({"list"}),
    "notes": frozenset({"list", "show"}),
    "bundle": frozenset({"verify", "list-heads"}),
    "sparse-checkout": frozenset({"list"}),
}


_GIT_SUBS: Final[dict[str, Callable[[Sequence[Word]], set[str]]]] = {
    "branch": _git_branch,
    "tag": _git_tag,
    "remote": _git_remote,
    "config": _git_config,
    "stash": _git_stash,
    "reflog": _git_reflog,
    "ls-remote": _git_ls_remote,
    "help": lambda words: {"read", "interactive"},
}


READERS: Final[dict[str, Reader]] = {
    "git": _git,
}
