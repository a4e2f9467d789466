"""Runbooks as the pages of a site: HTML from templates/, headings apart from it so that any engine can list them.

A page goes out in one of two forms with the same content: HTML for an engine that takes it (the MkDocs plugin), or Markdown
lines for the headings and blocks of HTML between them (`pages`), which Python-Markdown passes untouched.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from runbook.masks import Mask
from runbook.model import Page, PageInfo, Runbook, Step, to_json, walk
from runbook.names import redirect
from runbook.render import html, site_lists, site_trust
from runbook.render.script import common_end
from runbook.render.site_lists import INDEX, STATE, Row
from runbook.render.site_nodes import MARK, Heading, Sheet, environment, fill, masked, slot, steps, top_level
from runbook.render.site_trust import UNREVIEWED, Review, Trust
from runbook.render.site_views import Counts, Provenance, counts, provenance, wiki_address
from runbook.slug import slug, unique

Script = Callable[[Runbook], str | None]

_MARKED = re.compile(f"{MARK}(\\d+){MARK}")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_SPACES = re.compile(r"\s+")
NOWHERE: Mapping[str, str] = {}


class SitePage(NamedTuple):
    """One page. `body` is its HTML with marks where `headings` and `filling` go; `plain` its title without any markup."""

    slug: str
    plain: str
    body: Markup
    headings: tuple[Heading, ...]
    categories: tuple[str, ...] = ()
    counts: Counts = Counts(0, 0, 0, 0, 0)
    provenance: Provenance | None = None
    listed: bool = False
    """Whether it only lists other pages, whose words search must not find here."""
    filling: Mapping[str, str] = {}
    """What goes into its slots, which search doesn't look through."""

    @property
    def sections(self) -> list[tuple[Heading, str]]:
        """The page's headings, each with the plain text up to the next: what search looks through."""
        _, *pieces = _MARKED.split(fill(self.body, {}))
        texts = ("" if self.listed else Markup(piece).striptags() for piece in pieces[1::2])  # noqa: S704 - stripped at once
        return list(zip(self.outline, texts, strict=True))

    @property
    def outline(self) -> tuple[Heading, ...]:
        """The headings in the order in which they stand; a template of a project may have left some out."""
        return tuple(self.headings[int(number)] for number in _MARKED.findall(self.body))

    @property
    def html(self) -> Markup:
        """The page's content as HTML."""
        body = fill(self.body, self.filling)
        return Markup(_MARKED.sub(lambda m: heading_html(self.headings[int(m[1])]), body))  # noqa: S704 - from templates

    @property
    def markdown(self) -> str:
        """The page's content as Markdown lines for the headings and one line of HTML for what is between them."""
        pieces = _MARKED.split(fill(self.body, self.filling))
        return "\n\n".join(
            heading_markdown(self.headings[int(piece)]) if at % 2 else _one_line(piece)
            for at, piece in enumerate(pieces)
            if piece.strip()
        )


class Site(NamedTuple):
    """All pages (the index first, other lists last), and files to download by path, packed: a thousand scripts would fill the memory."""

    pages: tuple[SitePage, ...]
    downloads: dict[str, bytes]


_WHOLE, _SHARED = b"=", b"+"


def pack(text: str) -> bytes:
    """A file to download as it is kept: without the end that all scripts share."""
    own = text.removesuffix(common_end())
    return (_WHOLE if own == text else _SHARED) + zlib.compress(own.encode("utf-8", "replace"), 1)


def unpack(packed: bytes) -> str:
    """The inverse of `pack`."""
    own = zlib.decompress(packed[1:]).decode()
    return own + common_end() if packed[:1] == _SHARED else own


def heading_html(heading: Heading) -> str:
    """A heading with its anchor and a link to itself."""
    link = html.element("a", "#", class_="headerlink", href=f"#{heading.id}", aria_label="Link to this heading")
    shown = _numbered(heading, html.text(heading.title)) + (Markup(" ") + link if heading.level > 1 else Markup(""))
    return f"\n{html.element(f'h{heading.level}', shown, id=heading.id, dir=html.direction(heading.title))}\n"


def heading_markdown(heading: Heading) -> str:
    """A heading as one Markdown line that nothing in its title can change: all punctuation goes out as character references."""
    attributes = f"#{heading.id}" + (' dir="rtl"' if html.direction(heading.title) else "")
    return f"{'#' * heading.level} {_numbered(heading, Markup(_inert(heading.title)))} {{{attributes}}}"  # noqa: S704 - made inert


