"""Which rows of a block begin with a prompt: a sign that begins commands may begin comments, logs and tables too."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final

from msgspec.structs import replace

from runbook.clients import language_of
from runbook.dialogs import of_dialogs
from runbook.file_lines import config_share
from runbook.forms import is_place, is_shebang
from runbook.looks import as_command, as_prose, first_word, is_call, operates, prose_words
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import Prompt, device_prompt, prompt_of
from runbook.recurring import counting, of_interpreters, of_loaders, of_programs, of_views, recurring
from runbook.shown import surely_typed
from runbook.typed import split_remark
from runbook.words import languages, words

_SHOWN_DEEPER: Final = 4
"""Columns that a prompt which is only shown stands deeper than those at which something is typed."""
_SETTING: Final = re.compile(r"[\w.\-]+\s*=")
_PREPROCESSOR: Final = re.compile(r"(?:include\s*[<\"]|define\s+\w|ifn?def\s+\w|endif\b|pragma\s+\w)")


def prompts_of(rows: Sequence[Row], language: str = "", *, asked: bool = False, ran: Container[str] = ()) -> list[Prompt | None]:
    """The prompt of each row, where the block as a whole says that it is one: a lone "#" may as well begin a comment. `asked` says that
    the prose leads up to something to be done, `ran` has the programs that ran on the page before."""
    found = of_programs(rows, recurring(rows, counting(rows, [prompt_of(row.text) for row in rows])))
    found = of_dialogs(rows, of_views(rows, found), asked=asked)
    if not any(found):
        return of_loaders(rows) if asked else found
    if language in languages("windows"):
        found = [None if _names_variable(row.text, prompt) else prompt for row, prompt in zip(rows, found, strict=True)]
    if any(prompt is not None and prompt.text == ">" for prompt in found):
        found = [None if at and _redirected(rows[at - 1], prompt) else prompt for at, prompt in enumerate(found)]
    found = of_interpreters(rows, _within_clients(rows, _of_devices(rows, found)), language_of)
    hashes = _hashes_are_prompts(rows, found, language, asked=asked, ran=ran)
    first = next((prompt for row, prompt in zip(rows, found, strict=True) if row.text.strip()), None)
    counts: dict[str, int] = {}
    for prompt in found:
        if prompt is not None:
            counts[prompt.signature] = counts.get(prompt.signature, 0) + 1

    windows = first is not None and first.sure and first.shell in ("cmd", "powershell")
    mostly_said = {sign for sign in counts if counts[sign] > 2 and _mostly_said(sign, found)}
    if counts.get("%", 0) > 1 and _comments_of_matlab(_behind("%", found)):
        mostly_said.add("%")

    if "python" in counts:
        found = _without_said(found)
    cited = counts.get(">", 0) > 1 and _cited(_behind(">", found))
    evaluated = "u-boot" in counts and any(
        prompt is not None and prompt.sure and prompt.shell not in ("sh", "u-boot") for prompt in found
    )

    def accepted(prompt: Prompt | None) -> Prompt | None:
        if windows and prompt is not None and prompt.signature == "$":
            return None  # a program on Windows tells what it runs
        if prompt is None or prompt.sure:
            return prompt
        if prompt.shell == "u-boot" and evaluated:
            return None  # what an interpreter answers
        if prompt.text.endswith(")") and is_printed(f"{prompt.text} {prompt.rest}"):
            return None
        if prompt.signature == "#":
            return prompt if hashes and not (is_comment(prompt.rest) or _never_typed(prompt.rest)) else None
        leads = first is not None and first.signature == prompt.signature
        if prompt.signature in ("]", "at]"):
            return prompt if leads or counts[prompt.signature] > 1 else None
        if prompt.signature in mostly_said or (cited and prompt.signature == ">"):
            return None
        likeness = as_command(split_remark(prompt.rest)[0] if prompt.shell == "sh" else prompt.rest)
        known = (
            likeness >= 1
            or not prompt.rest
            or prompt.shell == "u-boot"
            or (
                prompt.shell != "sh"
                and (is_call(prompt.rest) or (counts[prompt.signature] > 1 and _ORDER.fullmatch(prompt.rest)))
            )
        )
        return prompt if known and (leads or counts[prompt.signature] > 1 or likeness >= 3) else None

    return _without_shown(rows, [accepted(prompt) for prompt in found])


def _without_said(found: list[Prompt | None]) -> list[Prompt | None]:
    """Prompts without ">>>" where a program writes that before what it says: a sentence stands behind one."""
    behind = [prompt.rest for prompt in found if prompt is not None and prompt.text == ">>>"]
    if not any(rest[:1].isupper() and rest.endswith(".") and as_prose(rest) for rest in behind):
        return found
    return [None if prompt is not None and prompt.text == ">>>" else prompt for prompt in found]


def _names_variable(text: str, prompt: Prompt | None) -> bool:
    """Whether a "$" begins the name of a variable of PowerShell."""
    return prompt is not None and prompt.text == "$" and text.lstrip()[1:2].isalpha()


def _redirected(before: Row, prompt: Prompt | None) -> bool:
    """Whether a ">" goes on with the line before, which a backslash ends: it says where the output goes."""
    return prompt is not None and prompt.text == ">" and before.text.endswith("\\")


def _mostly_said(signature: str, found: Sequence[Prompt | None]) -> bool:
    """Whether words in parentheses begin lines that are no commands for the most part: a log's marks."""
    behind = [
        prompt.rest for prompt in found if prompt is not None and prompt.signature == signature and prompt.text.endswith(")")
    ]
    return 2 * sum(as_command(rest) >= 1 for rest in behind) < len(behind)


