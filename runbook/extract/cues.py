"""What prose says about the code that follows it, and whether it tells the reader to do something."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.extract.labels import ends_seen, label_of
from runbook.extract.prose import last_sentence, sentences
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.patterns import pattern
from runbook.words import AnyCase, word_set, words

_RUN: Final = AnyCase(
    r"\b(?:run(?!\.\w)|running|rerun|type|typing(?<!save typing)(?<!saves typing)|typed|execute|executing|executed|enter(?:ing)? (?:the|this|these)|issue|"
    r"issuing|invoke|invoking|launch(?:ing)?|commands?(?![ -]lines?\b)|do the following|do it|do this|do (?:something )?like this|do so|following as root|"
    r"(?:hit|press) (?:enter|return))\b|"
    r"\b(?:by|with|via|(?<!\bi )(?<!\bwe )use|using|try|simply|just|do(?<!will do)(?<!would do)|then)\s*(?:the following|this|these)?\s*:?\s*\Z|"
    r"\A\W*(?:(?:now|then|and)\s+)?(?:in|from|at|on)\s+(?:the|an?|your)?\s*(?:\w+\s+)?"
    r"(?:terminal|console|shell|command[ -]line|prompt)\b(?![^.:]*\b(?:output|see|seen|shows?|shown|prints?|printed|appears?|gets?)\b)[^.:]{0,40}:\s*\Z",
)
_SEE: Final = AnyCase(
    r"\b(?:(?:should|will|would|might|may|can)\s+(?:\w+\s+){0,2}?(?:see|get|give|look like|end with|finish with|begin with|start with|return|show|say|"
    r"print|output|display|obtain|receive|appear|"
    r"respond|answer|find|produce)\b|"
    r"returns\b|outputs?\b|prints\b|displays\b|shows\b|responds\b|reports\b|"
    r"response\b|repl(?:y|ies)\b|the answer\b(?!\s+files?\b)|answers\b|gives\b|yields\b|results? in\b|\bresults?\W*\Z|"
    r"told (?:me|us)\b|tells (?:me|us|you)\b|says\b|(?:i|we|you) (?:got|saw)\b|"
    r"(?:watch|wait) for\b|look for\b(?![^.:]*\b(?:append|add|change|replace|set|edit|uncomment|insert|comment|modify)\b)|"
    r"the results?\b|looks? (?:something )?(?:like|similar)|"
    r"(?:following|this|an?|the) (?:(?!commit\b)\w+ |\"[^\"]{1,60}\" )?(?:error|message|warning)s?\b|(?:fails?|failed|failing) (?:\w+ )?with\b|"
    r"(?:fails?|complains?|dies|crashes)\b[^.]{0,60}\bwith\W*\Z|"
    r"\A\W*expected\W*\Z|stdout\b|stderr\b|something similar\b|similar to(?: this| the following)?\s*:?\s*\Z|"
    r"you(?:'ll| will)? (?:then )?(?:see|get)\b|as a result|is unable to|complains?\b)",
)
_SETS_OUTPUT: Final = AnyCase(
    r"\A\W*(?:(?:now|then|next|please|finally|to)\s+)*(?:set|configure|enable|disable|choose|select|connect|switch|change|route|redirect|send|pipe|mute|turn|list|make|use)\b"
    r"[^.:]{0,60}\b(?:outputs?)\b"
)
"""An output that one sets or chooses, and nothing is said to be printed: "Set the pins to be outputs"."""
_ANNOUNCES: Final = AnyCase(
    r"\b(?:(?:output|result|response)s?|messages)\b[^.]{0,40}?\b(?:should|will|would|looks?|is|are|like|similar|as follows)\b|"
    r"\A\W*(?:(?:the|an?|expected|example|sample|possible|typical|real|actual|full|last|final)\s+){0,2}(?:output|result|response)s?\W*\Z|\A\W*expected\W*\Z|"
    r"\b(?:see|get|gives?)\b[^.]{0,30}\b(?:output|result|response)s?\b[^.]{0,20}\Z",
)
_SHOWN: Final = AnyCase(
    r"\b(?:gives?|gets?|got|throws?|returns?|prints?|produces?|shows?|see|with)\b[^.]{0,30}\b(?:errors?|messages?|warnings?)\s*:\s*\Z|"
    r"\b(?:should|will|must)\b[^.]{0,20}\b(?:show|say|print|display|report|finish with|end with)\b[^.]{0,30}:\s*\Z|"
    r"\byou\b(?:'ll)?(?: \w+){0,3}? (?:see|get|receive|obtain)\b|"
    r"\b(?:errors?|messages?|warnings?|something) (?:(?:that|which|should|will|may|might) )?(?:looks? )?(?:like|similar|such as|below|as follows)\b|"
    r"\b(?:fails?|failed|failing|complains?|dies|crashes|aborts|stops)\b[^.]{0,60}\b(?:with|like|saying)\b[^.]{0,30}\Z",
)
_FILE_VERB: Final = AnyCase(
    r"\b(?:add(?:ing)?|append|insert|put|paste|edit|chang\w+|modif\w+|updat\w+|replac\w+|set|uncomment\w*|comment\w*|writ\w+|creat\w+|sav\w+|include|"
    r"copy(?:ing)?(?=\s+(?:(?:and\s+paste|the|this|these|following|below)\s+){0,3}(?:lines?|contents?|text|block|snippet|config\w*|section|code)\b)|"
    r"contain\w*|consist\w*|has|have|plac\w+|fill|populate|overwrit\w+|enter|adjust\w*|configur\w*|defin\w+|make|declar\w+|specif\w+|restrict|allow|needs|wants)\b",
)
_FILE_NOUN: Final = AnyCase(
    r"\b(?:files?|lines?|entr(?:y|ies)|sections?|strings?|options?|scripts?|rules?|contents?|config(?:uration)?s?|stanzas?|directives?|"
    r"parameters?|variables?|settings?|items?|values?|blocks?|unit|snippets?|elements?|tags?|propert(?:y|ies)|attributes?|fragments?)\b",
)
_LINES: Final = AnyCase(
    r"\bcreat\w+ (?:this|the following|a) (?:new )?(?:script|file)\b|"
    r"\bcreat\w+\b(?:[^.]|\.\S){0,80}\bwith (?:the )?(?:following|these|this) (?:values|lines?|contents?|settings|variables|entries)\b|"
    r"\b(?:add(?:s|ed|ing)?|append\w*|insert\w*|put|past\w+|includ\w+|writ\w+)\b[^.]{0,60}?\b(?:following|this|these|line|lines|entry|entries|rules?|scripts?|section)\b|"
    r"\breplac\w+\b.{0,160}?\b(?:with|by)\s+(?:the\s+)?(?:following|this|these)\s+(?:chunk|lines?|code|text|block|content|section|snippet|stanza|config\w*)\b",
)
_IN_FILE: Final = AnyCase(
    r"\A\W*(?:(?:now|then|and|next)\s+)?in(?:side)?\s+(?:the|your|that|this)\s[^,.:]{0,40}\b(?:file|section|unit|stanza|config(?:uration)?)\b,?\s+"
    r"(?:add|append|insert|put|set|change|edit|modify|replace|uncomment|comment|adjust|enabled?|disabled?)\b",
)
_IN_PATH: Final = AnyCase(
    r"\A\W*(?:(?:now|then|and|next)\s+)?in(?:side)?\s+[\"'`(]*[~/][\w./~$@{}\-]+[\"'`)]*(?:\s+file)?,?\s+"
    r"(?:add|append|insert|put|write|set|define|change|edit|modify|replace|uncomment|comment|adjust|enter|place|have)\b"
)
_UNDONE: Final = AnyCase(r"\A\W*(?:please\s+)?(?:don['\u2019]?t|do\s+not|never|avoid)\b(?!\s+(?:forget|worry|hesitate|miss))")
_EDIT: Final = (
    "add append insert put paste edit change modify update replace set comment uncomment adjust open create save fill point "
    "allow define configure declare specify overwrite populate"
).split()
_EDITS: Final = AnyCase(rf"\b(?<!how to )(?:{'|'.join(_EDIT)})\b")
_COMMAND: Final = AnyCase(
    r"\b(?:following|this|these|next|below|two|three|single)\b[^.]{0,30}\bcommands?\b|\bcommands?\b[^.]{0,30}\b(?:below|following)\b|"
    r"\b(?:run(?!\.\w)|type|typing(?<!save typing)(?<!saves typing)|running|execut(?:e|ing)|issu\w+|launch)\b"
    r"(?:(?!\b(?:add|append|insert|put|paste|write)\b)[^.,]){0,50}:?\s*\Z",
)
_PASTES: Final = frozenset(("paste", "pasting", "copy", "copying"))
_AT_TERMINAL: Final = AnyCase(
    r"\b(?:past(?:e|ing)|copy(?:ing)?)\b[^.]{0,80}?\b(?:in|into|to|at|on)\s+(?:(?:the|your|an?|this|that)\s+)?(?:[\w\-]+\s+){0,2}?"
    r"(?:terminal|console|shell|prompt|command[ -]line|debugger|powershell|putty|session)\b"
    r"(?!['\u2019]s\b|\s+(?:[\w\-]+\s+)?(?:files?|scripts?|profiles?|config\w*|settings)\b)"
)
"""Where commands are pasted: "into the console window", "in your SSH session"."""
_LOOKS: Final = AnyCase(r"\b(?:looks?|should look|begins?|contents?|contains?|reads?|find the following|example of)\b")
_PURPOSE: Final = AnyCase(
    r"(?:\A\W*(?:in order )?|,\s+)to\s+(?!(?:read|look|be|say|contain|include|reflect|match|become|this|the|an?|following)\b)[a-z]+\b[^,:]{0,80}[:\uff1a]\s*\Z"
)
"""What something is done for, at the end of a sentence that leads up to it: "To see the errors:"."""
_CONTENT: Final = frozenset("content contents used stored kept saved placed goes go belong belongs".split())
_CONTENTS: Final = AnyCase(
    r"\b(?:contents? of|(?:with|has|have|gets|get) (?:the |these |this |following )*contents?|"
    r"(?:following|this|these|below)\b[^.]{0,20}\b(?:is|are|should be) (?:used|stored|kept|saved|placed) in(?:to)?|"
    r"(?:following|this|these|below)\b[^.]{0,20}\b(?:goes|go|belongs?) in(?:to)?)\b"
)
_CONFIGURATIONS: Final = frozenset("config configs configuration configurations".split())
_OF_SETTINGS: Final = AnyCase(
    r"(?<!default )\bconfig(?:uration)?s?\b[^.:]{0,40}\b(?:would|could|should|might|may|will|is|are|looks?|like|following|follows)\b[^.:]{0,24}[:\uff1a.]?\s*\Z"
)
"""A configuration that a sentence leads up to: "The configuration for this would be:"."""
_OPEN: Final = frozenset("be is are this follows following like".split())
"""Words after which something must come, whatever stands behind them."""
_MAY_HOLD: Final = AnyCase(
    r"(?:\b(?:your|the|this|our|my)\s+|\A\W*)[\"'`]*[\w./~\-]*\w\.[a-z]\w{1,9}[\"'`]*\s+(?:file\s+)?(?:could|can|should|may|must|would|will|might)\b|"
    r"\b(?:the|this|your)\s+file\s+(?:should|must|has\s+to)\s+(?:have|contain|be|look|consist)\b"
)
"""A file as the subject of a sentence that says what it may do: "your lamps.txt could do this"."""
_SYNTAX: Final = AnyCase(
    r"\b(?:syntax|(?<!current )(?<!memory )(?<!disk )(?<!cpu )usage(?! of)|synopsis|signature|format|prototype|general form)\b|\bin the form\b"
)
_SWAP: Final = AnyCase(
    r"\A\W*(?:(?:and|then|now)\s+)?(?:(?:change|replace|modify|convert)\b[^.]{0,40})?(?:from|to|by|with|into|becomes?|instead(?: of)?|"
    r"so (?:that )?it (?:is|reads|becomes|looks))"
    r"(?:\s+(?:this|these|the following|like this|something like))?(?:\s+line|\s+lines)?\s*[:.]?\s*\Z",
)
_SEEK: Final = AnyCase(r"\b(?:(?:search|look)(?:ing)?(?:\s+[^\s:]+){0,6}?\s+for|find|locate|scroll\s+(?:down\s+)?to|jump\s+to)\b")
_CHANGE: Final = AnyCase(r"\b(?:replac\w+|overwrit\w+|chang\w+|modif\w+|comment\w*|uncomment\w*|edit(?:s|ed|ing)?)\b")
_CHANGES: Final = AnyCase(
    r"\b(?:replac\w+|overwrit\w+|chang\w+|modif\w+|comment\w*|uncomment\w*|edit(?:ing)?\s(?:it|them|this|that)|add|append|insert|put|paste|set|"
    r"remove|delete|make\s+sure|ensure|should|must|looks?\s+like)\b"
)
"""What is said to be done with what is looked for, or how it is to be."""
_REPLACES: Final = AnyCase(r"\b(?:replac\w+|chang\w+|modif\w+|comment\w*|uncomment\w*|from|by|with)\b")
_ADD: Final = AnyCase(r"\b(?:add(?:s|ed|ing)?|append\w*|insert\w*|put|paste)\b")
_NEW: Final = AnyCase(
    r"\b(?:creat\w+|new|sav\w+|writ\w+|generate)\b[^.]*\b(?:files?|scripts?|unit)\b|\b(?:script|file) (?:named|called)\b",
)
_MAKES: Final = AnyCase(r"\b(?:creat(?:e|es|ing)|sav(?:e|es|ing))\b")
_APPLY: Final = AnyCase(r"\b(?:patch|apply)\b")


class Cue(Struct, frozen=True, gc=False):
    """What prose says of the block that follows: that it is to be run (`run`; `command` where it says so in as many words), that it is
    what one will see (`printed` where it names the output, `announced` where it says that this comes next, `shown` that the reader sees
    it), that it belongs into a
    file (`file`; `lines` where lines are to be added), that it is how a file looks (`content`: in so many words
    what is in it), that it is a syntax, that it is the other side of a change, that it is
    to be looked for (`seek`), that it is not to be done; `asks` that the sentence is an instruction at all,
    `leads` that it ends in a colon, `label` that it is no more than a few words that call it a file's content."""

    run: bool = False
    command: bool = False
    see: bool = False
    printed: bool = False
    announced: bool = False
    shown: bool = False
    file: bool = False
    lines: bool = False
    edits: bool = False
    looks: bool = False
    content: bool = False
    syntax: bool = False
    swap: bool = False
    seek: bool = False
    undone: bool = False
    asks: bool = False
    leads: bool = False
    label: bool = False

    @property
    def asked(self) -> bool:
        """Whether something is to be done with what follows, and neither a file nor an output is spoken of."""
        return (self.run or (self.asks and self.leads)) and not (self.file or self.see or self.looks)

    @property
    def says_something(self) -> bool:
        return self.run or self.see or self.file or self.lines or self.looks or self.syntax or self.swap


