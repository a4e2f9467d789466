"""What a block of code is for where the rule that says so is often wrong: all that speaks for each use, weighed.

A rule sees one thing and is sure; on pages of a style that nobody has thought of, some rules are often wrong. For the blocks of these the
words of the lines, those of the sentence and the headings before, and what the rules know of the surroundings are weighed against each
other, with weights fitted to labelled pages. Only what is far more likely than all else outweighs the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from runbook.extract.paths import is_log
from runbook.extract.prose import last_sentence
from runbook.extract.setting import Setting, Use
from runbook.file_lines import config_share, program_share
from runbook.looks import as_command, as_prose, command_share
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.weights import weights
from runbook.words import languages, word_set

_OFTEN_WRONG: Final = (
    "data-language",
    "session-language",
    "list-of-words",
    "answer-to-command-in-prose",
    "prose-names-file",
    "prose-announces-output",
    "asks-back",
    "output-goes-on",
    "unmarked-after-command",
    "prose-tells-to-run",
    "message-after-command",
    "printed-after-command",
    "only-to-be-read",
)
"""Rules that are wrong in one block of seven or more on pages that nobody had seen when they were made."""
UNSURE: Final = {**dict.fromkeys(_OFTEN_WRONG, 3), "looks-like-commands": 8}
"""How many times as likely as what these rules say a use must be to outweigh them."""
_TYPED: Final = 0.125
"""The share of lines that are surely typed at which commands by their form are never outweighed."""
_KINDS: Final[dict[Use, str]] = {
    "session": "commands",
    "commands": "commands",
    "output": "output",
    "file": "file",
    "patch": "listing",
    "caption": "listing",
    "listing": "listing",
}
_LINES: Final = 60
_LONG: Final = 300
"""Lines that are looked at, and characters of each."""
_WORDS: Final = pattern(r"[^\W\d_]+|\d+|[^\w\s]|_")
_SAID: Final = pattern(r"\w+|[:.?!]")
_LETTERS: Final = str.maketrans(
    {**{chr(i): "a" for i in range(97, 123)}, **{chr(i): "A" for i in range(65, 91)}, **{str(i): "0" for i in range(10)}}
)
_REPEATED: Final = pattern(r"(.)\1+")
_FORMS: Final = {
    name: pattern(source)
    for name, source in {
        "path": r"(?:^|\s)[~.]?/[\w.]+/",
        "assignment": r"^[\w.-]+\s*=\s*\S",
        "colon": r"^[\w -]+:\s",
        "tag": r"^<[\w/!?]",
        "section": r"^\[[^]]+\]$",
        "semicolon": r";\s*$",
        "brace": r"[{}]\s*$",
        "comma": r",\s*$",
        "backslash": r"\\$",
        "prompt": r"^\S*[$#>%]\s+\S",
        "dollar": r"^\$",
        "remark": r"^(?:#|//|;)\s",
        "sentence": r"^[A-Z][a-z]+(?: [a-z]+){3,}",
        "small": r"^[a-z]+ [a-z]",
        "capitals": r"^[A-Z]{3,}",
        "at": r"\w@\w",
        "pipe": r"\s\|\s",
        "address": r"https?://",
        "ending": r"\w\.(?:sh|py|conf|tar|gz|rpm|deb|jar|exe)\b",
        "version": r"\d\.\d",
        "network": r"\d\.\d+\.\d+\.\d",
        "time": r"\d\d:\d\d",
        "date": r"\d{4}-\d\d-\d\d",
        "percent": r"\d%",
        "hexadecimal": r"0x[0-9a-f]+",
        "quoted": r'"[^"]*"',
        "variable": r"\$\{?\w+",
        "option": r"\s--?\w",
        "long option": r"\s--\w",
        "columns": r"\S {3,}\S",
        "elision": r"\.\.\.",
        "call": r"\w\(",
        "operator": r"==|!=|->|=>|::",
        "placeholder": r"<[a-z_-]+>",
    }.items()
}
_FACTS: Final = tuple(
    "path near into labelled section_file alone open_file after_edit after_command after_prompt page_commands adjacent followed ran shows "
    "marked opened title headed behind plain instead seen held altered linked ran_before defined unanswered signed awaited".split()
)
_CUES: Final = tuple(
    "run command see printed announced shown file lines edits looks content syntax swap seek undone asks leads label".split()
)


def weighed(setting: Setting, use: Use, rule: str) -> tuple[Use, str]:
    """`use` and `rule`, or what outweighs them and "weighed"."""
    if rule not in UNSURE or _is_sure(setting, rule):
        return use, rule
    table = weights("blocks")
    shares = dict(zip(table.kinds, table.shares(features(setting)), strict=True))
    kind = max(shares, key=shares.__getitem__)
    # What is taken for output will be expected.
    if shares[kind] <= shares[kind_of(use)] * UNSURE[rule] * (2 if kind == "output" else 1):
        return use, rule
    if kind != "commands":
        return kind, "weighed"  # type: ignore[return-value]
    if any(prompt is not None for prompt in setting.prompts()):
        return "session", "weighed"
    if all(as_command(text) < 0 and text.lstrip()[:1] not in "-'\"" for text in setting.texts[:_LINES]):
        return use, rule  # no line can be one
    # On a page that marks all its commands, by a language or a prompt, what has no mark is none.
    return (use, rule) if setting.marked and not setting.language else ("commands", "weighed")


def _is_sure(setting: Setting, rule: str) -> bool:
    """Whether the words before say in as many words what a rule goes by, or lines are surely typed, or run what ran before."""
    cue, said = setting.cue, last_sentence(setting.section[-1]) if setting.section else ""
    if rule == "looks-like-commands" and command_share(setting.texts, at_least=3) >= _TYPED:
        return True
    typed = rule in ("looks-like-commands", "prose-tells-to-run") and (cue.command or setting.ran_before or _sets(setting))
    if rule == "prose-names-file" and setting.near and (cue.lines or is_log(setting.path)):
        return True
    failed = rule == "prose-announces-output" and cue.shown and not _FAILURES.isdisjoint(word_set(said))
    return setting.labelled or typed or failed


_FAILURES: Final = frozenset("error errors message messages warning warnings".split())
"""What a sentence names that says that one sees it."""


def _sets(setting: Setting) -> bool:
    """Whether a block in a shell's language does nothing but set variables, and nobody speaks of a file."""
    told = setting.path or setting.open_file or setting.cue.file or setting.cue.content
    return setting.language in languages("shell") and not told and all(map(_ASSIGNED.fullmatch, setting.texts))


