"""What a wiki is asked for, and what its API answers, as records."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from runbook.model import Page


class Access(Struct, frozen=True):
    """How to reach a wiki: `name` as the project calls it, `url` any page of it, `api` its api.php where `url` doesn't lead to it,
    `contact` an address of who runs this. `user` and `password` are those of a bot password, `token` one of OAuth 2."""

    name: str
    url: str
    contact: str
    agent: str
    api: str | None = None
    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"Access({self.name!r}, {self.url!r})"


class Wanted(Struct, frozen=True):
    """Which pages of a wiki are wanted: those in any of `categories` (names without namespace), those whose title begins with one of
    `prefixes`, those with `titles`, or `everything`. `namespaces` by number; without one those that hold content."""

    categories: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    everything: bool = False
    namespaces: tuple[int, ...] = ()


class Protection(Struct, frozen=True):
    type: str = ""
    level: str = ""


class Info(Struct, frozen=True):
    """What a list of pages says of one."""

    title: str = ""
    ns: int = 0
    pageid: int = 0
    lastrevid: int = 0
    touched: str = ""
    redirect: bool = False
    missing: bool = False
    invalid: bool = False
    protection: tuple[Protection, ...] = ()
    contentmodel: str = "wikitext"


class Slot(Struct, frozen=True):
    content: str | None = None
    contentmodel: str = "wikitext"
    texthidden: bool = False


class Revised(Struct, frozen=True):
    revid: int
    parentid: int = 0
    timestamp: str = ""
    user: str | None = None
    comment: str | None = None
    sha1: str | None = None
    content: str | None = None
    contentmodel: str = "wikitext"
    texthidden: bool = False
    slots: dict[str, Slot] = {}

    @property
    def main(self) -> Slot:
        return self.slots.get("main") or Slot(self.content, self.contentmodel, self.texthidden)


class Named(Struct, frozen=True):
    title: str = ""


class Held(Struct, frozen=True):
    title: str = ""
    ns: int = 0
    pageid: int = 0
    missing: bool = False
    revisions: tuple[Revised, ...] = ()
    categories: tuple[Named, ...] = ()
    templates: tuple[Named, ...] = ()


class Fetched(Struct, frozen=True):
    """A page's text as its latest revision has it, None when it can't be had (`why`), with what the wiki knows besides."""

    id: int
    title: str
    namespace: int
    page: Page | None
    categories: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    why: str = ""


class Image(Struct, frozen=True):
    url: str = ""
    size: int = 0
    sha1: str = ""


class Site(Struct, frozen=True):
    """`wiki` is the address of index.php; `content` the namespaces that hold content, `namespaces` their numbers by folded name."""

    wiki: str | None
    content: tuple[int, ...]
    namespaces: Mapping[str, int]
