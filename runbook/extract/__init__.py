"""What the author meant: a parsed page made into a runbook."""

from __future__ import annotations

from runbook.extract.many import extract_many, processors, spread, workers
from runbook.extract.pages import Project, annotate, corrected, extract, structure

__all__ = ["Project", "annotate", "corrected", "extract", "extract_many", "processors", "spread", "structure", "workers"]
