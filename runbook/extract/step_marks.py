"""Which of an author's marks begin steps: numbers, items, headings that make runs, and ask for something."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Final

from runbook.extract.asking import asks_by_words
from runbook.extract.before_marks import (
    LABEL,
    announced,
    below,
    entries,
    first_of,
    led_to,
    names_a_list,
    names_steps,
    paragraph,
    parent,
    title,
    told_of,
    words_before,
    works_by_itself,
)
from runbook.extract.cues import begins_doing, describes, is_imperative, is_instruction, is_request
from runbook.extract.lettered import letter_runs
from runbook.extract.manual import carries_out
from runbook.extract.mark_runs import heading_runs, item_runs, mark_of, number_runs, word_runs
from runbook.extract.marks import Mark, says_done
from runbook.extract.platforms import only_system
from runbook.extract.prose import last_sentence, sentences
from runbook.extract.questions import answered_by_yes, is_question, tells_of_trouble
from runbook.extract.recorder import Token
from runbook.extract.step_weights import outweighed
from runbook.extract.tongues import Tongue
from runbook.inlines import plain
from runbook.model import (
    Command,
    FileEdit,
    ListBlock,
    Listing,
    Manual,
    Paragraph,
    Prose,
    SectionHeading,
)
from runbook.words import AnyCase


def told_once(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with prose for what is told to be done by hand where the command right after it does it."""
    out: list[Token] = []
    command: Command | None = None
    for token in reversed(tokens):
        if type(token) is Manual and command is not None and carries_out(command.text, token.action):
            if token.blocks:
                out.append(Prose(token.lines, token.blocks))
            continue
        if type(token) is not Manual:
            command = token if type(token) is Command else None
        out.append(token)
    return out[::-1]


def true_marks(tokens: Sequence[Token], tongue: Tongue) -> tuple[set[int], set[int]]:
    """The indices of the marks that start instructions: those of runs that are procedures, and letters that start what belongs to one."""
    true: set[int] = set()
    inner: set[int] = set()
    headings = [
        i
        for i, token in enumerate(tokens)
        if type(token) is SectionHeading or (i and type(tokens[i - 1]) is not Mark and title(token))
    ]
    signs = [(i, token) for i, token in enumerate(tokens) if type(token) is Mark or type(token) is SectionHeading]
    titles = {_bare(token.text) for _, token in signs if type(token) is Mark and token.kind.startswith("heading")}
    for whole in filter(
        None, (*item_runs(tokens), *number_runs(signs), *number_runs(signs, said=True), *word_runs(signs), *heading_runs(signs))
    ):
        if not _is_contents(tokens, whole, titles):
            found = steps_of(tokens, headings, whole, tongue)
            if 2 * len(found) < len(whole) or not outweighed(tokens, headings, whole, steps=True):
                true.update(found)
    for whole, within in letter_runs(signs, true):
        if all(_asks(tokens, i, tongue) for i in whole):  # letters mostly tell kinds of something
            (inner if within else true).update(steps_of(tokens, headings, whole, tongue))
    return true, inner


_NO_WORD: Final = re.compile(r"[\W_]+")


def _bare(text: str) -> str:
    """The words of a heading, or of the first line of an item, with nothing around them."""
    return _NO_WORD.sub(" ", text.partition("\n")[0]).strip().casefold()


def _is_contents(tokens: Sequence[Token], run: Sequence[int], titles: Set[str]) -> bool:
    """Whether a run of marks is a table of contents: most of them say what headings that count do."""
    marks = [mark_of(tokens, i) for i in run]
    return not marks[0].kind.startswith("heading") and 2 * sum(_bare(mark.text) in titles for mark in marks) > len(marks)


def steps_of(tokens: Sequence[Token], headings: Sequence[int], whole: Sequence[int], tongue: Tongue) -> Sequence[int]:
    """The marks of a run that start instructions; none where it is no procedure."""
    if len(whole) > 1 and all(only_system(mark_of(tokens, i).text.strip()) for i in whole):
        return ()  # each is for another system
    telling = [i for i in whole if not _says_nothing(tokens, i, tongue)]
    run = telling or whole
    asking: Sequence[int] = [i for i in run if _asks(tokens, i, tongue)]
    if 2 * len(asking) <= len(run) and _are_titles(tokens, run):
        return ()
    if any(mark_of(tokens, i).loose for i in run) and (len(run) < (2 if led_to(tokens, run[0]) else 3) or len(asking) < len(run)):
        return ()
    if (not mark_of(tokens, run[0]).said and told_of(tokens, run[0], tongue)) or _only_listed(tokens, headings, run, tongue):
        return ()
    if not mark_of(tokens, run[0]).kind.startswith("heading") and works_by_itself(tokens, headings, run[0]):
        return run if _each_acts(tokens, run) else ()
    if 2 * sum(_only_tells(mark_of(tokens, i).text) for i in run) > len(run):
        return run if _are_checks(tokens, run, tongue) else ()
    if not _enough(tokens, headings, run, asking, tongue) and not _each_acts(tokens, run):
        return run if tongue.foreign and outweighed(tokens, headings, whole, steps=False) else ()
    if mark_of(tokens, run[0]).kind == "heading-number" and 2 * len(asking) < len(run):
        return asking
    return telling or [i for i in whole if not _only_done(mark_of(tokens, i).text, tongue)]


