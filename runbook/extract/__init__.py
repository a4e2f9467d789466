"""What the author meant: a parsed page made into a runbook."""

from __future__ import annotations

from runbook.extract.many import extract_many, processors, spread, workers
from runbook.extract.pages import Project, annotate, extract, structure

__all__ = ["Project", "annotate", "extract", "extract_many", "processors", "spread", "structure", "workers"]