_THEN_ALONE: Final = AnyCase(
    r"(?:and |und |et |y |e )?(?:then|now|finally|afterwards|dann|danach|nun|puis|ensuite|luego|despu\u00e9s|poi|depois|daarna|potem|pak|sedan|"
    r"\u0437\u0430\u0442\u0435\u043c|\u043f\u043e\u0442\u043e\u043c)\s?[,:.]*"
)
"""What leads up to the next thing to do, whatever was said before."""


@lru_cache(maxsize=512)
def cue_of(text: str, tongue: Tongue = ENGLISH) -> Cue:
    """The cue of the last sentence of `text`; with the one before where the last is only a few words; of the nearest of the last three
    that says anything where the last says nothing."""
    found = sentences(text)
    if not found:
        return Cue()
    last = found[-1]
    if _THEN_ALONE.fullmatch(last.strip()) and len(found) > 1:
        return Cue(asks=True, leads=True)
    if len(last) < 24 and len(found) > 1 and not _SWAP.begins(last):
        last = f"{found[-2]} {last}"
    cue = _sentence_cue(last, found[-1], tongue)
    if cue.file and not cue.edits and len(found) > 1 and _IT_SHOULD.begins(found[-1]) and "output" in word_set(found[-2]):
        cue = replace(cue, file=False, lines=False, see=True, printed=True)
    for earlier in reversed(found[-3:-1]):
        if cue.says_something:
            break
        before = _sentence_cue(earlier, earlier, tongue)
        if before.file or before.run or before.announced:
            cue = replace(before, leads=cue.leads, asks=cue.asks or before.asks)
    return cue


