"""What outweighs the rules that are often wrong, and what doesn't."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from runbook.extract import weighing
from runbook.extract.blocks import RULES
from runbook.extract.cues import Cue
from runbook.extract.setting import Setting
from runbook.extract.weighing import UNSURE, features, weighed
from runbook.model import Row
from runbook.weights import Weights, weights


def setting(text: str, language: str = "") -> Setting:
    rows = [Row(n, line) for n, line in enumerate(text.split("\n"), 1)]
    return Setting.of(rows, language, Cue())


OUTPUT = setting("lantern 2.1.0 (build 4410)\nlistening on 0.0.0.0:8080\nready in 1.3 s", "python")


def surely(kind: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the weights say of every block that it is of that kind."""

    class Fixed(Weights, frozen=True):
        def shares(self, found: object) -> tuple[float, ...]:
            return tuple(share if one == kind else (1 - share) / 3 for one in self.kinds)

    monkeypatch.setattr(weighing, "weights", lambda name: Fixed(weights(name).kinds, (), {}))


def test_only_rules_that_are_often_wrong_are_outweighed(monkeypatch: pytest.MonkeyPatch) -> None:
    surely("output", 0.9, monkeypatch)
    names = {name for name, _ in RULES} | {"only-to-be-read"}
    assert names > UNSURE.keys()
    for name in names:
        assert weighed(OUTPUT, "listing", name) == (("output", "weighed") if name in UNSURE else ("listing", name))


def test_what_is_said_in_as_many_words_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    surely("output", 0.9, monkeypatch)
    for said, use, rule in (
        (replace(OUTPUT, labelled=True), "file", "prose-names-file"),
        (replace(OUTPUT, cue=Cue(lines=True), near=True), "file", "prose-names-file"),
        (replace(OUTPUT, cue=Cue(command=True)), "commands", "prose-tells-to-run"),
        (setting("sudo systemctl restart lamps"), "commands", "looks-like-commands"),
    ):
        assert weighed(said, use, rule) == (use, rule)  # type: ignore[arg-type]
        assert weighed(OUTPUT, use, rule) == ("output", "weighed")  # type: ignore[arg-type]


@pytest.mark.parametrize(("share", "wins"), [(0.95, True), (0.8, True), (0.72, False), (0.4, False)])
def test_only_what_is_far_more_likely_outweighs_a_rule(share: float, wins: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output, which will be expected, must be likelier still; so must all that is no command in spite of its form."""
    surely("file", share, monkeypatch)
    assert (weighed(OUTPUT, "output", "output-goes-on") == ("file", "weighed")) == (
        share > 0.5
    )  # three times what is left for each
    surely("output", share, monkeypatch)
    assert (weighed(OUTPUT, "file", "output-goes-on") == ("output", "weighed")) == (share > 2 / 3)
    surely("file", share, monkeypatch)
    assert (weighed(OUTPUT, "commands", "looks-like-commands") == ("file", "weighed")) == wins


def test_what_has_prompts_is_a_session() -> None:
    typed = setting("$ lampctl halt\n$ lampctl start --all", "")
    assert weighed(typed, "listing", "only-to-be-read") == ("session", "weighed")


def test_what_no_line_can_be_is_never_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    surely("commands", 0.95, monkeypatch)
    lines = "*************************\n*** WARNING: MILL RUNS ***\n*************************"
    assert weighed(setting(lines), "listing", "only-to-be-read") == ("listing", "only-to-be-read")
    for typed in (f"{lines}\nmill stop", "'/srv/bin/mill' '-H' '10.0.0.1'"):
        assert weighed(setting(typed), "listing", "only-to-be-read") == ("commands", "weighed")


def test_every_feature_of_the_table_is_one_that_blocks_may_have() -> None:
    """A renamed feature would leave weights behind that nothing reaches."""
    first = {name.split(" ")[0] for name in weights("blocks").weights}
    text = "[lamp]\n# a remark\nhost = 10.0.0.1, 2024-01-31 12:00\nlampctl --all | sort < 0x1f\nSet the lamp on fire now. x==1 ... 5%;\n"
    made = replace(
        Setting.of([Row(n, line) for n, line in enumerate(text.split("\n"), 1)], "sh", Cue(run=True)),
        section=("a", "b c"),
        path="/x.ini",
    )
    facts = set(weighing._FACTS)
    assert first - facts <= {name.split(" ")[0] for name in features(made)} | {"all", "most", "some", "even", "indented"}


@pytest.mark.parametrize(
    "text",
    ["x" * 200_000, "a b " * 50_000, "\n".join(f"w{n} v{n}" for n in range(20_000)), "#" * 100_000, "=" * 9 + "\\" * 100_000],
)
def test_long_blocks_have_no_more_features_than_others(text: str) -> None:
    found = features(setting(text))
    assert len(found) < 6000
    assert max(map(len, found)) < 320
