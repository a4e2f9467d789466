"""A block of code with all that is known around it: what the rules decide by."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Literal

from msgspec import Struct

from runbook.extract.cues import Cue
from runbook.extract.paths import file_of
from runbook.model import Row
from runbook.prompted import prompts_of
from runbook.prompts import Prompt
from runbook.shown import Shows

Use = Literal["session", "commands", "output", "file", "patch", "caption", "listing"]


class Setting(Struct, gc=False):
    """A code block and what is known around it.

    `texts` are its lines that are not blank, each with those that a backslash joins to it; `cue` is what the prose before it says;
    `path` the file that this prose names (`near`: in its last sentence, `into`: right before its colon), `section_file` and `section`
    the file and the texts of the section so far; `open_file` one that an editor was started on, or that the edit just before was about;
    `headed` that the heading above is nothing but a file's name;
    `behind` that what comes next names `path`, or runs it; `plain` that the block's language says that it is in none;
    `alone` that the block is a numbered item of its own; `followed` that the next thing is a block of code too; `ran` that the sentence
    before ran a command in its midst, `shows` that it says what a command shows; `marked` that the page marks its commands, by a
    language or a prompt; `opened` that the last command opened `open_file` in an editor; `title` the file that a comment on top names;
    `after_edit` that the block before was a file's content; `client` the language of the client that the last
    command started; `source_file` that into which source of a program went last on the
    page, "" where nobody named it; `after_command` that
    a command came before in this
    section (`after_prompt`: behind a prompt that can be nothing else), `page_commands` on this page; `adjacent` that nothing stands
    between this block and the code block before it; `fold` is the title of the part that is
    folded away with the block; `around` what was said in the sections around, the innermost first, with the file that was edited there;
    `instead` that an "or" stands between commands and the block; `seen` that some of its lines were printed on the page before, `held` that
    they went into a file, `altered` that most begin as lines of the file's content right before;
    `ran_before` that each line runs a program that ran before, `defined` one that the page defines; `linked` that links to other
    pages are all that stands in it; `awaited` what the last command prints, where it was run for that, `unanswered` that a command without
    an output stands right before; `scripted` variables that parts of a script in this section have set; `below_message` that
    the block right before was a message of a protocol; `heading` the heading above; `programs` those that ran on the page before.
    """

    rows: tuple[Row, ...]
    language: str
    cue: Cue
    texts: tuple[str, ...]
    path: str | None = None
    near: bool = False
    into: bool = False
    labelled: bool = False
    section_file: str | None = None
    section: tuple[str, ...] = ()
    alone: bool = False
    open_file: str | None = None
    after_edit: bool = False
    after_command: bool = False
    after_prompt: bool = False
    page_commands: bool = False
    adjacent: bool = False
    fold: str = ""
    followed: bool = False
    ran: bool = False
    shows: bool = False
    marked: bool = False
    opened: bool = False
    title: str | None = None
    asks_patch: bool = False
    headed: bool = False
    behind: bool = False
    plain: bool = False
    instead: bool = False
    client: str = ""
    source_file: str | None = None
    around: tuple[tuple[str | None, tuple[str, ...]], ...] = ()
    seen: bool = False
    held: bool = False
    altered: bool = False
    linked: bool = False
    ran_before: bool = False
    defined: bool = False
    awaited: Shows = ""
    unanswered: bool = False
    signed: bool = False
    below_message: bool = False
    heading: str = ""
    scripted: frozenset[str] = frozenset()
    programs: Container[str] = ()
    _prompts: list[Prompt | None] | None = None

    def prompts(self) -> list[Prompt | None]:
        """The prompt of each row; found once for all rules that go by prompts."""
        if self._prompts is None:
            self._prompts = prompts_of(self.rows, self.language, asked=self.asked, ran=self.programs)
        return self._prompts

    @property
    def asked(self) -> bool:
        """Whether something is to be done with the block, by the words before it or what was done just before."""
        return self.cue.asked or (self.signed and not (self.cue.file or self.cue.looks or self.open_file))

    @property
    def far_path(self) -> str | None:
        """A file that is named earlier in the section."""
        return self.section_file or file_of(self.section)

    @property
    def outer_path(self) -> str | None:
        """A file that a section around this one is about, by what stands there before its parts."""
        return next((path for path in (file or file_of(texts) for file, texts in self.around) if path is not None), None)

    @classmethod
    def of(cls, rows: Sequence[Row], language: str, cue: Cue) -> Setting:
        """A setting of which nothing more is known."""
        return cls(tuple(rows), language, cue, texts_of(rows))


def texts_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The lines of a block that are not blank, each with those that a backslash joins to it."""
    texts: list[str] = []
    goes_on = False
    for text in (row.text for row in rows if row.text.strip()):
        if goes_on:
            texts[-1] = f"{texts[-1].rstrip()[:-1].rstrip()} {text.strip()}"
        else:
            texts.append(text)
        goes_on = text.rstrip().endswith("\\")
    return tuple(texts)


Rule = Callable[[Setting], Use | None]
