"""Which of an author's marks begin steps: numbers, items, headings that make runs, and ask for something."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from runbook.extract.cues import begins_doing, describes, is_imperative, is_instruction, is_purpose, is_request
from runbook.extract.lettered import letter_runs
from runbook.extract.manual import carries_out
from runbook.extract.marks import ROMAN, Mark, says_done
from runbook.extract.prose import last_sentence, sentences
from runbook.extract.recorder import Token
from runbook.extract.tongues import Tongue
from runbook.model import (
    Command,
    FileEdit,
    ListBlock,
    Listing,
    Manual,
    Output,
    Paragraph,
    Prose,
    SectionHeading,
    plain,
)
from runbook.words import AnyCase, word_set, words


def told_once(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with prose for what is told to be done by hand where the command right after it does it."""
    out: list[Token] = []
    command: Command | None = None
    for token in reversed(tokens):
        if isinstance(token, Manual) and command is not None and carries_out(command.text, token.action):
            if token.blocks:
                out.append(Prose(token.lines, token.blocks))
            continue
        if not isinstance(token, Manual):
            command = token if isinstance(token, Command) else None
        out.append(token)
    return out[::-1]


def true_marks(tokens: Sequence[Token], tongue: Tongue) -> set[int]:
    """The indices of the marks that start instructions: those of runs that are procedures."""
    true: set[int] = set()
    headings = [i for i, token in enumerate(tokens) if isinstance(token, SectionHeading)]
    signs = [(i, token) for i, token in enumerate(tokens) if isinstance(token, _SIGNS)]
    for whole in filter(None, (*_item_runs(tokens), *_number_runs(signs), *_word_runs(signs), *_heading_runs(signs))):
        true.update(_steps_of(tokens, headings, whole, tongue))
    for whole in letter_runs(signs, true):
        if all(_asks(tokens, i, tongue) for i in whole):  # letters mostly tell kinds of something
            true.update(_steps_of(tokens, headings, whole, tongue))
    return true


def _steps_of(tokens: Sequence[Token], headings: Sequence[int], whole: Sequence[int], tongue: Tongue) -> Sequence[int]:
    """The marks of a run that start instructions; none where it is no procedure."""
    telling = [i for i in whole if not _says_nothing(mark_of(tokens, i).text, tongue)]
    run = telling or whole
    asking: Sequence[int] = [i for i in run if _asks(tokens, i, tongue)]
    if any(mark_of(tokens, i).loose for i in run) and (
        len(run) < (2 if _led_to(tokens, run[0]) else 3) or len(asking) < len(run)
    ):
        return ()
    if (not mark_of(tokens, run[0]).said and _told_of(tokens, run[0], tongue)) or _only_listed(tokens, headings, run, tongue):
        return ()
    if 2 * sum(_only_tells(mark_of(tokens, i).text) for i in run) > len(run):
        return ()
    share = 2
    if _below(tokens, headings, run[0], tongue, "requirements", "remarks"):
        share = 1
        asking = [i for i in asking if not _HAS.search(mark_of(tokens, i).text)]
    elif len(asking) * 2 < len(run) and _announced(tokens, run[0]):
        share = 4
        asking = [i for i in run if i in asking or begins_doing(mark_of(tokens, i).text)]
    if len(asking) * share < len(run) and _each_acts(tokens, run):
        asking = run
    if len(asking) * share < len(run):
        return ()
    return telling or [i for i in whole if not _only_done(mark_of(tokens, i).text, tongue)]


_LABEL: Final = AnyCase(
    r"\W*(?:please\s+)?(?:notes?|notices?|warnings?|remarks?|information|(?:additional|important|further|general|next)\s+(?:information|notes|remarks|steps)|[^.]{3,60}\snotice)\s*[.:!]?\s*\Z"
)


def _says_nothing(text: str, tongue: Tongue) -> bool:
    """Whether a numbered line is nothing but a label of what is to be known ("2. Warning."), or says that all is done."""
    return _LABEL.match(text.split("\n", 1)[0]) is not None or _only_done(text, tongue)


_OF_CALLS: Final = AnyCase(r"\W*[\w.:]+\(\)\W*\s(?:is|are|was|will|has|does|performs|returns)\b")
"""What a function does: "`update()` is called …"."""