def _numbered(heading: Heading, title: Markup) -> Markup:
    if not heading.number:
        return title
    number = Markup(_inert(heading.number))  # noqa: S704 - made inert
    return html.element("span", number + Markup("<i>.</i>"), class_="rb-number") + Markup(" ") + title


def _inert(title: str) -> str:
    return _PUNCTUATION.sub(lambda m: f"&#{ord(m[0])};", title)


def _one_line(piece: str) -> str:
    """HTML as one element on one line: nothing in it can be taken for a line of Markdown, and no tab is expanded."""
    return f"<div>{piece.strip()}</div>".replace("\t", "&#9;").replace("\n", "&#10;")


# --- titles and links -------------------------------------------------------------------------------------------------


def canonical(title: str) -> str:
    """A title as wikis compare it: no section, blanks for underscores, the first letter large."""
    name = _SPACES.sub(" ", title.partition("#")[0].replace("_", " ")).strip().lstrip(":").strip()
    return name[:1].upper() + name[1:]


def resolver(page: PageInfo | Page, here: Mapping[tuple[str | None, str], str], up: str) -> html.Resolver:
    """Links of `page`: to a page of this site, else to its wiki, else nowhere. `up` leads to the site's root."""

    def resolve(target: str) -> str | None:
        name = canonical(target)
        if not name:
            return None
        found = here.get((page.wiki, name)) or (here.get((None, name)) if page.wiki is None else None)
        return f"{up}{found}/" if found else wiki_address(page.wiki, target)

    return resolve


# --- pages ------------------------------------------------------------------------------------------------------------


class Leaf(NamedTuple):
    """A page with all that belongs to it (packed), and what its links led to when it was made. `digest` is the SHA-256 of its script,
    `sha1` that of its source's text."""

    page: SitePage
    json: bytes
    script: bytes | None
    links: dict[str, str | None]
    title: str
    wiki: str | None
    sha1: str | None
    digest: str
    review: Review


class Names(NamedTuple):
    """The slugs of some pages in their order; and by wiki and title, those that lead to one of them too."""

    slugs: list[str]
    here: dict[tuple[str | None, str], str]
    moved: dict[str, str] = {}  # noqa: RUF012 - never changed
    """The slugs of pages that only lead to another one, and where they lead."""


class Moved(NamedTuple):
    """A page that only says where another one is."""

    wiki: str | None
    title: str
    target: str


def without_redirects(pages: Sequence[Page]) -> tuple[list[Page], list[Moved]]:
    """The pages but for those that lead, maybe by way of others, to one of them; and these."""
    found: dict[tuple[str | None, str], Moved] = {}
    for page in pages:
        match = redirect().match(page.text) if page.markup == "wikitext" else None
        if match:
            found[page.wiki, canonical(page.title)] = Moved(page.wiki, page.title, canonical(match[1]))
    if not found:
        return list(pages), []
    there = {(page.wiki, canonical(page.title)) for page in pages} - found.keys()
    moved: dict[tuple[str | None, str], Moved] = {}
    for key, first in found.items():
        target, seen = first.target, {key}
        while (first.wiki, target) in found and (first.wiki, target) not in seen:
            seen.add((first.wiki, target))
            target = found[first.wiki, target].target
        if (first.wiki, target) in there:
            moved[key] = first._replace(target=target)
    return [page for page in pages if (page.wiki, canonical(page.title)) not in moved], list(moved.values())


def names(pages: Sequence[PageInfo | Page], moved: Sequence[Moved] = ()) -> Names:
    """A safe and unique path segment for each page, in order, and for those that lead to one of them."""
    found: list[str] = []
    taken = {INDEX, STATE}
    for page in pages:
        name = unique(slug(page.title), taken)
        taken.add(name)
        found.append(name)
    here = {(page.wiki, canonical(page.title)): name for page, name in zip(pages, found, strict=True)}
    leading: dict[str, str] = {}
    for each in moved:
        name = unique(slug(each.title), taken)
        taken.add(name)
        leading[name] = here[each.wiki, canonical(each.title)] = here[each.wiki, each.target]
    return Names(found, here, leading)


def leaf(
    runbook: Runbook,
    name: str,
    links: html.Resolver,
    *,
    script: Script | None,
    templates: Path | None = None,
    review: Review = UNREVIEWED,
) -> Leaf:
    """One page of the site with its downloads and its `review`; what its links lead to is noted."""
    used: dict[str, str | None] = {}

    def noted(target: str) -> str | None:
        used[target] = links(target)
        return used[target]

    text = script(runbook) if script and runbook.steps else None
    made = page(runbook, name, noted, script=text is not None, templates=templates, review=review)
    json, packed = pack(to_json(runbook, indent=1) + "\n"), None if text is None else pack(text)
    digest = sha256((text or "").encode("utf-8", "surrogatepass")).hexdigest()
    info = runbook.page
    return Leaf(made, json, packed, used, info.title, info.wiki, info.revision.sha1, digest, review)