def _are_titles(tokens: Sequence[Token], run: Sequence[int]) -> bool:
    """Whether items are lists of one each with nothing to be typed right below any: titles, in another markup's signs."""
    lists = {mark_of(tokens, i).list_id for i in run if mark_of(tokens, i).kind == "item"}
    return len(lists) == len(run) > 1 and not any(isinstance(_right_below(tokens, i), Command) for i in run)


def _says_nothing(tokens: Sequence[Token], i: int, tongue: Tongue) -> bool:
    """Whether a numbered line is nothing but a label of what is to be known ("2. Warning."), or says that all is done; what is typed on
    it says more."""
    text, after = mark_of(tokens, i).text, _right_below(tokens, i)
    if isinstance(after, Command) and after.lines[0] == mark_of(tokens, i).lines[0]:
        return False
    return LABEL.match(text.split("\n", 1)[0]) is not None or _only_done(text, tongue)


def _enough(tokens: Sequence[Token], headings: Sequence[int], run: Sequence[int], asking: Sequence[int], tongue: Tongue) -> bool:
    """Whether enough of a run's marks ask for something: half of them, fewer where steps are announced, two of headings; in a language of
    which no table has all verbs, a third, or what doesn't begin with its subject."""
    if below(tokens, headings, run[0], tongue, "requirements", "remarks"):
        return sum(not _HAS.search(mark_of(tokens, i).text) for i in asking) == len(run)
    if len(asking) * 2 >= len(run) or (mark_of(tokens, run[0]).kind == "heading-number" and len(asking) > 1):
        return True
    told = tongue.foreign and 2 * sum(tongue.tells(mark_of(tokens, i).text) for i in run) >= len(run)
    if announced(tokens, run[0]):
        if tongue.foreign and not told and names_steps(tokens, run[0]):
            return True
        return 4 * sum(i in asking or begins_doing(mark_of(tokens, i).text) for i in run) >= len(run)
    if tongue.unknown and len(run) > 2:
        return _begin_differently([mark_of(tokens, i).text.partition(" ")[0] for i in run])
    return tongue.foreign and not told and len(asking) > 1 and len(asking) * 3 >= len(run)


_ARTICLE: Final = 4
"""Letters of an article or a preposition at most."""


def _begin_differently(first: Sequence[str]) -> bool:
    """Whether the first words of lines in an unknown language aren't all one subject's: none that is short stands before two of them."""
    short = [word for word in first if len(word) <= _ARTICLE]
    return len(set(short)) == len(short) and len(set(first)) * 2 >= len(first)


_OF_CALLS: Final = AnyCase(r"\W*[\w.:]+\(\)\W*\s(?:is|are|was|will|has|does|performs|returns)\b")
"""What a function does: "`update()` is called …"."""

_HAS: Final = AnyCase(r"\b(?:must|should|needs? to|have to|required to)\s+(?:already\s+|also\s+)?(?:have|be|own|know)\b")
"""What must be there already: "You must have …"."""


def _only_listed(tokens: Sequence[Token], headings: Sequence[int], run: Sequence[int], tongue: Tongue) -> bool:
    """Whether a run of marks lists entries: questions that headings ask, or what stands below "Main menu", "Features", "Contents"."""
    marks = [mark_of(tokens, i) for i in run]
    if marks[0].kind == "heading-number":
        above = parent(tokens, headings, run[0], marks[0].heading_level)
        listed = entries(above) or (len(above.split()) <= _FEW_WORDS and names_a_list(above))
        return listed or 2 * sum(tells_of_trouble(mark.text.strip()) for mark in marks) >= len(marks)
    if marks[0].kind.startswith("heading"):
        return False
    at = first_of(tokens, run[0])
    before = tokens[at - 1] if at else None
    text = before.text if isinstance(before, SectionHeading) else words_before(tokens, run[0]).rstrip().rpartition("\n")[2]
    if begins_doing(text) or (not is_question(text) and is_instruction(text.strip(" :\uff1a"), tongue)):
        return False
    if entries(text) or (isinstance(before, SectionHeading) and len(text.split()) <= _FEW_WORDS and names_a_list(text)):
        return True
    if not isinstance(before, SectionHeading) or announced(tokens, run[0]):
        return False
    return tells_of_trouble(text) and not _mostly_asked(marks, tongue)


