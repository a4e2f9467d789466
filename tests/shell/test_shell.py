"""Quoting, completeness and syntax trees, held against bash and shfmt."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import shell
from runbook.shell import Problem, Script, tree

DONE = [
    "",
    "ls",
    "ls \\\n-l",
    "for i in 1 2; do echo $i; done",
    "for ((i=0;i<3;i++)); do echo; done",
    "if a; then b; fi",
    "case x in a|b) ls;; *) rm;; esac",
    "case x in\n(a) ls ;;\nesac",
    "f() { ls; }",
    "function f { ls; }",
    "cat <<E\nhi\nE",
    "cat <<-'E F' >x\n\thi\n\tE F",
    "a=(1 2\n3)",
    "[[ -f x && a == b ]]",
    'echo $(ls) `ls` "$(ls "a")"',
    "echo ${x#'}'}",
    "((a++))",
    "echo $((1+(2)))",
    "(ls; ls) | cat",
    "{ ls; }",
    "echo {a,b}",
    "echo }",
    "echo if then",
    "if true; then { ls; } fi",
    "while read a; do b; done < f",
    "diff <(ls) >(cat)",
    "echo a#b # 'x",
    "ls;",
    "ls &",
    "! ls",
    "x=$(case a in a) ls;; esac)",
    "echo $( (ls) )",
    "echo $((ls) )",
    "cat <<A <<B\nA\nB",
    "select x in a; do ls; done",
    "until a; do b; done",
    "for x do ls; done",
    "for x\ndo ls\ndone",
    "ls )",
    "echo 'a'\"b\"$'c\\'d'",
    "shopt -s extglob; ls !(a|b)",
    "a[1]=(x)",
    "coproc ls",
    "time ls",
    "ls 2>&1 | tee x",
    "find . -exec ls {} \\;",
    "echo $",
    "ls \\ ",
    "#c",
    "cat <<< 'x'",
    "f ()\n{\nls\n}",
    "[[ $a =~ ^(a|b)$ ]] && ls",
    "if [[ -f x ]]; then a; fi",
    'case "$1" in start) a && b ;; esac',
    "if a\nthen b\nelif c\nthen d\nelse e\nfi",
    "echo a; }",
    "awk '{print $1}' f",
    "if a; then cat <<E; fi\nx\nE",
]
OPEN = [
    'echo "${x:-\'}"',
    "ls \\",
    "ls |",
    "ls &&",
    "ls ||\n",
    "echo 'a",
    'echo "a',
    "echo `a",
    "echo $(a",
    "echo ${a",
    "echo $((1",
    "cat <<E",
    "cat <<E\n",
    "cat <<E\nE ",
    "for",
    "for i",
    "for i in 1 2",
    "for i in 1; do",
    "for i in 1; do ls",
    "if a",
    "if a; then b",
    "case x in",
    "case x in a) ls;;",
    "{ ls;",
    "{ ls",
    "(ls",
    "f() {",
    "f()",
    "function f",
    "a=(1",
    "[[ -f",
    'echo "$(ls',
    "while true; do ls; done |",
    "(ls) &&",
    'echo "a $(echo "b)',
    "((a",
    "case x",
    "if a; then b; else",
    "ls; {",
    "diff <(ls",
    "$'a",
    "! {",
    "select x in a b",
    "if a; then cat <<E; fi",
]


@pytest.mark.parametrize("text", DONE)
def test_complete(text: str) -> None:
    assert shell.complete(text)


@pytest.mark.parametrize("text", OPEN)
def test_goes_on(text: str) -> None:
    assert not shell.complete(text)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=20))
def test_bash_reads_back_what_was_quoted(texts: list[str]) -> None:
    words = [shell.quote(text) for text in texts]
    assert all(word.isprintable() for word in words)
    source = "printf '%s\\0' " + " ".join(words)
    done = subprocess.run(["bash", "-c", source], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == texts


def test_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        shell.quote("a\0b")


def test_many_at_once_are_as_each_alone() -> None:
    together = shell.parse_many(DONE)
    for text, found in zip(DONE, together, strict=True):
        alone = shell._parse_alone(text)
        if isinstance(alone, Script):
            assert isinstance(found, Script)
            assert (found.commands, shell.shape(found)) == (alone.commands, shell.shape(alone)), text
        else:
            assert isinstance(found, Problem)


def test_an_open_heredoc_swallows_nothing() -> None:
    first, second = shell.parse_many(["cat <<E", "echo hi"])
    assert isinstance(first, Problem)
    assert isinstance(second, Script)
    assert second.commands[0].name == "echo"


@given(st.lists(st.from_regex(r"[a-z0-9./=+-]{1,6}", fullmatch=True), min_size=1, max_size=4).map(" ".join))
def test_plain_commands_are_as_shfmt_reads_them(text: str) -> None:
    quick = tree.plain(text)
    if quick is not None:
        alone = shell._parse_alone(text)
        assert isinstance(alone, Script)
        assert (quick.commands, shell.shape(quick)) == (alone.commands, shell.shape(alone))
