"""The pages that list other pages: the index by category, its parts where there are many pages, and what state all are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from runbook.render.site_nodes import Heading, Sheet, environment
from runbook.render.site_trust import STATE_WORDS, STATES, Review, State, Trust, Verified, worst
from runbook.render.site_views import Counts, Provenance
from runbook.slug import slug

INDEX = "index"
STATE = "state"
_ROWS = 150
"""Rows that one page lists, so that its HTML stays small."""
_OTHER = "Without a category"


class Row(NamedTuple):
    """A page as lists show it. `href` leads there from the site's root."""

    title: str
    slug: str
    counts: Counts
    provenance: Provenance | None
    categories: tuple[str, ...]
    trust: Trust
    review: Review

    @property
    def state(self) -> State | None:
        """The gravest of what reports say of it as it is."""
        return worst(self.trust.verified)

    @property
    def state_words(self) -> str:
        """That in words."""
        return STATE_WORDS[self.state] if self.state else "not verified" if not self.trust.verified else "no longer verified"

    @property
    def coverage(self) -> int:
        """The percentage of steps after which something is compared or checked."""
        return round(100 * self.counts.covered / self.counts.steps) if self.counts.steps else 0

    def on(self, host: str) -> Verified | None:
        """What the newest report of a host says."""
        return next((each for each in self.trust.verified if each.host == host), None)


class Group(NamedTuple):
    """Some rows under a heading; `slug` is that of their own page, where they have one."""

    title: str
    rows: list[Row]
    slug: str = ""


class ListPage(NamedTuple):
    """A page that lists others."""

    slug: str
    title: str
    body: Markup
    headings: tuple[Heading, ...]


def lists(rows: Sequence[Row], name: str, templates: Path | None = None) -> Iterator[ListPage]:
    """The index first; then the parts that it links to, where there are many pages; then the state of all, where one is known."""
    groups = _groups(rows)
    parts = _parts(groups) if sum(len(group.rows) for group in groups) > _ROWS else []
    known = any(row.trust.verified or row.trust.drift or row.review.findings is not None for row in rows)
    yield _index(rows, parts or groups, name, templates, known=known)
    for part in parts:
        yield _page(part.slug, part.title, "list.html", templates, [part.title], group=part)
    if known:
        yield _state(rows, templates)


def _groups(rows: Sequence[Row]) -> list[Group]:
    """The runbooks by category, each in all of its own, the others last; one group where no page has a category."""
    found: dict[str, list[Row]] = {}
    for row in sorted((row for row in rows if row.counts.steps), key=_by_title):
        for category in row.categories or ("",):
            found.setdefault(category.replace("_", " "), []).append(row)
    other = found.pop("", [])
    named = [Group(category, found[category]) for category in sorted(found, key=str.casefold)]
    groups = [*named, Group(_OTHER if named else "Runbooks", other)] if other else named
    references = sorted((row for row in rows if not row.counts.steps), key=_by_title)
    return [*groups, Group("Reference pages", references)] if references else groups


def _by_title(row: Row) -> tuple[str, str]:
    return row.title.casefold(), row.slug


def _parts(groups: Sequence[Group]) -> list[Group]:
    """The groups in pieces of as many rows as a page may have, each with a page of its own."""
    out: list[Group] = []
    for group in groups:
        for start in range(0, len(group.rows), _ROWS):
            piece = group.rows[start : start + _ROWS]
            span = f", {piece[0].title[:24]} – {piece[-1].title[:24]}" if len(group.rows) > _ROWS else ""
            out.append(Group(f"{group.title}{span}", piece, f"list-{len(out) + 1}-{slug(group.title, limit=40)}"))
    return out


def _index(rows: Sequence[Row], groups: Sequence[Group], name: str, templates: Path | None, *, known: bool) -> ListPage:
    wikis = sorted({row.provenance.wiki for row in rows if row.provenance and row.provenance.wiki}) or ["this project"]
    words = ", ".join(wikis[:3]) + (f" and {len(wikis) - 3} more" if len(wikis) > 3 else "")
    runbooks = sum(bool(row.counts.steps) for row in rows)
    titles = [name, *(group.title for group in groups if not group.slug)]
    given = {"groups": groups, "wikis": words, "runbooks": runbooks, "references": len(rows) - runbooks}
    return _page(INDEX, name, "index.html", templates, titles, state=STATE if known else "", **given)


def _state(rows: Sequence[Row], templates: Path | None) -> ListPage:
    runbooks = sorted((row for row in rows if row.counts.steps), key=_gravest_first)
    hosts = sorted({each.host for row in runbooks for each in row.trust.verified})
    locked = any(row.trust.drift for row in runbooks)
    judged = any(row.review.findings is not None for row in runbooks)
    tally = [(words, sum(row.state_words == words for row in runbooks)) for words in _STATE_ORDER]
    given = {"rows": runbooks[:_ROWS], "left": len(runbooks[_ROWS:]), "hosts": hosts, "locked": locked, "judged": judged}
    return _page(STATE, "State of all runbooks", "state.html", templates, ["State of all runbooks"], tally=tally, **given)


_STATE_ORDER = (*(STATE_WORDS[state] for state in STATES), "no longer verified", "not verified")


def _gravest_first(row: Row) -> tuple[int, bool, str, str]:
    return _STATE_ORDER.index(row.state_words), row.trust.drift in (None, "as locked"), *_by_title(row)


def _page(name: str, title: str, template: str, templates: Path | None, titles: Sequence[str], **given: object) -> ListPage:
    env = environment(templates)
    sheet = Sheet(env.get_template("parts.html").module, lambda _: None)
    headings = [sheet.heading(1 if not number else 2, words) for number, words in enumerate(titles)]
    body = env.get_template(template).render(headings=headings, **given)
    return ListPage(name, title, Markup(body), tuple(sheet.headings))  # noqa: S704 - rendered with autoescape
