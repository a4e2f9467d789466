"""Where the pages and pictures of a conversion lie, and how they link to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from posixpath import dirname, relpath
from typing import TypeAlias

from markdown.extensions.toc import slugify

from runbook.render.site_views import wiki_address
from runbook.slug import slug, unique

Fetch: TypeAlias = Callable[[str], bytes | None]
"""The bytes of an uploaded file by its name ("Plan.png"), None where there is none."""

_HOPS = 5
IMAGES = "images"


def folded(title: str) -> str:
    """A title as MediaWiki compares it: blanks for underscores, a capital at the beginning, no colon before it."""
    plain = " ".join(title.replace("_", " ").split()).lstrip(":").strip()
    return plain[:1].upper() + plain[1:]


class Names:
    """The files that pages become: below one folder, subpages in folders, names that collide numbered."""

    def __init__(self, titles: Iterable[tuple[str, str | None]], suffix: str) -> None:
        """`titles` are all pages with what each redirects to, if anything; `suffix` is that of the files, such as ".md"."""
        self.suffix = suffix
        self.files: dict[str, str] = {}
        self.redirects: dict[str, str] = {}
        self.taken: set[str] = set()
        for title, target in titles:
            key = folded(title)
            if key not in self.files:
                name = unique(_path(title), self.taken)
                self.taken.add(name)
                self.files[key] = name + suffix
            if target is not None:
                self.redirects[key] = target

    def file(self, title: str) -> str:
        """The file of a page, which is one of those that were named."""
        return self.files[folded(title)]

    def link(self, target: str, page: str, wiki: str | None) -> tuple[str, bool]:
        """The address of a page (maybe with #section) as it stands in the file of `page`, redirects followed; and whether it leads to a
        page that is converted too, or to the wiki."""
        title, mark, section = target.partition("#")
        here = self.files.get(folded(page), "")
        if not title.strip(" :"):
            return self._anchor(section, mark), True
        for _ in range(_HOPS):
            further = self.redirects.get(folded(title))
            if further is None or folded(further.partition("#")[0]) == folded(page):
                break
            title, _, named = further.partition("#")
            section = section or named
        anchor = self._anchor(section, "#" if section else "")
        file = self.files.get(folded(title))
        if file is not None:
            return (anchor if file == here and anchor else relpath(file, dirname(here) or ".") + anchor), True
        address = wiki_address(wiki, f"{title}#{section}" if section else title)
        if address is not None:
            return address, True
        return relpath(_path(title) + self.suffix, dirname(here) or ".") + anchor, False

    def _anchor(self, section: str, mark: str) -> str:
        return f"{mark}{anchor(section, self.suffix)}" if section.strip() else ""


def anchor(section: str, suffix: str) -> str:
    """The id of a section's heading: as Python-Markdown makes it, or as MediaWiki does."""
    plain = section.replace("_", " ").strip()
    return slugify(plain, "-") if suffix == ".md" else "_".join(plain.split())


def _path(title: str) -> str:
    return "/".join(slug(part) for part in folded(title).split("/") if part.strip()) or slug(title)


class Pictures:
    """The pictures of a conversion: fetched once each where a wiki gives them, and kept below images/."""

    def __init__(self, fetch: Fetch | None, keep: Callable[[str, bytes], None]) -> None:
        self.fetch = fetch
        self.keep = keep
        self.known: dict[str, str | None] = {}
        self.taken: set[str] = set()

    def link(self, name: str, page: str, wiki: str | None) -> tuple[str, bool]:
        """The address of a file of the wiki as it stands in the file `page`; and whether it was fetched."""
        key = folded(name)
        if key not in self.known:
            self.known[key] = self._fetched(name)
        path = self.known[key]
        if path is not None:
            return relpath(path, dirname(page) or "."), True
        address = wiki_address(wiki, f"Special:Redirect/file/{name}")
        return (address or relpath(f"{IMAGES}/{_picture(name)}", dirname(page) or ".")), False

    def _fetched(self, name: str) -> str | None:
        data = self.fetch(name) if self.fetch is not None else None
        if data is None:
            return None
        stem, dot, kind = _picture(name).rpartition(".")
        path = f"{unique(stem, self.taken)}{dot}{kind}"
        self.taken.add(path.rpartition(".")[0])
        self.keep(f"{IMAGES}/{path}", data)
        return f"{IMAGES}/{path}"


def _picture(name: str) -> str:
    stem, dot, kind = name.rpartition(".")
    return f"{slug(stem)}.{slug(kind, limit=8, digest=False)}" if dot and stem else f"{slug(name)}.bin"
