"""What an editor of the wiki should look at: findings about a runbook, each with its lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from runbook.checks.replacing import and_above
from runbook.directories import START, is_whole, joined
from runbook.inlines import plain
from runbook.links import links
from runbook.masks import Mask
from runbook.model import (
    Choice,
    Command,
    Diagnostic,
    FileEdit,
    ListBlock,
    Manual,
    Node,
    Note,
    Output,
    Paragraph,
    Prose,
    Runbook,
    SectionHeading,
    Step,
)
from runbook.shell import Script, parse_many, shellcheck_each
from runbook.slug import slug
from runbook.walking import walk


class Subject(Struct, frozen=True):
    """A runbook with what its rules need again and again: all nodes, the commands and edits in order, the other pages there are."""

    runbook: Runbook
    nodes: tuple[Node, ...]
    acts: tuple[Command | FileEdit, ...]
    scripts: tuple[Script | None, ...]
    pages: frozenset[str]
    text: str = ""


Rule = Callable[[Subject], Iterator[Diagnostic]]


def lint(runbook: Runbook, pages: Collection[str] = (), text: str = "") -> list[Diagnostic]:
    """The findings about a runbook in the order of their lines. `pages` are the titles of the pages that were read with it; without them
    links to other pages are not judged. `text` is the page's source, for the names that it gives to places."""
    nodes = tuple(walk((*runbook.preamble, *runbook.steps, *runbook.closing)))
    acts = tuple(node for node in nodes if isinstance(node, Command | FileEdit))
    parsed = parse_many([act.text if isinstance(act, Command) and act.shell == "sh" else "" for act in acts])
    scripts = tuple(script if isinstance(script, Script) else None for script in parsed)
    subject = Subject(runbook, nodes, acts, scripts, frozenset(map(_title, pages)), text)
    mask = Mask(runbook.parameters)
    found = [replace(finding, message=mask.over(finding.message)) for rule in RULES for finding in rule(subject)]
    return sorted(found, key=lambda finding: (finding.lines or (0, 0), finding.code))


def _title(text: str) -> str:
    name = text.partition("#")[0].replace("_", " ").strip().lstrip(":")
    return name[:1].upper() + name[1:]


def _operands(script: Script | None, program: str) -> Iterator[str]:
    """The literal operands of each call of a program in a command."""
    for simple in script.commands if script is not None else ():
        if simple.name == program or (simple.name or "").rpartition("/")[2] == program:
            yield from (word.value for word in simple.words[1:] if word.value is not None and not word.value.startswith("-"))


def _unused_directories(subject: Subject) -> Iterator[Diagnostic]:
    """A directory is made, and nothing after it, nor a file's content before it, names it or anything in it."""
    made = [
        (at, act, operand, path)
        for at, (act, script) in enumerate(zip(subject.acts, subject.scripts, strict=True))
        if isinstance(act, Command)
        for operand in _operands(script, "mkdir")
        if (path := joined(act.cwd, operand)) is not None and is_whole(path)
    ]
    if not made:
        return
    first_edit: dict[str, int] = {}
    last_act: dict[str, int] = {}
    for at, (act, script) in enumerate(zip(subject.acts, subject.scripts, strict=True)):
        for name in _names(act, script):
            last_act[name] = at
            if isinstance(act, FileEdit):
                first_edit.setdefault(name, at)
    last_said = {name: node.lines[0] for node in subject.nodes if isinstance(node, Prose | Note | Manual) for name in _said(node)}
    for at, act, operand, path in made:
        said = max(last_said.get(path, 0), last_said.get(operand.rstrip("/"), 0))
        used = last_act.get(path, at) > at or first_edit.get(path, at) < at or said > act.lines[1]
        if not used and at + 1 < len(subject.acts):
            message = f"{path} is made here, and nothing after it uses it: is the directory the right one?"
            yield Diagnostic("directory-never-used", "warning", message, act.lines)


_WORD = re.compile(r"[~\w./+@%\-]+")
_DIRECTORY = frozenset(("directory", "directories", "folder", "folders", "dir"))


def _said(node: Node) -> Iterator[str]:
    """The directories of which prose speaks, which may be used by hand: by a path in them, or by their names where it calls them one."""
    words = [word.rstrip(".") for word in _WORD.findall(_prose_text(node))]
    for word in words:
        if "/" in word:
            above = list(and_above(posixpath.normpath(word)))
            yield from above if word.startswith(("/", "~")) else above[1:]
    for word, after in pairwise(words):
        if word.casefold() in _DIRECTORY:
            yield after
        if after.casefold() in _DIRECTORY:
            yield word


def _names(act: Command | FileEdit, script: Script | None) -> set[str]:
    """The paths that a command or an edit names, and the directories above them."""
    if isinstance(act, FileEdit):
        words = {word for line in act.content for word in _WORD.findall(line) if "/" in word}
        found = {act.target, *(posixpath.normpath(each) for word in words for each in (word, word[word.find("/") :]))}
    else:
        text = re.sub(r"\$(?:HOME|\{HOME\})(?=/)", "~", act.text)
        typed = {word.value for simple in (script.commands if script is not None else ()) for word in simple.words if word.value}
        found = {act.cwd, *(joined(act.cwd, word) for word in typed.union(_WORD.findall(text)))}
    return {each for path in found if path for each in and_above(path)}


