"""A pattern from one recording holds for honest later outputs and for no faulty one."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from runbook import expect

from expect.kinds import FAULTS, Kind, faulty, honest, kinds

_SEEDS = range(1, 9)


class _Figures(NamedTuple):
    """Counts, and what went wrong in words."""

    honest: int
    accepted: int
    faults: int
    rejected: int
    wrong: list[str]
    by_fault: Counter[str]

    def __str__(self) -> str:
        share = f"accepted {self.accepted / self.honest:.2%} of {self.honest} honest, rejected {self.rejected / self.faults:.2%}"
        return "\n".join([f"{share} of {self.faults} faulty", *self.wrong])


def _measure(chosen: list[Kind]) -> _Figures:
    accepted = asked = faults = rejected = 0
    wrong: list[str] = []
    by_fault: Counter[str] = Counter()
    for kind in chosen:
        recorded = honest(kind, 0).lines
        pattern = expect.infer([recorded], command=kind.command, parameters=kind.parameters)
        for seed in _SEEDS:
            output = honest(kind, seed)
            found = expect.match(pattern, output.lines)
            asked += 1
            accepted += found is None
            if found:
                wrong.append(f"{kind.name}: refused, {found.sentences()[0]}")
            for name, lines in faulty(kind, output, seed):
                faults += 1
                by_fault[name] += 1
                caught = expect.match(pattern, lines) is not None
                rejected += caught
                if not caught:
                    changed = next((line for line in lines if line not in output.lines), "")
                    wrong.append(f"{kind.name}: {name}, yet it holds: {changed}")
    return _Figures(asked, accepted, faults, rejected, wrong, by_fault)


def test_one_recording_is_enough_to_know_honest_outputs_from_faulty_ones() -> None:
    chosen = kinds()
    assert len(chosen) >= 60
    assert len({kind.name for kind in chosen}) == len(chosen)
    found = _measure(chosen)
    assert found.accepted >= 0.98 * found.honest, str(found)
    assert found.rejected >= 0.97 * found.faults, str(found)
    assert set(found.by_fault) == set(FAULTS)
