"""Recordings of one command -> what of them must come again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from msgspec.structs import replace

from runbook.expect.columns import DRAWN, Table, cell_tokens, spans, tables
from runbook.expect.failure import expected_exit
from runbook.expect.holes import recogniser, whole
from runbook.expect.meanings import Context, Token, tokens
from runbook.expect.normal import displayed, split_lines
from runbook.expect.pattern import Pattern
from runbook.expect.refine import refined
from runbook.expect.tables import words
from runbook.expect.verdict import match
from runbook.model import Elision, Hole, PatternRow
from runbook.patterns import pattern


def infer(
    recordings: Sequence[Sequence[str]],
    *,
    command: str = "",
    parameters: Mapping[str, str] | None = None,
    independent: bool = True,
) -> Pattern:
    """The pattern of a command's output from one recording (its lines) or several, the one to go by first.

    From one, values that vary by nature become holes of their type; from several, what differed is a hole too, and a plain number,
    version or name that never did, in runs that did differ, is a word: unless the runs are not `independent`, but one edited after
    the other, which says only what varies. `parameters` are the page's own values (name to value): they
    and the command's own words stay literal. What comes after so many lines as are `compared` may be anything. Never raises; linear in
    the length of the recordings.
    """
    context = context_of(command, parameters or {})
    whole_texts = [split_lines(recording) for recording in recordings] or [[]]
    texts = [text[: compared(text)] for text in whole_texts]
    pattern = _of(texts, context, expected_exit(whole_texts[0], command), independent=independent)
    return pattern if texts == whole_texts else replace(pattern, rows=(*pattern.rows, Elision()))


LONGEST: Final = 60_000
"""Bytes of a recording that are compared, as the script writes them: more is no output that anybody reads, and a command line of the
script has to hold it."""


def compared(recording: Sequence[str]) -> int:
    """How many lines of a recording stand in its pattern."""
    size = 0
    for count, line in enumerate(recording):
        size += 5 + len(line) if line.isascii() else 5 + 3 * len(line.encode("utf-8", "surrogatepass"))
        if size > LONGEST:
            return count
    return len(recording)


def _of(
    texts: Sequence[Sequence[str]], context: Context, exit_: int | Literal["nonzero"] | None, *, independent: bool
) -> Pattern:
    patterns = [tuple(rows_of(text, context)) for text in texts]
    loose = [tuple(unordered(text, context)) for text in texts]
    first = Pattern(patterns[0], loose[0], exit_)
    if len(patterns) == 1:
        return first
    for rows in refined(texts, patterns, loose, independent=independent):
        pattern = Pattern(rows, first.unordered if len(rows) == len(first.rows) else (), first.exit)
        if all(match(pattern, text) is None for text in texts):
            return pattern
    return first


_SPLIT: Final = re.compile(r"[\s'\"=,;|&<>()`{}\[\]]+")
_TELLING: Final = re.compile(r"\d|\w\.\w|\w-\w")


def context_of(command: str, parameters: Mapping[str, str]) -> Context:
    """What a command and the page's parameters say of the output."""
    parts = [part for part in _SPLIT.split(command[:4000]) if part]
    program = next((part for part in parts if part not in words("wrappers") and not part.startswith("-")), "").rpartition("/")[2]
    values = frozenset(filter(None, parameters.values()))
    kept = {part for part in parts if not part.startswith("-") and _TELLING.search(part)}
    kept = {part for part in kept if len(part) > 1 or not part.isdigit()}
    kept |= {piece for part in kept for piece in re.split(r"[@:/]", part) if _TELLING.search(piece)}
    kept |= _with_pieces(values)
    settings = program in words("always_settings") or (
        program in words("settings_programs")
        and any(place in command for place in _PLACES)
        and not re.search(r"/proc/(?!sys/)|/var/log|\.log\b", command)
    )
    sorts = re.search(r"\bsort\b|--sort|\s-\w*[tSrU]\w*\b", command) is not None and (
        program in {"ls", "ps", "top"} or "sort" in command
    )
    return Context(program, frozenset(kept), values, settings, sorts or program in words("ordered_programs"))


@lru_cache(maxsize=4)
def _with_pieces(values: frozenset[str]) -> frozenset[str]:
    """The values of a page, which are the same for all its commands, and their words."""
    return frozenset(piece for value in values for piece in (value, *value.split()))


