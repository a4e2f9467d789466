"""A runbook as one bash file that lists, checks, applies and guides: the steps first, in a small vocabulary, then the runtime.

Untrusted text gets in only as one word of `shell.quote`. That it stayed one word, and the same text, is proved: each statement is
parsed again, and must be one plain command with exactly the words that were meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path

import jinja2

from runbook import __version__, shell
from runbook.model import Runbook
from runbook.render.script_lines import Statement, Untrusted, statements

RUNTIME = (
    "runtime.sh",
    "runtime_text.sh",
    "runtime_options.sh",
    "runtime_worker.sh",
    "runtime_match.sh",
    "runtime_check.sh",
    "runtime_session.sh",
    "runtime_edit.sh",
    "runtime_journal.sh",
    "runtime_apply.sh",
    "runtime_guide.sh",
)
"""The parts of the runtime, in the order in which they stand in the script."""
CHECKS = ("checks.sh", "checks_host.sh", "checks_projects.sh", "checks_git.sh", "checks_things.sh")
"""The predicates of the kinds of checks."""

_COMMENT_LIMIT = 300
_WRAPPED = 2
"""From so many words on, those of a list stand on lines of their own."""


class ScriptError(Exception):
    """A statement that is not what it was meant to be; the script must not be written."""


def render(runbook: Runbook) -> str:
    """The verification script of `runbook`, the same bytes for the same runbook.

    Raises ScriptError when untrusted text would not be one word in it, ValueError when a trusted word (an effect, the kind of a
    check) is not of the model's vocabulary.
    """
    (made,) = render_many([runbook])
    if isinstance(made, ScriptError):
        raise made
    return made


def render_many(runbooks: Sequence[Runbook]) -> list[str | ScriptError]:
    """The same for many, with one shell parser process for all; an error in the place of the script that must not be written."""
    listed = [statements(runbook) for runbook in runbooks]
    lines = [[write(statement) for statement in each] for each in listed]
    trees = iter(shell.parse_many([line for each in lines for line in each]))
    out: list[str | ScriptError] = []
    for runbook, meant, written in zip(runbooks, listed, lines, strict=True):
        try:
            prove(meant, list(islice(trees, len(written))))
        except ScriptError as error:
            out.append(error)
        else:
            body = _body([(each.name == "step", line) for each, line in zip(meant, written, strict=True)])
            out.append(_head(runbook, body) + body)
    return out


@cache
def common_end() -> str:
    """What all scripts end with: the runtime, which is most of a script."""
    return _body([]).partition("\nsteps() {\n")[2]


def reread() -> None:
    """Forgets the templates, so that they are read again when they are needed."""
    for kept in (_template, _asset, common_end):
        kept.cache_clear()


def _body(lines: Sequence[tuple[bool, str]]) -> str:
    return _template().render(
        lines=lines,
        runtime=[_asset(name).rstrip("\n") for name in RUNTIME],
        checks="\n\n".join(_asset(name).rstrip("\n") for name in CHECKS),
        matcher=_asset("match.awk").rstrip("\n"),
    )


def write(statement: Statement) -> str:
    """A statement as it stands in the script, without a newline at its end."""
    words = [shell.quote(word.text) if isinstance(word, Untrusted) else word for word in statement.words]
    more = [shell.quote(word.text) for word in statement.lines]
    gap = " \\\n" + " " * (statement.indent + 6) if len(more) >= _WRAPPED else " "
    return " ".join(["  " + " " * statement.indent + statement.name, *words]) + "".join(gap + word for word in more)


def prove(listed: Sequence[Statement], trees: Sequence[shell.Script | shell.Problem]) -> None:
    """Raises ScriptError unless the syntax tree of each line is one plain command with the words of its statement, and no more."""
    for statement, tree in zip(listed, trees, strict=True):
        meant = [word.text if isinstance(word, Untrusted) else word for word in (*statement.words, *statement.lines)]
        if isinstance(tree, shell.Problem):
            raise ScriptError(f"the script would not parse ({tree.message}); nothing is written")
        if not _is_plain(tree) or not _says(tree.commands[0].words, [statement.name, *meant]):
            raise ScriptError("the page's text would change the syntax tree of its script; nothing is written")


def _says(words: Sequence[shell.Word], meant: list[str]) -> bool:
    """Whether words are those texts; a parser may give what stands as \\xHH in $'…' as bytes, one character each."""
    return len(words) == len(meant) and all(
        word.value == text or word.value == _as_bytes(text) for word, text in zip(words, meant, strict=True)
    )


def _as_bytes(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode().decode("latin-1") for c in text)


def _is_plain(tree: shell.Script) -> bool:
    """One simple command and nothing else: no expansion, assignment, redirection, compound or second command."""
    if len(tree.statements) != 1 or len(tree.commands) != 1 or tree.functions or tree.oddities or tree.parameters:
        return False
    command = tree.commands[0]
    plain = not (command.assignments or command.redirects or command.declares or command.scope or command.pipes)
    return plain and command.certain and all(not (word.splits or word.dynamic - {"ansi"}) for word in command.words)


def comment(text: str) -> str:
    """`text` as it may stand behind "# ": one line, nothing but visible characters and single blanks, cut when long."""
    visible = "".join(c if unicodedata.category(c)[0] not in "CZ" and c != "\\" else " " for c in text[: 4 * _COMMENT_LIMIT])
    line = " ".join(visible.split())
    return line if len(line) <= _COMMENT_LIMIT else line[:_COMMENT_LIMIT].rstrip() + " …"


def _head(runbook: Runbook, body: str) -> str:
    page = runbook.page
    revision = page.revision
    facts = {
        "page": page.title,
        "revision": f"{revision.id if revision.id is not None else 'unknown'} {revision.timestamp or ''}",
        "link": page.url or page.wiki or "unknown",
        "made by": f"runbook {__version__}",
        "checksum": f"sha256 of all below this line: {sha256(body.encode('utf-8', 'surrogatepass')).hexdigest()}",
    }
    return "#!/usr/bin/env bash\n" + "".join(f"# {name}: {comment(fact)}\n" for name, fact in facts.items())


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  (shell, not HTML: words go through shell.quote)
    )
    return environment.from_string(_asset("verify.sh.j2"))


@cache
def _asset(name: str) -> str:
    return (templates() / name).read_text(encoding="utf-8")


@cache
def templates() -> Path:
    """The directory of the templates: inside the package when installed, beside it in the source tree."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
