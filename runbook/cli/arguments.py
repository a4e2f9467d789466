"""The arguments of every sub-command, with their help: a table, so that a new sub-command is a new row."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

_SOURCES = (
    "a feed (.atom, .xml), wikitext (.wiki, .mediawiki, .mw, .wikitext), Markdown (.md), a directory of those, "
    "or - for standard input"
)


FILES = frozenset({"FILE", "SOURCE", "PATH", "OLD", "REPORT", "HOSTS", "FILE|DIR"})
PATHS = FILES | {"DIR"}
"""Metavars of arguments that name files or directories: shells complete them, and none of them may be empty."""


@dataclass(frozen=True)
class Subcommand:
    """`run` is the module beside this one and its function; `text` what help says above the arguments, `examples` below them."""

    name: str
    run: str
    summary: str
    text: str
    examples: str
    arguments: Callable[[ArgumentParser], None]


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


def _extract(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _select(parser)
    parser.add_argument(
        "--lock", metavar="FILE", help="steps keep the ids they have in FILE (default: runbook.lock beside the pages)"
    )
    _indent(parser)
    _output(parser)


def _pages(parser: ArgumentParser) -> None:
    _source(parser)
    _select(parser)
    parser.add_argument(
        "--entries",
        action="store_true",
        help="instead, what each entry of a feed can give, or what each page of an export is for",
    )
    _output(parser)


def _script(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _output(parser)


def _lint(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _format(parser)
    _output(parser)


def _explain(parser: ArgumentParser) -> None:
    _lint(parser)
    parser.add_argument("--line", metavar="N", type=int, help="only this line")


def _format(parser: ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="for people (default) or for programs")


def _build(parser: ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", default="mkdocs.yml", help="the site's configuration (default: mkdocs.yml)")


def _stage(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where the pages go: a new directory, or one that was staged before")
    _build(parser)


def _drift(parser: ArgumentParser) -> None:
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


def _update(parser: ArgumentParser) -> None:
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


def _plan(parser: ArgumentParser) -> None:
    _source(parser)
    _page(parser)
    _format(parser)
    _output(parser)


def _pull(parser: ArgumentParser) -> None:
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


def _verify(parser: ArgumentParser) -> None:
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


def _accept(parser: ArgumentParser) -> None:
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
    parser.add_argument("--role", metavar="HOST", help="which of the page's hosts this one is")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a value in the place of the page's own; may be repeated"
    )


def _guide(parser: ArgumentParser) -> None:
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


def _schema(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        choices=("runbook", "report", "tree"),
        default="runbook",
        help="runbook (default), report or tree",
    )
    _output(parser)


def _convert(parser: ArgumentParser) -> None:
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


def _new(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where: a directory that is empty or not there yet")


def _completion(parser: ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")


def _none(parser: ArgumentParser) -> None:
    del parser


SUBCOMMANDS = (
    Subcommand(
        "build",
        "site.build",
        "render the pages of content/ into a site",
        "Reads every source under the site's docs_dir, makes a runbook of each page, and renders the site, with a verification\n"
        "script and JSON beside each runbook. The last good site stays when a source can't be read.",
        "runbook build\nrunbook build --config wiki/mkdocs.yml",
        _build,
    ),
    Subcommand(
        "stage",
        "site.stage",
        "write the site as plain pages for other engines",
        "Writes the site's pages as Markdown with the same HTML of each card, its downloads and assets, and an mkdocs.yml, which MkDocs\n"
        "and Zensical read. No plugin of Runbook works there: Zensical ignores plugins that it does not know, without a word.",
        "runbook stage public\ncd public && zensical build",
        _stage,
    ),
    Subcommand(
        "extract",
        "pages.extract",
        "print runbooks as JSON",
        "Prints the runbook of each page: steps, commands, expected outputs, file edits, and what the page says around them.\n"
        "One JSON object for a single page, JSON Lines (one object a line) for several.",
        "runbook extract content/howto.wiki\n"
        "runbook extract --page 'Installing Foo' content/feed.atom | jq .steps[].title\n"
        "runbook extract --markup wikitext - < page.txt",
        _extract,
    ),
    Subcommand(
        "pages",
        "pages.pages",
        "print the pages of a source with their exact text",
        "Prints one JSON object a line for each page: title, revision, exact text.",
        "runbook pages content/feed.atom | jq -r .title",
        _pages,
    ),
    Subcommand(
        "script",
        "checking.script",
        "print the verification script of a page",
        "Prints one bash file that shows the steps of a runbook and verifies them: `bash verify.sh --list` shows them,\n"
        "`bash verify.sh` runs what is known to be read-only and compares the output with what the page recorded.",
        "runbook script content/howto.wiki -o verify.sh\n"
        "runbook script --page 'Installing Foo' content/feed.atom | bash -s -- --list",
        _script,
    ),
    Subcommand(
        "drift",
        "changes.drift",
        "tell what changed since pages were taken over",
        "Compares pages step by step: what was added, removed, moved, reworded; which commands, expected outputs, file edits\n"
        "and parameters changed. Exit code 0: no drift, 1: drift, 2: trouble. Outputs where only a date, a size or the like\n"
        "changed are shown but are no drift.",
        "runbook drift\nrunbook drift today.atom\nrunbook drift --against yesterday.atom today.atom\n"
        "runbook drift --format json --against old/ new/ | jq '.pages[].title'",
        _drift,
    ),
    Subcommand(
        "update",
        "updating.update",
        "take over what changed, and lock it",
        "Makes content/ what SOURCE says, and content/runbook.lock what content/ is then: all of it, or nothing. Tells the drift that is\n"
        "taken over, the files that were written, and overrides that fit no step any more. Without SOURCE: locks the pages as they stand.\n"
        "A page that a whole source (a directory, an export, a wiki) lacks is removed, if it was taken over before. Exit code 0: done,\n"
        "1: with --dry-run, there is something to do, 2: trouble.",
        "runbook update\nrunbook update --dry-run today.atom\nrunbook update main",
        _update,
    ),
    Subcommand(
        "lint",
        "pages.lint",
        "tell what is weak about pages",
        "Tells what makes a page hard to follow or to verify: a directory made and never used, a step without any check, a dead link,\n"
        "a command that ShellCheck rejects. Exit code 0: nothing, 1: something worth mending, 2: trouble.",
        "runbook lint content/howto.wiki\nrunbook lint --format json content/",
        _lint,
    ),
    Subcommand(
        "explain",
        "pages.explain",
        "tell what each line of a page was taken for",
        "Prints the page's source, line by line, with what each was taken for and the rule that says so.",
        "runbook explain content/howto.wiki\nrunbook explain --page 'Installing Foo' --line 12 content/feed.atom",
        _explain,
    ),
    Subcommand(
        "plan",
        "checking.plan",
        "tell what would run, what needs a yes",
        "For each step: what only reads and so runs unasked, what needs a yes for its effects, what must be named because nobody knows\n"
        "what it does, what a person does by hand; and what is looked at afterwards, in words.",
        "runbook plan content/howto.wiki\nrunbook plan --format json --page 'Installing Foo' content/feed.atom",
        _plan,
    ),
    Subcommand(
        "pull",
        "pulling.pull",
        "fetch pages from a wiki that runbook.toml names",
        "Brings content/WIKI up to date with a wiki: fetches what changed since the last time, all at once or not at all.\n"
        "Without --category, --prefix, --title, --list or --all: the pages that runbook.toml wants of it, and those that it wants no\n"
        "more leave. Credentials come from the environment: RUNBOOK_NAME_USER and RUNBOOK_NAME_PASSWORD (a bot password), or\n"
        "RUNBOOK_NAME_TOKEN (OAuth). Exit code 0: done, 1: some page is missing or can't be read, 2: trouble, nothing changed.",
        "runbook pull\nrunbook pull main --category HOWTO --templates\nrunbook pull main --list titles.txt",
        _pull,
    ),
    Subcommand(
        "verify",
        "verifying.verify",
        "tell whether this host stands where pages say",
        "Renders the verification script of each page and runs it here in check mode: what is known to be read-only is run and its\n"
        "output compared with the recorded one, what steps should have left behind is looked at; nothing else is run.\n"
        "With --sandbox all of a page is carried out from scratch in a throw-away root, without touching this host.\n"
        "Exit code 0: it holds, 1: it does not, 2: trouble, 3: nothing could be checked, or in a sandbox not all of it.",
        "runbook verify content/howto.wiki\n"
        "runbook verify --page 'Installing Foo' --to install-it content/feed.atom\n"
        "runbook verify --jobs 4 --format junit -o results.xml --report results.json content/\n"
        "runbook verify --sandbox content/howto.wiki\n"
        "runbook verify --inventory hosts.ini --limit web --become content/howto.wiki",
        _verify,
    ),
    Subcommand(
        "accept",
        "accepting.accept",
        "take outputs of a real run as new recordings",
        "Shows what a run printed against what the page recorded, and what would be expected from now on: what differs between\n"
        "recordings becomes a hole, what never does a word. Asks, and writes what is accepted to overrides.toml beside FILE, never\n"
        "to the wiki. Exit code 0: done, 2: trouble, nothing written, 3: something waits for a yes, or was not accepted.",
        "runbook verify --report run.json content/howto.wiki; runbook accept --report run.json content/howto.wiki\n"
        "runbook accept --keep outputs/ --step start-it --yes content/howto.wiki",
        _accept,
    ),
    Subcommand(
        "guide",
        "guiding.guide",
        "lead a person through a page on this host",
        "Renders the verification script of a page and hands the terminal over to it: it shows each command, edit and manual action,\n"
        "and asks before anything is done. What was done stands in a journal, so that --resume goes on after a crash or a reboot, with\n"
        "the script as it was when the guide began. Exit code 0: all is done, 2: trouble, 3: something is left to do.",
        "runbook guide content/howto.wiki\nrunbook guide --page 'Installing Foo' --resume content/feed.atom",
        _guide,
    ),
    Subcommand(
        "convert",
        "converting.convert",
        "write pages as Markdown, HTML or JSON",
        "Writes pages in another form: as Markdown for leaving the wiki, with code as fences, notices and directives kept; as the HTML that\n"
        "MediaWiki shows, or as its tree of blocks in JSON. Markdown is read back before it is written: what would read as something\n"
        "else is refused, with its line. Exit code 0: all is written, 2: trouble, or a page was refused.",
        "runbook convert --to markdown content/howto.wiki\n"
        "runbook convert --to markdown -o docs/ dump.xml\n"
        "runbook convert --to json --markup wikitext - < page.txt",
        _convert,
    ),
    Subcommand(
        "effects",
        "bulk.effects",
        "tell the effects of commands, in bulk",
        'Reads JSON lines {"text": COMMAND} from standard input and answers each with {"effects": [...]}: read, create, modify,\n'
        "delete, service, package, network, kernel, power, interactive, exec, unknown.",
        """echo '{"text": "ls -l /etc"}' | runbook effects""",
        _none,
    ),
    Subcommand(
        "expect",
        "bulk.expect",
        "tell whether outputs hold against recorded ones, in bulk",
        'Reads JSON lines {"command", "recorded", "actual"} from standard input and answers each with\n'
        '{"holds", "patterns", "mismatch"}.',
        """echo '{"command": "date +%F", "recorded": "2008-04-28", "actual": "2026-01-31"}' | runbook expect""",
        _none,
    ),
    Subcommand(
        "schema",
        "pages.schema",
        "print the JSON schemas of runbooks and reports",
        "Prints the JSON schema (2020-12) of what `runbook extract` prints, of what `runbook verify --report` writes, or of the tree of\n"
        "blocks that `runbook convert --to json` writes.",
        "runbook schema -o runbook.schema.json\nrunbook schema report",
        _schema,
    ),
    Subcommand(
        "new",
        "starting.new",
        "make a fresh project",
        "Makes a project in DIR: the site's configuration, runbook.toml, content/ with an example page, a check for CI. DIR must be\n"
        "empty or not there yet.",
        "runbook new our-runbooks\ncd our-runbooks && runbook build",
        _new,
    ),
    Subcommand(
        "doctor",
        "starting.doctor",
        "tell what is missing on this machine",
        "Looks for all that Runbook can use, and tells what to do about what is missing. Exit code 0: all that it needs is here, 1:\n"
        "something is missing that hardly anything works without.",
        "runbook doctor",
        _none,
    ),
    Subcommand(
        "completion",
        "starting.completion",
        "print what completes `runbook` in a shell",
        "Prints a script which makes a shell complete sub-commands, options, their values and file names.",
        "runbook completion bash > ~/.local/share/bash-completion/completions/runbook\n"
        "runbook completion zsh > ~/.zfunc/_runbook      # where ~/.zfunc is in fpath\n"
        "runbook completion fish > ~/.config/fish/completions/runbook.fish",
        _completion,
    ),
)


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
        super().error(message + self._meant(message))

    def _meant(self, message: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  # only for who mistypes

        wrong = re.match(r"argument SUBCOMMAND: invalid choice: '(.*?)'|unrecognized arguments: (--[^\s=]*)", message)
        known = (
            [word for action in self._actions for word in (action.choices or ())]
            if wrong and wrong[1]
            else self._option_string_actions
        )
        near = get_close_matches(wrong[1] or wrong[2], map(str, known), n=1) if wrong else []
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
