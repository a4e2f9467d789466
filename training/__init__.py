"""Fits the tables of weights (runbook/data/weights) to labelled pages."""
