"""The parser of the whole command line, made of the table of sub-commands."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import Any, NoReturn

from runbook.cli.options import PATHS
from runbook.cli.subcommands import SUBCOMMANDS


class _Version(Action):
    """Looks the version up only when asked for."""

    def __call__(self, parser: ArgumentParser, namespace: Namespace, values: Any, option_string: str | None = None) -> None:
        del namespace, values, option_string
        from runbook import __version__  # noqa: PLC0415

        print(f"runbook {__version__}")
        parser.exit()


class _Parser(ArgumentParser):
    """Tells of what it does not know what was most likely meant."""

    def error(self, message: str) -> NoReturn:
        super().error(message + self._hint(message))

    def _hint(self, message: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  # only for who mistypes

        if message.endswith("required: SUBCOMMAND"):
            return "; `runbook --help` lists them"
        if wrong := re.match(r"argument SUBCOMMAND: invalid choice: '(.*?)'", message):
            known = [row.name for row in SUBCOMMANDS]
        elif wrong := re.match(r"unrecognized arguments: (--[^\s=]*)", message):
            known = list(self._option_string_actions)
        else:
            return ""
        near = get_close_matches(wrong[1], known, n=1)
        return f"; did you mean {near[0]}?" if near else ""


def read(argv: Sequence[str] | None) -> Namespace:
    """The arguments, with the sub-command's function in `run`. Raises SystemExit for help, and for what is wrong, with a message."""
    top = parser()
    arguments, unknown = top.parse_known_args(argv)
    if unknown:  # said by the sub-command, whose usage helps
        below = next(action.choices for action in top._actions if isinstance(action.choices, dict))
        below[arguments.subcommand].error(f"unrecognized arguments: {' '.join(unknown)}")
    return arguments


def _path(text: str) -> str:
    """The name of a file or directory; an empty one is most often a variable of a script that was not set."""
    if not text:
        raise ArgumentTypeError("the name is empty")
    return text


def parser() -> ArgumentParser:
    """The parser of the whole command line."""
    top = _Parser(
        prog="runbook",
        description="Reads how-to pages of a wiki and makes runbooks of them: "
        "a site to follow, scripts that verify, reports of drift.",
        epilog="Exit codes: 0 fine, 1 a finding (does not hold, drift), 2 trouble (usage, bad input), 3 waiting for a person.\n"
        "`runbook SUBCOMMAND --help` shows arguments and examples.",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    rows = top.add_subparsers(title="sub-commands", metavar="SUBCOMMAND", dest="subcommand", required=True)
    for row in SUBCOMMANDS:
        examples = "\n".join(f"  {line}" for line in row.examples.splitlines())
        sub = rows.add_parser(
            row.name,
            help=row.summary,
            description=row.text,
            epilog=f"examples:\n{examples}",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        row.arguments(sub)
        for action in sub._actions:
            if action.metavar in PATHS and action.type is None:
                action.type = _path
        sub.set_defaults(run=row.run)
    return top
