"""What outweighs the rules for runs of marks, and what doesn't."""

from __future__ import annotations

import pytest
from runbook.extract import extract_many, step_weights
from runbook.extract.before_marks import title
from runbook.extract.marks import Mark
from runbook.extract.recorder import Token
from runbook.model import Page, Prose, SectionHeading
from runbook.weights import Weights, weights


def item(text: str, kind: str = "item", *, said: bool = False) -> Mark:
    return Mark(kind, "1", text, text, (1, 1), said=said)


def marked_steps(text: str) -> int:
    (page,) = extract_many([Page("Lamps", text, markup="wikitext")])
    return sum(step.marked for step in page.steps)


def surely(kind: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the weights say of every run that it is of that kind."""

    class Fixed(Weights, frozen=True):
        def shares(self, found: object) -> tuple[float, ...]:
            return tuple(share if one == kind else 1 - share for one in self.kinds)

    monkeypatch.setattr(step_weights, "weights", lambda name: Fixed(weights(name).kinds, (), {}))


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ([item("Set the lamp"), item("Halt it")], True),
        ([item("Set the lamp", "number"), item("Halt it", "number")], True),
        ([item("Set the lamp", "heading-number"), item("Halt it", "heading-number")], True),
        ([item("Set the lamp", "number", said=True), item("Halt it", "number", said=True)], False),
        ([item("Set the lamp", "heading-step"), item("Halt it", "heading-step")], False),
        ([item("Set the lamp", "letter"), item("Halt it", "letter")], False),
        ([item("Set the lamp")], False),
    ],
)
def test_what_calls_itself_a_step_is_one_and_so_is_one_mark(
    marks: list[Mark], told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    surely("other", 0.99, monkeypatch)
    assert step_weights.outweighed(marks, (), range(len(marks)), steps=True) == told
    assert not step_weights.outweighed(marks, (), range(len(marks)), steps=False)


@pytest.mark.parametrize(("marks", "share", "wins"), [(2, 0.95, True), (2, 0.8, False), (3, 0.8, True), (3, 0.65, False)])
def test_only_what_is_far_more_likely_outweighs_the_rules(
    marks: int, share: float, wins: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = [item(f"Set lamp {n}") for n in range(marks)]
    surely("other", share, monkeypatch)
    assert step_weights.outweighed(run, (), range(marks), steps=True) == wins
    surely("steps", share, monkeypatch)
    assert step_weights.outweighed(run, (), range(marks), steps=False) == wins


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("Do this:\n# Set the lamp\n# Halt the lamp\n", "other", 0),
        ("Do this:\n# Step 1: Set the lamp\n# Step 2: Halt the lamp\n", "other", 2),
        ("There are two kinds of lamps:\n# red lamps\n# blue lamps\n", "steps", 0),  # in English the rules are right to leave it
    ],
)
def test_a_page_goes_by_what_outweighs_the_rules(text: str, kind: str, marked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    surely(kind, 0.99, monkeypatch)
    assert marked_steps(f"{text}\n lampctl show\n") == marked


def test_headings_of_which_few_ask_are_left_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules take two of five: those are steps, though most of the run are none."""
    surely("other", 0.99, monkeypatch)
    text = "".join(
        f"== {n}. {words} ==\n{n} lamps.\n" for n, words in enumerate(("Set it", "Blue", "Red", "Halt it", "Green"), 1)
    )
    assert marked_steps(text) == 2


def test_every_feature_of_the_table_is_one_that_runs_may_have() -> None:
    """A renamed feature would leave weights behind that nothing reaches."""
    heading, words = SectionHeading((1, 1), 2, "Lamps"), "has near begins pair heading said then is marks before length".split()
    tokens: list[Token] = [heading, item("Set the lamp on"), item("\u706f\u706f\u706f")]
    found = {name.split(" ")[0] for name in step_weights.features(tokens, [0], [1, 2])} | {"said"}
    assert {name.split(" ")[0] for name in weights("steps").weights} <= found
    assert found >= set(words)


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "a b " * 50_000, "\u706f" * 100_000, "1. " * 60_000, ":" * 100_000, "- " * 80_000]
)
def test_long_runs_have_no_more_features_than_others(text: str) -> None:
    tokens: list[Token] = [SectionHeading((1, 1), 2, text), Prose((1, 1), ()), *(item(text) for _ in range(3000))]
    headings = [i for i, token in enumerate(tokens) if title(token)]
    found = step_weights.features(tokens, headings, range(2, len(tokens)))
    assert len(found) < 1500
    assert max(map(len, found)) < 60
