"""The command line: arguments in, text and exit codes out. The only module that prints; nothing imports it."""

from runbook.cli.entry import main
from runbook.visible import printable

__all__ = ["main", "printable"]
