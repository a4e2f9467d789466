"""Finds the tokens of running text in one line: tags, quotes, links, addresses, entities, marks.

Tokens stay flat; the tree builder nests them. The order of MediaWiki's passes (Parser::internalParse: internal links, quotes,
external links, free links) shows only in which token wins.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from runbook import names
from runbook.markup.reopened import CODE, Tag, meant_as_ends
from runbook.markup.wikitext import quotes, rows, tags
from runbook.markup.wikitext.source import MARKS
from runbook.model import At
from runbook.patterns import pattern

Token: TypeAlias = tuple[int, int, str, str, Any]
"""Start and end in the line's text; "start", "end", "mark", "text", "image", "skip" or "quotes"; a name (element, character,
text to show); and data: an element's attributes, or a link's kind and target, or what quotes open and close."""

_SCHEMES: Final = ("xmpp", "sip", "sips", "sms", "tel", "mailto", "news", "magnet", "urn", "geo", "bitcoin")
PROTOCOLS: Final = (
    r"(?:https?|ftps?|ssh|sftp|ircs?|gopher|telnet|nntp|worldwind|svn|git|mms|redis)://"
    rf"|(?:{'|'.join(_SCHEMES)}):"
)
_STOP: Final = r'\]\[<>"\x00-\x20\x7f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufffd' + MARKS
_ANGLE: Final = r"(?-i:&(?:lt|gt|nbsp|#x0*(?:3[CcEe]|[Aa]0)|#0*(?:60|62|160));)"
_HOST: Final = rf"(?:\[[0-9a-fA-F:.]++\]|[^'{_STOP}]|'(?!'))"
_ADDRESS: Final = rf"{_HOST}(?:[^'&{_STOP}]++|'(?!')|(?!{_ANGLE})&)*+"
SPECIAL: Final = re.compile(rf"[<'\[&:{MARKS}]")
_FIRST: Final = rf"[<'\[\]&{MARKS}]"
_MARKUP: Final = re.compile(
    rf"{_FIRST}(?i:(?<=<)(?P<tag>/?[A-Za-z][^\t\n\v />\0<]*+)(?P<attributes>[^<>]*+)>"
    r"|(?<=')(?P<quotes>'+)"
    rf"|(?<=\[)\[(?P<target>[^\[\]|<>{{}}\n{MARKS}]++)(?P<bar>\|)?"
    rf"|(?<=\[)(?P<address>(?:{PROTOCOLS}|//){_ADDRESS})"
    r"|(?<=\])(?P<close>\])"
    r"|(?<=&)(?P<entity>(?:\#[0-9]{1,9}|\#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});)"
    rf"|(?<=[{MARKS}])(?P<mark>))"
)
"""All tokens but free addresses. One class of first characters in front, outside of any flag: `re` searches for that quickly."""
_TOKEN: Final = pattern(rf"{_MARKUP.pattern}|\b(?i:(?P<free>(?P<protocol>{PROTOCOLS}){_ADDRESS}))")
_SCHEME: Final = re.compile(rf":(?:(?=//)|(?i:{'|'.join(f'(?<={name}:)' for name in _SCHEMES)}))")
_TRAIL: Final = re.compile(r"[a-z]++")
_NO_TITLE: Final = re.compile(r"[\x00-\x1f\x7f<>\[\]{}|\ufffd]|%[0-9A-Fa-f]{2}|&(?:#\w+|\w+);")
_LINK: Final = pattern(r"\[\[[^\[\]]*+\]\]")
_BAR: Final = pattern(r"\|")
_PROTOCOL: Final = pattern(rf"\s*+(?:{PROTOCOLS})", re.I)
_CUT: Final = pattern(_ANGLE)
_ENTITY_END: Final = pattern(r"&(?:[a-z]++|#x[\da-f]++|#\d++);\Z", re.I)


class Tokens:
    """Reads the tokens of text[start:end], a line without its \\n."""

    def __init__(self, text: str, start: int, end: int, author: bool) -> None:
        self.text = text
        self.end = end
        self.pos = start
        self.found: list[Token] = []
        self.quotes: list[tuple[int, int, int]] = []
        self.link_end = -1
        self.search = (_TOKEN if ":" in text[start:end] and _SCHEME.search(text, start, end) else _MARKUP).search
        self.closers: dict[str, tuple[int, int]] = {}
        self.author = author
        self.code: set[str] = set()
        """Elements of code that are open."""
        self.reopened = False
        """Whether one of them began once more."""
        self.labels_end = True
        """Whether there may still be the end of an external link's label."""

    def read(self) -> list[Token]:
        text, end, match_at = self.text, self.end, self.search
        start = self.pos
        while match := match_at(text, self.pos, end):
            self.pos = match.end()
            group = match.lastgroup
            if group == "attributes":
                self._tag(match)
            else:
                _READERS[group or ""](self, match)
        if self.reopened and self.author:
            self._close_reopened()
        if self.quotes:
            return quotes.resolve(text, start, end, self.found, self.quotes)
        return self.found

    def _closer(self, mark: str, pos: int) -> int:
        """Where `mark` next stands from `pos` on, or -1; found once for all that wait for the same one."""
        asked, at = self.closers.get(mark, (self.end, -1))
        if asked <= pos and (at >= pos or at < 0):
            return at
        at = self.text.find(mark, pos, self.end)
        self.closers[mark] = (pos, at)
        return at

    def _tag(self, match: re.Match[str]) -> None:
        name = match["tag"].lower()
        closing = name[0] == "/"
        name = name.lstrip("/")
        if name not in tags.ALLOWED:
            self.pos = match.start() + 1
            return
        attributes = match["attributes"]
        if name in CODE:
            self.reopened = self.reopened or (not closing and name in self.code)
            (self.code.discard if closing else self.code.add)(name)
        if closing and name != "br":
            self.found.append((*match.span(), "end", name, ""))
            return
        self.found.append((*match.span(), "start", name, attributes.rstrip("/")))
        if attributes.endswith("/") and name in tags.ITEMS:
            self.found.append((match.end(), match.end(), "end", name, ""))

    def _close_reopened(self) -> None:
        """Take code to end where its author wrote another opening tag."""
        places = [i for i, token in enumerate(self.found) if token[3] in CODE and token[2] in ("start", "end")]
        read = [Tag(token[3], token[2] == "end", token[0], token[1]) for token in map(self.found.__getitem__, places)]
        for i in meant_as_ends(self.text, read):
            start, end, _, name, _ = self.found[places[i]]
            self.found[places[i]] = (start, end, "end", name, "")

    def _quotes(self, match: re.Match[str]) -> None:
        self.quotes.append((*match.span(), len(self.found)))

    def _target(self, match: re.Match[str]) -> None:
        text = self.text
        start = match.start()
        target = _unescaped(match["target"])
        if names.of_title(target) == "file" and target.strip(" _")[:1] != ":":
            self._file(match)
            return
        close = self._closer("]]", match.end())
        inner = text.find("[[", match.end(), self.end)
        empty = close == match.end() and match["bar"] is not None
        if close < 0 or 0 <= inner < close or empty or not _is_title(target):
            self.pos = start + 1
            return
        label = (
            match.end()
            if match["bar"]
            else start + 2 + (target.lstrip(" ")[:1] == ":" and len(target) - len(target.lstrip(" :")))
        )
        if not match["bar"] and close != match.end():
            self.pos = start + 2
            return
        if text[close + 2 : close + 3] == "]" and "[" in text[label:close]:
            close += 1
        self.found.append((start, label, "start", "a", ("page", _title(target))))
        self.link_end = close
        self.pos = label
        if not match["bar"] and target != match["target"]:
            self.found.append((label, close, "text", rows.decode(target), None))
            self.pos = close

    def _bar(self, match: re.Match[str]) -> None:
        self._target(match)

    def _close(self, match: re.Match[str]) -> None:
        if match.start() == self.link_end - 1 and self.text[match.end() : match.end() + 1] == "]":
            self.pos = match.start() + 1
            return
        if match.start() != self.link_end:
            return
        trail = _TRAIL.match(self.text, match.end(), self.end)
        after = trail.end() if trail else match.end()
        self.found.append((*match.span(), "skip", "", None))
        self.found.append((after, after, "end", "a", ""))
        self.pos = after
        self.link_end = -1

    def _file(self, match: re.Match[str]) -> None:
        text, pos, depth = self.text, match.end(), 1
        bars: list[int] = []
        while depth:
            close = self._closer("]]", pos)
            if close < 0 or depth > 9:
                self.pos = match.start() + 2
                return
            inner = text.find("[[", pos, close)
            step = inner if inner >= 0 else close
            if depth == 1:
                bars += [bar.start() for bar in _BAR.finditer(text, pos, step)]
            depth += 1 if inner >= 0 else -1
            pos = step + 2
        inside = text[match.end() : pos - 2]
        if text.startswith("]", pos) and "[" in inside and "[[" not in inside:
            pos += 1
        name = match["target"].partition(":")[2]
        edges = [match.end() - 1, *bars, pos - 2] if match["bar"] else []
        options = [(a + 1, b) for a, b in pairwise(edges)]
        self._picture(match.start(), pos, _title(name), options)
        self.pos = pos

    def _picture(self, start: int, end: int, name: str, options: list[At]) -> None:
        """A file link with its options: the picture, in a box of its own where an option says so."""
        kinds = [(*names.image_option(self.text[a:b]), (a, b)) for a, b in options]
        boxed = not self.author and any(kind in {"image_caption", "image_block"} for kind, _, _ in kinds)
        captions = [at for kind, _, at in kinds if not kind]
        alt = next((value for kind, value, _ in kinds if kind == "image_alt"), "")
        shown = rows.decode(alt or (self.text[slice(*captions[-1])].strip() if captions else ""))
        if not boxed:
            self.found.append((start, end, "image", name, shown))
            return
        a, b = captions[-1] if captions and any(kind == "image_caption" for kind, _, _ in kinds) else (end, end)
        self.found += [(start, start, "start", "div", ""), (start, a, "image", name, alt)]
        if a < b:
            inner = Tokens(self.text, a, b, self.author).read()
            self.found += [(a, a, "start", "div", ""), *_with_text(inner, a, b), (b, b, "end", "div", "")]
        self.found.append((b, end, "end", "div", ""))

    def _address(self, match: re.Match[str]) -> None:
        start, address_end = match.span()
        end = self._label_end(address_end) + 1
        if not end:
            self.pos = start + 1
            return
        cut = _CUT.search(self.text, match.start("address"), address_end)
        if cut:
            address_end = cut.start()
        label = address_end
        while label < end and self.text[label] in " \t\u00a0":
            label += 1
        self.found.append((start, label, "start", "a", ("external", rows.decode(self.text[start + 1 : address_end]))))
        if label == end - 1:
            self.found.append((label, label, "number", "", (start + 1, address_end)))
        self.pos = label
        self._until(end - 1)
        self.found.append((end - 1, end, "end", "a", ""))
        self.pos = end

    def _label_end(self, pos: int) -> int:
        """Where the ] of an external link stands, after the links in its label; -1 for none."""
        while self.labels_end:
            close = self._closer("]", pos)
            inner = _LINK.search(self.text, pos, self.end) if close >= 0 else None
            if close >= 0 and (inner is None or inner.start() > close):
                return close
            if inner is None:
                self.labels_end = False
            else:
                pos = inner.end()
        return -1

    def _until(self, end: int) -> None:
        """Read the label of an external link, in which no other link begins."""
        while (match := self.search(self.text, self.pos, end)) and match.end() <= end:
            self.pos = match.end()
            group = match.lastgroup
            if group == "attributes":
                self._tag(match)
            elif group in {"quotes", "entity", "mark", "target", "bar", "close"}:
                _READERS[group](self, match)
            elif group == "address":
                self.pos = match.start() + 1
        self.pos = end

    def _free(self, match: re.Match[str]) -> None:
        start, end = match.span("free")
        if self.link_end >= 0:
            return
        cut = _CUT.search(self.text, start, end)
        if cut:
            end = cut.start()
        address = self.text[start:end]
        kept = address.rstrip(",;.:!?" if "(" in address else ",;.:!?)")
        if address[len(kept) : len(kept) + 1] == ";" and _ENTITY_END.search(kept + ";"):
            kept += ";"
        end = start + len(kept)
        if end <= match.end("protocol"):
            self.pos = match.end("protocol")
            return
        self.pos = end
        self.found.append((start, start, "start", "a", ("external", rows.decode(kept))))
        self._entities(start, end)
        self.found.append((end, end, "end", "a", ""))

    def _entities(self, start: int, end: int) -> None:
        for match in rows.ENTITY.finditer(self.text, start, end):
            self._entity(match)

    def _entity(self, match: re.Match[str]) -> None:
        shown = rows.decode(match[0])
        if shown != match[0]:
            self.found.append((*match.span(), "text", shown, None))

    def _mark(self, match: re.Match[str]) -> None:
        self.found.append((*match.span(), "mark", match[0], None))


