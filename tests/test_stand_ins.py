"""Values that stand for the reader's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import checks
from runbook.extract import extract_many
from runbook.model import Command, Page, Parameter, Revision
from runbook.stand_ins import Masked, is_stand_in
from runbook.walking import commands

STAND_INS = """<version> <your name> $CTID ${CTID} $(ROOT) [CLUSTER] {name} {{name}} %name% __NAME__ «имя» <имя> YOUR_HOST XXX xxxx X.Y.Z x.xx
192.168.x.x 10.0.0.XXX /dev/sdX ### path/to/file /path/to/mill /PATH/TO/MILL a-<b>-c PUT_YOUR_TOKEN_HERE YOUR-KEY TOKEN_HERE""".split(
    " "
)
VALUES = """345 v345 192.168.0.145 mydomain.com example.com username /dev/sda1 /srv/mill s3cr3t Mill01 AB 01234567-89AB-CDEF-0123456789ABCDEF
NODE PG_VERSION RPM-GPG-KEY your.domain.com X11 eth0 me@example.org""".split()


@pytest.mark.parametrize("value", ["<your name>", *(" ".join(STAND_INS).replace("<your name>", "").split())])
def test_stand_ins(value: str) -> None:
    assert is_stand_in(value)


@pytest.mark.parametrize("value", VALUES)
def test_values(value: str) -> None:
    assert not is_stand_in(value)


@given(st.lists(st.sampled_from(["<v>", "$X", "${X}", "[a b]", "zq", "qz", "zq0stands0qz", "x", " ", ">", "é"])))
def test_what_is_masked_comes_back(parts: list[str]) -> None:
    masked = Masked([Parameter("P", value, "string", False, (2,)) for value in ("<v>", "$X", "${X}", "[a b]")])
    text = "".join(parts)
    assert masked.back_in(masked.out_of(text, (1, 3))) == text or "zq" in text


@pytest.mark.parametrize(
    ("text", "stand_in", "arguments"),
    [
        ("mkdir /srv/<name>", "<name>", [("/srv/<name>",)]),
        ("mkdir /srv/<your name>", "<your name>", [("/srv/<your name>",)]),
        ("wget http://h.example/mill-<v>.tar.gz", "<v>", [("./mill-<v>.tar.gz",)]),
        ("mkdir -p $ROOT/mill", "$ROOT", []),
        ("mkdir /$ROOT_X", "$ROOT", []),
        ("mkdir /vz/$CTID", "$CTID", [("/vz/$CTID",)]),
        ("sudo useradd [user]", "[user]", [("[user]",)]),
        ("make <name>.hex", "<name>", []),
    ],
)
def test_a_stand_in_is_a_piece_of_a_word(text: str, stand_in: str, arguments: list[tuple[str, ...]]) -> None:
    """Not the redirection or the pattern that a shell would make of it."""
    (found,) = checks.supersede([Command((1, 1), text, cwd=".")], [Parameter("P", stand_in, "string", False, (1,))])
    assert [check.args for check in found] == arguments
    assert all(stand_in in check.words for check in found)


@pytest.mark.parametrize(
    ("line", "effects"),
    [
        ("cat /etc/<name>.conf", {"read"}),
        ("mkdir /srv/<name>", {"create"}),
        ("<command> -v", {"unknown"}),
        ("find $WHERE", {"unknown"}),
        ("cat /etc/<name> > /etc/x; <command>", {"read", "create", "modify", "unknown"}),
    ],
)
def test_effects_are_those_of_the_command_with_values(line: str, effects: set[str]) -> None:
    """But a variable may be anything, also an option."""
    (book,) = extract_many([Page("Mill", f"Type:\n```\n$ {line}\n```\n", "markdown", None, None, Revision(1))])
    (found,) = commands(book)
    assert isinstance(found, Command)
    assert effects <= set(found.effects)
    assert ("unknown" in found.effects) == ("unknown" in effects)
    assert ("create" in found.effects) == ("create" in effects)
