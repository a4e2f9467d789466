"""Tables of elements: what MediaWiki's Sanitizer lets through, and how HTML's tree construction treats it."""

from __future__ import annotations

from typing import Final

INLINE: Final = frozenset(
    [
        "b",
        "bdi",
        "bdo",
        "del",
        "i",
        "ins",
        "u",
        "font",
        "big",
        "small",
        "sub",
        "sup",
        "cite",
        "code",
        "em",
        "s",
        "strike",
        "strong",
        "tt",
        "var",
        "ruby",
        "rb",
        "rp",
        "rt",
        "rtc",
        "span",
        "abbr",
        "dfn",
        "kbd",
        "samp",
        "data",
        "time",
        "mark",
        "q",
    ]
)
"""Elements of running text (Sanitizer::getRecognizedTagData)."""

FORMATTING: Final = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
"""Inline elements that HTML opens again in the next block (the list of active formatting elements)."""

VOID: Final = frozenset(["br", "wbr", "hr", "meta", "link"])
HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
LISTS: Final = frozenset(["ul", "ol", "dl"])
ITEMS: Final = frozenset(["li", "dt", "dd"])
CELLS: Final = frozenset(["td", "th", "caption"])
BLOCKS: Final = frozenset(["div", "center", "blockquote", "p", "pre", "table", "tr"]) | HEADINGS | LISTS | ITEMS | CELLS

ALLOWED: Final = INLINE | VOID | BLOCKS
"""Every element that a page may write in HTML; the rest is text."""

EXTENSIONS: Final = ("pre", "nowiki", "gallery", "indicator", "langconvert", "ref", "references", "syntaxhighlight", "source")
"""Extension tags: their content is taken out before anything else is read."""

FORMER: Final = ("geshi",)
"""Tags of extensions that are gone: text to the wiki, blocks of code to their authors."""

TABS: Final = ("tabs", "tabber")
"""Tags of extensions that not every wiki has: where it lacks them they are text, and tabs to their authors."""

CODE: Final = ("code", "tt", "kbd", "samp")
"""Inline elements that authors use for blocks of code."""

STYLE_NAMES: Final = {"b": "bold", "i": "italic"}