def still_true(leaf: Leaf, name: str, links: html.Resolver) -> bool:
    """Whether a page made before has the same name and all its links lead where they did."""
    return leaf.page.slug == name and all(links(target) == href for target, href in leaf.links.items())


def assemble(
    leaves: Sequence[Leaf],
    name: str,
    templates: Path | None = None,
    trusts: Sequence[Trust] = (),
    moved: Mapping[str, str] = NOWHERE,
) -> Site:
    """The site of some pages, with an index called `name`; `trusts` is what is known of each of them, in the same order,
    `moved` the slugs of pages that lead to others."""
    downloads = {f"{leaf.page.slug}/runbook.json": leaf.json for leaf in leaves}
    downloads |= {f"{leaf.page.slug}/verify.sh": leaf.script for leaf in leaves if leaf.script is not None}
    titles = {leaf.page.slug: leaf.page.plain for leaf in leaves}
    lead = environment(templates).get_template("moved.html")
    downloads |= {f"{old}/index.html": pack(lead.render(slug=new, title=titles[new])) for old, new in moved.items()}
    trusts = trusts or [site_trust.NOTHING] * len(leaves)
    pages = [leaf.page._replace(filling=site_trust.filling(trust, templates)) for leaf, trust in zip(leaves, trusts, strict=True)]
    rows = [
        Row(page.plain, page.slug, page.counts, page.provenance, page.categories, trust, leaf.review)
        for leaf, page, trust in zip(leaves, pages, trusts, strict=True)
    ]
    index, *lists = (SitePage(*each, listed=True) for each in site_lists.lists(rows, name, templates))
    return Site((index, *pages, *lists), downloads)


def render(
    runbooks: Sequence[Runbook], *, script: Script | None = None, templates: Path | None = None, name: str = "Runbooks"
) -> Site:
    """The site of some runbooks: an index called `name`, a page each, and their downloads. `script` makes verify.sh of a runbook;
    without it, or where a runbook has no steps, there is none. Files of `templates` stand before ours."""
    known = names([runbook.page for runbook in runbooks])
    made = (
        leaf(runbook, found, resolver(runbook.page, known.here, "../"), script=script, templates=templates)
        for runbook, found in zip(runbooks, known.slugs, strict=True)
    )
    return assemble(list(made), name, templates)


def pages(runbooks: Sequence[Runbook], *, script: Script | None = None, templates: Path | None = None) -> dict[str, str]:
    """The same as files for an engine without our plugin: path to text, all pages as Markdown with HTML blocks."""
    site = render(runbooks, script=script, templates=templates)
    return {f"{page.slug}.md": page.markdown + "\n" for page in site.pages} | {
        path: unpack(packed) for path, packed in site.downloads.items()
    }


def page(
    runbook: Runbook,
    name: str,
    links: html.Resolver,
    *,
    script: bool,
    templates: Path | None = None,
    review: Review = UNREVIEWED,
) -> SitePage:
    """The page of one runbook; `name` is its slug, `script` whether there is a verify.sh to download."""
    env = environment(templates)
    sheet = Sheet(env.get_template("parts.html").module, links, parameters=runbook.parameters)
    mask = Mask(runbook.parameters)
    title = mask.over(html.visible(_SPACES.sub(" ", runbook.page.title).strip())) or "(a page without a title)"
    nodes = walk((*runbook.preamble, *runbook.steps, *runbook.closing))
    sheet.steps = iter([sheet.anchor(node.id, "step") for node in nodes if isinstance(node, Step)])
    sheet.changed = {place.anchor: place.words for place in review.changes if place.anchor}
    top = sheet.heading(1, title)
    origin, size = provenance(runbook.page), counts(runbook)
    shown = {"title": title, "slug": name, "files": "", "provenance": origin, "counts": size, "script": script, "review": review}
    shown["parameters"] = runbook.parameters if runbook.steps else ()
    body = env.get_template("page.html").render(
        page=shown,
        heading=top,
        slot=slot,
        preamble=top_level(runbook.preamble, sheet),
        steps=steps(runbook.steps, sheet),
        closing=top_level(runbook.closing, sheet),
    )
    body = masked(body, runbook.parameters)
    headings = tuple(heading._replace(title=mask.over(heading.title)) for heading in sheet.headings)
    return SitePage(name, title, Markup(body), headings, runbook.page.categories, size, origin)  # noqa: S704 - from templates
