"""What an editor of the wiki should look at: findings about a runbook, each with its lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from runbook.checks.replacing import and_above
from runbook.directories import START, is_whole, joined
from runbook.inlines import plain
from runbook.line_index import LineIndex
from runbook.links import links
from runbook.looks import first_word
from runbook.masks import Mask
from runbook.model import (
    Choice,
    Command,
    Diagnostic,
    FileEdit,
    Lines,
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
from runbook.stand_ins import Masked
from runbook.walking import walk
from runbook.words import words


class Subject(Struct, frozen=True):
    """A runbook with what its rules need again and again: all nodes, the commands and edits in order, what the pages are called that there
    are, and this one among them, whether it is `alone`."""

    runbook: Runbook
    nodes: tuple[Node, ...]
    acts: tuple[Command | FileEdit, ...]
    scripts: tuple[Script | None, ...]
    pages: frozenset[str]
    text: str = ""
    names: frozenset[str] = frozenset()
    alone: bool = True


Rule = Callable[[Subject], Iterator[Diagnostic]]


def lint(runbook: Runbook, pages: Collection[str] = (), text: str = "", source: str = "") -> list[Diagnostic]:
    """The findings about a runbook in the order of their lines. `pages` are the titles of the pages that were read with it, and the names
    of their files; without others links to other pages are not judged. `text` is the page's source, for the names that it gives to
    places; `source` the file that it came from."""
    nodes = tuple(walk((*runbook.preamble, *runbook.steps, *runbook.closing)))
    acts = tuple(node for node in nodes if isinstance(node, Command | FileEdit))
    parsed = parse_many([act.text if isinstance(act, Command) and act.shell == "sh" else "" for act in acts])
    scripts = tuple(script if isinstance(script, Script) else None for script in parsed)
    names = frozenset({_title(runbook.page.title), _file(source)} - {""})
    files = frozenset(map(_file, pages))
    subject = Subject(runbook, nodes, acts, scripts, files.union(map(_title, pages)), text, names, files <= names)
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


def _is_typed(act: Command) -> bool:
    """Whether what was read as a command is one for sure: behind a prompt, or begun by a program that is known."""
    if act.text.startswith(">"):
        return False
    return act.prompt is not None or first_word(act.text).casefold() in words("programs")


def _unused_directories(subject: Subject) -> Iterator[Diagnostic]:
    """A directory is made, and nothing after it, nor a file's content before it, names it or anything in it. Where another of the same
    name is used, most likely that was meant; else it may be there for a program."""
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
    alike: dict[str, dict[str, int]] = {}
    for at, (act, script) in enumerate(zip(subject.acts, subject.scripts, strict=True)):
        for name in sorted(_names(act, script)):
            last_act[name] = at
            if isinstance(act, Command) and is_whole(name):
                alike.setdefault(posixpath.basename(name), {})[name] = at
            if isinstance(act, FileEdit):
                first_edit.setdefault(name, at)
    last_said = {name: node.lines[0] for node in subject.nodes if isinstance(node, Prose | Note | Manual) for name in _said(node)}
    for at, act, operand, path in made:
        said = max(last_said.get(path, 0), last_said.get(operand.rstrip("/"), 0))
        used = last_act.get(path, at) > at or first_edit.get(path, at) < at or said > act.lines[1]
        others = alike.get(posixpath.basename(path), {}).items()
        other = next((name for name, last in others if last > at and name.split("/")[:2] == path.split("/")[:2]), None)
        if used or at + 1 == len(subject.acts):
            continue
        if other is not None:
            message = f"{path} is made here, and nothing after it uses it, but {other}: is the directory the right one?"
            yield Diagnostic("directory-never-used", "warning", message, act.lines)
        else:
            message = f"{path} is made here, and nothing after it uses it: say what it is for"
            yield Diagnostic("directory-never-used", "info", message, act.lines)


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


def _edited_never_created(subject: Subject) -> Iterator[Diagnostic]:
    """A file is changed that nothing on the page made, in a directory that the page itself made: no system, no package has it there."""
    by_hand = min(
        (node.lines[0] for node in subject.nodes if isinstance(node, Manual) and node.action in ("install", "download")),
        default=None,
    )
    typed = "\n".join(act.text for act in subject.acts if isinstance(act, Command))
    before, brought = 0, False
    made, edited = set[str](), set[str]()
    for act, script in zip(subject.acts, subject.scripts, strict=True):
        if isinstance(act, Command):
            before += len(act.text) + 1
            brought = brought or "package" in act.effects or _UNPACKS.search(act.text) is not None
            made.update(path for operand in _operands(script, "mkdir") if (path := joined(act.cwd, operand)) is not None)
            continue
        if act.path is None:
            continue
        place = act.target or act.path
        named = act.path in edited or typed.find(posixpath.basename(act.path), 0, before) >= 0
        by_then = brought or (by_hand is not None and by_hand < act.lines[0])
        if act.op in ("append", "set", "replace") and posixpath.dirname(place) in made and not named and not by_then:
            message = f"{act.path} is changed here, but no step before makes it: say where it comes from"
            yield Diagnostic("file-never-created", "info", message, act.lines)
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


_CHANGING = frozenset(("create", "modify", "delete", "service", "package", "kernel"))


def _changes(act: Command | FileEdit) -> bool:
    """Whether a command changes something for sure: what nobody knows may be no more than a look, and in a sentence be only spoken of. An
    edit shows by itself what the file is to hold."""
    if isinstance(act, FileEdit) or (act.cols is not None and act.prompt is None):
        return False
    return not _CHANGING.isdisjoint(act.effects) or ("unknown" in act.effects and act.prompt is not None)


def _unchecked_steps(subject: Subject) -> Iterator[Diagnostic]:
    """A step changes something, and nothing tells afterwards whether it worked. Where no step of a page tells that, it is said once."""
    unseen: list[Step] = []
    told = False
    for node in subject.nodes:
        if not isinstance(node, Step):
            continue
        own = list(_own(node.body))
        inner = [one for one in own if isinstance(one, Command | FileEdit)]
        seen = any(one.checks or (isinstance(one, Command) and one.expected is not None) for one in inner)
        seen = seen or any(isinstance(one, Output) for one in own)
        told = told or seen
        if not seen and any(map(_changes, inner)):
            unseen.append(node)
    if len(unseen) > _SEVERAL and not told:
        message = (
            f"{len(unseen)} steps of this page change something, from {unseen[0].title!r} on, but nothing shows whether they worked: "
            "add what the reader should see"
        )
        yield Diagnostic("step-without-check", "info", message, unseen[0].lines)
        return
    for node in unseen:
        message = (
            f"the step {node.title!r} changes something, but nothing shows whether it worked: add what the reader should see"
        )
        yield Diagnostic("step-without-check", "info", message, node.lines)


_SEVERAL = 2
"""Steps of a page for each of which it is said."""


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


_PAGE_FILE = re.compile(r"(.+)\.(?:md|markdown|html?|wiki|mediawiki|mw|wikitext|rst)\Z", re.IGNORECASE)
_OTHER_FILE = re.compile(r"/\Z|\.[A-Za-z]\w{1,4}\Z")


def _file(name: str) -> str:
    """The name of a page's file without directory and ending, as links of files to each other have it."""
    base = unquote(name.replace("\\", "/").partition("#")[0].rpartition("/")[2])
    match = _PAGE_FILE.fullmatch(base)
    return _title(match[1] if match is not None else base)


