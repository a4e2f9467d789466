"""MediaWiki exports: Special:Export and dumpBackup XML (schemas 0.3 to 0.11), one page at a time in flat memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from msgspec import structs

from runbook.model import Diagnostic, Page, Revision, SourceError, text_sha1

from . import address
from .odd import title_diagnostics
from .selection import Entry, NothingSelectedError, Role, Selection
from .xmlstream import Event

STARTS = ("page", "revision", "redirect", "text", "namespace", "content")
ENDS = frozenset({"revision", "page", "content", "namespace", "siteinfo"})
FIELDS = frozenset({"title", "ns", "id", "parentid", "timestamp", "username", "ip", "comment", "model", "text", "sha1", "base"})
HISTORY_LIMIT = 16 << 20
"""Characters of older revisions that are kept of one page; the oldest go first."""
_TEMPLATE, _CATEGORY, _MODULE = 10, 14, 828
_NOT_INSTRUCTIONS = {2, 6, 8, _CATEGORY}
_MODULES = {"Scribunto", "lua"}


def read_dump(
    root: Event, events: Iterable[Event], name: str, selection: Selection, tell: Callable[[Diagnostic], object]
) -> Iterator[Entry]:
    """The selected pages of an export whose root element was `root`, in its order.

    Revisions without text (hidden, or left out of the export) are told and left out. Raises SourceError when no page is in it.
    """
    reader = _Reader(root, name, selection, tell)
    for event in events:
        entry = reader.take(event)
        if entry is not None:
            yield entry
    reader.finish(root.line)


class _Reader:
    """The state of one export: its wiki, and the page and revision that are being read."""

    def __init__(self, root: Event, name: str, selection: Selection, tell: Callable[[Diagnostic], object]) -> None:
        self.name = name
        self.selection = selection
        self.tell = tell
        self.language = (root.attributes or {}).get("lang", "")
        self.namespaces: dict[str, int] = {}
        self.category_names = frozenset({"category"})
        self.wiki: str | None = None
        self.seen: Counter[str] = Counter()
        self.site: dict[str, str] = {}
        self.fields = self.site
        self.page: dict[str, str] = {}
        self.revision: dict[str, str] = {}
        self.text: dict[str, str] = {}
        self.revisions: list[Page] = []
        self.kept = 0
        self.line = 0
        self.wanted = True
        self.dropped = 0
        self.key = ""

    def take(self, event: Event) -> Entry | None:
        """Takes the next event; an entry when it ends a selected page."""
        tag = event.tag
        if event.attributes is not None:
            self.start(tag, event.attributes, event.line)
        elif tag not in ENDS:
            self.fields.setdefault(tag, event.text)
        elif tag == "revision":
            self.end_revision()
        elif tag == "page":
            return self.end_page()
        elif tag == "content":
            self.fields = self.revision
        elif tag == "namespace":
            self.add_namespace(event.text)
        else:
            self.wiki = address.page_root(self.site.get("base", ""))
        return None

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        if tag == "page":
            self.page = self.fields = {}
            self.revisions, self.kept, self.dropped, self.line = [], 0, 0, line
        elif tag == "revision":
            if not self.revisions:
                self.judge_title()
            self.revision = self.fields = {}
            self.text = {}
        elif tag == "redirect":
            self.page["leads to"] = attributes.get("title", "")
        elif tag == "content":
            self.fields = {}  # another slot than the main one
        elif tag == "text":
            if self.fields is self.revision:
                self.text = attributes
        elif tag == "namespace":
            self.key = attributes.get("key", "")

    @property
    def where(self) -> str:
        return f"{self.name}:{self.line}: page {self.page.get('title', '')[:60]!r}"

    def add_namespace(self, text: str) -> None:
        if self.key.lstrip("-").isdecimal() and len(self.key) < 8:
            self.namespaces[text.casefold()] = int(self.key)
            if int(self.key) == _CATEGORY:
                self.category_names |= {text.casefold()}

    def judge_title(self) -> None:
        self.wanted = self.selection.wants_title(self.page.get("title", ""), self.namespace())

    def namespace(self) -> int:
        """The page's namespace by number; exports before 0.5 have only its name in the title."""
        given = self.page.get("ns", "")
        if given.lstrip("-").isdecimal() and len(given) < 8:
            return int(given)
        prefix, colon, _ = self.page.get("title", "").partition(":")
        return self.namespaces.get(prefix.casefold(), 0) if colon else 0

    def end_revision(self) -> None:
        fields, self.fields = self.revision, self.page
        if not self.wanted:
            return
        text = fields.get("text", "")
        if not text and (self.text.get("deleted") or self.text.get("bytes", "0") != "0"):
            number = fields.get("id", "?")[:20]
            what = f"{self.where}: revision {number} has no text: hidden on the wiki, or left out of the export"
            self.tell(Diagnostic("revision-without-text", "warning", what))
            return
        self.keep(self.make_page(fields, text))

    def make_page(self, fields: dict[str, str], text: str) -> Page:
        title = self.page.get("title", "")
        number = _number(fields.get("id"))
        digest = text_sha1(text)
        notes = self.checked(digest, fields.get("sha1") or self.text.get("sha1") or "", number)
        revision = Revision(
            number,
            _number(fields.get("parentid")),
            fields.get("timestamp"),
            fields.get("username") or fields.get("ip"),
            fields.get("comment", ""),
            digest,
        )
        url = address.permalink(self.wiki, title, number)
        return Page(title, text, "wikitext", self.wiki, url, revision, self.name, diagnostics=notes)

    def checked(self, digest: str, given: str, number: int | None) -> tuple[Diagnostic, ...]:
        """A diagnostic when a revision's text isn't the one that the wiki has (its SHA-1 stands in base 36)."""
        try:
            same = not given or len(given) > 31 or int(given, 36) == int(digest, 16)
        except ValueError:
            same = False
        if same:
            return ()
        what = f"{self.where}: revision {number}: the text doesn't have the SHA-1 that the wiki gives for it: it was changed on the way"
        return (Diagnostic("text-changed-on-the-way", "warning", what),)

    def keep(self, page: Page) -> None:
        """Adds a revision; past the limit the oldest are dropped, so that memory stays flat."""
        self.revisions.append(page)
        self.kept += len(page.text)
        if len(self.revisions) > 1 and (self.kept > HISTORY_LIMIT or not self.selection.history):
            self.revisions.sort(key=_age)
            while len(self.revisions) > 1 and (self.kept > HISTORY_LIMIT or not self.selection.history):
                self.kept -= len(self.revisions.pop(0).text)
                self.dropped += 1

    def end_page(self) -> Entry | None:
        self.fields = self.site
        if not self.revisions:
            self.seen["without text" if self.wanted else "not selected"] += 1
            return None
        *older, page = sorted(self.revisions, key=_age)
        self.revisions = []
        notes = [*page.diagnostics, *title_diagnostics(page.title, self.where, self.language)]
        if self.dropped and self.selection.history:
            what = f"{self.where}: {self.dropped} older revisions were left out: together too large"
            notes.append(Diagnostic("history-shortened", "info", what))
        if older or notes:
            page = structs.replace(page, history=tuple(reversed(older)), diagnostics=tuple(notes))
        parent = page.title.rpartition("/")[0] or None
        entry = Entry(page, self.namespace(), self.role(), self.page.get("leads to"), parent)
        wanted = self.selection.wants(entry, self.category_names)
        self.seen[entry.role if entry.role not in self.selection.roles else "selected" if wanted else "not selected"] += 1
        return entry if wanted else None

    def role(self) -> Role:
        model = self.revision.get("model", "wikitext")
        namespace = self.namespace()
        if model in _MODULES or namespace == _MODULE:
            return "module"
        if "leads to" in self.page:
            return "redirect"
        if model != "wikitext" or namespace < 0:
            return "other"
        if namespace % 2:
            return "talk"
        return "template" if namespace == _TEMPLATE else "other" if namespace in _NOT_INSTRUCTIONS else "page"

    def finish(self, line: int) -> None:
        if not self.seen:
            raise SourceError(f"{self.name}:{line}", "an export without pages: do the pages exist, may they be read?")
        if not self.seen["selected"]:
            counts = ", ".join(f"{count} {what}" for what, count in sorted(self.seen.items()) if count)
            raise NothingSelectedError(f"{self.name}:{line}", f"an export in which no page is selected ({counts})")


def _age(page: Page) -> tuple[str, int]:
    return page.revision.timestamp or "", page.revision.id or 0


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 and int(text) else None
