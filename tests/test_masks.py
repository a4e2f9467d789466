"""Secrets left out of texts, and nothing else."""

from __future__ import annotations

import pytest
from runbook.masks import Mask
from runbook.model import Parameter


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("mill", "password = mill", "password = (secret)"),
        ("mill", "mysql -umiller -pmill mills", "mysql -umiller -p(secret) mills"),
        ("mill", "see windmill, mill2 and millstone.md", "see windmill, mill2 and millstone.md"),
        ("mill", "http://me:mill@mill_db/", "http://me:(secret)@mill_db/"),
        ("mill", r"printf 'me\nmill\n'", r"printf 'me\n(secret)\n'"),
        ("mill", r"printf 'me\x3amill\0mill'", r"printf 'me\x3a(secret)\0(secret)'"),
        ("mill", "mysql '-pmill' \"-pmill\"", "mysql '-p(secret)' \"-p(secret)\""),
        ("mill", "-pmill", "-p(secret)"),
        ("mill", "wind-umill --smill", "wind-umill --smill"),
        ("mill", "user=a%26mill", "user=a%26(secret)"),
        ("M1ll!", "xM1ll!x", "x(secret)x"),
        ("grindstonewheel", "xgrindstonewheel", "x(secret)"),
    ],
)
def test_a_plain_word_is_hidden_where_it_is_a_word(value: str, text: str, shown: str) -> None:
    assert Mask([Parameter("PASSWORD", value, "string", True, (1,))]).over(text) == shown


@pytest.mark.parametrize("value", ["<password>", "$PASSWORD", "a"])
def test_what_holds_no_secret_is_not_hidden(value: str) -> None:
    assert not Mask([Parameter("PASSWORD", value, "string", True, (1,))])
