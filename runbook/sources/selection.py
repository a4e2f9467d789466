"""Which pages of a source are wanted, and what pages are there for."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from runbook.model import Page, SourceError

Role = Literal["page", "redirect", "template", "module", "talk", "other"]
"""What a page is there for; "other" are user, file, interface and category pages, and those that are no wikitext."""

CATEGORY = frozenset({"category"})
_LINK = re.compile(r"\[\[ *([^\[\]|{}\n:]{1,100}):([^\[\]|{}\n]{1,255})(?=\]\]|\|)")


class NothingSelectedError(SourceError):
    """A source in which no page is selected."""


class Entry(Struct, frozen=True):
    """One page with what it is there for. `redirect` is where it leads; `parent` the page above a subpage, by its title only: whether the
    namespace has subpages an export doesn't say."""

    page: Page
    namespace: int
    role: Role
    redirect: str | None = None
    parent: str | None = None


class Selection(Struct, frozen=True):
    """Which pages of a source are wanted; what is empty asks nothing.

    `namespaces` by number, `spaces` by folded name as it stands in titles ("" is that without name): one of either; `titles`
    patterns with * and ?; `prefix` of the title; `categories` by name without namespace, as far as they stand in the page's own text
    (not those that a template adds); `since` and `until` ISO 8601 times (or beginnings of such) between which the latest revision
    lies; `roles` what pages are for; `history` whether older revisions are kept.
    """

    namespaces: frozenset[int] = frozenset()
    spaces: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    prefix: str = ""
    categories: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    roles: frozenset[Role] = frozenset({"page"})
    history: bool = True

    @property
    def is_open(self) -> bool:
        """Whether every page is wanted that is one."""
        return self == Selection(history=self.history)

    def wants_title(self, title: str, namespace: int) -> bool:
        name = title.partition(":")[0].replace("_", " ").casefold() if ":" in title else ""
        if (self.namespaces or self.spaces) and namespace not in self.namespaces and name not in self.spaces:
            return False
        if self.titles and not any(fnmatchcase(title, pattern) for pattern in self.titles):
            return False
        return title.startswith(self.prefix)

    def wants(self, entry: Entry, category_names: frozenset[str] = CATEGORY) -> bool:
        """Whether a page is wanted by what it is for, its dates and its categories."""
        if entry.role not in self.roles:
            return False
        stamp = entry.page.revision.timestamp or ""
        if (self.since and stamp < self.since) or (self.until and stamp[: len(self.until)] > self.until):
            return False
        return not self.categories or not self.categories.isdisjoint(categories(entry.page.text, category_names))


PAGES: frozenset[Role] = frozenset({"page", "template", "talk", "other"})
"""What whole namespaces are there for."""
EVERYTHING = Selection(roles=frozenset({"page", "redirect", "template", "module", "talk", "other"}))


def categories(text: str, names: frozenset[str] = CATEGORY) -> set[str]:
    """The categories that a text itself names, with blanks for "_" and a capital first letter; `names` are the namespace's, folded."""
    found = set()
    for prefix, name in _LINK.findall(text):
        if prefix.strip().casefold() in names:
            plain = " ".join(name.replace("_", " ").split())
            found.add(plain[:1].upper() + plain[1:])
    return found
