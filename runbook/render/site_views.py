"""What the templates of the site are given: plain values made of a runbook's nodes, with nothing left to decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode

from runbook.extract.prose import last_sentence
from runbook.model import (
    EFFECTS,
    Branch,
    Choice,
    Command,
    Elision,
    Expectation,
    FileEdit,
    Hole,
    Lines,
    Node,
    Output,
    PageInfo,
    Parameter,
    PatternRow,
)
from runbook.model import Runbook as RunbookRecord
from runbook.render.html import external
from runbook.walking import commands, walk

EFFECT_WORDS = {
    "read": ("only reads", "calm"),
    "create": ("creates", "change"),
    "modify": ("changes", "change"),
    "delete": ("deletes", "danger"),
    "service": ("services", "change"),
    "package": ("packages", "change"),
    "network": ("network", "change"),
    "kernel": ("kernel", "danger"),
    "power": ("restarts", "danger"),
    "interactive": ("interactive", "unclear"),
    "exec": ("runs other code", "unclear"),
    "unknown": ("effect unknown", "unclear"),
}
"""Each effect in a reader's words, and how risky it looks."""

EDIT_WORDS = {
    "create": "Create file",
    "append": "Append to file",
    "set": "Set in file",
    "replace": "Replace in file",
    "patch": "Patch file",
}
ACTION_WORDS = {"reboot": "Reboot", "install": "Install"}
NOTICE_WORDS = {
    "stub": "The wiki marks this page as a stub: it is rough or incomplete. Read it before you rely on it.",
    "outdated": "The wiki marks this page as outdated.",
    "cleanup": "The wiki marks this page as in need of cleaning up.",
    "warning": "The wiki marks this with a warning.",
}
"""What a notice without words of its own means."""
HOLE_WORDS = {
    "int": "number",
    "float": "number",
    "share": "percent",
    "bar": "line drawn",
    "plural": "plural",
    "tty": "terminal",
    "user": "user name",
    "host": "host name",
    "moment": "date",
    "lapse": "duration",
    "ip": "IP address",
    "ip6": "IP address",
    "mac": "MAC address",
    "uuid": "UUID",
    "pid": "process id",
    "hex": "hex number",
    "url": "address",
}
"""What stands in a hole, where the hole's name doesn't say it."""
_LEFT_OUT = "left out"
_UNMARKED = {"plural", "line drawn"}
"""What varies without a reader having to know."""

_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_BLANKS = re.compile(r"[ \t]+")
_LONGEST = 2000
"""Characters of an output line up to which volatile parts are marked."""


class Effect(NamedTuple):
    name: str
    words: str
    risk: str


def effects(names: Iterable[str]) -> list[Effect]:
    """Effects in their fixed order, each once; that something is read is not worth a word where more is done."""
    told = set(names) - {"read"} or set(names)
    return [Effect(name, *EFFECT_WORDS[name]) for name in EFFECTS if name in told]


def step_effects(nodes: tuple[Node, ...]) -> list[Effect]:
    """What the commands of some nodes do taken together."""
    names = {name for node in walk(nodes) if isinstance(node, Command) for name in node.effects}
    if any(isinstance(node, FileEdit) for node in walk(nodes)):
        names.add("modify")
    return effects(names)


# --- provenance -------------------------------------------------------------------------------------------------------


class Provenance(NamedTuple):
    """Where a page comes from. Addresses are safe to link, None where the source gives none."""

    wiki: str
    page: str | None
    revision: str | None
    revision_url: str | None
    diff_url: str | None
    user: str | None
    date: str | None
    datetime: str | None
    comment: str | None


def provenance(page: PageInfo) -> Provenance:
    """What is known of a page's revision, and links to it: MediaWiki takes `oldid` and `diff` behind a page's own address, too."""
    rev = page.revision
    date, iso = spoken_date(rev.timestamp)
    direct = external(page.url or "")
    return Provenance(
        wiki=_host(page.wiki or page.url or ""),
        page=wiki_address(page.wiki, page.title) or direct,
        revision=str(rev.id) if rev.id is not None else None,
        revision_url=(wiki_address(page.wiki, page.title, oldid=rev.id) if rev.id is not None else None) or direct,
        diff_url=wiki_address(page.wiki, page.title, diff=rev.id) if rev.id is not None else None,
        user=rev.user or None,
        date=date,
        datetime=iso,
        comment=(rev.comment or "").strip() or None,
    )