def _behind(signature: str, found: Sequence[Prompt | None]) -> list[str]:
    """What stands behind the prompts of a signature, without what the author says behind that."""
    return [split_remark(prompt.rest)[0] for prompt in found if prompt is not None and prompt.signature == signature]


def _comments_of_matlab(rests: Sequence[str]) -> bool:
    """Whether what stands behind several "%" are words: comments, as in MATLAB, TeX and PostScript."""
    return any(map(as_prose, rests)) and not any(
        as_command(rest) >= 3 and not prose_words(rest) and " " in rest for rest in rests
    )


_TOLD_BY_RUNNER: Final = pattern(r"@?[\w./\-]+@\d+\.\d\S* \S")
"""What a program that runs scripts says of one: the package, its version and what is run."""


def _cited(rests: Sequence[str]) -> bool:
    """Whether what stands behind several ">" is somebody's words: some are a sentence's, and none surely is a command; or a program
    tells what it runs."""
    if any(map(_TOLD_BY_RUNNER.match, rests)):
        return True
    return any(map(as_prose, rests)) and not any(as_command(rest) >= 3 for rest in rests)


def _without_shown(rows: Sequence[Row], prompts: list[Prompt | None]) -> list[Prompt | None]:
    """Prompts without those that a program shows in what it prints: indented further than all others, below a line that is
    indented, too, or less than they are."""
    indents = list(map(_indent, rows))
    typed_at = [indent for indent, prompt in zip(indents, prompts, strict=True) if prompt is not None]
    if not typed_at or max(typed_at) < min(typed_at) + _SHOWN_DEEPER:
        return prompts
    least = min(typed_at)
    out: list[Prompt | None] = []
    for i, prompt in enumerate(prompts):
        deeper = prompt is not None and indents[i] >= least + _SHOWN_DEEPER
        out.append(None if deeper and i and prompts[i - 1] is None and least < indents[i - 1] < indents[i] else prompt)
    return out


def _of_devices(rows: Sequence[Row], found: list[Prompt | None]) -> list[Prompt | None]:
    """Plain prompts of a host that shows a network device's prompt elsewhere in the block are that device's."""
    hosts = {prompt.host for prompt in found if prompt is not None and prompt.shell == "device"}
    if not hosts:
        return found
    plain = [device_prompt(row.text) for row in rows]
    return [other if other is not None and other.host in hosts else own for own, other in zip(found, plain, strict=True)]


_ANGLED: Final = ("mongo", "redis", "ftp", "sftp", "telnet")
"""Clients whose prompts pages show as a lone ">"."""


def _within_clients(rows: Sequence[Row], found: list[Prompt | None]) -> list[Prompt | None]:
    """A named prompt after a client program was started is that client's, whatever its name ("admin> " in mongosh)."""
    language = started = ""
    out: list[Prompt | None] = []
    named = {prompt.signature for prompt in found if prompt is not None and not prompt.sure and prompt.shell != "sh"}
    for row, prompt in zip(rows, found, strict=True):
        if prompt is None and named and (word := first_word(row.text)) in named:
            started = word  # typed without a prompt
        if prompt is not None and not prompt.sure and started and _is_named_for(prompt, started):
            prompt = replace(prompt, sure=True)  # "scala> " below "scala"
        if prompt is not None and (prompt.sure or (prompt.shell == "sh" and prompt.text != ">")):
            client = language_of(prompt.rest)
            started = started if _is_named_for(prompt, started) else first_word(prompt.rest) or started
            language = client or (language if prompt.shell != "sh" or not prompt.rest else "")
        elif prompt is not None and language and (prompt.shell != "sh" or (prompt.text == ">" and language in _ANGLED)):
            prompt = replace(prompt, shell=language, signature=language, sure=True)
        out.append(prompt)
    return out


