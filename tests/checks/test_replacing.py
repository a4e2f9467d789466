"""What replaces a result is found by what both are about; this must find what a look at each pair finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import checks
from runbook.branches import Route, apart, routed
from runbook.checks.kinds import KINDS, Result, Unsure, check, replaces
from runbook.checks.replacing import Later
from runbook.model import Branch, Check, Choice, Command

from counting import work

NAMES = ("/", "/srv", "/srv/", "/srv/a", "/srv/a/b", "/srv//a", "/tmp/x", "srv", "web", "~/x", "a/b", "")
name = st.sampled_from(NAMES)
made = st.builds(
    lambda kind, args, negated: check(kind, *args, negated=negated),
    st.sampled_from(sorted(KINDS)),
    st.tuples(name, name, name),
    st.booleans(),
)
unsure = st.builds(
    Unsure,
    st.sampled_from(sorted({kind.domain for kind in KINDS.values()})),
    st.none() | name,
    st.frozensets(st.sampled_from(sorted({kind.aspect for kind in KINDS.values()})), max_size=2),
    st.booleans(),
)


_COMMAND = Command((1, 1), "ls")
nodes = st.recursive(
    st.just(_COMMAND),
    lambda inner: st.lists(st.lists(inner, max_size=3), min_size=1, max_size=4).map(
        lambda bodies: Choice("alternative", tuple(Branch("", tuple(body), (1, 1)) for body in bodies), (1, 1))
    ),
    max_leaves=12,
)


@st.composite
def runbooks(draw: st.DrawFn) -> list[tuple[Result, Route]]:
    """Results in reading order, each with its route through choices that stand side by side and in each other."""
    routes = [route for node, route in routed(draw(st.lists(nodes, min_size=1, max_size=5))) if node is _COMMAND]
    return [(draw(made | unsure), route) for route in routes]


@given(runbooks())
def test_the_first_that_replaces_a_result_is_found(results: list[tuple[Result, Route]]) -> None:
    index = Later()
    for at in range(len(results) - 1, -1, -1):
        earlier, route = results[at]
        if isinstance(earlier, Check):
            seen = enumerate(results[at + 1 :], at + 1)
            found = next((n for n, (each, its) in seen if not apart(route, its) and replaces(each, earlier)), None)
            assert index.first(earlier, route) == found
        index.add(at, earlier, route)


EARLIER = [
    check(kind, *args, "x", negated=negated)
    for kind in KINDS
    for args in (
        ("/srv/a", "/srv/b"),
        ("/srv/b", "/srv/a"),
        ("/srv", "/srv/a/c"),
        ("/srv/a/c", "/srv"),
        ("/q", "/srv"),
        ("q", "q"),
    )
    for negated in (False, True)
]


@pytest.mark.parametrize("domain", sorted({kind.domain for kind in KINDS.values()}))
def test_pairs_of_all_kinds_are_found_as_the_rule_has_it(domain: str) -> None:
    """Names that are equal, above each other, or neither; results that are sure, and those that are not."""
    kinds = {name: kind for name, kind in KINDS.items() if kind.domain == domain}
    aspects = {"exists", "content", "unpacked"} | {kind.aspect for kind in kinds.values()}
    sure = [check(kind, "/srv/a", "/srv/b", "x", negated=negated) for kind in kinds for negated in (False, True)]
    not_sure = [
        Unsure(domain, name, frozenset(of), below)
        for name in (None, "/srv/a")
        for of in ((), *((each,) for each in aspects))
        for below in (False, True)
    ]
    for later in (*sure, *not_sure):
        index = Later()
        index.add(0, later, ())
        for earlier in EARLIER:
            assert (index.first(earlier, ()) == 0) is replaces(later, earlier), (later, earlier)


def of_commands(texts: list[str]) -> int:
    """The work of finding the checks of commands."""
    nodes = [Command((n, n), text, cwd="/srv/w") for n, text in enumerate(texts, 1)]
    return work(lambda: checks.supersede(nodes))


@pytest.mark.parametrize(
    "pair",
    [
        ("mkdir /srv/a{n}", "cp /srv/q{n} /srv/b{n}"),
        ("echo a{n} >> /etc/x", "echo b{n} >> /etc/x"),
        ("mkdir /srv/a{n}", "chown -R u /srv"),
        ("mkdir /srv/a{n}", "reboot"),
        ("iptables -A INPUT -s 192.0.2.{n} -j DROP", "iptables -A INPUT -s 192.0.2.{n} -j ACCEPT"),
        ("ln -s x /srv/f", "echo {n} >> /srv/f"),
        ("tar xf /a{n}.tar -C /srv", "echo {n} > /srv/f"),
    ],
)
def test_work_grows_as_the_commands_do(pair: tuple[str, str]) -> None:
    def texts(first: int, times: int) -> list[str]:
        return [each.format(n=n) for each in pair for n in range(first, first + times)]

    of_commands(texts(1000, 3))  # tables are read, patterns made
    assert of_commands(texts(3000, 240)) < 1.3 * 4 * of_commands(texts(2000, 60))