_READERS: Final = {
    "quotes": Tokens._quotes,
    "target": Tokens._target,
    "bar": Tokens._bar,
    "address": Tokens._address,
    "close": Tokens._close,
    "free": Tokens._free,
    "entity": Tokens._entity,
    "mark": Tokens._mark,
}


def _unescaped(target: str) -> str:
    return unquote(target) if "%" in target else target


def _is_title(target: str) -> bool:
    """Whether a link may lead there: not empty, no address (which belongs in single brackets), only what titles may hold
    (MediaWikiTitleCodec::splitTitleString)."""
    if not target.strip(" _:") or (":" in target and _PROTOCOL.match(target)):
        return False
    page = rows.decode(target).partition("#")[0]
    return not _NO_TITLE.search(page) and len(page.encode("utf-8", "replace")) <= 255


def _with_text(found: list[Token], start: int, end: int) -> list[Token]:
    """`found`, with the plain text of text[start:end] between the tokens as tokens too."""
    out: list[Token] = []
    pos = start
    for token in found:
        if pos < token[0]:
            out.append((pos, token[0], "plain", "", None))
        out.append(token)
        pos = max(pos, token[1])
    if pos < end:
        out.append((pos, end, "plain", "", None))
    return out


def _title(target: str) -> str:
    return rows.decode(" ".join(target.replace("_", " ").split()))


def tokens(text: str, start: int, end: int, *, author: bool) -> list[Token]:
    """The tokens of text[start:end], a line, in order; `author` keeps pictures in the text that MediaWiki puts in boxes."""
    return Tokens(text, start, end, author).read()