_TELLS: Final = AnyCase(
    r"\b(?:works?|behaves?|operates?) (?:as follows?|like this|in this way)\s*:\s*\Z|\bwhat\b[^.:]{0,60}\bdoes\s*:\s*\Z|"
    r"\bthere\s+(?:are|exist)\s+\w+\s+(?:\w+\s+)?(?:ways|options|methods|possibilities|kinds|stages|phases|passes)\b[^.:]{0,80}:\s*\Z|"
    r"\beither\s+by\s*:\s*\Z|(?<!\byou )(?<!\bwe )\bwill\s*:\s*\Z|"
    r"\b(?:this|it|that|which|(?:the|this|our)\s+(?:[\w\-]+\s+){1,3}?)\s*"
    r"(?:will|does|did|performs?|checks?|consists?|includes?|contains?|has(?! been)|supports?|provides?|tests?|offers)\b(?![^:]*\bsteps?\b)[^.:]{0,60}:\s*\Z"
)
"""What something does, or has, before a list of it: "The script will:"."""

_REMARKS: Final = AnyCase(
    r"\s*(?:notes|remarks|caveats|limitations|known (?:issues|problems|limitations)|hinweise|anmerkungen|remarques|notas|observaciones|note)\s*[:\uff1a]\s*"
)
"""A label of remarks, whatever these begin with: "NOTES:"."""


_HAS: Final = AnyCase(r"\b(?:must|should|needs? to|have to|required to)\s+(?:already\s+|also\s+)?(?:have|be|own|know)\b")
"""What must be there already: "You must have …"."""

_COUNTED: Final = AnyCase(
    r"\b(?:two|three|four|five|several|few|many|different|various|following|multiple|both|number of) (?:[\w\-]+ )?(\w+)\b[^.:]*:\s*\Z"
)
"""What is counted before a colon: "There are two ways to grind:"."""

_QUESTION: Final = AnyCase(
    r"(?:how|what|why|when|where|which|who|can|does|is|are|comment|pourquoi|wie|warum|was|cómo|como|qué|как|что|почему)\b|.*[?\uff1f]\s*\Z"
)


def _words_before(tokens: Sequence[Token], at: int) -> str:
    """The paragraph right before a run of marks."""
    return _paragraph(tokens[at - 1]) if at else ""


def _paragraph(token: Token) -> str:
    """The words of a token's last paragraph."""
    block = token.blocks[-1] if isinstance(token, Prose) and token.blocks else None
    return plain(block.children) if isinstance(block, Paragraph) else ""