_IT_SHOULD: Final = AnyCase(r"\A\W*(?:it|this|that|there)\s+(?:should|will|must|ought\s+to)\b")
"""How a sentence begins that says what is to be seen in what the one before speaks of."""

_ASIDE: Final = re.compile(r"\([^()]*\)")


_REFERENCE: Final = pattern(r"\s[-\u2013\u2014;]\s+see (?!the (?:following|output)\b|this\b|that\b|below\b)[^.;:]*")
"""A clause in the midst of a sentence that tells where more stands: nothing is seen there and then."""


_PRINTED: Final = frozenset(
    ("expected", "messages", "stdout", "stderr", "output", "outputs", "prints", "result", "results", "response")
)


_SEEKING: Final = frozenset(("search", "searching", "look", "looking", "find", "locate", "scroll", "jump"))


_INTO_FILE: Final = AnyCase(
    r"\b(?:in|into|to)\s+(?:(?:the|your|our|his|her|its|their)\s+)?(?:[\w'\u2019.\-]+\s+){1,4}?(?:file|config(?:uration)?|v?host|profile|crontab)\s*[:\uff1a]\s*\Z"
)
"""Where something goes: "in the mill's config file:"."""
_HOLDING: Final = frozenset("file config configuration vhost host profile crontab".split())