_FEW_WORDS: Final = 2
"""Words of a heading at most that says what it lists, and not out of what something is done ("Installation from sources")."""


def _mostly_asked(marks: Sequence[Mark], tongue: Tongue) -> bool:
    """Whether half of some marks begin with what is to be done, which is more than what one may do."""
    return 2 * sum(is_request(next(iter(sentences(mark.text)), ""), tongue) for mark in marks) >= len(marks)


def _asks(tokens: Sequence[Token], i: int, tongue: Tongue) -> bool:
    """Whether a marked line asks for something: its words do, or a command or an edit follows within it."""
    mark = mark_of(tokens, i)
    if _only_done(mark.text, tongue) or _OF_CALLS.match(mark.text):
        return False
    if mark.kind in ("heading-step", "ordinal") or mark.said or asks_by_words(mark.text, tongue):
        return True
    if mark.kind == "heading-number":
        return begins_doing(mark.text) or (not mark.loose and _acts_below(tokens, i, tongue))
    for at in range(i + 1, len(tokens)):
        token = tokens[at]
        if type(token) is Mark and mark.kind != "letter" and (token.kind == "letter" or token.level > mark.level):
            return _asks(tokens, at, tongue)  # what the first one below it asks for
        if type(token) is Mark or type(token) is SectionHeading:
            return False
        if type(token) is Listing and not mark.text and token.lines[1] <= mark.lines[1]:
            return is_instruction(" ".join(token.text), tongue)
        if mark.kind == "item" and token.lines[0] > mark.lines[1] and not mark.text.rstrip().endswith(":"):
            return False
        if (
            type(token) is Command
            or type(token) is FileEdit
            or type(token) is Manual
            or (not mark.text.strip() and is_instruction(paragraph(token), tongue))
        ):
            return True
        if mark.kind == "item" and mark.text.rstrip().endswith(":") and is_imperative(_within(token), tongue):
            return True
    return False


def _each_acts(tokens: Sequence[Token], run: Sequence[int]) -> bool:
    """Whether code to be typed, or lines for a file, stand right below nearly each of some marks: whatever their words are, it is to be
    done."""
    acting = sum(isinstance(_right_below(tokens, i), (Command, FileEdit)) for i in run)
    return len(run) > 1 and 5 * acting >= 4 * len(run)


def _right_below(tokens: Sequence[Token], i: int) -> Token | None:
    """The token behind a mark and its own words, remarks at the head of a block aside."""
    at = i + 2 if i + 1 < len(tokens) and isinstance(tokens[i + 1], Prose) and tokens[i + 1].lines == tokens[i].lines else i + 1
    token = tokens[at] if at < len(tokens) else None
    remark = isinstance(token, Listing) and token.rule == "remark-in-code" and at + 1 < len(tokens)
    return tokens[at + 1] if remark else token


def _within(token: Token) -> str:
    """The words of the first item of a list in a token."""
    block = token.blocks[0] if isinstance(token, Prose) and token.blocks else None
    inner = block.items[0].blocks[:1] if isinstance(block, ListBlock) else ()
    return " ".join(plain(one.children) for one in inner if isinstance(one, Paragraph))


def _only_tells(text: str) -> bool:
    """Whether a mark says what something does, or is a question and nothing else."""
    return describes(text) or is_question(text)


def _are_checks(tokens: Sequence[Token], run: Sequence[int], tongue: Tongue) -> bool:
    """Whether marks are questions that yes or no answers, below words that ask to look at something ("Check:"), or name steps."""
    asked = led_to(tokens, run[0]) and is_imperative(last_sentence(words_before(tokens, run[0])), tongue)
    if not (asked or names_steps(tokens, run[0])):
        return False
    return all(answered_by_yes(mark_of(tokens, i).text) for i in run)


def _only_done(text: str, tongue: Tongue) -> bool:
    """Whether a mark only says that something is finished: "Make sure that it is complete" doesn't."""
    return says_done(text) and not is_imperative(next(iter(sentences(text)), ""), tongue)


def _acts_below(tokens: Sequence[Token], i: int, tongue: Tongue) -> bool:
    """Whether something is done below a numbered heading: a command, an edit, what prose or an item asks for."""
    level = mark_of(tokens, i).heading_level
    for token in tokens[i + 2 :]:
        if isinstance(token, SectionHeading) and token.level <= level:
            return False
        if isinstance(token, (Command, FileEdit, Manual)) or (isinstance(token, Mark) and is_request(token.text, tongue)):
            return True
        if isinstance(token, Prose) and any(
            isinstance(block, Paragraph) and is_imperative(plain(block.children), tongue) for block in token.blocks
        ):
            return True
        if is_imperative(_within(token), tongue):
            return True
    return False