def _dead_links(subject: Subject) -> Iterator[Diagnostic]:
    """Links to sections that this page does not have, and to pages that were not read with it, which are told at the first of them."""
    headings = [_same(node.text) for node in subject.nodes if isinstance(node, SectionHeading)]
    headings += [_same(node.title) for node in subject.nodes if isinstance(node, Step)]
    sections = {*headings, *(_same(name) for name in _anchors(subject.text))}
    index = LineIndex(subject.text) if subject.text else None
    seen: set[str] = set()
    outside: dict[str, Lines] = {}
    for node in subject.nodes:
        for link in links(node):
            if link.kind != "page" or link.target in seen:
                continue
            seen.add(link.target)
            page, _, section = link.target.partition("#")
            lines = index.lines(link.at) if index is not None and link.at[1] else node.lines
            if not page or not subject.names.isdisjoint((_title(page), _file(page))):
                if section and section != "top" and sections.isdisjoint(_sections(section)):
                    yield Diagnostic("dead-link", "warning", f"there is no section {section!r} on this page", lines)
            elif _is_outside(page, subject):
                outside.setdefault(page, lines)
    if outside:
        first = next(iter(outside))
        more = len(outside) - 1
        others = f", nor {'is one other' if more == 1 else f'are {more} others'} to which links lead" if more else ""
        message = f"the page {first!r} is not among those that were read{others}"
        yield Diagnostic("link-outside", "info", message, outside[first])


