"""Wherever a command stands, what it does counts: no context makes an acting command harmless, none of those that only read spoils it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook import shell
from runbook.effects import classify
from runbook.shell import Problem

from effects.test_classify import READ, labelled

_ANYWHERE = (
    "{} | cat", "true | {}", "ls | sort | {} | wc", "true && {}", "{} && true", "false || {}", "{}; ls", "ls; {}", "ls\n{}", "! {}", "time {}",
    "( {} )", "{{ {}; }}", "if {}; then :; fi", "if ls; then {}; fi", "if ls; then :; else {}; fi", "for i in 1 2; do {}; done",
    "while {}; do break; done", "until ls; do {}; done", "case x in x) {};; esac", "case $({}) in *) ;; esac", "for i in $({}); do ls; done",
    "echo $({})", 'echo "$({})"', "x=$({})", "ls \"${{x:-$({})}}\"", "cat <<E\n$({})\nE", "cat <({})", "diff <({}) <(ls)", "ls > >({})",
    "f() {{ {}; }}; f", "function f {{ {}; }}", "coproc {{ {}; }}", "{} &", "echo $(( $({}) + 1 ))", "[ -n \"$({})\" ]", "[[ $({}) ]]",
    "a[$({})]=1", "export x=$({})", "read x < <({})", "cat <<< \"$({})\"", "ls # comment\n{}",
)  # fmt: skip
_QUOTED = (
    "sh -c {}", "bash -c {}", "sudo sh -c {}", "ssh host {}", "watch {}", "su -c {}", "eval {}", "timeout 5 bash -c {}", "find . -exec sh -c {} \\;",
    "ls | xargs -I% sh -c {}", "echo {} | sh", "bash <<< {}", "trap {} EXIT", "env bash -c {}", "nice sh -c {}",
)  # fmt: skip
_BEFORE = (
    "sudo {}", "sudo -u www-data {}", "doas {}", "env {}", "env A=b {}", "nice -n 5 {}", "ionice -c3 {}", "timeout 5 {}", "stdbuf -oL {}", "command {}",
    "nohup {}", "xargs {} < f", "ls | xargs -n1 {}", "find . -exec {} {{}} +", "flock f {}", "chroot /mnt {}", "time -p {}", "LANG=C {}", "exec {}",
    "sudo nice timeout 5 {}", "setsid {}", "unshare -m {}", "strace {}", "busybox {}",
)  # fmt: skip
_HARMLESS = (
    "{} | head", "{} 2>/dev/null", "{} && true", "ls; {}", "( {} )", "{{ {}; }}", "if {}; then :; fi", "for i in 1 2; do {}; done", "! ( {} )", "time {{ {}; }}",
    "echo \"$( {} )\"", "x=$( {} )", "diff <( {} ) /dev/null", "cat <<E\n$( {} )\nE", "while {}; do break; done", "case x in x) {};; esac",
)  # fmt: skip
_EACH = 4


def _whole(truths: Sequence[str]) -> list[str]:
    """Labelled commands on one line that can stand inside another."""
    texts = [
        text
        for truth, text in labelled()
        if truth in truths and not any(sign in text for sign in "\n\r\0#") and "<<E" not in text
    ]
    trees = shell.parse_many(texts)
    return [text for text, tree in zip(texts, trees, strict=True) if not isinstance(tree, Problem) and not text.endswith("&")]


def _placed(texts: Sequence[str], contexts: Sequence[str]) -> Iterator[str]:
    """Each command in a few of the contexts, all of them in turn."""
    for number, text in enumerate(texts):
        for turn in range(_EACH):
            context = contexts[(number * _EACH + turn) % len(contexts)]
            yield context.format(shell.quote(text) if context in _QUOTED else text)


def test_no_context_makes_an_acting_command_harmless() -> None:
    texts = _whole(["acts"])
    known = classify(texts)
    changing = [text for text, found in zip(texts, known, strict=True) if set(found) - {"read", "network", "interactive"}]
    assert len(changing) > 1500
    placed = list(_placed(changing, (*_ANYWHERE, *_QUOTED, *_BEFORE)))
    assert [text for text, found in zip(placed, classify(placed), strict=True) if found in READ] == []


def test_no_harmless_context_spoils_a_command_that_reads() -> None:
    texts = _whole(["read", "network"])
    reading = [text for text, found in zip(texts, classify(texts), strict=True) if found in READ]
    assert len(reading) > 1400
    placed = list(_placed(reading, _HARMLESS))
    assert [text for text, found in zip(placed, classify(placed), strict=True) if found not in READ] == []
