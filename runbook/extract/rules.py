"""The rules by which a page's lines are taken for something, by name: what `explain` shows, and docs/reference/rules.md lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

STEPS: Final = {
    "numbered-item": "an item of a numbered list, or a row of a table whose first column counts or begins with what counts, whose items ask for something: "
    "half of them, in another language than English two and a third or, where the words or the heading before announce steps "
    '("as follows:", "To add a lamp:", "How to mill"), a quarter; or code stands below nearly each; below requirements all; '
    "questions where words ask to check, or name steps; "
    'entries below "Menu" or "Features", what there is to choose from, what holds ("… when:"), what something does by itself '
    '("How it works"), and what headings that count say again, never',
    "numbered-line": 'a line that begins with "3.", "(3)", "3/", "#3", "③", "三、", "1a." or "Step 3", pictures and a box to tick before it aside, '
    'also set in, as a term or a bullet, one of a run that counts up and asks for something; "Phase 3" where all of at least three do',
    "lettered-line": 'a line that begins with "a)", "(b)", "C." or "iv)", one of a run that counts up and of which each asks for something; below a marked '
    "step it begins one within that",
    "counting-word": 'a line whose bold beginning counts in words ("First, …", "Second, …"), one of a run that asks for something',
    "step-heading": 'a heading that says "Step 3", "Step 3a", "[Step 3]" or "Step C:", in any language of the table',
    "numbered-heading": "a heading with any number that a line may begin with, one of at least two that count up, three that don't begin at 1; "
    "half of them ask for something or have something to do below them (else only those that do, where these are two), and they aren't questions",
    "imperative-section": "no marks: a section in which something is done",
    "instruction-paragraph": "no marks, no section of its own: a paragraph with what it leads up to",
    "sections-for-systems": "neighbouring sections for different systems, or tabs beside each other: alternatives of one step",
}
BLOCKS: Final = {
    "author": "a directive in a comment on the page, or an override of the project, says what the block is",
    "template": "the template's row in the table says what its arguments are",
    "empty-block": "nothing but blanks",
    "folded-away": "inside of a fold whose title says log: only to be read; whose title says output: what was printed",
    "diff": "a difference between files: a patch where the prose asks to apply it, else only to be read",
    "script-with-shebang": "the first line is `#!`, or `@echo off`: a script, to be saved",
    "opens-or-writes-file": "the first line opens a file in an editor, or writes one by a here-document: commands, whatever the prose says",
    "comment-names-file": "a comment on top names a file, or tells to put the lines below into one, and says nothing else: its content follows",
    "commit-message": "a subject, a blank line and sentences, as one writes of a change: only to be read, though commands stand in it",
    "for-systems": 'each line is for another system, with its name in front ("* Debian: apt install loom") or in a remark behind: one of them is typed',
    "prompts": "a prompt stands before what was typed; what follows up to the next prompt was printed",
    "content-of-opened-file": "the command before opened a file in an editor, and the block is not something else to be typed",
    "part-of-a-script": "lines of a shell that use what a script was called with (`$1`), or what parts of it before have set: the script's",
    "choices-of-a-menu": "lines with boxes to tick, as a kernel's configuration shows them, or files with what each is for: only to be read",
    "message-of-a-protocol": "a request or a response, by the label before it or as HTTP begins them, and the body right below it, "
    "where nothing was run: only to be read",
    "calls": "lines for an interpreter that was started right before, or is spoken of: where the prose tells to type something, or "
    "a call or an assignment shows it",
    "data-language": "the block's language is that of data or a program: a file where prose names one, statements of SQL where it tells so",
    "statements": "statements of SQL, a line each, in a block whose language nobody says, or with what the database answers: typed in its client",
    "timed-jobs": "lines with the form of a table of timed jobs: for crontab",
    "output-language": "the block's language says output",
    "session-language": "the block's language says terminal: commands without prompts",
    "source-of-a-program": "a program's source, by the form of its lines: a file where one is known, spoken of or held source before, else only to be read",
    "printed-by-what-shows": "lines that are no commands, right below a command that only shows something (`lsusb`, `mill status`), or told to be seen",
    "addresses": "nothing but addresses, links to other pages, references to manuals, names of variables or files, what is typed to log in, "
    "names of what one needs, or places that are told of",
    "directory-tree": "lines that draw a tree of directories, or a picture: only to be read, or printed where a program was run for it",
    "options-told": "lines that begin with options, each with what it does, and nobody is said to see them printed: only to be read",
    "words-in-a-frame": "words between two rows of strokes: only to be read",
    "fields-of-a-form": "names of fields with their values, below words that tell to click, choose or fill in, and name no file: only to be read",
    "prompt-shown": "a prompt with nothing behind it: what the reader should see",
    "list-of-words": "lines that begin with a bullet, each of which tells something: only to be read, and the last leads up to what comes next",
    "caption": "a line of words right above another block: what that is called",
    "not-to-be-done": 'the sentence before begins with "don\'t", "never": what follows is shown as a warning',
    "syntax-description": "the prose calls it a syntax, and it has optional parts or no command",
    "other-side-of-a-change": '"to:", "with:" after the other side of a change of a file',
    "lines-of-a-machine": "half of the lines have a form that only machines write (logs, compilers' messages, listings), or were printed on the page before; "
    "a log's content where the words name one",
    "answer-to-command-in-prose": "the sentence before runs a command, says what one shows, or ends with one that only shows; nothing here is to be run",
    "failure-message": "a message of failure on a page where something is run",
    "prose-names-file": "the prose speaks of a file or its lines, and nothing shows commands instead",
    "in-place-of-commands": 'an "or" stands between it and the commands before',
    "prose-announces-output": '"you should see", "returns": what the last command printed',
    "asks-back": 'questions of a program that was started before, perhaps with what was answered: "Continue? [Y/n]", "How many? (3) 4"',
    "output-goes-on": "right after a transcript, without a prompt, or right after a command that is there for what it prints: more of the "
    "output, or the content of the file that an editor has open",
    "heading-names-file": "the heading above is nothing but a file's name, and the lines are no commands: its content",
    "unmarked-after-command": "on a page that marks all its commands by language or prompt: a block without a mark, after a command",
    "whole-configuration": "sections of a configuration, only rows of a system's tables, what a project needs or an image is made of: a file, whatever is said",
    "looks-like-commands": "most lines have the form of commands: known programs, others told what to do by a word, paths, options, operators",
    "looks-like-configuration": "most lines have the form of a configuration, and a file is known or spoken of, here or in the section around",
    "prose-tells-to-run": "the prose says to run what follows, or asks for something and ends in a colon; nothing speaks against it",
    "message-after-command": "begins as messages do, on a page where something is run",
    "printed-after-command": "lines that are neither commands nor a file's nor a program's, after something was run",
    "only-to-be-read": "none of the above",
    "weighed": "the rule that applies is one that is often wrong, and the words of the lines, of the sentence and the headings before, the forms of "
    "the lines and what is known of the surroundings make something else far more likely: the weights stand in `runbook/data/weights/blocks.json`",
}
LINES: Final = {
    "remark-in-code": 'a comment, an explanation, words between strokes ("== then ==") or a path through menus inside of code',
    "lines-in-an-editor": "lines below a command that opens a file in an editor, up to the next command: what goes into it",
    "lines-of-a-file": "lines of prose with the form of a configuration's, below words that speak of a file",
    "elision": "stands for lines that were left out",
    "prompt-in-prose": "a line of prose that begins with a prompt",
    "printed-in-prose": "lines of prose right below a command that is all of its line: what that printed; also a quote, lines of a machine's form or "
    "a question below words that announce what is seen",
    "code-alone-on-its-line": "inline code is all of the line, and has the form of a command",
    "line-is-a-command": 'a line without marks that reads as a command and as nothing else, perhaps behind "then"; also a cell, where each column of the table '
    "is for a system",
    "code-alone-in-its-item": "inline code is all of its sentence, and has the form of a command",
    "told-to-run-inline": '"run", "type", "with", "and then" … right before inline code, or before a known program without any mark that ends the sentence',
    "whole-line-in-a-sentence": "code in the midst of a sentence is a whole command line with operands, has no article before it, and no word behind it "
    "says what it does",
    "instruction-ends-in-code": "a sentence that asks for something ends in a whole command line",
    "opens-file-inline": "inline code, or the beginning of a line without any mark, that opens a file in an editor",
    "code-behind-its-label": 'a whole command line behind a label that says for what or where ("Debian:", "To remove it:"), up to the end of the line',
    "code-before-its-output": "the only command line in the code of a sentence that says what one sees, and the block below it is what was printed",
    "code-before-its-words": 'a line begins with a whole command line, and a dash, "to" or a system follow ("- stop the service", "to stop it", "on Windows"), '
    'or ", and …", ", if …"',
    "command-in-parentheses": "a whole command line in parentheses: unmarked, or code behind a sentence that asks for something",
    "command-after-colon": "a whole command line from a colon up to the end of the line, unmarked",
    "weighed-in-a-sentence": "code in a sentence of which no rule tells whether it is to be run, nor that it is only spoken of: the words around it, its own, "
    "what it looks like and what stands around the line make it far more likely than not; the weights stand in `runbook/data/weights/inline.json`, and "
    "also outweigh `told-to-run-inline` and `instruction-ends-in-code`",
    "override": "an override of the project leaves it to be read",
}
PROSE: Final = {
    "blank": "an empty line",
    "heading": "a heading",
    "markup": "tags, fences, comments: what holds the rest together",
    "prose": "text to read",
    "notice": 'a notice: a label such as "Warning:", an admonition, a notice\'s template',
    "by-hand": "prose that tells to do something that nothing can type",
    "alternative": 'an "or", an entry of a list of which one is to be done, a section, term or table row for one system: one of the branches is done',
    "condition": '"if …:", "only for …:" leads up to it, or the sentence in which it stands, or that ends before it, begins with an "if"',
    "optional": '"optional", "if you like", also among the few words of a title',
}
GROUPS: Final = {"Where a step begins": STEPS, "What a block of code is for": BLOCKS, "Single lines": LINES, "Around": PROSE}


def table() -> Iterator[str]:
    """All rules as Markdown."""
    for title, rules in GROUPS.items():
        yield from (f"## {title}", "", "| rule | what it goes by |", "|---|---|")
        yield from (f"| `{name}` | {words} |" for name, words in rules.items())
        yield ""
