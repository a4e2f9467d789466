"""Builds the tree of blocks out of start tags, end tags and text, by HTML's rules of tree construction as far as a wiki needs them.

MediaWiki's last pass (RemexHtml with RemexCompatMunger) closes what is open, drops what has no partner, opens formatting again in
the next block, wraps bare text of the page and of blockquotes in paragraphs. The same happens here, on blocks instead of HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from runbook.markup.wikitext import closing, tags
from runbook.markup.wikitext.closing import Frame
from runbook.markup.wikitext.source import MARK, Context, Map, Node, Stripped
from runbook.model import (
    Block,
    Break,
    Container,
    Hidden,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Preformatted,
    Rule,
    Table,
    Template,
    Text,
)

MAX_DEPTH: Final = 60
MAX_INLINE: Final = 15
MAX_ALIKE: Final = 3
"""How many equal elements are opened again in the next block (HTML's "Noah's Ark clause")."""
_SCOPE: Final = frozenset(("td", "th", "caption", "table"))
_SCOPES: Final = {
    "li": _SCOPE | {"ul", "ol"},
    "tr": frozenset({"table"}),
    **{tag: _SCOPE - {tag} for tag in _SCOPE},
}
"""What an end tag does not reach beyond, where it is not `_SCOPE`."""
_TABLE: Final = frozenset(("table", "tr"))
_TABLE_PARTS: Final = frozenset(("tr", "td", "th", "caption"))
_BLOCKS: Final = (Preformatted, Table, Container, Rule, ListBlock)


@dataclass(slots=True)
class Open:
    """An open inline element, and how many blocks were open when it began."""

    name: str
    data: Any
    start: int
    depth: int
    children: list[Inline]


def _few_alike(opened: list[Open]) -> list[Open]:
    """The last three of those that are alike."""
    count: dict[tuple[str, str], int] = {}
    out: list[Open] = []
    for entry in reversed(opened):
        same = (entry.name, str(entry.data))
        count[same] = count.get(same, 0) + 1
        if count[same] <= MAX_ALIKE:
            out.append(entry)
    return out[::-1]


class Tree:
    """The tree under construction; `line` and `last` are the source lines of what is being added."""

    def __init__(self, context: Context, stripped: Stripped, first: int) -> None:
        self.context = context
        self.text = stripped.text
        self.map: Map = stripped.map
        self.nodes: list[Node] = stripped.nodes
        self.line = first
        self.last = first
        self.frames = [Frame("body", "", first, first)]
        self.opened: list[Open] = []
        self.crowded = False
        """Whether more may be open than are opened again in the next block."""
        self.root: list[Inline] = []
        self.into = self.root
        self.root_first = 0
        self.root_last = 0
        self.since = self.until = 0
        """Where text that is pending stands; the same where there is none."""
        self.paragraphs = 0
        self.numbered = 0

    # --- running text -------------------------------------------------------------------------------------------------

    def write(self, start: int, end: int) -> None:
        """Add the characters text[start:end]."""
        if start >= end:
            return
        if self.since < self.until == start:
            self.until = end
        else:
            if self.since < self.until:
                self._settle()
            self.since, self.until = start, end
        if not self.root_first:
            self.root_first = self.line
        self.root_last = self.last

    def _settle(self) -> None:
        """Make nodes of the text that is pending: one for each stretch that stands in the source without anything between."""
        start, end, text = self.since, self.until, self.text
        if (at := self.map.place(start, end)) is not None:
            self.into.append(Text(text[start:end], at))
        else:
            self.into += [Text(text[a:b], at) for a, b, at in self.map.pieces(start, end)]
        self.since = end

    def add(self, node: Inline) -> None:
        """Add an inline node."""
        if self.since < self.until:
            self._settle()
        self.into.append(node)
        if not self.root_first:
            self.root_first = self.line
        self.root_last = self.last

    def open_inline(self, name: str, data: Any, at: int) -> None:
        if self.since < self.until:
            self._settle()
        if name == "a":
            self.close_inline("a", at)
        if len(self.opened) < MAX_INLINE:
            self.into = []
            self.crowded = True
            self.opened.append(Open(name, data, self.map(at), len(self.frames), self.into))

    def close_inline(self, name: str, at: int) -> None:
        """End the innermost open element of this name; formatting that was opened within it goes on after it."""
        depth = len(self.frames)
        formatting = name in tags.FORMATTING
        for i in range(len(self.opened) - 1, -1, -1):
            entry = self.opened[i]
            if entry.name == name and (formatting or entry.depth == depth):
                break
        else:
            return
        if self.since < self.until:
            self._settle()
        end = self.map(at - 1) + 1 if at else 0
        above = self.opened[i:]
        self._collapse(i, end)
        del self.opened[i:]
        for entry in above[1:]:
            if entry.name in tags.FORMATTING:
                self.opened.append(Open(entry.name, entry.data, end, entry.depth, []))
        self.into = self.opened[-1].children if self.opened else self.root

    def _collapse(self, keep: int, end: int) -> None:
        """Put the content of the open elements from number `keep` on into their parents."""
        for i in range(len(self.opened) - 1, keep - 1, -1):
            entry = self.opened[i]
            if entry.children:
                parent = self.opened[i - 1].children if i else self.root
                node = closing.inline(entry.name, entry.data, tuple(entry.children), (entry.start, end))
                parent.append(node)
                entry.children = []

    def flush(self) -> None:
        """End the running text of the current block; what stays open goes on in the next."""
        if not self.root_first:
            for entry in self.opened:
                entry.start = self.opened[-1].start
            return
        if self.since < self.until:
            self._settle()
        if self.opened:
            end = self._end()
            self._collapse(0, end)
            for entry in self.opened:
                entry.start = end
        if self.root:
            frame = self.frames[-1]
            root, self.root = self.root, []
            self._place(frame, root)
        self.root_first = 0
        self.into = self.opened[-1].children if self.opened else self.root

    def _end(self) -> int:
        """The page's offset after the last inline node."""
        for entry in reversed(self.opened):
            if entry.children:
                return closing.place(entry.children[-1])[1]
        return closing.place(self.root[-1])[1] if self.root else (self.opened[-1].start if self.opened else 0)

    def _place(self, frame: Frame, root: list[Inline]) -> None:
        lines = (self.root_first, self.root_last)
        if frame.tag == "pre":
            frame.blocks.append(root)
            frame.last = max(frame.last, self.root_last)
            return
        if frame.tag in _TABLE:
            frame.last = max(frame.last, self.root_last)
            self._foster_text(root, lines)
            return
        children = closing.trim(root)
        if not children:
            return
        frame.last = max(frame.last, self.root_last)
        if frame.tag in tags.HEADINGS:
            frame.blocks.append(children)
        else:
            bare = frame.tag not in {"p", "body", "blockquote"}
            frame.blocks.append(Paragraph(children, lines, bare=bare))

    def _foster_text(self, nodes: list[Inline], lines: tuple[int, int]) -> None:
        """Text right in a table goes before it, and is one with the text that went there before."""
        foster = next(frame.foster for frame in reversed(self.frames) if frame.tag == "table")
        if foster and isinstance(foster[-1], tuple):
            before, (first, _) = foster[-1]
            foster[-1] = ([*before, *nodes], (first, lines[1]))
        elif any(map(closing.visible, nodes)):
            foster.append((nodes, lines))

    def _foster(self, block: Block) -> None:
        for frame in reversed(self.frames):
            if frame.tag == "table":
                frame.foster.append(block)
                return

    # --- blocks -------------------------------------------------------------------------------------------------------

    def block(self, node: Block) -> None:
        """Add a finished block."""
        self._close_paragraph()
        self.flush()
        self._attach(node)

    def _attach(self, node: Any) -> None:
        frame = self.frames[-1]
        if frame.tag in _TABLE and isinstance(node, (Container, Paragraph, Preformatted, Rule, Table, Template)):
            self._foster(node)
        else:
            frame.blocks.append(node)
        frame.last = max(frame.last, self.last)

    def rule(self) -> None:
        self.block(Rule((self.line, self.last)))

    def start(self, tag: str, attributes: str = "") -> None:
        """A block element's start tag."""
        if tag in _TABLE_PARTS:
            self._start_part(tag, attributes)
            return
        if tag in tags.ITEMS:
            self._close_item("li" if tag == "li" else "d")
        self._close_paragraph()
        if tag in tags.HEADINGS and self.frames[-1].tag in tags.HEADINGS:
            self._pop()
        self._push(tag, attributes)

    def _push(self, tag: str, attributes: str) -> None:
        self.flush()
        if len(self.frames) >= MAX_DEPTH:
            return
        fostered = self.frames[-1].tag in _TABLE and tag not in _TABLE_PARTS
        self.frames.append(Frame(tag, attributes, self.line, self.last, fostered=fostered))
        self.paragraphs += tag == "p"

    def _start_part(self, tag: str, attributes: str) -> None:
        """A part of a table: outside of tables it is nothing."""
        at = self._find("table", frozenset())
        if at < 0:
            return
        keep = at + 1
        if tag in {"td", "th"}:
            if len(self.frames) > keep and self.frames[keep].tag == "tr":
                keep += 1
            self._pop_to(keep)
            if keep == at + 1:
                self._push("tr", "")
        else:
            self._pop_to(keep)
        self._push(tag, attributes)

    def end(self, tag: str, *, explicit: bool = True) -> None:
        """A block element's end tag; without an open element it is nothing. `explicit`: it stands in the source here."""
        if tag in tags.HEADINGS:
            at = next((i for i in range(len(self.frames) - 1, 0, -1) if self.frames[i].tag in tags.HEADINGS), -1)
        else:
            at = self._find(tag, _SCOPES.get(tag, _SCOPE))
        if at < 0:
            return
        if tag == "p" and not self.paragraphs:
            return
        if explicit:
            self.flush()
            self.frames[at].last = max(self.frames[at].last, self.last)
        self._pop_to(at)

    def _find(self, tag: str, barrier: frozenset[str]) -> int:
        """The innermost open element of this name, or -1 when a barrier stands before it."""
        for i in range(len(self.frames) - 1, 0, -1):
            name = self.frames[i].tag
            if name == tag:
                return i
            if name in barrier:
                return -1
        return -1

    def _close_paragraph(self) -> None:
        if self.paragraphs:
            at = self._find("p", _SCOPE)
            if at >= 0:
                self._pop_to(at)

    def _close_item(self, kind: str) -> None:
        """A new item ends the one that is open in the same list."""
        for i in range(len(self.frames) - 1, 0, -1):
            name = self.frames[i].tag
            if name == kind or (kind == "d" and name in {"dt", "dd"}):
                self._pop_to(i)
                return
            if name not in {"div", "p"}:
                return

    def _pop_to(self, count: int) -> None:
        """Close the innermost elements until `count` are open."""
        while len(self.frames) > count:
            self._pop()

    def _pop(self) -> None:
        self.flush()
        frame = self.frames.pop()
        depth = len(self.frames)
        self.paragraphs -= frame.tag == "p"
        if self.opened:
            self._keep(depth, frame.tag in tags.CELLS)
        parent = self.frames[-1]
        blocks = closing.block(self.context, frame, parent.tag)
        if frame.fostered:
            for node in blocks:
                self._foster(node)
        else:
            parent.blocks += blocks
        parent.last = max(parent.last, frame.last)

    def _keep(self, depth: int, cell: bool) -> None:
        """Let the inline elements go on that may, now that only `depth` blocks are open."""
        kept = self.opened
        if kept[-1].depth > depth:
            kept = [e for e in kept if e.depth <= depth or (e.name in tags.FORMATTING and not cell)]
            for entry in kept:
                entry.depth = min(entry.depth, depth)
        if self.crowded and len(kept) > MAX_ALIKE:
            kept = _few_alike(kept)
        self.crowded = False
        self.opened = kept
        self.into = kept[-1].children if kept else self.root

    def close(self) -> list[Block]:
        """End everything; the blocks of the page in order."""
        self._pop_to(1)
        self.flush()
        return self.frames[0].blocks

    # --- tokens -------------------------------------------------------------------------------------------------------

    def inline(self, found: list[Any], start: int, end: int) -> None:
        """Add text[start:end], in which the tokens `found` stand."""
        pos = start
        for token in found:
            a = token[0]
            if a > pos:
                self.write(pos, a)
            _TOKENS[token[2]](self, token)
            pos = max(pos, token[1])
        if pos < end:
            self.write(pos, end)

    def _start_token(self, token: Any) -> None:
        start, end, _, name, data = token
        if name in tags.INLINE or name == "a":
            self.open_inline(name, data, start)
        elif name == "br":
            self.add(Break((self.map(start), self.map(end - 1) + 1)))
        elif name == "hr":
            self.rule()
        elif name not in tags.VOID:
            self.start(name, data)

    def _end_token(self, token: Any) -> None:
        _, end, _, name, _ = token
        if name in tags.INLINE or name == "a":
            self.close_inline(name, end)
        elif name not in tags.VOID:
            self.end(name)

    def _text_token(self, token: Any) -> None:
        self.add(Text(token[3], (self.map(token[0]), self.map(token[1] - 1) + 1)))

    def _plain_token(self, token: Any) -> None:
        self.write(token[0], token[1])

    def _number_token(self, token: Any) -> None:
        self.numbered += 1
        self.add(Text(f"[{self.numbered}]", (self.map(token[4][0]), self.map(token[4][1] - 1) + 1)))

    def _mark_token(self, token: Any) -> None:
        node = self.nodes[ord(token[3]) - MARK]
        if isinstance(node, _BLOCKS) or (type(node) is Template and self.is_block(node)):
            self.block(node)
        elif type(node) is Hidden:
            self.context.hidden.append(node)
        else:
            self.add(node)  # type: ignore[arg-type]

    def is_block(self, node: Template) -> bool:
        """Whether a call among other text is a block all the same: one that holds code over several lines."""
        meaning = node.meaning
        return (
            self.context.author
            and node.lines[0] != node.lines[1]
            and meaning is not None
            and meaning.kind in {"command", "session", "file", "notice", "layout"}
        )

    def _image_token(self, token: Any) -> None:
        self.add(Image(token[3], token[4], (self.map(token[0]), self.map(token[1] - 1) + 1)))

    def _skip_token(self, token: Any) -> None:
        if self.since < self.until:
            self._settle()

    def _quotes_token(self, token: Any) -> None:
        start, end, _, _, ops = token
        for kind, name in ops:
            if kind == "start":
                self.open_inline(name, "", start)
            else:
                self.close_inline(name, end)
        if self.since < self.until:
            self._settle()


_TOKENS: Final = {
    "start": Tree._start_token,
    "end": Tree._end_token,
    "text": Tree._text_token,
    "plain": Tree._plain_token,
    "number": Tree._number_token,
    "mark": Tree._mark_token,
    "image": Tree._image_token,
    "skip": Tree._skip_token,
    "quotes": Tree._quotes_token,
}
