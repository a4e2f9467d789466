"""What the HTML of a feed entry holds: a revision's exact text, a diff, a link to one, or only words.

The markup is MediaWiki's own, the same from 1.19 to 1.43: ApiFeedContributions::feedItemDesc and SpecialNewpages::feedItemDesc write
`<p>user: comment</p>\\n<hr />\\n<div>nl2br(htmlspecialchars(text))</div>`; FeedUtils::formatDiffRow2 (history, recent changes) writes
`<p>comment as HTML</p>\\n` and then a diff table, `<p><b>New page</b></p><div>…</div>` with the text, or a link to the diff.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Literal

from msgspec import Struct

_SOURCE = re.compile(r"<p>([^<]*)</p>\n<hr />\n<div>(.*)</div>\s*\Z", re.DOTALL)
_NEW_PAGE = re.compile(r"<p><b>[^<]*</b></p><div>(.*)</div>\s*\Z", re.DOTALL)
_ENTITY = re.compile(r"&(?:lt|gt|quot|amp|#0?39);")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&", "&#039;": "'", "&#39;": "'"}
_SEPARATOR = re.compile(r"[ \u00a0]?[:：][ \u00a0]?")
_LOGGED = re.compile(r'class="[^"<>]*mw-userlink')
"""Only LogFormatter's action texts link users like this: a move, an upload, a protection; what follows is no new page's text."""
_TAG = re.compile(r"<[^<>]*>")


class Summary(Struct, frozen=True):
    """`shape` "source": `text` is the revision's, behind `note`, which is "user: comment". "page": `text` is a new page's; "diff": `diff`
    is an HTML table's inside; "link": only a link to the diff; "words": nothing but `note`. For these four, `note` is the comment."""

    shape: Literal["source", "page", "diff", "link", "words"]
    note: str = ""
    text: str = ""
    diff: str = ""


def read_summary(html: str) -> Summary:
    """What the HTML of an entry holds. Linear in its length; never raises."""
    source = _SOURCE.match(html)
    if source:
        return Summary("source", unescape(source[1]), unhtml(source[2]))
    end = html.find("</p>\n")
    if not html.startswith("<p>") or end < 0:
        return Summary("words", html.strip())
    note = unescape(_TAG.sub("", html[3:end])).strip()
    if _LOGGED.search(html, 3, end):
        return Summary("words", note)
    rest = html[end + 5 :]
    page = _NEW_PAGE.match(rest)
    if page:
        return Summary("page", note, unhtml(page[1]))
    rest = rest.strip()
    if "<tr" in rest:
        return Summary("diff", note, diff=rest)
    return Summary("link" if rest.startswith("<a ") else "words", note)


def unhtml(html: str) -> str:
    """The exact inverse of PHP's nl2br(htmlspecialchars(text)): every tag in `html` is a break which nl2br put before a line's end, and
    each entity is decoded once ("&amp;lt;" is the author's "&lt;")."""
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], html.replace("<br />\n", "\n"))


def split_note(note: str, user: str | None) -> tuple[str | None, str]:
    """User and comment of a "source" summary's note; `user`, when known from the entry, says where the separator
    (MediaWiki's message colon-separator, ": " in most languages) stands. No user name may hold a colon but IPv6 addresses."""
    if user and note.startswith(user):
        rest = _SEPARATOR.match(note, len(user))
        if rest:
            return user, note[rest.end() :]
    spaced = re.search(r":[ \u00a0]|：", note)
    if not spaced:
        return user or None, note
    return note[: spaced.start()].rstrip(" \u00a0") or None, note[spaced.end() :]
