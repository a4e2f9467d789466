"""Labelled commands: none of the harmful may run unasked, most of the harmless are known to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runbook.effects import answer_lines, classify, of_commands
from runbook.model import Command

READ = {("read",), ("read", "network")}
_SIGNS = str.maketrans({"␤": "\n", "␍": "\r", "␀": "\0"})


def labelled() -> list[tuple[str, str]]:
    """The rows of commands.tsv: what is true of a command ("read", "network": only reads, here or elsewhere; "acts": changes something,
    asks somebody or never ends; each written down from its manual page) and its text."""
    rows = (Path(__file__).parent / "commands.tsv").read_text("utf-8").splitlines()
    return [(truth, text.translate(_SIGNS)) for truth, text in (row.split("\t", 1) for row in rows)]


def test_what_acts_is_never_called_harmless() -> None:
    commands = [text for truth, text in labelled() if truth == "acts"]
    assert len(commands) > 1500
    assert [text for text, found in zip(commands, classify(commands), strict=True) if found in READ] == []


def test_what_contacts_others_is_never_called_only_reading() -> None:
    commands = [text for truth, text in labelled() if truth == "network"]
    assert [text for text, found in zip(commands, classify(commands), strict=True) if found == ("read",)] == []


def test_most_of_what_is_harmless_is_known() -> None:
    commands = [text for truth, text in labelled() if truth != "acts"]
    unknown = [text for text, found in zip(commands, classify(commands), strict=True) if found not in READ]
    assert len(commands) > 1500
    assert len(unknown) <= 0.02 * len(commands), unknown


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("ls\nreboot", "power"),
        ('echo "${x:-$(reboot)}"', "power"),
        ("diff <(reboot) /dev/null", "power"),
        ("\\reboot", "power"),
        ("$'\\x72eboot'", "unknown"),
        ("/tmp/../sbin/reboot", "unknown"),
        ("tar tf a --checkpoint=1 --checkpoint-action=exec=x", "exec"),
        ("curl -o /etc/passwd http://h/", "modify"),
        ("ip -b f", "exec"),
        ("ls \\", "unknown"),
        ("ls\u202e -rf", "unknown"),
        ("\u0441at f", "unknown"),
        ("ls\r", "unknown"),
        ("ls\0", "unknown"),
        ("$(" * 500 + "ls" + ")" * 500, "unknown"),
        ("vim f", "interactive"),
    ],
)
def test_effects_of_hostile_commands(text: str, effect: str) -> None:
    assert effect in classify([text])[0]


def test_declared_tools_and_context() -> None:
    assert classify(["vzlist -a"]) == [("unknown",)]
    assert classify(["vzlist -a"], harmless={"vzlist"}) == [("read",)]
    inside = Command((1, 1), "ls", context=("vserver v345 enter",))
    assert "exec" in of_commands([inside])[0]
    assert of_commands([Command((1, 1), "ls", shell="mysql")]) == [("unknown",)]


def test_answers_line_by_line() -> None:
    answers = list(answer_lines(['{"text": "ls"}', "nonsense", '{"text": "reboot"}']))
    assert json.loads(answers[0]) == {"effects": ["read"]}
    assert "error" in json.loads(answers[1])
    assert json.loads(answers[2]) == {"effects": ["power"]}


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("git commit -s", True),
        ("git commit --amend", True),
        ("git commit --amend --no-edit", False),
        ("git commit -am x", False),
        ("git rebase -i HEAD~2", True),
        ("git rebase main", False),
        ("git add -p", True),
        ("git add .", False),
    ],
)
def test_git_asks_for_what_it_is_not_given(text: str, asks: bool) -> None:
    assert ("interactive" in classify([text])[0]) is asks