_PLACES: Final = ("/etc/", "/proc/sys/", "/sys/", ".conf", ".cfg", ".ini", ".yml", ".yaml", ".json", ".toml")


# --- rows -------------------------------------------------------------------------------------------------------------

_OMITTED: Final = (
    r"(?:output|lines?|text|rest|more|rows?|entries|many|some|other|part|the|of|and|so|on|\d+"
    r"|omitted|snip(?:ped)?|cut|truncated|removed|skipped|trimmed|deleted|here|left|out|etc)"
)
_ELISION: Final = re.compile(
    r"\s*(?:[.…]{3,}|…|(?:\. ?){3,}"
    r"|[\[(<{]+ ?(?:\.{2,}|…)[^\]\n]{0,40}?[\])>}]+"
    r"|[-*=~#]{0,9}[\[(<]{0,3} ?(?:snip|cut|skip(?:ped)?|omitted|truncated)(?:ped)? ?[\])>]{0,3}[-*=~#8<>]{0,9}"
    rf"|[\[(<*#-]{{1,9}} ?(?:[.…]+ ?)?{_OMITTED}(?: {_OMITTED}){{0,6}}(?: ?[.…]+)? ?[\])>*#-]{{1,9}}"
    r"|[#*] ?(?:\.{3,}|…))\s*",
    re.I,
)
_NOISE: Final = re.compile(
    r"\(END\)|lines \d+-\d+(?:/\d+)?(?: \d+%)?(?: \(END\))?|[:~]|Manual page \S+ line \d+.*|-- ?More ?--.*|Press (?:RETURN|ENTER|SPACE|any key)\b.*"
    r"|logout|(?:Shared c|C)onnection to \S+ closed\.?|You have (?:new |unread )?mail(?: in \S+)?\.?",
    re.I,
)
"""What pagers and shells say by themselves: it comes on a terminal, or by chance, and is nothing that the command prints."""
_SAID: Final = pattern(r"omit|snip|cut|trunc|remov|skip|trim|delet|left out|etc|\.\.|…|more", re.I)


def rows_of(recording: Sequence[str], context: Context) -> Iterator[PatternRow]:
    """The rows of one recording."""
    shown = [displayed(line).replace("\u00a0", " ").rstrip() for line in recording]
    dots = _dot_rows(shown)
    by_row: dict[int, Table] = {}
    for table in tables(shown):
        by_row.update(dict.fromkeys(range(table.start, table.end), table))
    repeated = _repeated(shown) - by_row.keys() | (set() if context.settings else _listed_numbers(shown))
    for i, text in enumerate(shown):
        if i in dots or i in repeated or _NOISE.fullmatch(text.strip()) or (_ELISION.fullmatch(text) and _SAID.search(text)):
            yield Elision()
        elif i in by_row and by_row[i].start == i:
            yield (text,)
        else:
            found = _pictured(i, shown) or _shares(text) or _listed(text, context) or _special(text, i, shown, context)
            if found is None:
                found = cell_tokens(by_row[i], text, context) if i in by_row else _free(text, context)
            yield tuple(_pieces(text, found))


def _dot_rows(shown: Sequence[str]) -> set[int]:
    """Rows of one dot each that stand together: dots from top to bottom."""
    single = {i for i, text in enumerate(shown) if text.strip() in {".", ":"}}
    return {i for i in single if i - 1 in single or i + 1 in single}


_PERCENT: Final = pattern(r"\d[\d.,]* ?%")
_AMOUNT: Final = pattern(r"\d+(?:[.,:]\d+)*")
_NUMBERS: Final = pattern(r"\s*\d+(?:, ?\d+){4,},?\s*")


def _repeated(shown: Sequence[str]) -> set[int]:
    """Rows of a progress, each as the one before it but for its numbers: how many there are depends on how long it took."""
    shapes = [_AMOUNT.sub("0", text) if _PERCENT.search(text) and len(text) < 500 else "" for text in shown]
    alike = {i for i in range(1, len(shapes)) if shapes[i] and shapes[i] == shapes[i - 1]}
    return {i for i in alike if i - 1 in alike or i + 1 in alike}


def _listed_numbers(shown: Sequence[str]) -> set[int]:
    """Rows of nothing but many numbers with commas, as of the blocks that a filesystem keeps copies in: there may be more, or fewer."""
    return {i for i, text in enumerate(shown) if _NUMBERS.fullmatch(text[:1000])}


