"""Runbook: wiki how-tos made into runbooks that can be followed, verified and watched for drift."""

from importlib.metadata import version

__version__ = version("wiki-runbook")
