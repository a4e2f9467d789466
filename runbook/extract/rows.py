"""Rows of code and lines of prose cut to shape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from runbook.extract.notices import LABELS
from runbook.extract.platforms import only_system
from runbook.extract.prose import Line
from runbook.extract.units import Unit
from runbook.file_lines import config_share, program_share
from runbook.forms import is_shebang
from runbook.inlines import plain
from runbook.looks import as_command, as_prose
from runbook.model import Block, Inline, Item, Lines, ListBlock, Paragraph, Row, Styled, Template, Text
from runbook.patterns import pattern
from runbook.prompts import prompt_of
from runbook.shown import surely_typed
from runbook.words import holds_one, languages


def span(rows: Sequence[Row]) -> Lines:
    return rows[0].n, rows[-1].n


def dedented(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows without the blanks that all of them begin with: those are the markup's."""
    indents = [len(row.text) - len(row.text.lstrip()) for row in rows if row.text.strip()]
    shared = min(indents, default=0)
    return tuple(Row(row.n, row.text[shared:]) for row in rows) if shared else tuple(rows)


_BLANKS: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u200b": None, "\ufeff": None})
_ODD_BLANKS: Final = "\u00a0\u202f\u2007\u200b\ufeff"


def plain_blanks(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows with the blanks that a program reads as such for those which editors and wikis put in their place, to hold words together
    or of no width."""
    text = "".join([row.text for row in rows])
    if text.isascii() or not holds_one(text, _ODD_BLANKS):
        return rows
    return tuple(Row(row.n, row.text.translate(_BLANKS)) for row in rows)


def framed(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows without the blank ones above and below them, nor those between all of them, which some converters put there."""
    first = next((at for at, row in enumerate(rows) if row.text.strip()), -1)
    if first < 0:
        return rows
    last = next((at for at in range(len(rows) - 1, first, -1) if rows[at].text.strip()), first)
    rows = rows[first : last + 1]
    if len(rows) < _PARTED or rows[1].text.strip():
        return rows
    full = [bool(row.text.strip()) for row in rows]
    if any(one and other for one, other in pairwise(full)):
        return rows
    return [row for at, row in enumerate(rows) if full[at] or not full[at - 1]]


_PARTED: Final = 7
"""Rows from which on blank ones between all others say nothing: fewer may each be for something else."""


def joined(lines: Sequence[Line]) -> tuple[Inline, ...]:
    if len(lines) == 1:
        return lines[0].nodes
    nodes: list[Inline] = []
    for i, line in enumerate(lines):
        if i:
            nodes.append(Text("\n"))
        nodes.extend(line.nodes)
    return tuple(nodes)


def wrap(block: Paragraph, unit: Unit) -> Block:
    """A paragraph of a list item as a list of that one item, so that it is still seen to be one; merged with its neighbours later."""
    if not unit.path or unit.path[-1] not in ("ul", "ol", "dt"):
        return block
    if unit.path == ("ol",):
        return block
    kind = unit.path[-1]
    if kind == "dt":
        return ListBlock("dl", (Item("dt", (block,), block.lines),), block.lines)
    return ListBlock("ul" if kind == "ul" else "ol", (Item("li", (block,), block.lines),), block.lines)


def noticed(block: Paragraph) -> Template | None:
    """The template without arguments before the words of a paragraph that makes a notice of it."""
    words = [node for node in block.children if not isinstance(node, Text) or node.text.strip()]
    first = words[0] if len(words) > 1 else None
    found = isinstance(first, Template) and first.meaning is not None and first.meaning.kind == "notice" and not first.arguments
    return first if found and isinstance(first, Template) else None


def notices_in(block: Paragraph) -> list[Template]:
    """The notices that templates make in the midst of a paragraph."""
    return [node for node in block.children if isinstance(node, Template) and is_notice(node)]


def is_notice(node: Inline) -> bool:
    """Whether a node is a template's notice with its own words."""
    return isinstance(node, Template) and node.meaning is not None and node.meaning.kind == "notice" and bool(node.arguments)


def bold_label_kind(block: Paragraph) -> str:
    """The kind of notice whose label is set in bold before the words of a paragraph ("**Note** the key stays"), "" when there is none."""
    first = next((node for node in block.children if type(node) is not Text or node.text.strip()), None)
    label = noticed(block) if type(first) is Template else None
    if label is not None and label.meaning is not None:
        return label.meaning.notice
    if type(first) is not Styled or first.style not in ("bold", "strong", "b"):
        return ""
    return LABELS.get(plain((first,)).strip("!: \n").casefold(), "")


_NUMBERED: Final = pattern(r"\s*(\d{1,3})(?:[.:)|](?!\d)|(?=\s|[#$] )|\Z)")


def unnumbered(rows: Sequence[Row], language: str) -> Sequence[Row]:
    """The rows of a listing whose lines are numbered from 1 on, without the numbers: in a language that has lines, or most of them
    commands, settings or a program's source."""
    if len(rows) < _FEWEST or not rows[0].text.lstrip(" \t0").startswith("1"):
        return rows
    ends: list[int] = []
    count = 0
    for row in rows:
        match = _NUMBERED.match(row.text)
        if match is not None and int(match[1]) == count + 1:
            count += 1
        elif row.text.strip():
            return rows  # an empty line may have no number
        ends.append(match.end() if match is not None else 0)
    begins = [len(row.text) - len(row.text[end:].lstrip()) for row, end in zip(rows, ends, strict=True) if row.text[end:].strip()]
    if not begins:
        return rows
    column = min(begins)
    if column > max(ends):  # a column as wide as the largest number
        ends = [column] * len(rows)
    out = dedented([Row(row.n, row.text[end:]) for row, end in zip(rows, ends, strict=True)])
    counted = [row for row, end in zip(out, ends, strict=True) if end]
    return framed(out) if _has_lines(counted, language) else rows


_LABELLED: Final = pattern(r"\s*(?P<label>[A-Z][\w ]{0,20}):\s+(?P<command>\S+ \S.*)")


def unlabelled(rows: Sequence[Row], language: str) -> Sequence[Row]:
    """The rows of a block in which all are a label and what surely is typed, each with its label as a remark behind the command: "Off: lampctl -o"."""
    if len(rows) < 2 or ": " not in rows[0].text or not (language in languages("shell") or not language):
        return rows
    found = [_LABELLED.fullmatch(row.text) for row in rows]
    if not all(match is not None and surely_typed(match["command"]) for match in found):
        return rows
    labels = {match["label"] for match in found if match is not None}
    if len(labels) < len(rows) or any(map(only_system, labels)):
        return rows
    return [
        Row(row.n, f"{match['command'].rstrip()}  # {match['label']}") for row, match in zip(rows, found, strict=True) if match
    ]


def _has_lines(rows: Sequence[Row], language: str) -> bool:
    """Whether rows, without the numbers before them, are those of a listing, and no points or places that somebody counts: some are
    empty or set in, which no point is."""
    texts = [row.text for row in rows if row.text.strip()]
    if language in languages("file") or language in languages("program") or is_shebang(texts[0]):
        return True
    if len(texts) < len(rows) or any(text[0] in " \t" for text in texts):
        return True
    typed = sum(as_command(text) >= 3 or _is_prompted(text) for text in texts)
    if 2 * typed > len(texts) or (as_command(texts[0]) >= 4 and not any(map(as_prose, texts))):
        return True
    return config_share(texts, perhaps=False) > 0.5 or program_share(texts) > 0.5


def _is_prompted(text: str) -> bool:
    """Whether a line begins with a prompt, and with one that begins other lines, too, before a command."""
    prompt = prompt_of(text)
    return prompt is not None and (prompt.sure or as_command(prompt.rest) >= 3)


_FEWEST: Final = 3
"""Lines that count is worth a look."""
