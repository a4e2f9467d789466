"""What a command does, from its syntax tree and a table; what is unknown is never "read"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, cast

import msgspec

from runbook import shell
from runbook.effects.readers import READERS
from runbook.effects.run import MAX_INNER, Run, suspicious
from runbook.model import EFFECTS, Command, Effect
from runbook.shell import Problem, Script

_UNKNOWN: Final[tuple[Effect, ...]] = ("unknown",)
_BATCH: Final = 500


def classify(commands: Sequence[str], *, harmless: Collection[str] = ()) -> list[tuple[Effect, ...]]:
    """The effects of shell command lines, each in the order of model.EFFECTS.

    `harmless`: tools that the project's configuration declares read-only. Exactly ("read",) may run unasked.
    """
    trees = shell.parse_many(commands)
    inner: dict[str, Script | Problem] = {}
    found: list[set[str] | None] = [None] * len(commands)
    todo = list(range(len(commands)))
    for _ in range(MAX_INNER + 1):
        wanted: set[str] = set()
        again: list[int] = []
        for index in todo:
            run_wanted, found[index] = _effects(commands[index], trees[index], inner, harmless)
            if run_wanted:
                wanted |= run_wanted
                again.append(index)
        if not wanted:
            break
        texts = sorted(wanted)
        inner.update(zip(texts, shell.parse_many(texts), strict=True))
        todo = again
    return [_ordered(each or {"unknown"}) for each in found]


def _effects(
    text: str, tree: Script | Problem, inner: dict[str, Script | Problem], harmless: Collection[str]
) -> tuple[set[str], set[str]]:
    if isinstance(tree, Problem) or suspicious(text):
        return set(), {"unknown"}
    run = Run(tree, inner, harmless, READERS)
    try:
        found = run.effects()
    except RecursionError:
        return set(), {"unknown"}
    return run.wanted, found


def _ordered(found: set[str]) -> tuple[Effect, ...]:
    return cast(tuple[Effect, ...], tuple(effect for effect in EFFECTS if effect in found))


def of_commands(commands: Sequence[Command], *, harmless: Collection[str] = ()) -> list[tuple[Effect, ...]]:
    """The effects of a runbook's commands where they stand: with those of the commands entered before (nested shells);
    a shell other than sh is unknown."""
    texts = list(
        dict.fromkeys(text for command in commands if command.shell == "sh" for text in (command.text, *command.context))
    )
    known = dict(zip(texts, classify(texts, harmless=harmless), strict=True))
    return [_in_context(command, known) for command in commands]


def _in_context(command: Command, known: dict[str, tuple[Effect, ...]]) -> tuple[Effect, ...]:
    if command.shell != "sh":
        return _UNKNOWN
    if not command.context:
        return known[command.text]
    return _ordered({effect for text in (command.text, *command.context) for effect in known[text]})


class _Question(msgspec.Struct, frozen=True):
    text: str


_questions = msgspec.json.Decoder(_Question)


def answer_lines(lines: Iterable[str], *, harmless: Collection[str] = ()) -> Iterator[str]:
    """JSON lines {"text": …} to JSON lines {"effects": […]}, in order; a line that is not of that form gives {"error": …}.
    Lines are read and answered in batches."""
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        asked = [_question(line) for line in batch]
        answers = iter(classify([each for each, error in asked if not error], harmless=harmless))
        for _, error in asked:
            yield msgspec.json.encode({"error": error} if error else {"effects": next(answers)}).decode()


def _question(line: str) -> tuple[str, str]:
    """The text of a question, or why it is none."""
    try:
        return _questions.decode(line.encode("utf-8", "surrogateescape")).text, ""
    except (msgspec.DecodeError, UnicodeError) as error:
        return "", str(error) or "not a question"