def _led_to(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words right before a run of marks lead up to it."""
    return _words_before(tokens, at).rstrip().endswith((":", "\uff1a"))


def _announced(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words right before a run of marks say that steps follow, or what these are for."""
    text = _words_before(tokens, at).rstrip()[-200:]
    if not text.endswith((":", "\uff1a")):
        return False
    last = text.casefold().rstrip(" :\uff1a")[-60:]
    return any(phrase in last for phrase in words("step_leads")) or last.endswith(" by") or is_purpose(last_sentence(text))


def _told_of(tokens: Sequence[Token], at: int, tongue: Tongue) -> bool:
    """Whether the words right before a run of marks say that it lists what something does by itself, or what there is."""
    text = _words_before(tokens, at)
    if text.rstrip().endswith((":", "\uff1a")) and not is_purpose(last_sentence(text)):
        last = last_sentence(text)
        near = word_set(last[-45:]) if last.isascii() else frozenset(last[-45:].casefold().split())
        counted = _COUNTED.search(last[-200:])
        if not near.isdisjoint(words("choice_words")) or (counted is not None and counted[1].casefold() in words("choice_words")):
            return True
        if not near.isdisjoint(words("listed_words")) and not is_imperative(last, tongue):
            return True
    return _TELLS.search(text[-200:]) is not None or (len(text) < 40 and _REMARKS.fullmatch(text) is not None)


def _heading_above(tokens: Sequence[Token], headings: Sequence[int], at: int) -> str:
    above = bisect_right(headings, at) - 1
    heading = tokens[headings[above]] if above >= 0 else None
    return heading.text if isinstance(heading, SectionHeading) else ""


def _only_listed(tokens: Sequence[Token], headings: Sequence[int], run: Sequence[int], tongue: Tongue) -> bool:
    """Whether a run of marks lists entries: questions that headings ask, or what stands below "Main menu", "Features", "Contents"."""
    marks = [mark_of(tokens, i) for i in run]
    if marks[0].kind == "heading-number":
        above = _parent(tokens, headings, run[0], marks[0].heading_level)
        return _entries(above) or 2 * sum(_tells_of_trouble(mark.text.strip()) for mark in marks) >= len(marks)
    if marks[0].kind.startswith("heading"):
        return False
    before = tokens[run[0] - 1] if run[0] else None
    text = before.text if isinstance(before, SectionHeading) else _words_before(tokens, run[0]).rstrip().rpartition("\n")[2]
    return _entries(text) and not is_instruction(text.strip(" :\uff1a"), tongue)


def _entries(text: str) -> bool:
    """Whether a heading or a label says that what stands below it is entries, whatever these say: "Features"."""
    label = text.casefold().strip(" :\uff1a")
    return len(label) < 40 and label.endswith(tuple(words("entries")))


def _tells_of_trouble(text: str) -> bool:
    """Whether a heading asks a question, or is the name of what goes wrong: "Verilator version error"."""
    return _QUESTION.match(text) is not None or text.rpartition(" ")[2].casefold().strip("*.:") in words("troubles")


_FAR: Final = 200
"""How many headings are looked through for the one above."""


def _parent(tokens: Sequence[Token], headings: Sequence[int], at: int, level: int) -> str:
    """The heading of the section in which a heading of some level stands."""
    above = bisect_right(headings, at)
    before = (tokens[i] for i in reversed(headings[max(0, above - _FAR) : above]))
    return next((token.text for token in before if isinstance(token, SectionHeading) and token.level < level), "")


def _below(tokens: Sequence[Token], headings: Sequence[int], at: int, tongue: Tongue, *lists: str) -> bool:
    """Whether a run of marks that begins at a token stands below a heading that has a word of these lists, of requirements or remarks:
    then all must ask for something. A heading that says what is done ("Adding requirements") is none of these."""
    heading = _heading_above(tokens, headings, at)
    return (
        bool(heading)
        and (_LABEL.match(heading) is not None or any(word in heading.casefold() for name in lists for word in words(name)))
        and not (begins_doing(heading) or is_instruction(heading, tongue))
    )


def mark_of(tokens: Sequence[Token], i: int) -> Mark:
    token = tokens[i]
    assert isinstance(token, Mark)
    return token


def _item_runs(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """The items of each numbered list; a list that code, a sentence that goes on after it, or paragraphs between numbers that count on
    have split is one."""
    run: list[int] = []
    split = True
    for i, token in enumerate(tokens):
        if run and isinstance(token, SectionHeading):
            yield run
            run = []
        elif isinstance(token, Mark) and token.kind == "item":
            last = mark_of(tokens, run[-1]) if run else token
            if run and split and token.list_id != last.list_id and not 1 < _value(token.number) == _value(last.number) + 1:
                yield run
                run = []
            run.append(i)
            split = False
        elif run and token.lines[0] > mark_of(tokens, run[-1]).lines[1]:
            split = split or not holds_together(token)
    if run:
        yield run


def holds_together(token: Token) -> bool:
    """Whether a token below a list's item still belongs to the item: code, and a paragraph in the middle of a sentence ("to", "or")."""
    if isinstance(token, Prose):
        block = token.blocks[0] if token.blocks else None
        return isinstance(block, Paragraph) and plain(block.children).lstrip()[:1].islower()
    return isinstance(token, (Command, FileEdit, Listing, Output))


_SIGNS: Final = (Mark, SectionHeading)
Signs = Sequence[tuple[int, Mark | SectionHeading]]
"""The marks and headings among the tokens of a page, with their places."""


def _word_runs(signs: Signs) -> Iterator[list[int]]:
    """Runs of lines that words count ("First, …", "Second, …"): a single one counts nothing."""
    return (run for run in _number_runs(signs, "ordinal") if len(run) > 1)


def _number_runs(signs: Signs, kind: str = "number") -> Iterator[list[int]]:
    """Runs of "N." lines that count up from 0 or 1 under one heading, a number twice or left out being a slip of the author's; other
    numbers at the beginning of lines are no marks."""
    run: list[int] = []
    last = -1
    for i, token in signs:
        if isinstance(token, SectionHeading):
            if run:
                yield run
            run, last = [], -1
            continue
        if token.kind != kind or token.level:
            continue
        value = _value(token.number)
        if run and (last < value <= last + 2 or value == last > 1):
            run.append(i)
        elif value in (0, 1):
            if run:
                yield run
            run = [i]
        else:
            continue
        last = value
    if run:
        yield run


def _value(number: str | None) -> int:
    if number is None:
        return -1
    if number.isdecimal():
        return int(number)
    return ROMAN.index(number.casefold()) + 1 if number.casefold() in ROMAN else -1


def _heading_runs(signs: Signs) -> Iterator[list[int]]:
    """The headings that count steps; and runs of numbered headings of one level that count up from 0 or 1 (at least three on a page that
    goes on from another), the deeper ones below them being runs of their own."""
    yield [i for i, token in signs if isinstance(token, Mark) and token.kind == "heading-step"]
    values: dict[int, int] = {}
    found: list[list[int]] = []
    runs: dict[int, list[int]] = {}
    for i, token in signs:
        if isinstance(token, SectionHeading):
            found.extend(runs.pop(level) for level in [level for level in runs if level > token.level])
            continue
        if token.kind != "heading-number":
            continue
        level, value = token.heading_level, _value(token.number)
        values[i] = value
        run = runs.get(level, [])
        last = values[run[-1]] if run else -1
        if run and (0 < value - last <= 2 or value == last > 1):
            run.append(i)
        elif value in (0, 1) or not run:
            found += [run] if run else []
            runs[level] = [i]
    yield from (run for run in (*found, *runs.values()) if len(run) > (1 if values[run[0]] < 2 else 2))


def _asks(tokens: Sequence[Token], i: int, tongue: Tongue) -> bool:
    """Whether a marked line asks for something: its words do, or a command or an edit follows within it."""
    mark = mark_of(tokens, i)
    if _only_done(mark.text, tongue) or _OF_CALLS.match(mark.text):
        return False
    if mark.kind in ("heading-step", "ordinal") or mark.said or is_request(mark.text, tongue):
        return True
    if mark.kind == "heading-number":
        return begins_doing(mark.text) or _acts_below(tokens, i, tongue)
    for token in tokens[i + 1 :]:
        if isinstance(token, (Mark, SectionHeading)):
            return False
        if isinstance(token, Listing) and not mark.text and token.lines[1] <= mark.lines[1]:
            return is_instruction(" ".join(token.text), tongue)
        if mark.kind == "item" and token.lines[0] > mark.lines[1] and not mark.text.rstrip().endswith(":"):
            return False
        if isinstance(token, (Command, FileEdit, Manual)) or (
            not mark.text.strip() and is_instruction(_paragraph(token), tongue)
        ):
            return True
        if mark.kind == "item" and mark.text.rstrip().endswith(":") and is_imperative(_within(token), tongue):
            return True
    return False


def _each_acts(tokens: Sequence[Token], run: Sequence[int]) -> bool:
    """Whether code to be typed, or lines for a file, stand right below nearly each of three marks or more: whatever their words are, it is
    to be done."""
    acting = sum(isinstance(_right_below(tokens, i), (Command, FileEdit)) for i in run)
    return len(run) >= 3 and 5 * acting >= 4 * len(run)


def _right_below(tokens: Sequence[Token], i: int) -> Token | None:
    """The token behind a mark and its own words, remarks at the head of a block aside."""
    below = (
        i + 2 if i + 1 < len(tokens) and isinstance(tokens[i + 1], Prose) and tokens[i + 1].lines == tokens[i].lines else i + 1
    )
    token = tokens[below] if below < len(tokens) else None
    remark = isinstance(token, Listing) and token.rule == "remark-in-code" and below + 1 < len(tokens)
    return tokens[below + 1] if remark else token


def _within(token: Token) -> str:
    """The words of the first item of a list in a token."""
    block = token.blocks[0] if isinstance(token, Prose) and token.blocks else None
    inner = block.items[0].blocks[:1] if isinstance(block, ListBlock) else ()
    return " ".join(plain(one.children) for one in inner if isinstance(one, Paragraph))


def _only_tells(text: str) -> bool:
    """Whether a mark says what something does, or is a question and nothing else."""
    return describes(text) or text.rstrip().endswith(("?", "\uff1f"))


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
    return False