_UNPACKS = re.compile(
    r"\b(?:tar|unzip|7z|git\s+clone|svn\s+(?:co|checkout)|hg\s+clone|cvs|wget|curl|cp|rsync|scp|npm|composer|django-admin|patch)\b|\bmake\s+install\b|\bcmake\s+--install\b"
)
"""What may bring files that no step names."""
_SYSTEM_FILES = ("/etc/", "/boot/", "/usr/", "/lib/", "/proc/", "/sys/", "/root/.", "~/.")


def _edited_never_created(subject: Subject) -> Iterator[Diagnostic]:
    """A file is changed that nothing on the page made, and which no system has of itself."""
    by_hand = min(
        (node.lines[0] for node in subject.nodes if isinstance(node, Manual) and node.action in ("install", "download")),
        default=None,
    )
    typed = "\n".join(act.text for act in subject.acts if isinstance(act, Command))
    before, brought, edited = 0, False, set[str]()
    for act in subject.acts:
        if isinstance(act, Command):
            before += len(act.text) + 1
            brought = brought or "package" in act.effects or _UNPACKS.search(act.text) is not None
            continue
        known = act.path is not None and (
            act.path in edited
            or (act.target or act.path).startswith(_SYSTEM_FILES)
            or posixpath.basename(act.path).startswith(".")
            or typed.find(posixpath.basename(act.path), 0, before) >= 0
        )
        by_then = brought or (by_hand is not None and by_hand < act.lines[0])
        if act.path is not None and act.op in ("append", "set", "replace") and not known and not by_then:
            message = f"{act.path} is changed here, but no step before makes it: say where it comes from"
            yield Diagnostic("file-never-created", "info", message, act.lines)
        if act.path is not None:
            edited.add(act.path)


_MOVES = re.compile(r"(?:^|[;&]\s*)(?:cd|pushd)\s+([\w./~\-]+)\s*\Z")
_RELATIVE = re.compile(
    r"(?:^|\s)\.{1,2}/\S|(?:^|\s)(?:sh|bash|python[23]?|perl|php|ruby|source|\.)\s+(?![/~$<-])[\w.\-/]+\.\w+|(?:^|[;&]\s*)(?:sudo\s+)?(?:make\b(?!.*\s-C)|"
    r"(?:docker[ -]compose|podman-compose|npm|yarn|pnpm|bundle|rake|mvn|gradle|cargo|terraform|vagrant)\s+\w|git\s+(?!clone\b|config\b|-C\b)\w)|"
    r"\s(?![/~$<\-])[\w.\-]+/(?:[\w.\-]+/)*[\w\-]+\.[A-Za-z]{1,5}(?=\s|\Z)"
)


def _relative_after_reboot(subject: Subject) -> Iterator[Diagnostic]:
    """After a reboot the shell is in the home directory: a relative path that meant another one is wrong there."""
    last_cwd: str | None = None
    rebooted_from: str | None = None
    for node in subject.nodes:
        if isinstance(node, Manual) and node.action == "reboot":
            rebooted_from, last_cwd = last_cwd, None
        if not isinstance(node, Command) or node.shell != "sh":
            continue
        if "power" in node.effects:
            rebooted_from, last_cwd = last_cwd if node.cwd in (None, START) else node.cwd, None
            continue
        if rebooted_from and node.cwd is None and _RELATIVE.search(node.text):
            message = f"after the reboot this no longer runs in {rebooted_from}: say cd again, or give the whole path"
            yield Diagnostic("relative-after-reboot", "warning", message, node.lines)
        moved = _MOVES.search(node.text)
        place = joined(node.cwd, moved[1]) if moved is not None else node.cwd
        if place not in (None, START):
            last_cwd, rebooted_from = place, None


_CHANGING = frozenset(("create", "modify", "delete", "service", "package", "kernel", "unknown"))


def _unchecked_steps(subject: Subject) -> Iterator[Diagnostic]:
    """A step changes something, and nothing tells afterwards whether it worked."""
    for node in subject.nodes:
        if not isinstance(node, Step):
            continue
        own = list(_own(node.body))
        inner = [one for one in own if isinstance(one, Command | FileEdit)]
        changing = [one for one in inner if isinstance(one, FileEdit) or _CHANGING & set(one.effects)]
        seen = any(one.checks or (isinstance(one, Command) and one.expected is not None) for one in inner)
        seen = seen or any(isinstance(one, Output) for one in own)
        if changing and not seen:
            message = (
                f"the step {node.title!r} changes something, but nothing shows whether it worked: add what the reader should see"
            )
            yield Diagnostic("step-without-check", "info", message, node.lines)


