"""What changed between two states of the same pages, told step by step."""

from runbook.drift.compare import compare
from runbook.drift.locked import Known, compare_known
from runbook.drift.records import KINDS, SEVERITIES, Change, Drift, Kind, PageDrift, PageState, Severity, StepDrift, StepState

__all__ = [
    "KINDS",
    "SEVERITIES",
    "Change",
    "Drift",
    "Kind",
    "Known",
    "PageDrift",
    "PageState",
    "Severity",
    "StepDrift",
    "StepState",
    "compare",
    "compare_known",
]