_ASSIGNED: Final = pattern(r"\s*[A-Za-z_]\w*=(?:[\w./:@~-]*|\"[^\"]*\"|'[^']*')\s*")


def kind_of(use: Use) -> str:
    """What the table of weights calls a use."""
    return _KINDS[use]


def features(setting: Setting) -> set[str]:
    """All that may speak for or against a use of a block, in time that grows with nothing."""
    texts = [text.strip()[:_LONG] for text in setting.texts[:_LINES]]
    margins = {len(text) - len(text.lstrip()) for text in setting.texts[:_LINES]}
    return set(
        chain(
            ("indented" if len(margins) > 1 else "even",),
            _of_lines(texts),
            _of_forms(texts),
            _of_words_before(setting),
            _of_surroundings(setting),
            _of_looks(setting, texts),
        )
    )


def _of_lines(texts: Sequence[str]) -> Iterator[str]:
    """How many lines there are, the words with which they begin, and more of the first and the last."""
    count = len(texts)
    yield f"lines {count if count < 3 else '3-4' if count < 5 else '5-9' if count < 10 else 'many'}"
    for text in texts:
        first = text.split(None, 1)[0]
        yield f"begins {first[:20]}"
        yield f"begins as {shape(first)[:8]}"
    top, last = texts[0], texts[-1]
    for word in _WORDS.findall(top)[:12]:
        yield f"top has {'0' if word.isdigit() else word}"
    words = top.split(None, 2)
    yield f"top begins {words[0][:20]}"
    yield f"top begins as {shape(words[0])[:8]}"
    if len(words) > 1:
        yield f"top begins as {shape(words[0])[:5]} {shape(words[1])[:5]}"
    yield f"top ends {top[-1]}"
    yield f"top as {shape(top)[:6]}"
    yield f"top length {min(8, len(top) // 12)}"
    yield f"last ends {last[-1]}"
    yield f"last as {shape(last)[:6]}"


def _of_forms(texts: Sequence[str]) -> Iterator[str]:
    """The forms that some, most or all of the lines have."""
    for name, form in _FORMS.items():
        count = sum(form.search(text) is not None for text in texts)
        if count:
            yield f"{'all' if count == len(texts) else 'most' if 2 * count >= len(texts) else 'some'} {name}"


def _of_words_before(setting: Setting) -> Iterator[str]:
    """The words right before the block, and some of those further above."""
    said = setting.section[-1][-_LONG:].lower() if setting.section else ""
    for word in _SAID.findall(said)[-18:]:
        yield f"said {'0' if word.isdigit() else word}"
    yield f"said ends {said.rstrip()[-1:]}"
    yield f"said length {min(5, len(said) // 20)}"
    for text in setting.section[-9:-1]:
        for word in _SAID.findall(text[:_LONG].lower())[:10]:
            yield f"above {'0' if word.isdigit() else word}"


def _of_surroundings(setting: Setting) -> Iterator[str]:
    """What the rules know of the block's surroundings."""
    yield f"language {setting.language}"
    for name in _FACTS:
        if getattr(setting, name):
            yield name
    for name in _CUES:
        if getattr(setting.cue, name):
            yield f"cue {name}"
    if path := setting.path or setting.open_file:
        stem, dot, ending = path.rpartition("/")[2].rpartition(".")
        yield f"file {ending[:6] if stem and dot else '-'}"


def _of_looks(setting: Setting, texts: Sequence[str]) -> Iterator[str]:
    """How many quarters of the lines look like what."""
    count = len(texts)
    for name, share in (
        ("commands", command_share(texts)),
        ("surely commands", command_share(texts, at_least=3)),
        ("settings", config_share(texts)),
        ("program", program_share(texts)),
        ("printed", sum(map(is_printed, texts)) / count),
        ("prose", sum(map(as_prose, texts)) / count),
        ("prompts", sum(prompt is not None for prompt in setting.prompts()) / count),
    ):
        yield f"{name} {min(4, round(share * 4))}"


def shape(text: str) -> str:
    """What kinds of characters follow each other in a text."""
    return _REPEATED.sub(r"\1", text[:40].translate(_LETTERS))