def _speaks_of_file(text: str) -> bool:
    """Whether a verb of changing or holding stands before a part of a file, with no full stop between."""
    for piece in text.split(". "):
        verb = _FILE_VERB.search(piece)
        if verb is not None and _FILE_NOUN.stands_in(piece[verb.end() :]):
            return True
    return False


def _calls_syntax(text: str, found: frozenset[str]) -> bool:
    """Whether a sentence with the words `found` speaks of a syntax: an example of how something is used is none."""
    named = found & words("cue_syntax")
    example = len(named) == 1 and "usage" in named and not found.isdisjoint(_EXAMPLES)
    return bool(named) and not example and _SYNTAX.stands_in(text)


_EXAMPLES: Final = frozenset(("example", "examples"))


def _sentence_cue(text: str, last: str, tongue: Tongue) -> Cue:
    text = _ASIDE.sub("", text) if "(" in text else text
    text = _REFERENCE.sub("", text) if "see" in text else text
    found = word_set(text)
    nouns = not found.isdisjoint(words("cue_file"))
    running = not found.isdisjoint(words("cue_run"))
    seen = not found.isdisjoint(words("cue_see")) and _SEE.stands_in(text)
    cue = Cue(
        run=running and _RUN.stands_in(text),
        command=running and _COMMAND.stands_in(text),
        see=seen,
        printed=not found.isdisjoint(_PRINTED),
        announced=not found.isdisjoint(_PRINTED) and _ANNOUNCES.stands_in(text),
        file=nouns and (_speaks_of_file(text) or _IN_FILE.begins(last)),
        lines=(nouns and (_LINES.stands_in(text) or _IN_FILE.begins(last))) or ("/" in last and _IN_PATH.begins(last)),
        edits=not found.isdisjoint(_EDIT) and _EDITS.stands_in(text),
        shown=seen and _SHOWN.stands_in(text),
        looks=not found.isdisjoint(words("cue_look")) and _LOOKS.stands_in(text),
        content=not found.isdisjoint(_CONTENT) and _CONTENTS.stands_in(text),
        syntax=_calls_syntax(text, found),
        swap=len(last) < 90 and _SWAP.begins(last),
        seek=not found.isdisjoint(_SEEKING) and _SEEK.stands_in(text) and not _CHANGES.stands_in(text),
        undone=_UNDONE.begins(last),
        asks=is_instruction(last, tongue),
        leads=last.rstrip().endswith((":", "\uff1a")),
    )
    if not found.isdisjoint(_PASTES) and _AT_TERMINAL.stands_in(text):
        cue = replace(cue, run=True, command=True, file=False, lines=False)
    if not (cue.shown or cue.file or cue.command) and (before := ends_seen(last, found)) is not None:
        cue = replace(cue, see=True, shown=True, run=cue.run and _RUN.stands_in(before))
    if cue.see and not (cue.announced or cue.shown) and "output" in text.casefold() and _SETS_OUTPUT.begins(last):
        cue = replace(cue, see=False, printed=False)
    if cue.see and cue.leads and not cue.file and _PURPOSE.stands_in(last):
        cue = replace(cue, see=False, printed=False, announced=False, shown=False)
    if (cue.leads or last.rstrip(" .\n").rpartition(" ")[2] in _OPEN) and (
        (("." in text or "file" in found) and _MAY_HOLD.stands_in(text))
        or (not found.isdisjoint(_CONFIGURATIONS) and _OF_SETTINGS.stands_in(last))
    ):
        seen = cue.see and cue.printed  # else it is the file that looks so
        cue = replace(cue, content=True, file=True, run=cue.command, see=seen, shown=seen)
    if cue.leads and not found.isdisjoint(_HOLDING) and _INTO_FILE.stands_in(text[-120:]):
        cue = replace(cue, file=True, content=True)
    cue = _told_in(tongue, text, cue) if tongue.speaks else cue
    label = "" if cue.run or cue.command else label_of(last, found, tongue)
    if not label:
        return cue
    held = replace(cue, file=True, content=True, label=True, see=False, printed=False, announced=False, shown=False)
    return held if label == "content" else replace(held, edits=True)


