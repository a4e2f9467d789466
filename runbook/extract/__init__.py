"""What the author meant: a parsed page made into a runbook."""

from __future__ import annotations

from runbook.extract.pages import annotate, extract, extract_many, structure

__all__ = ["annotate", "extract", "extract_many", "structure"]
