"""The sub-commands with their help: a table, so that a new sub-command is a new row."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass

from runbook.cli import options


@dataclass(frozen=True)
class Subcommand:
    """`run` is the module beside this one and its function; `text` what help says above the arguments, `examples` below them."""

    name: str
    run: str
    summary: str
    text: str
    examples: str
    arguments: Callable[[ArgumentParser], None]


SUBCOMMANDS = (
    Subcommand(
        "build",
        "site.build",
        "render the pages of content/ into a site",
        "Reads every source under the site's docs_dir, makes a runbook of each page, and renders the site, with a verification\n"
        "script and JSON beside each runbook. The last good site stays when a source can't be read.",
        "runbook build\nrunbook build --config wiki/mkdocs.yml",
        options.build,
    ),
    Subcommand(
        "stage",
        "site.stage",
        "write the site as plain pages for other engines",
        "Writes the site's pages as Markdown with the same HTML of each card, its downloads and assets, and an mkdocs.yml, which MkDocs\n"
        "and Zensical read. No plugin of Runbook works there: Zensical ignores plugins that it does not know, without a word.",
        "runbook stage public\ncd public && zensical build",
        options.stage,
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
        options.extract,
    ),
    Subcommand(
        "pages",
        "pages.pages",
        "print the pages of a source with their exact text",
        "Prints one JSON object a line for each page: title, revision, exact text.",
        "runbook pages content/feed.atom | jq -r .title",
        options.pages,
    ),
    Subcommand(
        "script",
        "checking.script",
        "print the verification script of a page",
        "Prints one bash file that shows the steps of a runbook and verifies them: `bash verify.sh --list` shows them,\n"
        "`bash verify.sh` runs what is known to be read-only and compares the output with what the page recorded.",
        "runbook script content/howto.wiki -o verify.sh\n"
        "runbook script --page 'Installing Foo' content/feed.atom | bash -s -- --list",
        options.script,
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
        options.drift,
    ),
    Subcommand(
        "history",
        "changes.history",
        "tell when each step of a page last changed",
        "Tells of each step in which revision it changed, when and by whom, with the address of the wiki's diff; and which recorded outputs\n"
        "differ between revisions in which the command was the same. SOURCE must hold several revisions of a page: an export with\n"
        "history, a feed of contributions or history; of a wiki in runbook.toml they are asked for.",
        "runbook history export.xml\nrunbook history --page 'Installing Foo' --revisions 500 ops\n"
        "runbook history --format json history.atom",
        options.history,
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
        options.update,
    ),
    Subcommand(
        "lint",
        "pages.lint",
        "tell what is weak about pages",
        "Tells what makes a page hard to follow or to verify: a directory made and never used, a step without any check, a dead link,\n"
        "a command that ShellCheck rejects. Exit code 0: nothing, 1: something worth mending, 2: trouble.",
        "runbook lint content/howto.wiki\nrunbook lint --format json content/",
        options.lint,
    ),
    Subcommand(
        "explain",
        "pages.explain",
        "tell what each line of a page was taken for",
        "Prints the page's source, line by line, with what each was taken for and the rule that says so.",
        "runbook explain content/howto.wiki\nrunbook explain --page 'Installing Foo' --line 12 content/feed.atom",
        options.explain,
    ),
    Subcommand(
        "plan",
        "checking.plan",
        "tell what would run, what needs a yes",
        "For each step: what only reads and so runs unasked, what needs a yes for its effects, what must be named because nobody knows\n"
        "what it does, what a person does by hand; and what is looked at afterwards, in words.",
        "runbook plan content/howto.wiki\nrunbook plan --format json --page 'Installing Foo' content/feed.atom",
        options.plan,
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
        options.pull,
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
        options.verify,
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
        options.accept,
    ),
    Subcommand(
        "guide",
        "guiding.guide",
        "lead a person through a page on this host",
        "Renders the verification script of a page and hands the terminal over to it: it shows each command, edit and manual action,\n"
        "and asks before anything is done. What was done stands in a journal, so that --resume goes on after a crash or a reboot, with\n"
        "the script as it was when the guide began. Exit code 0: all is done, 2: trouble, 3: something is left to do.",
        "runbook guide content/howto.wiki\nrunbook guide --page 'Installing Foo' --resume content/feed.atom",
        options.guide,
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
        options.convert,
    ),
    Subcommand(
        "effects",
        "bulk.effects",
        "tell the effects of commands, in bulk",
        'Reads JSON lines {"text": COMMAND} from standard input and answers each with {"effects": [...]}: read, create, modify,\n'
        "delete, service, package, network, kernel, power, interactive, exec, unknown.",
        """echo '{"text": "ls -l /etc"}' | runbook effects""",
        options.none,
    ),
    Subcommand(
        "expect",
        "bulk.expect",
        "tell whether outputs hold against recorded ones, in bulk",
        'Reads JSON lines {"command", "recorded", "actual"} from standard input and answers each with\n'
        '{"holds", "patterns", "mismatch"}.',
        """echo '{"command": "date +%F", "recorded": "2008-04-28", "actual": "2026-01-31"}' | runbook expect""",
        options.none,
    ),
    Subcommand(
        "schema",
        "pages.schema",
        "print the JSON schemas of runbooks and reports",
        "Prints the JSON schema (2020-12) of what `runbook extract` prints, of what `runbook verify --report` writes, or of the tree of\n"
        "blocks that `runbook convert --to json` writes.",
        "runbook schema -o runbook.schema.json\nrunbook schema report",
        options.schema,
    ),
    Subcommand(
        "new",
        "starting.new",
        "make a fresh project",
        "Makes a project in DIR: the site's configuration, runbook.toml, content/ with an example page, a check for CI. DIR must be\n"
        "empty or not there yet.",
        "runbook new our-runbooks\ncd our-runbooks && runbook build",
        options.new,
    ),
    Subcommand(
        "doctor",
        "starting.doctor",
        "tell what is missing on this machine",
        "Looks for all that Runbook can use, and tells what to do about what is missing. Exit code 0: all that it needs is here, 1:\n"
        "something is missing that hardly anything works without.",
        "runbook doctor",
        options.none,
    ),
    Subcommand(
        "completion",
        "starting.completion",
        "print what completes `runbook` in a shell",
        "Prints a script which makes a shell complete sub-commands, options, their values and file names.",
        "runbook completion bash > ~/.local/share/bash-completion/completions/runbook\n"
        "runbook completion zsh > ~/.zfunc/_runbook      # where ~/.zfunc is in fpath\n"
        "runbook completion fish > ~/.config/fish/completions/runbook.fish",
        options.completion,
    ),
)
