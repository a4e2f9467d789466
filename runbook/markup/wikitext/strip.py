"""Takes comments, extension tags, calls, categories and switches out of a text (MediaWiki's Preprocessor and strip state)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from runbook import names
from runbook.markup.wikitext import rows, scan, templates
from runbook.markup.wikitext.include import MAX_DEPTH, deeper, splice
from runbook.markup.wikitext.scan import Element
from runbook.markup.wikitext.source import MARKS, Context, Stripped, without_returns
from runbook.model import At, Block, Footnote, Hidden, Image, Inline, Item, ListBlock, Paragraph, Preformatted, Row, Styled, Text
from runbook.model import Container as Box
from runbook.patterns import pattern

_BLANKS: Final = " \t\r"
_OF_CODE: Final = pattern(r"[a-z+#]{3,}(?:-[a-z]{3,})?|sh")
"""Languages of code, which blogs and forges name in the attribute that is there for people's, most of two letters."""
_PRIVATE: Final = pattern(f"[{MARKS}\0]")


class Stripper:
    """Strips one stretch of the page."""

    def __init__(self, context: Context, start: int, end: int) -> None:
        self.context = context
        self.text = context.text
        self.start = start
        self.end = end
        self.pos = start
        self.out = Stripped(start)

    def run(self) -> Stripped:
        elements = scan.scan(self.text, self.start, self.end, multiline=self.context.author)
        i = 0
        while i < len(elements):
            element = elements[i]
            if element.kind == "comment":
                i = self._comments(elements, i)
            else:
                self._copy(element.start)
                self.pos = element.end
                _KINDS[element.kind](self, element)
                i += 1
        self._copy(self.end)
        return without_returns(self.out.finish())

    def _copy(self, end: int) -> None:
        """Copy up to `end`; a private character of the page itself must not be taken for one of ours."""
        start = self.pos
        if not self.text.isascii():
            for match in _PRIVATE.finditer(self.text, start, end):
                self.out.copy(self.text, start, match.start())
                self.out.mark(Text(match[0], match.span()), match.start())
                start = match.end()
        self.out.copy(self.text, start, end)
        self.pos = max(self.pos, end)

    def _comments(self, elements: list[Element], i: int) -> int:
        """Leave out the comments from `i` on that stand together; alone on their lines, the lines go with them
        (Preprocessor_Hash: "If comments abutted, dump all but the last")."""
        text = self.text
        first = i
        start = elements[i].start
        while start > self.pos and text[start - 1] in _BLANKS:
            start -= 1
        end = elements[i].start
        while i < len(elements) and elements[i].kind == "comment" and elements[i].start == end:
            self._hide(elements[i])
            end = self._skip(elements[i].end)
            i += 1
        if start > 0 and text[start - 1] == "\n" and end < self.end and text[end] == "\n":
            self._copy(start)
            self.pos = end + 1
            return i
        for comment in elements[first:i]:
            self._copy(comment.start)
            self.pos = comment.end
        return i

    def _hide(self, comment: Element) -> None:
        self.context.hide("comment", self.text[comment.inner : comment.inner_end].strip(), comment.start, comment.end)

    def _skip(self, pos: int) -> int:
        while pos < self.end and self.text[pos] in _BLANKS:
            pos += 1
        return pos

    # --- elements -----------------------------------------------------------------------------------------------------

    def switch(self, element: Element) -> None:
        self.context.hide("tag", self.text[element.start : element.end], element.start, element.end)

    def category(self, element: Element) -> None:
        name = element.name
        self.context.categories.append(name)
        self.context.hide("category", name, element.start, element.end)
        self.out.trim()

    def underscore(self, element: Element) -> None:
        self.context.hide("switch", element.name, element.start, element.end)
        if element.name == "TOC":
            self.out.mark(Hidden("switch", "TOC", self.context.index.lines((element.start, element.end))), element.start)

    def html(self, element: Element) -> None:
        """A tag over several lines: MediaWiki's Sanitizer writes it on one."""
        self.out.write(" ".join(self.text[element.start : element.end].split()), element.start)

    def tag(self, element: Element) -> None:
        _TAGS[element.name](self, element)

    def template(self, element: Element) -> None:
        templates.call(self.context, self.out, element)

    def parameter(self, element: Element) -> None:
        """Outside of a template a parameter has no value: its default is shown, else its source."""
        if len(element.parts) > 1 and splice(self.context, self.out, element.parts[1].start, element.parts[1].end):
            return
        written = self.text[element.inner : element.inner_end]
        if self.context.author and _SHOWN_CODE.fullmatch(written):
            code = Styled("code", (Text(written, (element.inner, element.inner_end)),), (element.start, element.end))
            self.out.mark(code, element.start)
            return
        self.pos = element.start
        self._copy(element.end)

    # --- extension tags -----------------------------------------------------------------------------------------------

    def nowiki(self, element: Element) -> None:
        if self.context.author and self._own_lines(element):
            lines = rows.code(self.text, element.inner, element.inner_end, self.context.index.line)
            extent = self.context.index.lines((element.start, element.end))
            self.out.mark(Preformatted("code", lines, extent, info="nowiki"), element.start)
            return
        content = rows.decode(self.text[element.inner : element.inner_end].replace("\r\n", "\n"))
        self.out.mark(Text(content, (element.inner, element.inner_end)), element.start)

    def _own_lines(self, element: Element) -> bool:
        """Whether both tags of an element stand alone on their lines, with others between them: a block of code to its author."""
        text = self.text
        before = element.start == 0 or text[element.start - 1] == "\n"
        inside = text[element.inner : element.inner + 2].lstrip(" \r")[:1] == "\n" and text[element.inner_end - 1] == "\n"
        after = text[element.end : element.end + 2].lstrip(" \r")[:1] in ("", "\n")
        return before and inside and after and element.inner_end - element.inner > 2

    def pre(self, element: Element) -> None:
        extent = self.context.index.lines((element.start, element.end))
        if self.context.author:
            lines = rows.code(self.text, element.inner, element.inner_end, self.context.index.line, comments=False)
        elif extent[0] < extent[1] and (self.out.first in _PREFIXES or self.out.seen_pre):
            self._broken_pre(element)
            return
        else:
            lines = pre_rows(self.text, element.inner, element.inner_end, self.context.index.line)
        info = self._attributes(element)
        named = parse_attributes(info).get("lang", "").lower() if self.context.author and "lang" in info else ""
        language = named if _OF_CODE.fullmatch(named) else ""
        self.out.mark(Preformatted("pre", lines, extent, language, info), element.start)
        self.out.seen_pre |= extent[0] < extent[1]

    def _broken_pre(self, element: Element) -> None:
        """A <pre> over several lines that begins in a list item: MediaWiki has put its text back in when it makes lists, and the
        item ends with the line."""
        out, text, pos = self.out, self.text, element.inner
        out.write("<pre>", element.start)
        for match in _PLAIN.finditer(text, pos, element.inner_end):
            out.copy(text, pos, match.start())
            pos = match.end()
            if match[0][0] != "<" or len(match[0]) == 1:
                out.mark(Text(rows.decode(match[0]), match.span()), match.start())
        out.copy(text, pos, element.inner_end)
        out.write("</pre>", element.inner_end)

    def fence(self, element: Element) -> None:
        index = self.context.index
        lines = rows.split(self.text, element.inner, element.inner_end, index.line, entities=False)
        said = self.text[element.start : element.inner].strip("`{#! \t\r\n").lower().split()
        language = next((word for word in said if word not in _SAYS_LANGUAGE), "")
        node = Preformatted("fence", lines, index.lines((element.start, element.end)), language)
        self.out.mark(node, element.start)

    def forum(self, element: Element) -> None:
        """A block of code, or code in a line of words."""
        text = self.text
        lines = rows.code(text, element.inner, element.inner_end, self.context.index.line, comments=False)
        before = text[max(0, element.start - _NEAR) : element.start].rpartition("\n")[2].strip()
        after = text[element.end : element.end + _NEAR].partition("\n")[0].strip()
        if len(lines) == 1 and (before or after):
            at = (element.inner, element.inner_end)
            self.out.mark(Styled("code", (Text(lines[0].text, at),), (element.start, element.end)), element.start)
            return
        language = text[element.start : element.inner].strip("[]").partition("=")[2].strip('"').lower()
        self.out.mark(
            Preformatted("fence", lines, self.context.index.lines((element.start, element.end)), language), element.start
        )

    def code(self, element: Element) -> None:
        lines = rows.code(self.text, element.inner, element.inner_end, self.context.index.line)
        node = Preformatted("code", lines, self.context.index.lines((element.start, element.end)), info=element.name)
        self.out.mark(node, element.start)

    def _attributes(self, element: Element) -> str:
        head = self.text[element.start + 1 + len(element.name) : element.inner]
        return " ".join(head.rstrip("/>").split())

    def highlight(self, element: Element) -> None:
        attributes = parse_attributes(self._attributes(element))
        language = attributes.pop("lang", "").strip().lower()
        start, end = element.inner, element.inner_end
        if "inline" in attributes or attributes.get("enclose") == "none":
            content = self.text[start:end].strip("\n")
            self.out.mark(Styled("code", (Text(content, (start, end)),), (element.start, element.end)), element.start)
            return
        info = " ".join(f"{name}={value}" if value else name for name, value in attributes.items())
        extent = self.context.index.lines((element.start, element.end))
        content = self.text[start:end].rstrip()
        if not content.strip():
            self.out.mark(Hidden("tag", self.text[element.start : element.end], extent), element.start)
            return
        start += len(content) - len(content.lstrip("\r\n"))
        first = self.context.index.line(start)
        lines = tuple(Row(first + i, line.rstrip("\r")) for i, line in enumerate(content.lstrip("\r\n").split("\n")))
        if self.context.author and not lines[0].text.strip():
            lines = lines[1:]
        self.out.mark(Preformatted("syntaxhighlight", lines, extent, language, info), element.start)

    def footnote(self, element: Element) -> None:
        attributes = parse_attributes(self._attributes(element))
        children = self._running(element.inner, element.inner_end)
        note = Footnote(children, (element.start, element.end), attributes.get("name", ""), attributes.get("group", ""))
        self.out.mark(note, element.start)

    def _running(self, start: int, end: int) -> tuple[Inline, ...]:
        """The nodes of a note, in which nothing makes blocks."""
        context = self.context
        while start < end and self.text[start].isspace():
            start += 1
        if start == end:
            return ()
        if context.depth >= MAX_DEPTH:
            return (Text(rows.decode(self.text[start:end]), (start, end)),)
        return context.running(deeper(context), start, end)

    def references(self, element: Element) -> None:
        """Where the notes are listed; those that are written there belong to the names that the text uses."""
        extent = self.context.index.lines((element.start, element.end))
        inside = self.text[element.inner : element.inner_end].strip()
        if "<ref" in inside.lower() and self.context.depth < MAX_DEPTH:
            notes = self._running(element.inner, element.inner_end)
            self.out.mark(Box("references", (Paragraph(notes, extent, bare=True),), extent), element.start)
        else:
            self.out.mark(Hidden("reference-list", inside, extent), element.start)

    def hidden(self, element: Element) -> None:
        self.context.hide(element.name, self.text[element.inner : element.inner_end].strip(), element.start, element.end)

    def gallery(self, element: Element) -> None:
        """A list of pictures, each with its caption."""
        index = self.context.index
        items: list[Item] = []
        for n, line in enumerate(self.text[element.inner : element.inner_end].split("\n"), index.line(element.inner)):
            target, _, rest = line.strip().partition("|")
            if target:
                caption = rest.rpartition("|")[2].strip()
                at = (element.start, element.end)
                name = target.partition(":")[2] if names.of_title(target) == "file" else target
                blocks: list[Block] = [Paragraph((Image(name.strip(), "", at),), (n, n), bare=True)]
                if caption:
                    blocks.append(Paragraph((Text(rows.decode(caption), at),), (n, n)))
                items.append(Item("li", tuple(blocks), (n, n)))
        extent = index.lines((element.start, element.end))
        node = ListBlock("ul", tuple(items), extent) if items else Hidden("tag", self.text[element.start : element.end], extent)
        self.out.mark(node, element.start)

    def tabs(self, element: Element) -> None:
        """Parts under a label each, of which a reader sees one (Extension:Tabs, Extension:Tabber)."""
        start, end = element.inner, element.inner_end
        if self.context.depth >= MAX_DEPTH:
            self.out.copy(self.text, start, end)
            return
        index = self.context.index
        blocks: list[Block] = []
        for label, extent, inside in tabs_in(self.text, start, end, element.name):
            inner = self.context.fragment(deeper(self.context), *inside)
            blocks += [Box("tab", inner, index.lines(extent), label)] if label else inner
        self.out.mark(Box("tabs", tuple(blocks), index.lines((element.start, element.end))), element.start)

    def langconvert(self, element: Element) -> None:
        self.out.copy(self.text, element.inner, element.inner_end)


