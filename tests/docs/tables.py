"""The pages of docs/reference/ that are made of tables of the package, so that they can't say anything else.

python tests/docs/tables.py     writes them
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runbook.checks.kinds import KINDS
from runbook.checks.table import Row as Left
from runbook.checks.table import programs
from runbook.effects.table import Row, table
from runbook.expect.holes import OPEN, RECOGNISERS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"

_EFFECTS = """# What commands do

Made of `runbook/data/effects.toml` by `make reference`. A command that is not here, or an option that its row does not know, is `unknown`, and only
what has the one effect `read` runs unasked. `runbook effects` tells it of any command line, with pipes, substitutions and wrappers.

*Adds* is what options and operands bring beside the effects; *instead* what options make of them. A row whose arguments are read by
a function of their own (sed, find, git …) is marked †: what stands here is what it does when that function finds nothing else.

| command | effects | adds | instead |
|---|---|---|---|
"""

_HOLES = """# What may vary in an output

Made of the matcher's own table by `make reference`. A hole stands in a recorded output where a value varies by nature; it takes any value of its type.
[Why](../explanation/why-not-similarity.md). In diffs it is shown as `‹int›`; in JSON as `{"hole": "int", "name": ""}`. A row that stands for any number of rows
is `{"any": true}`.

| type | stands for | may be as long as it likes |
|---|---|---|
"""

_CHECKS = """# What is looked for after a command

Made of the tables of the package by `make reference`. What a command or an edit of a file leaves on the host is looked for by a check of one of these kinds. Each only
reads, asks for no password, and says that it can't be told where the program that it would ask is not there, refuses or takes too long. A check is made only of what
the command surely leaves: none of a dry run, of another machine, of an option that leads elsewhere. What a later step undoes or replaces is not looked for.

| kind | says |
|---|---|
"""

_LEFT = """
## Commands with a row of their own

Made of `runbook/data/checks.toml`. Others, such as those that copy, write, mount, install packages, start services or work with git, are known by functions of their
own. *not* is what must be gone. `{}` is what the command names, `{-n}` the value of an option, `{key}` and `{rest}` the sides of its "=".

| command | is looked for |
|---|---|
"""

MEANINGS = {
    "int": "a whole number, with commas between thousands",
    "pid": "the number of a process",
    "float": "a number with a fraction, `nan` and `inf` too",
    "percent": "a number with %",
    "size": "a number with a unit of bytes, or without one where sizes stand",
    "duration": "how long something takes or is ago, in words, units, or as a clock shows it",
    "lapse": "a duration without words, as `ps` and `uptime` write it",
    "moment": "when something began: a clock, a day, or a year, as short as `ps` writes it",
    "time": "a time of the day",
    "date": "a date in any of the usual forms, with or without a time and zone",
    "version": "a version of a program or package",
    "ip": "an address of IPv4",
    "ip6": "an address of IPv6",
    "mac": "an address of a network interface",
    "uuid": "a UUID",
    "hex": "hexadecimal digits",
    "hash": "a digest, a key, base64",
    "tty": "a terminal",
    "user": "the name of a user or group",
    "host": "the name or address of a host",
    "path": "a path",
    "url": "an address with a scheme",
    "bar": "a progress bar",
    "plural": "the s of a plural, or nothing",
    "share": "a number in a list of shares (\"99.9 id\")",
    "word": "any one word; inferred from several recordings only",
    "text": "any rest of the row; inferred from several recordings, or where the page has a picture",
}  # fmt: skip


def effects() -> str:
    """docs/reference/effects.md."""
    return _EFFECTS + "".join(line for row in table().command for line in _rows(row, ()))


def _rows(row: Row, above: tuple[str, ...]) -> Iterator[str]:
    """A row, and those of its sub-commands, behind the name that they belong to."""
    names = row.names.split()
    words = ", ".join(_code(" ".join((*above, name))) for name in names) + (" †" if row.reader else "")
    adds = [f"{_code(options)}: {what}" for options, what in row.harm.items()]
    adds += [f"operands: {row.operands}"] if row.operands else []
    adds += ["what it runs"] if row.wraps else []
    instead = [f"{_code(options)}: {what}" for options, what in row.modes.items()]
    yield f"| {words} | {row.effects} | {'; '.join(adds)} | {'; '.join(instead)} |\n"
    for below in row.sub:
        yield from _rows(below, (*above, names[0]))


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


def holes() -> str:
    """docs/reference/holes.md."""
    assert MEANINGS.keys() == RECOGNISERS.keys(), MEANINGS.keys() ^ RECOGNISERS.keys()
    return _HOLES + "".join(f"| `{name}` | {MEANINGS[name]} | {'yes' if name in OPEN else ''} |\n" for name in RECOGNISERS)


def checks() -> str:
    """docs/reference/checks.md."""
    kinds = "".join(f"| `{name}` | {kind.holds} |\n" for name, kind in KINDS.items())
    seen: dict[tuple[Left, ...], list[str]] = {}
    for name, program in programs().items():
        seen.setdefault(program.row, []).append(name)
    return _CHECKS + kinds + _LEFT + "".join(line for rows, names in seen.items() for line in _left(names, rows))


def _left(names: list[str], rows: tuple[Left, ...]) -> Iterator[str]:
    """The rows of some commands, each with its sub-command and the options that it needs."""
    for row in rows:
        form = row.makes or row.gone
        if form:
            words = " ".join(each for each in (row.sub.replace("|", "/"), row.only.replace(" ", "/")) if each)
            shown = ", ".join(_code(f"{name} {words}".strip()) for name in names)
            yield f"| {shown} | {'not ' if row.gone else ''}{_code(' '.join(form))} |\n"


PAGES = {"checks.md": checks, "effects.md": effects, "holes.md": holes}


def main() -> None:
    from runbook.cli import main as command

    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")
    for words, name in ((["schema"], "runbook"), (["schema", "report"], "report"), (["schema", "tree"], "tree")):
        command([*words, "-o", str(REFERENCE / f"{name}.schema.json")])


if __name__ == "__main__":
    main()
