"""Our tree against what a real MediaWiki makes of the same pages; skipped with the reason where there is none.

`python tests/oracle/compare.py` does the same over more pages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import spec_cases
from oracle import compare, mediawiki

FIRST, COUNT = 900_000, 400


@pytest.fixture(scope="module")
def wiki() -> Path:
    try:
        return mediawiki.prepare()
    except mediawiki.Unavailable as why:
        pytest.skip(f"no MediaWiki to compare with: {why}")


def test_generated_pages(wiki: Path) -> None:
    found = compare.differences(compare.generated(FIRST, COUNT), wiki)
    assert len(found) <= COUNT * (1 - compare.ENOUGH), "\n".join(map(str, found))


def test_every_spec_case(wiki: Path) -> None:
    pages = compare.of_files(spec_cases.files())
    assert pages
    found = compare.differences(pages, wiki)
    assert not found, "\n".join(map(str, found))


TEMPLATES = {
    "Plain": "text",
    "One": "<{{{1}}}>",
    "Default": "{{{1|none}}}-{{{2|{{{name|no name}}}}}}",
    "If": "{{#if:{{{1|}}}|with {{{1}}}|without}}",
    "Case": "{{#switch:{{lc:{{{1}}}}}|a|b=first|c=second|#default=other {{{1}}}}}",
    "Fallback": "{{#switch:{{{1|}}}|x=y|else}}",
    "Same": "{{#ifeq:{{{1}}}|{{{2}}}|same|different}}",
    "Inner": "{{One|{{{1}}}}}",
    "Pass": "{{Default|{{{1}}}|name=n}}",
    "List": "* a\n* {{{1|b}}}",
    "Table": "{|\n! {{{head}}}\n|-\n| {{{1}}} || x\n|}",
    "Doc": "<noinclude>About</noinclude>used<includeonly>, really</includeonly><noinclude>\nmore</noinclude>",
    "Only": "a<onlyinclude>b</onlyinclude>c",
    "Comment": "a<!-- b\n{{{1}}} -->c",
    "Code": "<pre>{{{1}}}</pre>",
    "Tag": "{{#tag:pre|{{{1}}}}}",
    "Shout": "{{uc:{{{1}}}}} {{ucfirst:{{{1}}}}} {{padleft:7|3|0}}",
    "Nested": "{{#if:{{{a|}}}|{{#ifeq:{{{a}}}|1|one|{{#switch:{{{a}}}|2=two|many}}}}|nothing}}",
    "Link": "[[{{{1}}}|{{{2|{{{1}}}}}}]]",
    "Named": "{{{first}}} {{{second}}}",
    "Empty": "",
    "Spaced": " code {{{1}}}",
    "Heading": "== {{{1}}} ==\ntext",
    "Bar": "a {{!}} b {{=}} c",
    "Number": "{{#ifeq:{{{1}}}|2.0|two|not two}}",
}
CALLS = (
    "{{Plain}}", "a {{plain}} b", "{{ Plain }}", "{{Template:Plain}}", "{{One|a}} {{One}} {{One|a=b}} {{One|1=a=b}}", "{{Default}} {{Default|a}} {{Default|a|b}}",
    "{{Default|name=x}} {{Default| a | b }}", "{{If}} {{If|}} {{If| }} {{If|x}}", "{{Case|A}} {{Case|b}} {{Case|C}} {{Case|d}}", "{{Fallback|x}} {{Fallback|z}}",
    "{{Same|a|a}} {{Same|a|b}} {{Same|1|1.0}}", "{{Inner|a}} {{Inner|a=b}} {{Inner|1=a=b}} {{Inner|1=[[a|b]]}}", "{{Pass|x}}", "{{List}}", "text {{List|c}}\n* d", "{{Table|a|head=b}}",
    "x {{Table|a|head=b}}", "{{Doc}}", "{{Only}}", "{{Comment|x}}", "{{Code|x}}", "{{Tag|x}}", "{{Tag|a\nb}}", "{{Shout|abc}}", "{{Nested}} {{Nested|a=1}} {{Nested|a=2}} {{Nested|a=3}}",
    "{{Link|a}} {{Link|a|b}}s", "{{Named|first=a|second= b }}", "a {{Empty}} b\n\n{{Empty}}\n\nc", "{{Spaced|x}}\n", "{{Heading|x}}", "{{Bar}}", "{{Number|2}} {{Number|3}}",
    "* {{Plain}}\n* {{If|x}}", "== {{Plain}} ==", "{|\n| {{Plain}}\n| {{One|a}}\n|}", "{{One|{{One|a}}}}", "{{One|''a''}} {{One|[http://example.org b]}}", "{{One|{{Missing|a}}}}",
    "{{#if:{{Empty}}|a|b}} {{#if:{{Plain}}|a|b}}", "{{#switch:{{Plain}}|text=found|lost}}", "{{#ifeq:{{Plain}}|text|y|n}}", "{{One|<nowiki>|</nowiki>}}", "{{One|a}}{{One|b}}\n{{One|c}}",
    "{{Default|{{!}}}}", "{{#if:x|\n* a\n* b\n|c}}", "{{lc:{{Plain}} X}} {{urlencode:a b}} {{#titleparts:a/b/c|1|2}}", "{{#ifeq:a|a|{{One|x}}}} {{#if:||z}}", "{{Spaced|x}}{{Plain}}",
)  # fmt: skip


def test_calls_of_defined_templates(wiki: Path) -> None:
    found = compare.differences({call: call for call in CALLS}, wiki, TEMPLATES)
    assert not found, "\n".join(map(str, found))
