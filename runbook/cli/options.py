"""The arguments of the sub-commands: a function for each, and for each group that several have."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

_SOURCES = (
    "a feed (.atom, .xml), wikitext (.wiki, .mediawiki, .mw, .wikitext), Markdown (.md), a directory of those, "
    "or - for standard input"
)

FILES = frozenset({"FILE", "SOURCE", "PATH", "OLD", "REPORT", "HOSTS", "FILE|DIR"})
PATHS = FILES | {"DIR"}
"""Metavars of arguments that name files or directories: shells complete them, and none of them may be empty."""


def _source(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_SOURCES)
    _markup(parser)


def _markup(parser: ArgumentParser) -> None:
    parser.add_argument("--markup", choices=("wikitext", "markdown"), help="how to read FILE when its name does not tell")


def _page(parser: ArgumentParser) -> None:
    parser.add_argument("--page", metavar="TITLE", help="only the page with this title")


def _select(parser: ArgumentParser) -> None:
    """Which pages of a source are meant, and what helps where a feed doesn't give a text."""
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument(
        "--namespace", metavar="NAME", help="pages of this namespace, by name or number (may be repeated)", **several
    )
    parser.add_argument("--category", metavar="NAME", help="pages whose text names this category (may be repeated)", **several)
    parser.add_argument(
        "--title", metavar="PATTERN", help="pages with such a title: * and ? stand for any (may be repeated)", **several
    )
    parser.add_argument(
        "--since", metavar="DATE", type=_date, help="pages changed on DATE or later: 2026-01-31, or its beginning"
    )
    parser.add_argument("--until", metavar="DATE", type=_date, help="pages changed on DATE or before")
    parser.add_argument("--base", metavar="SOURCE", help="pages that the diffs of a feed start from, such as content/")
    parser.add_argument("--wiki", metavar="NAME", help="the wiki in runbook.toml that is asked for what a feed doesn't give")


def _date(text: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\dZ?)?)?)?)?)?", text, re.ASCII):
        raise ArgumentTypeError(f"no date: {text!r}; write it as 2026-01-31")
    return text