def spoken_date(timestamp: str | None) -> tuple[str | None, str | None]:
    """A timestamp in words ("28 April 2008") and for `datetime=`; what is no timestamp stays as it is, without the second."""
    match = _TIMESTAMP.fullmatch(timestamp or "")
    if not match:
        return timestamp or None, None
    try:
        day = datetime(*map(int, match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return timestamp, None
    return f"{day.day} {day:%B} {day.year}", match[0].replace(" ", "T")


def _host(address: str) -> str:
    match = re.match(r"https?://(?:www\.)?([^/?#:]+)", address)
    return match[1] if match else ""


def wiki_address(wiki: str | None, title: str, **query: int | None) -> str | None:
    """The address of a page on its wiki: with `?title=` where `wiki` is index.php, else behind the page root; None without one."""
    if not wiki or not external(wiki) or not wiki.lower().startswith("http") or not title.strip():
        return None
    name, _, section = title.strip().partition("#")
    anchor = "#" + quote(section.replace(" ", "_")) if section else ""
    name = name.strip().lstrip(":").replace(" ", "_")
    if not wiki.endswith("/"):
        pairs = {"title": name} | {key: str(value) for key, value in query.items() if value is not None}
        return external(f"{wiki}?{urlencode(pairs, safe=':/', errors='replace')}{anchor}")
    given = {key: value for key, value in query.items() if value is not None}
    asked = f"?{urlencode(given)}" if given else ""
    return external(wiki + quote(name, safe=":/", errors="replace") + asked + anchor)


# --- counts -----------------------------------------------------------------------------------------------------------


class Counts(NamedTuple):
    steps: int
    commands: int
    checks: int
    edits: int
    covered: int
    """Top-level steps after which something is compared or checked."""


def counts(runbook: RunbookRecord) -> Counts:
    """A runbook's size in what a reader cares about. A check is a recorded output to compare or a post-condition."""
    nodes = list(walk((*runbook.preamble, *runbook.steps, *runbook.closing)))
    return Counts(
        steps=len(runbook.steps),
        commands=sum(1 for _ in commands(runbook)),
        checks=sum(map(_checks, nodes)),
        edits=sum(isinstance(node, FileEdit) for node in nodes),
        covered=sum(any(map(_checks, walk(step.body))) for step in runbook.steps),
    )


def _checks(node: Node) -> int:
    if isinstance(node, Command):
        return len(node.checks) + (node.expected is not None)
    return len(node.checks) if isinstance(node, FileEdit) else 0


# --- outputs ----------------------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """Some text of an output line; `varies` says what it is where another run may print something else."""

    text: str
    varies: str = ""


def output_pieces(expected: Expectation | Output) -> list[Piece]:
    """An output in pieces, line ends included; volatile parts are marked where the patterns (one a line) have holes."""
    rows = expected.patterns if isinstance(expected, Expectation) and len(expected.patterns) == len(expected.text) else ()
    if not rows:
        return [Piece("\n".join(expected.text))]
    out: list[Piece] = []
    steady: list[str] = []
    for number, (line, row) in enumerate(zip(expected.text, rows, strict=True)):
        steady += "\n" if number else ""
        for piece in _pieces(line, row):
            if piece.varies:
                out += [Piece("".join(steady)), piece]
                steady = []
            else:
                steady.append(piece.text)
    return [piece for piece in (*out, Piece("".join(steady))) if piece.text]


def _pieces(line: str, row: PatternRow) -> list[Piece]:
    if isinstance(row, Elision):
        return [Piece(line, _LEFT_OUT)] if line.strip() else [Piece(line)]
    if len(line) > _LONGEST:
        return [Piece(line)]
    out: list[Piece] = []
    at = 0
    hole: Hole | None = None
    for part in row:
        if isinstance(part, Hole):
            hole = part
            continue
        found = _find(line, part, at, anywhere=hole is not None)
        if found is None:
            return [Piece(line)]
        if hole is not None:
            out.append(Piece(line[at : found[0]], hole_words(hole)))
            hole = None
        out.append(Piece(line[found[0] : found[1]]))
        at = found[1]
    if hole is not None:
        rest = line[at:].rstrip()
        out.append(Piece(rest, hole_words(hole)))
        at += len(rest)
    return [*out, Piece(line[at:])] if line[at:] else out


def varying(pieces: Sequence[Piece]) -> list[str]:
    """What varies in an output, in words, each once."""
    return list(dict.fromkeys(piece.varies for piece in pieces if piece.varies not in ("", _LEFT_OUT)))


def hole_words(hole: Hole) -> str:
    """What stands in a hole, in words; nothing for what is not worth any."""
    words = HOLE_WORDS.get(hole.hole, hole.hole)
    return "" if words in _UNMARKED else words


def _find(line: str, literal: str, at: int, *, anywhere: bool) -> tuple[int, int] | None:
    """Where `literal` stands in `line`: at `at`, or `anywhere` after it, where a hole is before it; runs of blanks are one."""
    words = _BLANKS.split(literal)
    if not anywhere and not at and words[0]:
        at = len(line) - len(line.lstrip(" \t"))
    start = line.find(words[0], at + 1) if anywhere else at
    while start >= 0:
        end = _follow(line, words, start)
        if end is not None:
            return start, end
        start = line.find(words[0], start + 1) if anywhere else -1
    return None


def _follow(line: str, words: list[str], at: int) -> int | None:
    for number, word in enumerate(words):
        if number:
            blank = _BLANKS.match(line, at)
            if blank:
                at = blank.end()
            elif at < len(line):
                return None
        if not line.startswith(word, at):
            return None
        at += len(word)
    return at


# --- values -----------------------------------------------------------------------------------------------------------


class Chunk(NamedTuple):
    """Some text; `name` is the parameter whose value it is, if it is one."""

    text: str
    name: str = ""


def chunks(text: str, parameters: Sequence[Parameter]) -> list[Chunk]:
    """`text` cut where the values of parameters stand as whole words, longer values first."""
    out = [Chunk(text)]
    for parameter in sorted(parameters, key=lambda p: (-len(p.value), p.name)):
        out = [piece for chunk in out for piece in ([chunk] if chunk.name else _cut(chunk.text, parameter))]
    return out


def _cut(text: str, parameter: Parameter) -> Iterator[Chunk]:
    value, begin, at = parameter.value, 0, -1
    while value and (at := text.find(value, at + 1)) >= 0:
        end = at + len(value)
        whole = parameter.secret or (not _word(text[at - 1 : at]) and not _word(text[end : end + 1]))  # -pSECRET
        if at >= begin and whole:
            if at > begin:
                yield Chunk(text[begin:at])
            yield Chunk(value, parameter.name)
            begin = end
            at = end - 1
    if begin < len(text):
        yield Chunk(text[begin:])


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"


def standing_in(parameters: Sequence[Parameter], lines: Lines) -> list[Parameter]:
    """The parameters whose value stands in some lines of the page."""
    return [p for p in parameters if any(lines[0] <= line <= lines[1] for line in p.lines)]


# --- commands and edits ------------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """A command as it is shown: `prompt` stands before it but is never part of its text."""

    prompt: str
    user: str
    inside: tuple[str, ...]


def shown(command: Command) -> Shown:
    """How a command is presented: its prompt and where it runs, in words."""
    if command.shell != "sh":
        return Shown(f"{command.shell}>", "", command.context)
    user = {True: "as root", False: "as user", None: ""}[command.as_root]
    by_sudo = command.prompt is None and command.text.startswith("sudo ")  # a user types it, at no prompt of root's
    return Shown("#" if command.as_root and not by_sudo else "$", user, command.context)


class EditLine(NamedTuple):
    """A line of an edit. `kind` is "add", or in a patch also "del", "keep" and "head"; "gap" where lines of the file were left out."""

    text: str
    kind: str = "add"


def edit_lines(edit: FileEdit) -> list[EditLine]:
    """The lines of a file edit with marks where lines of the file were left out; those of a patch with their signs."""
    if edit.op == "patch":
        return _patch_lines(edit.content)
    out: list[EditLine] = []
    for number, line in enumerate(edit.content):
        if number in edit.gaps:
            out.append(EditLine("", "gap"))
        out.append(EditLine(line))
    return [*out, EditLine("", "gap")] if len(edit.content) in edit.gaps else out


_SIGNS = {"+": "add", "-": "del", "@": "head"}


def _patch_lines(content: Sequence[str]) -> list[EditLine]:
    """The lines of a unified diff: what stands before its first "@@" names the files."""
    out: list[EditLine] = []
    begun = not any(line.startswith("@@") for line in content)
    for line in content:
        begun = begun or line.startswith("@@")
        out.append(EditLine(line, _SIGNS.get(line[:1], "keep") if begun else "head"))
    return out


# --- choices ----------------------------------------------------------------------------------------------------------

_OR = re.compile(r"\A(?:or|alternatively|otherwise)\b[\s,:]*(?=\w)", re.IGNORECASE)
_LABEL = 48
"""Characters up to which the words before a choice can be the label of its first branch."""


def branch_labels(choice: Choice, before: str) -> list[str]:
    """The labels of a choice's branches, without the "or" that leads to them. The first often has none of its own: it is what the last
    sentence of the words before the choice says ("On Debian:"), if that is short and leads to it."""
    labels = [_branch_label(branch) for branch in choice.branches]
    if choice.kind == "alternative" and not labels[0]:
        lead = last_sentence(before).strip()
        labels[0] = _capital(lead[:-1].strip()) if lead.endswith((":", "\uff1a")) and len(lead) <= _LABEL else ""
    if choice.kind == "optional":
        return [label or "Optional" for label in labels]
    return [label or f"Choice {number}" for number, label in enumerate(labels, 1)]


def _branch_label(branch: Branch) -> str:
    label = _OR.sub("", branch.label)
    typed = next((node.text for node in branch.body if isinstance(node, Command)), "")
    return label if typed and label.startswith(typed) else _capital(label)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
