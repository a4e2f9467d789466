"""mwparserfromhell as a second opinion on how a template call falls apart into arguments."""

from __future__ import annotations

from collections.abc import Iterator

import mwparserfromhell
from hypothesis import given, settings
from hypothesis import strategies as st
from runbook.markup import parse
from runbook.model import Block, Page, Paragraph, Template

WORD = st.text("abcXYZ 059.-/", min_size=1, max_size=8)
VALUE = st.recursive(
    WORD | st.just("[[a|b]]") | st.just("<nowiki>|</nowiki>"),
    lambda inner: st.builds("{{{{q{0}|{1}}}}}".format, st.integers(0, 9), inner) | st.builds("{0} {1}".format, inner, inner),
    max_leaves=5,
)
NAMED = st.builds("{0}={1}".format, st.sampled_from(["a", "long name", "x2"]), VALUE)
CALL = st.builds(
    lambda name, arguments: "{{" + "|".join([name, *arguments]) + "}}",
    st.sampled_from(["Foo", "Some thing"]),
    st.lists(VALUE | NAMED, max_size=4),
)


def calls(blocks: tuple[Block, ...]) -> Iterator[Template]:
    for block in blocks:
        if isinstance(block, Template):
            yield block
        elif isinstance(block, Paragraph):
            yield from (child for child in block.children if isinstance(child, Template))


@settings(max_examples=200, deadline=None)
@given(CALL)
def test_arguments_fall_apart_alike(text: str) -> None:
    (theirs, *_) = mwparserfromhell.parse(text).filter_templates()
    (ours,) = calls(parse(Page("Case", text)).blocks)
    assert ours.name == str(theirs.name).strip()
    assert [(argument.name, argument.text.strip()) for argument in ours.arguments] == [
        (str(parameter.name).strip(), str(parameter.value).strip()) for parameter in theirs.params
    ]