_TAB: Final = pattern(r"<tab(?=[\s>])([^<>]*)>(.*?)</tab\s*>", re.DOTALL | re.IGNORECASE)
_TABBER: Final = pattern(r"(?:\A|\|-\|)\s*([^=|{}<>\n]{1,200}?)\s*=(.*?)(?=\|-\||\Z)", re.DOTALL)


def tabs_in(text: str, start: int, end: int, name: str) -> Iterator[tuple[str, At, At]]:
    """The label of each tab in text[start:end], where all of it stands, and where what it shows; what stands between tabs has no label."""
    pos = start
    for match in (_TAB if name == "tabs" else _TABBER).finditer(text[start:end]):
        first, last = start + match.start(), start + match.end()
        if text[pos:first].strip():
            yield "", (pos, first), (pos, first)
        label = parse_attributes(match[1]).get("name", "") if name == "tabs" else match[1]
        yield rows.decode(label), (first, last), (start + match.start(2), start + match.end(2))
        pos = last
    if text[pos:end].strip():
        yield "", (pos, end), (pos, end)


_NEAR: Final = 200
"""Characters around code that tell whether it stands in a line of words."""
_SAYS_LANGUAGE: Final = ("highlight", "code", "syntax")
_SHOWN_CODE: Final = pattern(r"(?=[^\n]*[ /.\-])[^\s{}|<>\[\]][^\n{}|<>\[\]]*")
"""What stands between three braces and can't be the name of a parameter: code, to an author used to other wikis."""
_ATTRIBUTE: Final = pattern(r"""([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")


def parse_attributes(text: str) -> dict[str, str]:
    """The attributes of a tag; one without a value has an empty one."""
    return {m[1].lower(): rows.decode(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(text)}


_PLAIN: Final = pattern(r"</?nowiki>|&(?:#\w+|\w+);|[-<>'\[\]{}|!=_&]", re.I)
_PREFIXES: Final = frozenset("*#:;")


def pre_rows(text: str, start: int, end: int, line_of: rows.LineOf) -> tuple[Row, ...]:
    """The lines of a <pre> as MediaWiki shows them: pairs of nowiki tags gone, entities decoded, HTML's one newline after the
    tag and one before the end dropped."""
    content = _without_nowiki(text[start:end])
    lines = content.split("\n")
    n = line_of(start)
    if len(lines) > 1 and not lines[0].rstrip("\r"):
        lines, n = lines[1:], n + 1
    if lines and not lines[-1].rstrip("\r"):
        lines = lines[:-1]
    return tuple(Row(n + i, rows.decode(line.rstrip("\r"))) for i, line in enumerate(lines))


def _without_nowiki(content: str) -> str:
    """`content` without pairs of nowiki tags (StringUtils::delimiterReplace: from the first opener to the first closer)."""
    low = content.lower()
    out: list[str] = []
    pos = 0
    while (start := low.find("<nowiki>", pos)) >= 0 and (end := low.find("</nowiki>", start)) >= 0:
        out += content[pos:start], content[start + 8 : end]
        pos = end + 9
    return "".join(out) + content[pos:]


_KINDS: Final[dict[str, Callable[[Stripper, Element], None]]] = {
    "switch": Stripper.switch,
    "category": Stripper.category,
    "underscore": Stripper.underscore,
    "html": Stripper.html,
    "tag": Stripper.tag,
    "template": Stripper.template,
    "parameter": Stripper.parameter,
}
_TAGS: Final[dict[str, Callable[[Stripper, Element], None]]] = {
    "nowiki": Stripper.nowiki,
    "pre": Stripper.pre,
    "syntaxhighlight": Stripper.highlight,
    "source": Stripper.highlight,
    "geshi": Stripper.highlight,
    "ref": Stripper.footnote,
    "references": Stripper.references,
    "gallery": Stripper.gallery,
    "tabs": Stripper.tabs,
    "tabber": Stripper.tabs,
    "indicator": Stripper.hidden,
    "includeonly": Stripper.hidden,
    "langconvert": Stripper.langconvert,
    "code": Stripper.code,
    "fence": Stripper.fence,
    "forum": Stripper.forum,
    "tt": Stripper.code,
    "kbd": Stripper.code,
    "samp": Stripper.code,
}


def strip(context: Context, start: int, end: int) -> Stripped:
    """The text of page[start:end] with everything taken out that isn't read line by line."""
    return Stripper(context, start, end).run()
