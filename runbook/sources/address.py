"""Addresses that a source gives: only http and https are taken over, and none is ever fetched."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct

_TITLE_SAFE = "/:;@$!*(),~-._"  # what MediaWiki's wfUrlencode leaves as it is
_LIMIT = 4096


class Place(Struct, frozen=True):
    """What a link to a wiki page says: `wiki` is the address of index.php, or of the page root when it ends in "/"; `title` the
    page's as the link has it, with spaces; `diff` and `oldid` the revisions, 0 for none; `relative` that oldid says "prev"."""

    wiki: str | None
    title: str | None = None
    diff: int = 0
    oldid: int = 0
    relative: bool = False


def web(text: str | None) -> str | None:
    """`text` when it is an absolute http or https address without blanks, controls and passwords, else None."""
    if not text or len(text) > _LIMIT:
        return None
    text = text.strip()
    if any(char <= " " or char == "\x7f" or char in '"<>\\^`{|}' for char in text):
        return None
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        return None
    return text if known else None


def place(link: str, title: str | None = None) -> Place:
    """What `link` (as `web` gave it) says of page, revisions and wiki; `title` helps where the page stands in the path."""
    parts = urlsplit(link)
    root = f"{parts.scheme}://{parts.netloc}"
    query = dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)) if parts.query.count("&") < 50 else {}
    wanted = query.get("title")
    found = {"diff": _number(query.get("diff")), "oldid": _number(query.get("oldid"))}
    relative = query.get("oldid") == "prev"
    if wanted is not None:
        return Place(root + parts.path, wanted.replace("_", " "), relative=relative, **found)
    if title:
        at = _root_end(parts.path, title)
        if at:
            return Place(root + parts.path[:at], title, relative=relative, **found)
    return Place(None, None, relative=relative, **found)


def permalink(wiki: str | None, title: str, revision: int | None) -> str | None:
    """Where one revision of a page can be read (its latest when `revision` is None)."""
    if wiki is None or not title:
        return None
    name = quote(title.replace(" ", "_"), safe=_TITLE_SAFE)
    if wiki.endswith("/"):
        return wiki + name + (f"?oldid={revision}" if revision else "")
    return f"{wiki}?title={name}" + (f"&oldid={revision}" if revision else "")


def difference(wiki: str | None, title: str, old: int | None, new: int | None) -> str | None:
    """Where a wiki shows what changed between two revisions of a page."""
    if not wiki or not title or old is None or new is None or old == new:
        return None
    if wiki.endswith("/"):
        return f"{permalink(wiki, title, None)}?diff={new}&oldid={old}"
    return f"{wiki}?diff={new}&oldid={old}"


def page_root(base: str) -> str | None:
    """The page root of a wiki, or its index.php, from the address of its main page (an export's `base`)."""
    address = web(base)
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.query:
        return place(address).wiki
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/"


def _root_end(path: str, title: str) -> int:
    """Where in `path` the title begins: 0 when the path doesn't end in it."""
    wanted = title.replace(" ", "_")
    at = path.find("/")
    while at >= 0:
        if unquote(path[at + 1 :]).replace(" ", "_") == wanted:
            return at + 1
        at = path.find("/", at + 1)
    return 0


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def ends_with(link: str, text: str) -> bool:
    """Whether the path of `link`, decoded, ends in `text` (blanks count as "_")."""
    return unquote(link.partition("?")[0]).replace("_", " ").endswith(text.replace("_", " "))