def _pieces(text: str, found: Sequence[Token]) -> Iterator[str | Hole]:
    """A row's literals and holes; a noun after a number may be one or many."""
    at = 0
    found = _narrowed(text, found)
    for k, token in enumerate(found):
        if token.start < at:
            continue
        if token.start > at:
            yield text[at : token.start]
        yield Hole(token.hole)
        at = token.end
        until = found[k + 1].start if k + 1 < len(found) else len(text)
        noun = _NOUN.match(text, at, until) if token.hole == "int" else None
        if noun and (noun[1] in words("counted") or noun[1] + noun[2] in words("counted")):
            yield text[at : noun.end(1)]
            yield Hole("plural")
            at = noun.end()
    if at < len(text):
        yield text[at:]


def _narrowed(text: str, found: Sequence[Token]) -> Sequence[Token]:
    """Durations and dates before another value, in the forms that can't swallow it."""
    out = list(found)
    for k, (one, after) in enumerate(pairwise(out)):
        name = _NARROW.get(one.hole)
        if name and after.hole in _SWALLOWED and text[one.end : after.start].isspace():
            value = text[one.start : one.end]
            if whole(recogniser(name), value, 0, len(value)):
                out[k] = one._replace(hole=name)
    return out


_NARROW: Final = {"duration": "lapse", "date": "moment"}
_SWALLOWED: Final = frozenset({"duration", "date", "time", "int", "float", "size"})
_NOUN: Final = re.compile(r" ([a-z]+?)(s?)(?![a-z])")
_LISTING: Final = re.compile(
    r" *(?:(?P<inode>\d+) +)?(?:(?P<blocks>[\d.]+[KMG]?) +)?"
    r"[bcdlps-][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-][.+@]? +(?P<links>\d+) +(?P<user>\S+) +(?P<group>\S+) +"
    r"(?:(?P<size>[\d.,]+[KMGT]?i?B?)|(?P<device>\d+, *\d+)) +"
    r"(?P<date>[A-Z][a-z]{2}\.? +\d?\d +[\d:]{4,5}|\d?\d\.? +[A-Z][a-z]{2}\.? +[\d:]{4,5}"
    r"|\d{4}-\d\d-\d\d +\d\d:\d\d(?::[\d.]+)?(?: [-+]\d{4})?|\d\d-\d\d +\d\d:\d\d) +"
)


def _listed(text: str, context: Context) -> list[Token] | None:
    """A row of `ls -l`: links, size and date vary; mode, owner, group and name are words."""
    m = _LISTING.match(text)
    if m is None:
        return None
    kinds = (("inode", "int"), ("blocks", "size"), ("links", "int"), ("size", "size"), ("date", "date"))
    return [
        Token(m.start(name), m.end(name), hole)
        for name, hole in kinds
        if m[name] and m[name] not in context.parameters - {m["links"]}
    ]


_FRAME: Final = pattern(r"\s*\+-*\[[^\]]*\]-*\+")
_PICTURE: Final = 24
_PAIRS: Final = re.compile(r"\s+(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?")


def _pictured(i: int, shown: Sequence[str]) -> list[Token] | None:
    """A row of a picture in a frame (the art of a key), or of bytes written in pairs."""
    text = shown[i]
    if text.startswith("|") and text.endswith("|") and len(text) > 2:
        above = next((row for row in reversed(shown[max(0, i - _PICTURE) : i]) if not row.startswith("|")), "")
        if _FRAME.fullmatch(above):
            return [Token(1, len(text) - 1, "text")]
    if _PAIRS.fullmatch(text) and any(_is_full_row(row) for row in shown[max(0, i - 1) : i + 1]):
        return [Token(len(text) - len(text.lstrip()), len(text), "hex")]
    return None


def _is_full_row(text: str) -> bool:
    """Whether a row of pairs goes on in the next one."""
    return len(text) > 30 and text.endswith(":") and _PAIRS.fullmatch(text) is not None


_LOAD: Final = re.compile(r"\d+\.\d\d \d+\.\d\d \d+\.\d\d (\d+)/(\d+) \d+$")
_SHARES: Final = re.compile(r"(?:[:,] *\d+[.,]\d+ ?%?) ?[a-z]{2}(?:, *\d+[.,]\d+ ?%? ?[a-z]{2}){3,}")
_SHARE: Final = pattern(r"(?<=[:,])( *\d+[.,]\d+ ?%?)(?= ?[a-z]{2}(?:,|$))")