_FOLLOWS: Final = (
    "\u5982\u4e0b",
    "\u5982\u4e0b\u6240\u793a",
    "\u4ee5\u4e0b\u306e\u901a\u308a",
    "\u4ee5\u4e0b\u306e\u3068\u304a\u308a",
)
"""How a Chinese or Japanese sentence ends that leads up to something without a colon."""


def _told_in(tongue: Tongue, text: str, cue: Cue) -> Cue:
    """A cue with what a sentence says in another language, or in a project's own words."""
    file, changes, holds = tongue.says("file", text), tongue.says("edit", text), tongue.says("holds", text)
    command = tongue.says("command", text)
    run, printed = (command or tongue.says("run", text)) and not (changes and file), tongue.says("printed", text)
    return replace(
        cue,
        run=cue.run or run,
        command=cue.command or (run and command),
        see=cue.see or tongue.says("see", text),
        printed=cue.printed or printed,
        announced=cue.announced or (printed and not command and (cue.leads or text.rstrip(" .\u3002").endswith(_FOLLOWS))),
        file=cue.file or (file and (changes or holds or (cue.leads and not run))),
        lines=cue.lines or (file and tongue.says("add", text)),
        edits=cue.edits or changes,
        looks=cue.looks or holds,
        seek=cue.seek or (tongue.says("seek", text) and not tongue.says("change", text) and not tongue.says("add", text)),
        content=cue.content or (file and tongue.says("content", text)),
    )


