"""Patterns that are compiled when they are first used."""

import gc
import importlib
import pkgutil
import re

import pytest
import runbook
from runbook.patterns import _Late, pattern


def test_it_finds_what_the_expression_finds() -> None:
    late = pattern(r"(?P<word>b\w+)", re.IGNORECASE)
    assert late.search("a Bee")["word"] == "Bee"
    assert late.match("a Bee") is None
    assert [found[0] for found in late.finditer("bee by BEE")] == ["bee", "by", "BEE"]
    assert late.sub("-", "a bee") == "a -"
    assert late.pattern == r"(?P<word>b\w+)"


def test_nothing_is_compiled_before_it_is_used() -> None:
    late = pattern("(")
    with pytest.raises(re.error):
        late.search("")


def test_all_patterns_of_all_modules_can_be_compiled() -> None:
    for module in pkgutil.walk_packages(runbook.__path__, "runbook."):
        if not module.name.startswith(("runbook.fleet.", "runbook.testing.")) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    late = [one for one in gc.get_objects() if type(one) is _Late]
    assert len(late) > 100
    for one in late:
        assert one.pattern is not None