_ORDER: Final = pattern(r"[a-z][\w\-]*")
"""A word by itself, as one tells a program what to do at its prompt."""


def _is_named_for(prompt: Prompt, started: str) -> bool:
    """Whether a prompt has the name of the program that was started, or of what that belongs to: "loom> " below "loom-cli"."""
    return prompt.signature == started or started.casefold().startswith((f"{prompt.signature}-", f"{prompt.signature}_"))


def _never_typed(rest: str) -> bool:
    """Whether what stands behind a "#" sets a name in a form that no shell has, or is words with a capital before them."""
    if rest[:1].isupper() and " " in rest and as_command(rest) < 2:
        return True
    return " = " in rest and as_command(rest) < 1 and _SETTING.match(rest) is not None


def is_comment(rest: str) -> bool:
    """Whether what stands behind a "#" in a block whose "#" are prompts is a comment all the same."""
    rest = split_remark(rest)[0]
    return rest.startswith("#") or (as_prose(rest) and as_command(rest) < 2 and prose_words(rest) >= 1)


def _without_sign(rows: Sequence[Row], found: Sequence[Prompt | None]) -> int:
    """How many rows are commands without any prompt, set in no further than those behind "#", unless a script's lines are."""
    deepest = max(_indent(row) for row, prompt in zip(rows, found, strict=True) if prompt is not None and prompt.signature == "#")
    if any(row.text.endswith(_OPENS) for row in rows):
        deepest = _DEEPEST
    return sum(
        as_command(row.text) >= 3 or operates(row.text)
        for row, prompt in zip(rows, found, strict=True)
        if prompt is None and _indent(row) <= deepest and not row.text.lstrip().startswith("#") and not is_place(row.text)
    )


def _hashes_are_prompts(
    rows: Sequence[Row], found: Sequence[Prompt | None], language: str, *, asked: bool, ran: Container[str]
) -> bool:
    """Whether "# " at the beginning of lines is root's prompt in this block, or begins comments.

    The block's language decides first; then whether what follows the signs looks like commands, and whether commands stand
    in the block without any sign (then the signs mark comments).
    """
    rests = [prompt.rest for prompt in found if prompt is not None and prompt.signature == "#"]
    if not rests:
        return False
    if language in languages("session"):
        return any(_hash_score(rest) >= 0 for rest in rests)
    if language in languages("file") or language in languages("program"):
        return False
    if any(is_shebang(row.text) for row in rows[:2]) or _is_banner(rows):
        return False
    if _comments_out(rests, rows):
        return False
    top = next((row.text for row in rows if row.text.strip()), "")
    if not top.lstrip().startswith("#") and "" in rests and surely_typed(top):
        return False  # what a command printed
    said = language in languages("shell") or not all(map(str.isascii, rests))
    if _each_above_a_command(rows, found, 1 if said else 2):
        return False
    if (
        top.lstrip().startswith("# ")
        and " " in rests[0]
        and (word := first_word(rests[0])) in ran
        and word not in words("everyday")
    ):
        return True
    if any("/" in rest and first_word(rest) in words("editors") and rest.count(" ") == 1 for rest in rests):
        return True
    # Beside other prompts words are a remark, unless a program is known by them.
    beside = any(prompt is not None and prompt.sure and prompt.shell == "sh" for prompt in found)
    if beside and all(rest and _may_be_remark(rest) for rest in rests):
        return False
    score = sum(_hash_score(rest) for rest in rests) + _answered(rows)
    bare = _without_sign(rows, found)
    if bare and _names_next(rows, found):
        return False
    if bare and min(map(_hash_score, rests)) > 0 and found[0] is not None:
        bare -= _echoed(rows, found)
    if language in languages("shell"):
        weak = any(_hash_score(rest) < 3 for rest in rests if rest)
        if weak and any(prompt is None and as_command(row.text) >= 2 for row, prompt in zip(rows, found, strict=True)):
            return False
        said = all(_hash_score(rest) > 0 for rest in rests if rest) or _typed_below_words(rows, rests)
        return score > 0 and bare == 0 and said
    if beside:
        return score > 0
    if asked and score == 0:
        return len(rests) == sum(bool(row.text.strip()) for row in rows) and min(map(_hash_score, rests)) >= 0
    if bare and any(_hash_score(rest) < 0 for rest in rests):
        return False
    return score > 0 and bare <= sum(1 for rest in rests if rest)


