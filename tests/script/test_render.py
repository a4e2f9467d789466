"""What is written: the same bytes again, nothing of the page outside its quotes, and a file that ShellCheck has nothing against."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runbook import shell
from runbook.model import Branch, Check, Choice, Effect, FileEdit, Manual, Note, Runbook, msgspec
from runbook.render import script
from runbook.render.script_lines import Statement, Untrusted, statements
from script_books import Run, command, runbook, steps

HOSTILE = [
    "x'; touch /tmp/owned; echo '",
    "step title\ntouch /tmp/owned",
    "$(touch /tmp/owned)",
    "`touch /tmp/owned`",
    "${IFS}$((1))<(true)",
    "\\",
    "a\\\nb",
    "'\\''",
    "$'\\x27'",
    "%s%n%d",
    "(a+)+$",
    "\x1b]52;c;cm0gLXJm\x07",
    "ls\u202e -rf \u2066x\u2069",
    "\u0441at",
    "ls\r",
    "AWK\n}\nmain",
    "# shellcheck disable=all",
    "::error::pwn\n::add-mask::a",
    "{{ .Env.SECRET }} {% raw %} {{ 7*7 }}",
    "\0nul",
    "\ud800",
    "EOF\n}\n",
    "-rf",
    "",
    "done",
    "a" * 5000,
    "é\u0301 \u0085 \u2028 \ufeff \U000e0041",
]


def filled(text: str) -> Runbook:
    """A runbook with `text` in every place where a page's text may stand."""
    check = Check("exists", (text,), text)
    effects: tuple[Effect, ...] = ("unknown",)
    nodes = (
        command(text, text, effects=effects, cwd=f"{text}/", context=(text, text), host=text, shell=text, checks=(check,)),
        FileEdit((1, 1), text, text, "set", (text, text), gaps=(0, 2), checks=(check,)),
        Manual((1, 1), text, None),
        Note((1, 1), "warning", text=text),
        Choice("alternative", (Branch(text, (command(text, effects=effects),), (1, 1)),), (1, 1)),
    )
    book = steps(nodes, title=text)
    page = msgspec.structs.replace(book.page, url=text, wiki=text)
    step = msgspec.structs.replace(book.steps[0], id=text, title=text, number=text)
    return msgspec.structs.replace(book, page=page, steps=(step,))


def tree(text: str) -> Any:
    """The whole syntax tree of a script: kinds of nodes, no values or positions; a quoted word counts as any other."""
    done = subprocess.run([shell.program("shfmt"), "-ln=bash", "--to-json"], input=text.encode(), capture_output=True, check=True)

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            parts = node.get("Parts")
            if parts and all(part["Type"] in ("Lit", "SglQuoted") for part in parts):
                return "word"
            return tuple(
                (k, walk(v))
                for k, v in sorted(node.items())
                if isinstance(v, (dict, list)) and k not in ("Pos", "End", "Comments")
            )
        return tuple(map(walk, node)) if isinstance(node, list) else None

    # Comments are no part of what runs; where they stand, and how long words are, moves positions only.
    return walk(json.loads(done.stdout))


RUNTIME = "\n# --- the words of the first part"


def parts(text: str) -> tuple[Any, str]:
    """The syntax tree of the first part of a runbook's script that is filled with `text`, and all the rest as it is."""
    head, mark, rest = script.render(filled(text)).partition(RUNTIME)
    return tree(head), mark + rest


PLAIN = parts("x")
LONG = "".join(text for text in HOSTILE if len(text) < 100)


def test_the_runtime_parses() -> None:
    assert tree(PLAIN[1])


@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_the_syntax_tree_never_changes(text: str) -> None:
    assert parts(text) == PLAIN


@settings(max_examples=15)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("'\"\\$`(){}[]<>|&;#!~*?=%\n\t\r \x1b\u202e-ax"), st.characters()),
        min_size=1,
        max_size=60,
    )
)
def test_no_text_changes_the_syntax_tree(text: str) -> None:
    assert parts(text) == PLAIN


@pytest.mark.parametrize("text", HOSTILE)
def test_comments_and_file_hold_no_control_characters(text: str) -> None:
    written = script.render(filled(text))
    assert all(c == "\n" or c.isprintable() for c in written)
    assert "\u202e" not in written


@pytest.mark.parametrize("text", [LONG, *HOSTILE[:8:3]])
def test_listing_and_checking_run_nothing_and_show_it_harmless(run: Run, text: str) -> None:
    for arguments in (("--list",), (), ("--format=json",), ("--dry-run",)):
        ran = run(filled(text), *arguments)
        assert ran.status in (0, 1, 3), ran.err
        assert all(c == "\n" or c.isprintable() for c in ran.out)
        assert not any(c in ran.out for c in "\u202e\u2066\u2069\u200b\ufeff")


def test_what_is_typed_arrives_as_it_was_written(run: Run) -> None:
    text = "printf '%s|' \"a  b\" 'c'\"'\"'d' $'e\\tf' \\\\ ; echo"
    ran = run(runbook(command(text, "a b|c'd|e f|\\|")))
    assert ran.status == 0, ran.out


def test_the_same_bytes_again() -> None:
    assert script.render(filled("x")) == script.render(filled("x"))


def test_the_header_names_page_revision_link_version_and_checksum() -> None:
    lines = script.render(runbook(command("true"), title="A page")).splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert [line.split(":")[0] for line in lines[1:6]] == ["# page", "# revision", "# link", "# made by", "# checksum"]
    assert "A page" in lines[1]
    assert "42" in lines[2]
    assert lines[-1] == 'main "$@"'


def test_the_checksum_is_of_all_below_it(tmp_path: Any) -> None:
    path = tmp_path / "verify.sh"
    path.write_text(script.render(filled("x")), encoding="utf-8")
    done = subprocess.run(f"sed '1,/^# checksum/d' {path} | sha256sum", shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] in path.read_text().splitlines()[5]


@pytest.mark.parametrize("text", [LONG])
def test_shellcheck_has_nothing_against_it(tmp_path: Any, text: str) -> None:
    path = tmp_path / "verify.sh"
    path.write_text(script.render(filled(text)), encoding="utf-8")
    done = subprocess.run([shell.program("shellcheck"), "-o", "all", str(path)], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_a_word_that_is_not_one_is_refused() -> None:
    listed = (Statement("run", ("does=read", Untrusted("ls"))),)
    for line in (
        "run does=read ls; reboot",
        "run does=read ls more",
        "run does=read $x",
        "run does=read rm",
        "run does=read ls >f",
        "run does=read ls &",
        "run 'ls",
    ):
        with pytest.raises(script.ScriptError):
            script.prove(listed, shell.parse_many([line]))
    script.prove(listed, shell.parse_many(["run does=read 'ls'"]))


def test_a_trusted_word_must_be_one() -> None:
    with pytest.raises(ValueError, match="not a kind of check"):
        statements(runbook(command("true", checks=(Check("exists; reboot", ("a",), "a"),))))


@pytest.mark.parametrize("text", ["a\nb", "\u202ex", "a" * 9000, "\x1b[2J", "a\\"])
def test_a_comment_is_one_visible_line(text: str) -> None:
    got = script.comment(text)
    assert got.isprintable()
    assert len(got) < 310
