"""What the site says of how far a page can be relied on, as plain values, and where on a page it goes.

Some of it is known only once all pages are (who links here, what reports say of which revision, what is old by now): a page is made, and
kept between builds, with slots for that, which are filled last.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from runbook.render.site_nodes import environment

State = Literal["holds", "fails", "not-run"]
STATES: tuple[State, ...] = ("fails", "not-run", "holds")
"""From the gravest."""
STATE_WORDS: dict[State, str] = {"holds": "holds", "fails": "fails", "not-run": "not run"}
Standing = Literal["now", "stale", "older"]
STANDING_WORDS: dict[Standing, str] = {"now": "", "stale": "stale", "older": "for an older revision"}


class Place(NamedTuple):
    """A step of a page: its element and its number."""

    anchor: str
    number: str


class Verified(NamedTuple):
    """What a report says of a page or step on one host. It counts only when `standing` is "now": it was about the page as it is
    (not "older") and is recent enough (not "stale"). `date` in words, `datetime` in ISO 8601; `first` is the step of a page that fails
    before all others."""

    host: str
    state: State
    standing: Standing
    date: str
    datetime: str | None = None
    first: Place | None = None

    @property
    def words(self) -> str:
        """What a badge says."""
        return ", ".join(word for word in (STATE_WORDS[self.state], STANDING_WORDS[self.standing]) if word)

    @property
    def look(self) -> str:
        """How a badge looks: that of what doesn't count is neither good nor bad."""
        return self.state if self.standing == "now" else "unsure"


class Alteration(NamedTuple):
    """One change, in words, with the lines that stood there and that stand there."""

    words: str
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class Changed(NamedTuple):
    """A step that a revision changed; `anchor` is its element on the page, empty where it has none (gone, or no step)."""

    anchor: str
    title: str
    alterations: tuple[Alteration, ...]

    @property
    def words(self) -> str:
        """The kinds of its changes, each once."""
        return ", ".join(dict.fromkeys(each.words for each in self.alterations))


class Finding(NamedTuple):
    """Something for the page's editors, and the first of its lines."""

    severity: str
    code: str
    message: str
    line: int | None


class Review(NamedTuple):
    """What is known of a page by itself: what its newest revision changed (`since` is the one before), and what editors should look at
    (None when that wasn't asked for)."""

    changes: tuple[Changed, ...] = ()
    since: str = ""
    findings: tuple[Finding, ...] | None = None


class Moment(NamedTuple):
    """A revision in which a step changed: `words` say how. `between` are two revisions of which there may be others in between."""

    revision: str
    date: str | None
    datetime: str | None
    user: str | None
    comment: str | None
    href: str | None
    words: str
    between: str = ""


class Recorded(NamedTuple):
    """A command whose output older revisions recorded otherwise: which, and which of them in values alone."""

    command: str
    varying: tuple[str, ...]
    other: tuple[str, ...]


class Past(NamedTuple):
    """What is known of a step's history: when it changed, newest first, and what was recorded otherwise."""

    moments: tuple[Moment, ...]
    outputs: tuple[Recorded, ...] = ()


class Pasts(NamedTuple):
    """The history of a page: how many revisions were looked at and how many not, the oldest of them, and each top-level step's, by id."""

    revisions: int
    left_out: int
    oldest: str
    date: str | None
    datetime: str | None
    steps: Mapping[str, Past]


class Trust(NamedTuple):
    """What is known of a page among the others: reports about it and about its steps (by their anchors), the pages that link to it
    (title and slug), its licence and the address of that, and in how many steps it differs from the lock (None: there is none)."""

    verified: tuple[Verified, ...] = ()
    steps: Mapping[str, tuple[Verified, ...]] = {}
    backlinks: tuple[tuple[str, str], ...] = ()
    licence: tuple[str, str | None] | None = None
    drift: str | None = None


UNREVIEWED = Review()
NOTHING = Trust()


def filling(trust: Trust, templates: Path | None = None) -> dict[str, str]:
    """The HTML for each slot of a page: "licence", "verified", "step:" and its anchor, "backlinks"."""
    if trust == NOTHING:
        return {}
    parts = _parts(templates)
    made = {f"step:{anchor}": parts.verified(found) for anchor, found in trust.steps.items() if found}
    if trust.verified:
        made["verified"] = parts.verified(trust.verified)
    if trust.backlinks:
        made["backlinks"] = parts.backlinks(trust.backlinks)
    if trust.licence:
        made["licence"] = parts.licence(*trust.licence)
    return {name: str(html) for name, html in made.items()}


def past_parts(past: Pasts | None, templates: Path | None = None) -> dict[str, Markup]:
    """The HTML of each step's history, by the step's id."""
    if past is None:
        return {}
    parts = _parts(templates)
    return {name: parts.past(step, past) for name, step in past.steps.items()}


def _parts(templates: Path | None) -> Any:
    return environment(templates).get_template("trust.html").module


def worst(found: tuple[Verified, ...]) -> State | None:
    """The gravest of what counts; None when nothing does."""
    return min((each.state for each in found if each.standing == "now"), key=STATES.index, default=None)
