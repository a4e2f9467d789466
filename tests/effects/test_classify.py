"""Labelled commands: none of the harmful may run unasked, most of the harmless are known to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runbook.effects import answer_lines, classify, of_commands
from runbook.model import Command

HERE = Path(__file__).parent
READ = {("read",), ("read", "network")}


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text().splitlines()


def test_harmful_commands_never_read() -> None:
    commands = _lines("harmful.tsv")
    assert [text for text, found in zip(commands, classify(commands), strict=True) if found in READ] == []


def test_harmless_commands_are_known() -> None:
    commands = _lines("harmless.tsv")
    assert [(text, found) for text, found in zip(commands, classify(commands), strict=True) if found not in READ] == []


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