def _output(parser: ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE, which is replaced only when all went well")


def _indent(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--indent", metavar="N", type=int, default=0, choices=range(9), help="indent the JSON by N blanks (0 to 8)"
    )


def extract(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _select(parser)
    parser.add_argument(
        "--lock", metavar="FILE", help="steps keep the ids they have in FILE (default: runbook.lock beside the pages)"
    )
    _indent(parser)
    _output(parser)


def pages(parser: ArgumentParser) -> None:
    _source(parser)
    _select(parser)
    parser.add_argument(
        "--entries",
        action="store_true",
        help="instead, what each entry of a feed can give, or what each page of an export is for",
    )
    _output(parser)


def script(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _output(parser)


def lint(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _format(parser)
    _output(parser)


def explain(parser: ArgumentParser) -> None:
    lint(parser)
    parser.add_argument("--line", metavar="N", type=int, help="only this line")


def _format(parser: ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="for people (default) or for programs")


def build(parser: ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", default="mkdocs.yml", help="the site's configuration (default: mkdocs.yml)")


def stage(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where the pages go: a new directory, or one that was staged before")
    build(parser)


def drift(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="SOURCE",
        nargs="?",
        default="content",
        help=f"what it is now: {_SOURCES}; or the name of a wiki in runbook.toml (default: content)",
    )
    parser.add_argument("--offline", action="store_true", help="ask no wiki, whatever SOURCE is")
    parser.add_argument("--against", metavar="OLD", help="another source, as it was, in place of the lock")
    parser.add_argument(
        "--lock", metavar="FILE", help="what was taken over, and the ids of steps (default: content/runbook.lock)"
    )
    _markup(parser)
    _page(parser)
    _select(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "junit", "github", "markdown"),
        default="text",
        help="for people (default), JSON, SARIF 2.1.0, JUnit XML, GitHub's annotations, Markdown for a comment",
    )
    parser.add_argument(
        "--severity",
        choices=("info", "warning", "error"),
        default="warning",
        help="what counts as drift: error (what is done or expected changed), warning (also wording, order, "
        "parameters; the default), info (also what only varies, such as dates in outputs)",
    )
    _output(parser)


def history(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="SOURCE", help=f"{_SOURCES}; or the name of a wiki in runbook.toml")
    _markup(parser)
    _page(parser)
    _select(parser)
    parser.add_argument(
        "--revisions",
        metavar="N",
        type=_whole(1, 10_000),
        default=100,
        help="look at so many older revisions of a page (default: 100)",
    )
    _format(parser)
    _output(parser)


def update(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="SOURCE",
        nargs="?",
        help=f"what to take over: {_SOURCES}; or a wiki's name in runbook.toml (default: the pages as they stand in content/)",
    )
    parser.add_argument("--content", metavar="DIR", default="content", help="where pages and lock are (default: content)")
    parser.add_argument("--part", action="store_true", help="SOURCE is a part: what it lacks stays")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be done; exit code 1 if anything")
    _markup(parser)
    _page(parser)
    _select(parser)
    _format(parser)
    _output(parser)


def plan(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _format(parser)
    _output(parser)


def pull(parser: ArgumentParser) -> None:
    parser.add_argument("wiki", metavar="WIKI", nargs="?", help="the wiki's name in runbook.toml (default: every one)")
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("--category", metavar="NAME", help="pages of this category (may be repeated)", **several)
    parser.add_argument("--prefix", metavar="TEXT", help="pages whose title begins with TEXT (may be repeated)", **several)
    parser.add_argument("--title", metavar="TITLE", help="the page with this title (may be repeated)", **several)
    parser.add_argument("--list", metavar="FILE", help="pages whose titles stand in FILE, one a line; - for standard input")
    parser.add_argument("--all", action="store_true", help="every page of the wiki's content")
    parser.add_argument("--templates", action="store_true", help="also the templates that the pages use")
    parser.add_argument("--content", metavar="DIR", default="content", help="where the wiki's folder is (default: content)")
    _format(parser)
    _output(parser)


def verify(parser: ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help=f"{_SOURCES}; or a rendered script (.sh) that the lock knows")
    _markup(parser)
    _page(parser)
    parser.add_argument("--to", metavar="STEP", help="whether the host stands where this step ends (id or number)")
    _of_script(parser)
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=_whole(1, 999_999), default=60, help="for each command (default: 60)"
    )
    parser.add_argument("--jobs", metavar="N", type=_whole(1, 64), default=1, help="so many pages at once (default: 1)")
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="carry the pages out from scratch, each in a throw-away root, and tell the files that each step changes",
    )
    parser.add_argument("--network", action="store_true", help="with --sandbox: let what runs there use this host's network")
    parser.add_argument("--image", metavar="IMAGE", help="with --sandbox: in containers of this image, by docker or podman")
    _inventory(parser)
    parser.add_argument(
        "--format",
        choices=("text", "tap", "junit", "json"),
        default="text",
        help="for people (default), TAP version 14, JUnit XML, or JSON as in a report",
    )
    _output(parser)
    parser.add_argument("--report", metavar="FILE", help="write the results to FILE as JSON, for the site and `runbook accept`")
    parser.add_argument("--host-label", metavar="NAME", help="what to call this host in reports (default: its own name)")
    parser.add_argument(
        "--lock", metavar="FILE", default="content/runbook.lock", help="which scripts are known (default: content/runbook.lock)"
    )


def _inventory(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--inventory", metavar="HOSTS", help="on these hosts instead: an inventory of Ansible, or names with commas"
    )
    parser.add_argument("--limit", metavar="PATTERN", help="of the inventory's hosts and groups only these")
    parser.add_argument(
        "--forks", metavar="N", type=_whole(1, 999), help="so many hosts at once (default: as Ansible is configured)"
    )
    parser.add_argument("--become", action="store_true", help="on the hosts as root, or as the inventory says")


def accept(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    run = parser.add_mutually_exclusive_group(required=True)
    run.add_argument("--report", metavar="REPORT", help="the outputs in a report of `runbook verify --report`")
    run.add_argument("--keep", metavar="DIR", help="the outputs that a script kept with --keep-output DIR")
    parser.add_argument("--host", metavar="NAME", help="of the outputs in a fleet's report those of this host")
    parser.add_argument("--step", metavar="ID", help="this step's outputs, also those that hold (default: all that don't)")
    parser.add_argument("--yes", action="store_true", help="accept without asking")
    parser.add_argument("--instead", action="store_true", help="in the place of the page's own recording, not beside it")


def _of_script(parser: ArgumentParser) -> None:
    """Options that a script has too."""
    parser.add_argument("--only", metavar="STEP", help="this step only")
    parser.add_argument(
        "--case",
        metavar="LABEL",
        action="append",
        default=[],
        help="the branch to take where the page gives a choice; may be repeated",
    )
    parser.add_argument("--in", metavar="DIR", help="where the page's steps begin (default: here)")
    parser.add_argument("--role", metavar="HOST", help="which of the page's hosts this one is")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a value in the place of the page's own; may be repeated"
    )


def guide(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    parser.add_argument(
        "--resume", action="store_true", help="go on where the last guide of this page ended, also after a reboot"
    )
    parser.add_argument("--anew", action="store_true", help="begin again though a guide of this page is not finished")
    parser.add_argument("--from", metavar="STEP", help="leave out the steps before this one (id or number)")
    parser.add_argument("--to", metavar="STEP", help="end after this step")
    _of_script(parser)
    parser.add_argument("--timeout", metavar="SECONDS", type=_whole(1, 999_999), help="for each command (default: 3600)")
    parser.add_argument(
        "--journal", metavar="FILE", help="where the journal is, with the script beside it (default: in ~/.local/state/runbook)"
    )


def _whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers in a range."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise ArgumentTypeError(f"{text!r} should be a whole number from {least} to {most}")
        return int(text)

    return read


def schema(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        choices=("runbook", "report", "tree"),
        default="runbook",
        help="runbook (default), report or tree",
    )
    _output(parser)


def convert(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _select(parser)
    parser.add_argument(
        "--to",
        choices=("markdown", "html", "json"),
        required=True,
        help="Markdown as the author meant it; HTML, or the tree of blocks as JSON, as MediaWiki shows the page",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE|DIR",
        help="write to FILE, or below DIR, which a directory or a source with several pages needs",
    )


def new(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where: a directory that is empty or not there yet")


def completion(parser: ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")


def none(parser: ArgumentParser) -> None:
    del parser