def _own(nodes: Sequence[Node]) -> Iterator[Node]:
    """What a step holds, in the branches of its choices too, but not what steps in it hold."""
    for node in nodes:
        if isinstance(node, Choice):
            yield from (inner for branch in node.branches for inner in _own(branch.body))
        elif not isinstance(node, Step):
            yield node


_ANCHOR = re.compile(
    r"\b(?:id|name)\s*=\s*[\"']?([^\s\"'<>{}|\]]+)|\{#([\w\-.:]+)|\{\{\s*(?:visible )?anchor\s*\|([^{}]*)\}\}", re.IGNORECASE
)


def _anchors(text: str) -> Iterator[str]:
    """The places of a page to which its source gives names, beside its headings."""
    for match in _ANCHOR.finditer(text) if "#" in text else ():
        yield from (match[1] or match[2] or match[3] or "").split("|")


def _same(name: str) -> str:
    """What is the same in the names that wikis and sites give to a heading."""
    return slug(name.replace("_", " ")).replace("-", "")


def _dead_links(subject: Subject) -> Iterator[Diagnostic]:
    """Links to sections that this page does not have, and to pages that were not read with it."""
    sections = {_same(node.text) for node in subject.nodes if isinstance(node, SectionHeading)}
    sections |= {_same(node.title) for node in subject.nodes if isinstance(node, Step)}
    sections |= {_same(name) for name in _anchors(subject.text)}
    seen: set[str] = set()
    for node in subject.nodes:
        for link in links(node):
            if link.kind != "page" or link.target in seen:
                continue
            seen.add(link.target)
            page, _, section = link.target.partition("#")
            here = not page or _title(page) == _title(subject.runbook.page.title)
            if here and section and section != "top" and _same(section) not in sections:
                yield Diagnostic("dead-link", "warning", f"there is no section {section!r} on this page", node.lines)
            elif not here and subject.pages and ":" not in page and _title(page) not in subject.pages:
                yield Diagnostic("link-outside", "info", f"the page {page!r} is not among those that were read", node.lines)


_SIGNS = ("<", "$", "{", "[", "%", "__", "@")
_NAME_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")


def _unexplained_placeholders(subject: Subject) -> Iterator[Diagnostic]:
    """A placeholder stands in a command, and no sentence speaks of it; one of three words or more says itself what to put there."""
    said = " ".join(_prose_text(node) for node in subject.nodes).casefold()
    for parameter in subject.runbook.parameters:
        if not parameter.value.startswith(_SIGNS) or not parameter.lines:
            continue
        words = [word.casefold() for word in _NAME_WORD.findall(parameter.value)]
        explained = len(words) > 2 or words[:1] in (["your"], ["path"]) or " ".join(words) in said or "".join(words) in said
        if not explained and not all(re.search(rf"(?<!\w){re.escape(word)}", said) for word in words):
            line = parameter.lines[0]
            message = f"{parameter.value} is never explained: say what the reader is to put there"
            yield Diagnostic("placeholder-unexplained", "info", message, (line, line))


def _prose_text(node: Node) -> str:
    if isinstance(node, Step):
        return node.title
    blocks = node.blocks if isinstance(node, Prose | Note | Manual) else ()
    return " ".join(plain(block.children) if isinstance(block, Paragraph) else _list_text(block) for block in blocks)


def _list_text(block: object) -> str:
    if not isinstance(block, ListBlock):
        return ""
    inner = [one for item in block.items for one in item.blocks]
    return " ".join(plain(one.children) if isinstance(one, Paragraph) else _list_text(one) for one in inner)


SHELLCHECK_SILENT = ("SC2164", "SC1090", "SC1091", "SC2148", "SC2154", "SC2034", "SC2086", "SC2046", "SC2016", "SC1071")
"""Remarks that make sense in scripts, not for a line typed at a prompt."""


def _rejected(subject: Subject) -> Iterator[Diagnostic]:
    """Commands that ShellCheck calls an error."""
    typed = [act for act in subject.acts if isinstance(act, Command) and act.shell == "sh" and not _has_placeholder(act.text)]
    if not typed:
        return
    for act, remarks in zip(typed, shellcheck_each([act.text for act in typed], exclude=SHELLCHECK_SILENT), strict=True):
        errors = [remark for remark in remarks if remark.level == "error"]
        telling = next((remark for remark in errors if remark.code not in _CONSEQUENCES), errors[0] if errors else None)
        if telling is not None:
            yield Diagnostic("shellcheck", "warning", f"ShellCheck SC{telling.code}: {telling.message.strip()}", act.lines)


_CONSEQUENCES = (1072, 1073, 1088)
"""Remarks that only say that ShellCheck stopped: another says why."""
_GAP = re.compile(r"<[^\W\d_][^<>]*>|\[\w+\]|\.\.\.")


def _has_placeholder(text: str) -> bool:
    return _GAP.search(text) is not None


RULES: tuple[Rule, ...] = (
    _unused_directories,
    _edited_never_created,
    _relative_after_reboot,
    _unchecked_steps,
    _dead_links,
    _unexplained_placeholders,
    _rejected,
)
