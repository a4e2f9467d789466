"""Prompts that nobody knows by their form: what stands before a sign again and again in one block, and those of interpreters, which
are nothing but a ">"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from runbook.looks import as_command, as_prose
from runbook.model import Row
from runbook.patterns import pattern
from runbook.prompts import Prompt
from runbook.words import holds_one, words

_BEFORE_SIGN: Final = re.compile(
    r"(?P<before>[^\s#$%>|&;=<\"'^][^#$%>|&;=<\"'^\n]{0,58}?)(?P<sigil>[#$%>])(?: +(?P<rest>\S.*)|\s*\Z)"
)
_VARIES: Final = pattern(r"\d+|(?<= )[~/][\w./\-]*|(?<=:)[~/][\w./\-]*")
"""What changes from one prompt to the next: numbers, times, the directory."""
_SHORTEST: Final = 3
"""Letters and signs that a prompt has at least, its sign aside: less is no mark."""


def recurring(rows: Sequence[Row], found: Sequence[Prompt | None]) -> list[Prompt | None]:
    """The prompts of a block that begins with one and in which the same text stands before a sign twice or more, with a command behind
    it: numbers and directories aside, as in `node7 12:04 ~ $ ls`. Rows whose prompt is `found` keep it."""
    first = next((at for at, row in enumerate(rows) if row.text.strip()), None)
    if first is None or _candidate(rows[first], found[first]) is None:
        return list(found)
    matches = [_candidate(row, prompt) for row, prompt in zip(rows, found, strict=True)]
    kinds: dict[str, list[int]] = {}
    for match in matches:
        if match is not None:
            rest = match["rest"] or ""
            counted = kinds.setdefault(_kind(match), [0, 0])
            counted[0] += as_command(rest) >= 1
            counted[1] += as_command(rest) >= 3
    accepted = {kind for kind, (perhaps, surely) in kinds.items() if perhaps > 1 and surely * 3 >= perhaps}
    begins = matches[first]
    if begins is None or _kind(begins) not in accepted:
        return list(found)
    return [
        _prompt(match) if match is not None and _kind(match) in accepted else prompt
        for match, prompt in zip(matches, found, strict=True)
    ]


def _candidate(row: Row, prompt: Prompt | None) -> re.Match[str] | None:
    return _match(row.text) if (prompt is None or not prompt.sure) and holds_one(row.text, "#$%>") else None


def _match(text: str) -> re.Match[str] | None:
    match = _BEFORE_SIGN.match(text.strip())
    if match is None or len(match["before"].strip()) < _SHORTEST or as_command(match["before"]) >= 2:
        return None
    return match


def _kind(match: re.Match[str]) -> str:
    return _VARIES.sub("0", match["before"].strip()) + match["sigil"]


def _prompt(match: re.Match[str]) -> Prompt:
    rest = match["rest"] or ""
    return Prompt(match.string[: match.end("sigil")], rest, signature=_kind(match))


_COUNTED: Final = pattern(
    r"(?P<text>(?P<before>(?:\S{0,40}[^\w\s.,\-])?|[a-z]\w{1,20} )(?P<number>\d{1,4})[)\]:]{0,2}>)(?: +(?P<rest>\S.*)|\s*\Z)"
)
"""A number and a ">" behind it, as consoles count what is typed: "3> ", "[3]> ", "loom 3> "."""


def counting(rows: Sequence[Row], found: list[Prompt | None]) -> list[Prompt | None]:
    """The prompts of a console that nobody knows and that counts what is typed: the next number stands before a later row, and what the
    console answers in between. Lines that go on with redirections begin so, too, but don't count what is printed."""
    matches = [
        _COUNTED.fullmatch(row.text.strip()) if (prompt is None or not prompt.sure) and ">" in row.text[:64] else None
        for row, prompt in zip(rows, found, strict=True)
    ]
    lines = [(at, match["before"], int(match["number"])) for at, match in enumerate(matches) if match is not None]
    counted = {
        before
        for (at, before, number), (later, again, following) in pairwise(lines)
        if before == again and following == number + 1 and later > at + 1
    }
    if not counted:
        return found
    return [
        prompt if match is None or match["before"] not in counted else _of_counting(match)
        for match, prompt in zip(matches, found, strict=True)
    ]


def _of_counting(match: re.Match[str]) -> Prompt:
    return Prompt(match["text"], match["rest"] or "", shell="repl", signature="repl")


_TIGHT: Final = pattern(r"(?P<text>(?P<name>[A-Za-z][\w\-]{2,20})>)(?P<rest>[a-z?][^<>]*)")