def edit_kind(text: str, tongue: Tongue = ENGLISH) -> str:
    """How a file is to be changed, by the words of the last sentence before its content: create, replace, set or append."""
    last = last_sentence(text)
    if _APPLY.stands_in(last) and "patch" in last.casefold():
        return "patch"
    if _NEW.stands_in(last) or (tongue.says("create", last) and tongue.says("file", last)):
        return "create"
    if tongue.says("add", last):
        return "append"
    if _MAKES.stands_in(last) and not _CHANGE.stands_in(last) and not _ADD.stands_in(last):
        return "create"
    if _ADD.stands_in(last) and not _REPLACES.stands_in(last):
        return "append"  # "edit the file and add …"
    if _CHANGE.stands_in(last) or _SWAP.begins(last) or tongue.says("change", last):
        return "set"
    return "append" if _ADD.stands_in(last) else "set"


def makes(text: str, name: str, tongue: Tongue = ENGLISH) -> bool:
    """Whether a sentence of some prose tells to make the file of that name."""
    return any(
        name in sentence and (_NEW.stands_in(sentence) or (tongue.says("create", sentence) and tongue.says("file", sentence)))
        for sentence in sentences(text)
    )


# --- instructions -----------------------------------------------------------------------------------------------------

_MODAL: Final = AnyCase(
    r"\b(?:you|we|i)\b[^.]{0,20}?\b(?:can|could|should|must|need|have to|may|might|will|'ll|want)\b|\byou'll\b|\b(?:step|idea|thing) is to\b|\btime to\b|"
    r"\b(?:has|have|need|needs) to be\b|\b(?:should|must|can) be\b|\blet's\b|\blet us\b|\bis needed\b|\bneed to\b|\bhave to\b|\bbe sure\b|"
    r"\bhave a (?:close |quick )?look\b",
)


_MAY: Final = AnyCase(r"\b(?:you|we|i)\b[^.]{0,20}?\b(?:can|could|may|might)\b|\bcan be\b")


_WANTED: Final = AnyCase(r"\A\W*(?:the|an?)\s+(?:[\w\-]+\s+){1,3}?(?:that\s+|which\s+)?(?:you|we|i)\s+want\b")
"""A thing that somebody wants: "The wheel we want to turn"."""