_OPENS: Final = ("{", "; do", "; then", "else")
"""Ends of a script's lines below which others are set in."""
_DEEPEST: Final = 1000


def _typed_below_words(rows: Sequence[Row], rests: Sequence[str]) -> bool:
    """Whether all lines have a sign, and what is surely typed stands below words: nobody shows a block of nothing but remarks."""
    signs = len(rests) == sum(bool(row.text.strip()) for row in rows)
    return signs and as_prose(rests[0]) and all(map(surely_typed, rests[1:])) and len(rests) > 1


def _indent(row: Row) -> int:
    """How far a row is set in: what a program prints may tell what to type, further in than where one types."""
    return len(row.text) - len(row.text.lstrip())


def _is_banner(rows: Sequence[Row]) -> bool:
    """Whether a block begins with words between two lines that are nothing but a "#", as comments do."""
    texts = [row.text.strip() for row in rows[:_BANNER]]
    return texts[0] == "#" and "#" in texts[2:] and all(text.startswith("#") for text in texts[: texts.index("#", 2)])


_BANNER: Final = 12
"""Lines that are looked at for the end of such a comment."""


def _echoed(rows: Sequence[Row], found: Sequence[Prompt | None]) -> int:
    """How many lines without a prompt, that have the form of commands, a program shows which runs them itself: those below the last
    one behind a sign, where that builds something."""
    echoing, count = False, 0
    for row, prompt in zip(rows, found, strict=True):
        if prompt is not None:
            echoing = prompt.signature == "#" and first_word(prompt.rest) in words("echoes")
        elif echoing and not row.text.lstrip().startswith("#"):
            count += as_command(row.text) >= 3
    return count


def _each_above_a_command(rows: Sequence[Row], found: Sequence[Prompt | None], least: int) -> bool:
    """Whether right below each of the signs, `least` or more, stands a line that surely is a command, and no builder ran: the signs begin remarks."""
    below = [
        (prompt.rest, row.text if other is None else "")
        for prompt, row, other in zip(found, rows[1:], found[1:], strict=False)
        if prompt is not None and prompt.signature == "#"
    ]
    return len(below) >= least and all(surely_typed(text) and first_word(rest) not in words("echoes") for rest, text in below)


def _names_next(rows: Sequence[Row], found: Sequence[Prompt | None]) -> bool:
    """Whether what stands behind a sign only names what the line right below it runs: "# make" above "make lamps"."""
    return any(
        prompt is not None and other is None and below.text.lstrip().startswith(prompt.rest)
        for prompt, below, other in zip(found, rows[1:], found[1:], strict=False)
    )


def _comments_out(rests: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether all that stands behind signs is settings, among settings without a sign: they are commented out."""
    others = [row.text for row in rows if row.text.strip() and not row.text.lstrip().startswith("#")]
    return bool(others) and all(map(_SETTING.match, rests)) and config_share(others, perhaps=False) >= 0.5


def _answered(rows: Sequence[Row]) -> int:
    """Whether a block that begins with a "#" goes on with lines that are no file's: an answer to what was typed."""
    texts = [row.text for row in rows if row.text.strip()]
    others = [text for text in texts if not text.lstrip().startswith("#")]
    return int(texts[0].lstrip().startswith("#") and bool(others) and config_share(others, perhaps=False) < 0.5)


def _may_be_remark(rest: str) -> bool:
    """Whether what stands behind a "#" may as well be words: no program is named, or one whose name is an everyday word."""
    rest = split_remark(rest)[0]
    return as_command(rest) < 3 if " " not in rest else bool(prose_words(rest)) or _hash_score(rest) < 1


def _hash_score(rest: str) -> int:
    if not rest:
        return 1
    rest = split_remark(rest)[0]
    if _PREPROCESSOR.match(rest):
        return -3
    if first_word(rest) in words("says"):
        return 3
    if rest.startswith("#") or prose_words(rest) >= 2 or (rest.endswith((".", ":")) and not rest.endswith((" .", "..", "/."))):
        return -2
    likeness = as_command(rest)
    if likeness >= 3:
        return 3
    if rest[:1].isupper():
        return -1
    if likeness >= 1 and (" " not in rest or likeness >= 2):
        return 1
    return 0 if likeness >= 1 and rest.count(" ") <= 2 else -1


def is_session(rows: Sequence[Row], language: str = "", *, asked: bool = False, ran: Container[str] = ()) -> bool:
    """Whether a block shows a terminal: at least one line has a prompt with something typed behind it."""
    return any(prompt is not None and prompt.rest for prompt in prompts_of(rows, language, asked=asked, ran=ran))