def of_programs(rows: Sequence[Row], found: list[Prompt | None]) -> list[Prompt | None]:
    """The prompts of a program that nobody knows and that leaves no blank behind its sign ("mill>show log"): the same word stands so
    before several rows, and no row has a tag, whose end looks the same."""
    matches = [
        _TIGHT.fullmatch(row.text.strip()) if prompt is None and ">" in row.text[:22] else None
        for row, prompt in zip(rows, found, strict=True)
    ]
    typed: dict[str, list[str]] = {}
    for match in matches:
        if match is not None:
            typed.setdefault(match["name"], []).append(match["rest"])
    # A program's output may go to a file twice ("date>started"), but no file's name has a blank.
    several = {
        name
        for name, rests in typed.items()
        if len(rests) > 1 and (name not in words("programs") or any(" " in rest for rest in rests))
    }
    if not several or any("<" in row.text for row in rows):
        return found
    return [
        prompt if match is None or match["name"] not in several else _of_program(match)
        for match, prompt in zip(matches, found, strict=True)
    ]


def _of_program(match: re.Match[str]) -> Prompt:
    name = match["name"].casefold()
    return Prompt(match["text"], match["rest"], shell=name, signature=name)


_LOADER: Final = pattern(
    r"(?P<text>(?:(?:LILO|SILO|ELILO|yaboot|isolinux|syslinux) )?(?P<boot>boot):|ok|OK)\s+(?P<rest>[A-Za-z/?].*)"
)


def of_loaders(rows: Sequence[Row]) -> list[Prompt | None]:
    """The prompts of rows that each begin with a boot loader's ("boot: ") or a firmware's ("ok "), which elsewhere are words."""
    matches: list[re.Match[str] | None] = []
    for row in rows:
        text = row.text.strip()
        matches.append(_LOADER.fullmatch(text) if text else None)
        if text and matches[-1] is None:
            return [None] * len(rows)
    return [None if match is None else _of_loader(match, "boot" if match["boot"] else "forth") for match in matches]


def _of_loader(match: re.Match[str], shell: str) -> Prompt:
    return Prompt(match["text"], match["rest"], shell=shell, signature=shell)


_VIEW: Final = pattern(r"(?:<(?P<user>[A-Za-z][\w.\-]*)>|\[[~*]?(?P<system>[A-Za-z][\w.\-]*)\])\s*(?P<rest>\S.*)?")


def _view(text: str) -> re.Match[str] | None:
    return _VIEW.fullmatch(text.strip()) if text.lstrip()[:1] in ("<", "[") else None


def of_views(rows: Sequence[Row], found: list[Prompt | None]) -> list[Prompt | None]:
    """The prompts of devices that show their name in angles for users ("<core1>") and in brackets where they are configured ("[core1-vlan10]"):
    both stand in the block, or what is typed tells."""
    matches = [_view(row.text) if prompt is None else None for row, prompt in zip(rows, found, strict=True)]
    names = {match["user"] for match in matches if match is not None and match["user"]}
    if not names:
        return found
    entered = any((match["rest"] or "") in ("system-view", "sys") for match in matches if match is not None)
    configured = [match["system"] for match in matches if match is not None and match["system"]]
    if not (entered or any(name == one or name.startswith(f"{one}-") for name in configured for one in names)):
        return found
    return [
        prompt if match is None or not _of_names(match, names) else _of_view(match)
        for match, prompt in zip(matches, found, strict=True)
    ]


def _of_names(match: re.Match[str], names: set[str]) -> bool:
    return match["user"] is not None or any(match["system"] == one or match["system"].startswith(f"{one}-") for one in names)


def _of_view(match: re.Match[str]) -> Prompt:
    rest = match["rest"] or ""
    text = match.string[: match.start("rest")] if rest else match.string
    return Prompt(text.rstrip(), rest, shell="device", host=match["user"], signature="device")


_NUMBERED: Final = pattern(r"\d+\s+\S*[A-Za-z]")
"""A line of a program that a debugger points at: `> 7 add(10);`."""


def of_interpreters(rows: Sequence[Row], found: list[Prompt | None], client_of: Callable[[str], str]) -> list[Prompt | None]:
    """The prompts of a block in which ">" is an interpreter's: behind the command that starts one, or where the block begins with it,
    something stands between them that was printed, and what follows them is no shell's. `client_of` tells which interpreter a command
    starts."""
    signs = [prompt for prompt in found if prompt is not None and prompt.signature == ">" and prompt.rest]
    if not signs or any(as_prose(prompt.rest) for prompt in signs):
        return found
    first = next((prompt for row, prompt in zip(rows, found, strict=True) if row.text.strip()), None)
    answered = any(prompt is None and row.text.strip() for row, prompt in zip(rows, found, strict=True))
    alone = first is not None and first.signature == ">" and len(signs) > 1 and answered
    shell = "repl" if alone and 2 * sum(as_command(prompt.rest) > 2 for prompt in signs) < len(signs) else ""
    out: list[Prompt | None] = []
    for prompt in found:
        if prompt is not None and prompt.shell == "sh" and prompt.signature != ">":
            shell = client_of(prompt.rest) or (shell if not prompt.sure else "")
        elif prompt is not None and prompt.signature == ">" and shell and not _NUMBERED.match(prompt.rest):
            prompt = replace(prompt, shell=shell, signature=shell, sure=True)
        out.append(prompt)
    return out
