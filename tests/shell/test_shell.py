"""Quoting, completeness and syntax trees, held against bash and shfmt."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from runbook import shell
from runbook.shell import Problem, Script, quick

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


PIECES = (
    "a", "ls", "-l", "/etc/x", "x=1", "x=", "Y=~/b", "export A=1", "export", "~", "~/x", "*.c", "a?", "12", "2", "if", "done", "time", "export", "in", "#x", "x#y", "'a b'", "''", '"a $B c"', '""',
    '"$A"', '"it\'s"', "$A", "$A.c", '"${A}b"', "$1", ">f", "2>f", ">>", "<", "2>&1", ">&2", ">&", "2>&1x", "|", "||", "&&", ";", "&", "!", "{", "}", "(", "[x]", "\\", "`",
    "<<E", "<>", ">|", "$(a)", "${A}", "+(x)", "@", "%", ":", "é", "\t", "=", "+=", "a+=1",
)  # fmt: skip


@settings(max_examples=400)
@given(
    st.lists(
        st.sampled_from(PIECES).flatmap(lambda piece: st.sampled_from((piece, f" {piece}", f" {piece} "))), min_size=1, max_size=9
    )
)
def test_common_commands_are_as_shfmt_reads_them(pieces: list[str]) -> None:
    text = "".join(pieces).strip()
    for read in (quick.plain, quick.common):
        found = read(text)
        alone = shell._parse_alone(text)
        if isinstance(found, Problem):
            assert found == alone
        elif found is not None:
            assert isinstance(alone, Script)
            assert shell.shape(found) == shell.shape(alone)
            assert replace(found, statements=()) == replace(alone, statements=())


def test_what_wikis_show_most_needs_no_other_process() -> None:
    """Else the test above would hold for a reader that reads nothing."""
    for text in (
        'cd ~/x && make 2>&1 | tee "$LOG" > out.txt; rm -f *.o',
        "mysql -u root db < main.sql",
        "echo 'a b' >> /etc/x || ls",
        "cd $ROOT/src",
        "CC=gcc-9 FLAGS='-O2 -g' ./configure --prefix=${HOME}/x",
        'export PATH=$PATH:/opt/bin LANG="de" TERM',
    ):
        assert quick.common(text) is not None, text


def test_what_stands_in_simple_quotes_nests_nothing() -> None:
    deep = "(" * 80
    for text in (f"prose 'a {deep}'", f"prose 'it'\\''s {deep}' x", f"prose '{deep}\n' \\( 'b'"):
        assert isinstance(shell.parse_many([text])[0], Script), text


@pytest.mark.parametrize("before", ["", "echo \\' ", "\\\\'(a' ", "'a' # it's\n", "cat <<E\nit's\nE\n", '"it\'s" '])
def test_what_only_looks_quoted_is_not_left_out(before: str) -> None:
    text = before + "(" * 80 + " ls " + ")" * 80 + " ' b'"
    assert isinstance(shell.parse_many([text])[0], Problem)
