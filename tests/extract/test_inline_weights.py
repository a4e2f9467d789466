"""What outweighs the rules for code in sentences, and what makes a command of code of which none tells."""

from __future__ import annotations

import pytest
from runbook.extract import inline_weights
from runbook.extract.cues import Cue, cue_of
from runbook.extract.inline_weights import UNSURE, Around, features, weighed
from runbook.extract.prose import Line, lines_of
from runbook.extract.rules import LINES
from runbook.line_index import LineIndex
from runbook.model import Text
from runbook.weights import Weights, weights

NOTHING = Around("", Cue(), frozenset(), 0, ())


def line(text: str) -> Line:
    return lines_of([Text(text, (0, len(text)))], LineIndex(text), (1, 1))[0]


SAID = line("The mill has `lampctl turn` for that")


def weigh(rule: str, share: float, monkeypatch: pytest.MonkeyPatch) -> str:
    """What becomes of a rule where the weights say that all code is so likely to be run."""

    class Fixed(Weights, frozen=True):
        def shares(self, found: object) -> tuple[float, ...]:
            return tuple(share if one == "run" else 1 - share for one in self.kinds)

    monkeypatch.setattr(inline_weights, "weights", lambda name: Fixed(weights(name).kinds, (), {}))
    return weighed(rule, SAID, SAID.spans[0], lambda: NOTHING, "")


def test_only_rules_that_are_often_wrong_are_outweighed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LINES.keys() > UNSURE
    for rule in LINES:
        assert weigh(rule, 0.01, monkeypatch) == ("" if rule in UNSURE else rule)


@pytest.mark.parametrize(
    ("rule", "share", "becomes"),
    [
        ("", 0.9, "weighed-in-a-sentence"),
        ("", 0.6, ""),
        ("told-to-run-inline", 0.2, "told-to-run-inline"),
        ("told-to-run-inline", 0.02, ""),
    ],
)
def test_only_what_is_far_more_likely_decides(rule: str, share: float, becomes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert weigh(rule, share, monkeypatch) == becomes


def test_what_surely_is_a_rules_asks_for_no_surroundings() -> None:
    def never() -> Around:
        raise AssertionError

    assert weighed("opens-file-inline", SAID, SAID.spans[0], never, "") == "opens-file-inline"


def test_every_feature_of_the_table_is_one_that_code_may_have() -> None:
    """A renamed feature would leave weights behind that nothing reaches."""
    said = [
        line(text)
        for text in (
            "Run `./a.sh --b=$C > <d e> | f@g;` to do it",
            '`It\'s "so": https://x_y(1) \u2026 FOO`',
            "It is in `/etc/x.conf`.",
            '"sudo" and `-h` and `cat` and `make` or `git pull`',
        )
    ]
    around = Around("Set it up", cue_of("Run this command, and you will see these lines; edit the file:"), FACTS, 3, ("git",))
    found = {name for one in said for span in one.spans for name in features(one, span, around, "")}
    numbered = {name.split(" ")[0] for name in found if " " in name}
    left = {name for name in weights("inline").weights if name not in found and name.split(" ")[0] not in numbered}
    assert not left


FACTS = frozenset(("in other words", "adjacent", "after edit", "ran before", "file open", "last", "code next", "heading next"))


@pytest.mark.parametrize(
    "text", ["`x`" * 50_000, f"`{'a b ' * 50}`" + "c d " * 50_000, "a, " * 50_000 + "`b c`", "`a" + "=" * 200 + "`"]
)
def test_long_lines_have_no_more_features_than_others(text: str) -> None:
    one = line(text)
    around = Around("y" * 100_000, Cue(), frozenset(), 10**9, ())
    found = features(one, one.spans[-1], around, "z " * 50_000)
    assert len(found) < 200
    assert max(map(len, found)) < 60