_CLAUSE_START: Final = AnyCase(
    r"(?:\A\W*|[:.;)\u2013]\s+|\b(?:then|now|please|simply|just|first|next|finally)\s+|\A\W*[a-z]+ly\s+)(?:(?:re|double|right|left)-)?(?=([\w\-]+))"
)
_FIRST_WORD: Final = re.compile(r"\W*(\w+)")
_AFTER_COMMA: Final = re.compile(r",\s+(?=([\w\-]+))")


def _is_imperative(text: str) -> bool:
    """Whether a verb of the table stands where an imperative does: at the beginning of a sentence or clause, behind "then" and its like,
    or behind a comma within 200 characters of an opening word, in the same sentence."""
    verbs = words("verbs")
    if any(match[1].lower() in verbs for match in _CLAUSE_START.finditer(text)):
        return True
    first = _FIRST_WORD.match(text)
    if first is None or first[1].lower() not in words("openers"):
        return False
    start = first.end()
    stop = text.find(".", start)
    end = min(len(text), start + 201, stop if stop >= 0 else len(text))
    return any(match[1].lower() in verbs and match.start() < end for match in _AFTER_COMMA.finditer(text, start))


def is_purpose(text: str) -> bool:
    """Whether some prose ends in what something is done for, and a colon: "To see the errors:"."""
    return _PURPOSE.stands_in(text[-200:])


@lru_cache(maxsize=512)
def is_instruction(text: str, tongue: Tongue = ENGLISH) -> bool:
    """Whether some prose tells the reader to do something: an imperative at the beginning of a sentence or clause, or "you should …"."""
    head = text.strip()[:400]
    head = _ASIDE.sub("", head) if "(" in head else head
    if tongue.speaks and any(map(tongue.asks, sentences(head))):
        return True
    found = word_set(head)
    verbs = not found.isdisjoint(words("verbs"))
    if verbs and _is_imperative(head):
        return True
    modal = (verbs and "needed" in found) or not found.isdisjoint(words("cue_modal"))
    return modal and _MODAL.stands_in(head)


@lru_cache(maxsize=512)
def is_request(text: str, tongue: Tongue = ENGLISH) -> bool:
    """Whether some prose asks the reader to do something: an imperative in it, or "you should …" in its first sentence; what one may
    do is not asked for."""
    first = next(iter(sentences(text.strip()[:400])), "")
    told = _MAY.stands_in(first) or _WANTED.begins(first)
    return (is_instruction(first, tongue) and not told) or is_imperative(text, tongue)


def is_imperative(text: str, tongue: Tongue = ENGLISH) -> bool:
    """Whether some prose has an imperative at the beginning of a sentence or clause."""
    head = text.strip()[:400]
    head = _ASIDE.sub("", head) if "(" in head else head
    if tongue.speaks and any(map(tongue.asks, sentences(head))):
        return True
    return not word_set(head).isdisjoint(words("verbs")) and _is_imperative(head)


_NEEDED: Final = AnyCase(
    r"\b(?:packages|libraries|dependencies|prerequisites|requirements|components|"
    r"(?:needs?|needed|requires?|required)\b[^.:]{0,60}\b(?:tools|programs|utilities|software)|"
    r"(?:tools|programs|utilities|software)\b[^.:]{0,30}\b(?:needed|required|necessary))\b[^.:]{0,40}[:\uff1a]\s*\Z"
)


def lists_needs(text: str) -> bool:
    """Whether some prose leads up to the names of what one needs: "You need several tools:"."""
    return text.rstrip()[-1:] in (":", "\uff1a") and _NEEDED.stands_in(text[-160:])


def describes(text: str) -> bool:
    """Whether some prose begins with what something does: "Adds lamps"."""
    first = _FIRST_WORD.match(text)
    word = first[1].casefold() if first is not None else ""
    stem = word.removesuffix("s")
    return stem != word and word not in words("verbs") and not words("verbs").isdisjoint((stem, word[:-2]))


def begins_doing(text: str) -> bool:
    """Whether some prose begins with what is done: "Adding lamps"."""
    first = _FIRST_WORD.match(text)
    word = first[1].casefold() if first is not None else ""
    stem = word.removesuffix("ing")
    return stem != word and not words("verbs").isdisjoint((stem, f"{stem}e", stem[:-1]))
