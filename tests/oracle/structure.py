"""What a reader sees of a page, out of MediaWiki's HTML and out of our tree, in one form that can be compared.

The form has three parts: `structure`, the block elements in order, each with the number of block elements around it; `text`, the
runs of text between block boundaries, white space collapsed; `pre`, the lines of each preformatted block, without blanks at their ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from runbook import model

COUNTED = frozenset("p pre ol ul li dl dt dd table tr cell h1 h2 h3 h4 h5 h6 hr blockquote".split())
BOUNDARIES = COUNTED | {"div", "center", "caption", "tbody"}
VOID = frozenset("br hr img wbr link meta input".split())


@dataclass
class Seen:
    """The comparable form, being gathered."""

    structure: list[list[Any]] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    pre: list[list[str]] = field(default_factory=list)
    run: str = ""
    depth: int = 0
    marks: list[tuple[int, int]] = field(default_factory=list)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)

    def enter(self, name: str) -> None:
        self.boundary()
        self.marks.append((len(self.structure), len(self.runs)))
        if name in COUNTED:
            self.structure.append([name, self.depth])
            self.depth += 1

    def leave(self, name: str) -> None:
        self.boundary()
        at, runs = self.marks.pop()
        if name in COUNTED:
            self.depth -= 1
            if name == "p" and len(self.runs) == runs:
                del self.structure[at]

    def boundary(self) -> None:
        text = " ".join(self.run.split())
        if text:
            self.runs.append(text)
        self.run = ""

    def lines(self, text: str) -> None:
        """Note a preformatted block's text."""
        lines = [line.replace("\xa0", " ").rstrip() for line in text.split("\n")]
        while len(lines) > 1 and not lines[-1]:
            lines.pop()
        self.pre.append(lines)

    def number(self, note: model.Footnote) -> str:
        """The sign that Cite puts where a note is: equal names in a group share a number."""
        key = (note.group, note.name or f"\0{len(self.notes)}")
        count = sum(group == note.group for group, _ in self.notes)
        number = self.notes.setdefault(key, count + 1)
        return f"[{note.group} {number}]" if note.group else f"[{number}]"

    def result(self) -> dict[str, Any]:
        self.boundary()
        return {"structure": self.structure, "text": "\n".join(self.runs), "pre": self.pre}


class _Reader(HTMLParser):
    """MediaWiki's HTML, which is well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self.pre: list[str] = []
        self.in_pre = 0
        self.fresh = False
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.fresh = False
        classes = (dict(attrs).get("class") or "").split()
        if (
            self.hidden
            or tag in {"style", "script"}
            or "mw-references-wrap" in classes
            or "toc" in classes
            or "redirectMsg" in classes
        ):
            if tag not in VOID:
                self.hidden += 1
            return
        name = "cell" if tag in {"td", "th"} else tag
        title = dict(attrs).get("title") or ""
        if classes[:1] == ["thumb"] and "height" in (dict(attrs).get("style") or ""):
            self.seen.enter(name)
            self.seen.run += "File:"  # a picture of a gallery
        elif tag == "a" and title.startswith("File:") and (dict(attrs).get("href") or "").endswith(title.replace(" ", "_")):
            self.handle_data(title)
            self.hidden += 1
        elif tag == "br":
            self.seen.run += " "
            if self.in_pre:
                self.pre.append("\n")
        elif tag == "hr":
            self.seen.enter("hr")
            self.seen.leave("hr")
        elif name in BOUNDARIES:
            self.seen.enter(name)
            if tag == "pre":
                self.in_pre += 1
                self.fresh = True
                self.pre = [] if self.in_pre == 1 else self.pre

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= tag not in VOID
            return
        name = "cell" if tag in {"td", "th"} else tag
        if name in BOUNDARIES and tag not in VOID:
            self.seen.leave(name)
            if tag == "pre":
                self.in_pre -= 1
                if not self.in_pre:
                    text = "".join(self.pre)
                    self.seen.lines(text)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            # HTML drops the line break right after the tag
            data = data.removeprefix("\n") if self.fresh else data
            self.fresh = False
            self.seen.run += data
            if self.in_pre:
                self.pre.append(data)


def of_html(html: str) -> dict[str, Any]:
    """The comparable form of MediaWiki's HTML."""
    reader = _Reader()
    reader.feed(re.sub(r"<!--.*?-->", "", html, flags=re.S))
    reader.close()
    return reader.seen.result()


def of_document(document: model.Document) -> dict[str, Any]:
    """The comparable form of a tree in MediaWiki's reading."""
    seen = Seen()
    _blocks(document.blocks, seen)
    return seen.result()


def _blocks(blocks: tuple[Any, ...], seen: Seen) -> None:
    for block in blocks:
        _block(block, seen)


def _block(block: Any, seen: Seen) -> None:
    match block:
        case model.Paragraph(bare=True):
            seen.boundary()
            seen.run += shown(block.children, seen)
            seen.boundary()
        case model.Paragraph():
            seen.enter("p")
            seen.run += shown(block.children, seen)
            seen.leave("p")
        case model.Heading():
            seen.enter(f"h{block.level}")
            seen.run += shown(block.children, seen)
            seen.leave(f"h{block.level}")
        case model.Preformatted():
            seen.enter("pre")
            text = shown(block.children, seen, "\n") if block.children else "\n".join(row.text for row in block.rows)
            seen.run += text
            seen.leave("pre")
            seen.lines(text)
        case model.ListBlock():
            seen.enter(block.kind)
            for item in block.items:
                seen.enter(item.kind)
                _blocks(item.blocks, seen)
                seen.leave(item.kind)
            seen.leave(block.kind)
        case model.Table():
            _table(block, seen)
        case model.Container():
            seen.enter(block.name)
            _blocks(block.blocks, seen)
            seen.leave(block.name)
        case model.Rule():
            seen.enter("hr")
            seen.leave("hr")
        case model.Template():
            seen.enter("p")
            seen.run += shown((block,), seen)
            seen.leave("p")


def _table(table: model.Table, seen: Seen) -> None:
    seen.enter("table")
    seen.enter("caption")
    seen.run += shown(table.caption, seen)
    seen.leave("caption")
    for row in table.rows:
        seen.enter("tr")
        for cell in row.cells:
            seen.enter("cell")
            _blocks(cell.blocks, seen)
            seen.leave("cell")
        seen.leave("tr")
    seen.leave("table")


def shown(nodes: tuple[model.Inline, ...], seen: Seen, line_break: str = " ") -> str:
    """The text of inline nodes as the wiki shows it: a template that it doesn't have is a link to it."""
    out = ""
    for node in nodes:
        match node:
            case model.Text():
                out += node.text
            case model.Styled() | model.Link():
                out += shown(node.children, seen, line_break)
            case model.Break():
                out += line_break
            case model.Image():
                out += "File:" + _capital(node.target)  # the wiki that we ask has no files: it shows links to them
            case model.Template():
                out += _missing(node.name)
            case model.Footnote():
                out += seen.number(node)
    return out


def _capital(name: str) -> str:
    name = " ".join(name.replace("_", " ").split())
    return name[:1].upper() + name[1:]


def _missing(name: str) -> str:
    """How the wiki names a page that a call wants and that it doesn't have."""
    space, colon, rest = name.partition(":")
    if not colon:
        return "Template:" + _capital(name)
    return f"{_capital(space)}:{_capital(rest)}" if space.strip() else _capital(rest)