def _shares(text: str) -> list[Token] | None:
    """A row that is a list of shares with two letters each, as top prints those of the processor."""
    listed = _SHARES.search(text)
    if listed is None:
        return None
    return [Token(m.start(1), m.end(1), "share") for m in _SHARE.finditer(text, listed.start(), listed.end())]


_SYSLOG: Final = re.compile(
    r"(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}(?:\.\d+)?|\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[-+]\d\d:?\d\d)?) ([A-Za-z0-9][\w.-]*) (?=\S+?(?:\[\d+\])?: )"
)
_UNAME: Final = re.compile(r"(?:Linux|FreeBSD|OpenBSD|NetBSD|Darwin|SunOS|AIX|GNU) (?:[\w.-]+ \()?([\w.-]+)(?: +(?=\d)|\)\s)")
_FIELD: Final = pattern(r"\| *(?:[\w.-]+[:_])?([A-Za-z-]+) *\| *([\w.:+/=-]+) *\|")
_VALUE: Final = re.compile(r"\s*(?:[A-Za-z]+ )?([A-Za-z-]+)(?: ?[:=]\s*| +)[\"']?([\w.:+/=-]+)[\"']?$")


def _special(text: str, _i: int, shown: Sequence[str], context: Context) -> list[Token] | None:
    """Rows in which a place, not the look of the value, says that a name varies: logs, `uname -a`, `hostname`."""
    extra: list[Token] = []
    log = _SYSLOG.match(text) or _UNAME.match(text)
    load = _LOAD.match(text)
    if load:
        extra += [Token(load.start(group), load.end(group), "int") for group in (1, 2)]
    if log:
        extra.append(Token(log.start(1), log.end(1), "host"))
    elif context.program in words("host_programs") and len(shown) == 1 and text.strip():
        only = spans(text)
        extra = [Token(only[0].start, only[0].end, "host")] if len(only) == 1 else []
    elif value := _VALUE.match(text) or _FIELD.fullmatch(text):
        key = value[1].lower()
        if key in words("made_up_keys"):
            extra.append(Token(value.start(2), value.end(2), "word"))
        elif key == "id" and DRAWN.fullmatch(value[2]):
            extra.append(Token(value.start(2), value.end(2), "hash"))
        elif key in words("host_keys") and not value[2].isdigit():
            extra.append(Token(value.start(2), value.end(2), "host"))
    extra = [token for token in extra if text[token.start : token.end] not in {*context.kept, "localhost"}]
    if not extra:
        return None
    rest = [t for t in _free(text, context) if not any(t.start < e.end and e.start < t.end for e in extra)]
    return sorted([*rest, *extra])


def _free(text: str, context: Context) -> list[Token]:
    return tokens(text, context)


# --- order ------------------------------------------------------------------------------------------------------------


def unordered(recording: Sequence[str], context: Context) -> Iterator[tuple[int, int]]:
    """The ranges of rows which may come in any order: tables, listings, and what some programs print as they find it."""
    if context.ordered:
        return
    shown = [displayed(line).rstrip() for line in recording]
    taken: set[int] = set()
    for table in tables(shown):
        taken.update(range(table.start, table.end))
        yield from _stretches(shown, table.start + 1, table.end)
    loose = context.program in words("unordered_programs") and not any(map(_NESTED.match, shown))
    start = 0
    for i in range(len(shown) + 1):
        if (
            i < len(shown)
            and i not in taken
            and (_LISTING.match(shown[i]) or (loose and shown[i].strip() and not _heads(shown, i)))
        ):
            continue
        if i - start > 1:
            yield from _stretches(shown, start, i)
        start = i + 1


_NESTED: Final = pattern(r"\s*[\[\]{}(),]+\s*$|\s+[-\w. ]+:(?:\s|$)")
"""A row of what is set in, or of JSON: its order means something."""


def _heads(shown: Sequence[str], i: int) -> bool:
    """Whether a row heads those that follow: "total 44", "Listing:"."""
    return shown[i].startswith("total ") or shown[i].endswith(":")


def _stretches(shown: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """A range cut at its elisions; ranges of one row have nothing to order."""
    for i in range(start, end + 1):
        if i == end or _ELISION.fullmatch(shown[i]) or _NOISE.fullmatch(shown[i].strip()):
            if i - start > 1:
                yield start, i
            start = i + 1