def _is_outside(page: str, subject: Subject) -> bool:
    """Whether a link leads to a page that was not read, where others were. In Markdown what has another ending than a page is a file."""
    if subject.alone or ":" in page or not subject.pages.isdisjoint((_title(page), _file(page))):
        return False
    return subject.runbook.page.markup != "markdown" or _PAGE_FILE.search(page) is not None or not _OTHER_FILE.search(page)


_NUMBERED = re.compile(r"(.+?)[ _\-]\d{1,2}")
_ENCODED = re.compile(r"\.(?=[0-9A-F]{2})")


def _sections(name: str) -> set[str]:
    """What a section may be called to which a link leads: repeated ones are numbered ("Examples_2", "examples-1"), and MediaWiki wrote
    "." for the "%" of an encoded sign."""
    names = {name, unquote(name), unquote(_ENCODED.sub("%", name), errors="replace")}
    found = {_same(each) for each in names}
    return found | {_same(match[1]) for each in names if (match := _NUMBERED.fullmatch(each)) is not None}


_SIGNS = ("<", "$", "{", "[", "%", "__", "@")
_NAME_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")


def _unexplained_placeholders(subject: Subject) -> Iterator[Diagnostic]:
    """A placeholder stands in a command, no sentence speaks of it, and its name does not say what to put there."""
    said = " ".join(_prose_text(node) for node in subject.nodes).casefold()
    typed = {
        n
        for act in subject.acts
        if isinstance(act, Command) and act.shell == "sh" and "<<" not in act.text and _is_typed(act)
        for n in range(act.lines[0], act.lines[1] + 1)
    }
    for parameter in subject.runbook.parameters:
        line = next((n for n in parameter.lines if n in typed), None)
        if line is None or not parameter.value.startswith(_SIGNS):
            continue
        named = [word.casefold() for word in _NAME_WORD.findall(parameter.value)]
        explained = _tells(named) or " ".join(named) in said or "".join(named) in said
        if not explained and not all(re.search(rf"(?<!\w){re.escape(word)}", said) for word in named):
            message = f"{parameter.value} is never explained: say what the reader is to put there"
            yield Diagnostic("placeholder-unexplained", "info", message, (line, line))


_TELLING = 5
"""Letters of a word that is no abbreviation."""


def _tells(named: Sequence[str]) -> bool:
    """Whether the words of a placeholder say themselves what to put there ("<node name>", "$PREFIX_LENGTH"), as "<gw>" and "$N1" don't."""
    known = words("filled_in")
    return len(named) > 2 or named[:1] in (["your"], ["path"]) or any(len(word) >= _TELLING or word in known for word in named)


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


SHELLCHECK_SILENT = ("SC2164", "SC1090", "SC1091", "SC2148", "SC2154", "SC2034", "SC2086", "SC2046", "SC2016", "SC1071", "SC1044")
"""Remarks that make sense in scripts, not for a line typed at a prompt."""


def _rejected(subject: Subject) -> Iterator[Diagnostic]:
    """Commands that ShellCheck calls an error."""
    masked = Masked(subject.runbook.parameters)
    typed = [
        act
        for act in subject.acts
        if isinstance(act, Command) and act.shell == "sh" and _is_whole_line(act) and not _has_placeholder(act.text)
    ]
    if not typed:
        return
    for act, remarks in zip(
        typed, shellcheck_each([masked.out_of(act.text, act.lines) for act in typed], exclude=SHELLCHECK_SILENT), strict=True
    ):
        errors = [remark for remark in remarks if remark.level == "error"]
        telling = next((remark for remark in errors if remark.code not in _CONSEQUENCES), errors[0] if errors else None)
        if telling is not None:
            yield Diagnostic("shellcheck", "warning", f"ShellCheck SC{telling.code}: {telling.message.strip()}", act.lines)


def _is_whole_line(act: Command) -> bool:
    """Whether a command stands behind a prompt on a line of its own, and nothing of it is missing: what else ShellCheck rejects is most
    often no command of a shell at all."""
    document = "<<" in act.text and "\n" not in act.text
    return act.prompt is not None and act.cols is None and not document and _is_typed(act)


_CONSEQUENCES = (1072, 1073, 1088)
"""Remarks that only say that ShellCheck stopped: another says why."""
_GAP = re.compile(r"<[^<>=&|;]*[^\W\d_][^<>=&|;]*>|\[\w+\]|\.\.\.|\u2026")


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
