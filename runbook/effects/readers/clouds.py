"""Clients of clouds and of virtual switches, whose commands are several words, or several commands in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.patterns import pattern
from runbook.shell import Word

_ASKS: Final = frozenset({"list", "show"})
_ACTS: Final = pattern(
    r"create|delete|set|unset|add|remove|update|start|stop|pause|unpause|suspend|resume|reboot|rebuild|resize|migrate|evacuate|lock|unlock"
    r"|shelve|unshelve|rescue|unrescue|confirm|revert|restore|save|import|export|upload|download|attach|detach|associate|disassociate"
    r"|allocate|deallocate|enable|disable|accept|issue|revoke|purge|failover|grow|shrink|ssh|run|execute|cancel|abort|apply|deploy|upgrade"
    r"|boot|change|reset|install|unset-all|backup|dump|clear|force|live|move|swap|sync|push|cache"
)
_TOKENS: Final = frozenset({"url", "token", "secret"})
"""Nouns whose "show" makes something, or tells a secret."""


def _openstack(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """`openstack NOUN… VERB`: the first verb says what is done; `nova NOUN-VERB` likewise. An option of this family before the verb
    takes a value, unless it is known to have none."""
    before, at = _until_verb(row, words)
    if at is None:
        return {"unknown", "network"}
    given = options.read(row, [*words[:at], *words[at + 1 :]])
    found = run.given(Row(harm=row.harm), given, "network")
    verb = (words[at].value or "").rpartition("-")[2] or ""
    nouns = {noun for each in before for noun in each.split("-")}
    if verb in _ASKS and not nouns & _TOKENS:
        return found | {"read"} if not given.vague else found | {"unknown"}
    return found | ({"unknown"} if verb in _ASKS else {"modify"})


def _until_verb(row: Row, words: Sequence[Word]) -> tuple[list[str], int | None]:
    """The nouns, and where the verb stands; None for it when it can't be told."""
    flags, at = frozenset(row.flags.split()), 0
    nouns: list[str] = []
    while at < len(words):
        text = words[at].value
        if text is None:
            return nouns, None
        if text.startswith("-"):
            at += 1 if "=" in text or text in flags else 2
            continue
        nouns.append(text)
        last = text.rpartition("-")[2]
        if last in _ASKS or _ACTS.fullmatch(text.partition("-")[0]) or _ACTS.fullmatch(last):
            return nouns, at
        at += 1
    return nouns, None


def _parts(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """What stands between words that are "--"."""
    at = 0
    for index, word in enumerate(words):
        if word.value == "--":
            yield words[at:index]
            at = index + 1
    yield words[at:]


_REMOTE: Final = ("tcp:", "ssl:")


def _switch_database(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """`ovs-vsctl COMMAND -- COMMAND …`, each of which does what it does."""
    found: set[str] = set()
    for part in filter(None, _parts(words)):
        found |= run.plain(_by_options(row), part)
    if not found:
        return {"unknown"}
    if any(word.value == row.no_act for word in words) and found <= {"read", "modify", "create", "delete", "network"}:
        return {"read"}
    return found if found <= {"read", "network"} else found - {"read"}


def _switch(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """`ovs-ofctl dump-flows tcp:HOST` asks a switch elsewhere."""
    found = run.plain(_by_options(row), words)
    return found | ({"network"} if any((word.value or word.prefix).startswith(_REMOTE) for word in words) else set())


def _by_options(row: Row) -> Row:
    """The row as one that no reader reads, with no option that it doesn't know."""
    return Row(values=row.values, flags=row.flags, harm=row.harm, sub=row.sub, strict=True)


_TELLS: Final = pattern(r"(?:[\w-]+/)*(?:(?:show|list|dump|get)(?:-[\w-]+)?|[\w-]+-(?:show|get|list|stats)|version|status|trace)")
_SIDE_EFFECTS: Final = frozenset({"-generate", "--generate"})


def _switch_daemon(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """`ovs-appctl AREA/WHAT`: what shows, lists, dumps or gets; a packet that is traced is only sent when it is to be made."""
    given = options.read(row, words, stop=True)
    rest = words[given.rest :]
    known = {"-t", "--target", "-T", "--timeout"}
    if not rest or given.vague or set(given.longs) - known or any(word.value is None for word in rest[:1]):
        return {"unknown"}
    if _TELLS.fullmatch(rest[0].value or "") and not any(word.value in _SIDE_EFFECTS for word in rest):
        return {"read"}
    return {"modify", "service"}


READERS: Final[dict[str, Reader]] = {
    "openstack": _openstack,
    "switch": _switch,
    "switch_daemon": _switch_daemon,
    "switch_database": _switch_database,
}
