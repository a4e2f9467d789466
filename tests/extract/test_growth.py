"""The work of taking a page's lines for something grows as the page does, counted in calls of functions, not in seconds."""

from __future__ import annotations

import pytest
from runbook.extract import extract
from runbook.markup import parse
from runbook.model import Page

from counting import work

LINES, TIMES = 100, 4


def of_page(text: str) -> int:
    """The work of extracting a page."""
    document = parse(Page("Case", text), reading="author")
    return work(lambda: extract(document))


@pytest.mark.parametrize(
    "line",
    [
        "<code>Word {n} of it</code>",
        "<code>file{n}.conf</code>",
        "<code>ls -l /srv/{n}</code>",
        "Run <code>ls -l /srv/{n}</code> as root.",
        " # ls -l /srv/{n}",
        "* <code>Word {n}</code>",
        "# Run <code>ls -l /srv/{n}</code>.",
        "== Word {n} ==\n # ls /srv/{n}",
        " # cp <file{n}> user@host:/srv/{n}",
        " # add the following lines to /etc/x{n}\n a = 1",
        " # vi /etc/x{n}\n a = 1",
        " vi a\n x{n} = y",
        " # cat <<EOF{n}\n  EOF",
        " a{n} = 1\n",
        "Look {{{{hc|/etc/x{n}|a}}}}",
        "<tabs>\n<tab name='Word {n}'>\n # ls /srv/{n}\n</tab>\n</tabs>",
    ],
)
def test_work_grows_as_the_page_does(line: str) -> None:
    of_page("\n".join(("Do this:", *(line.format(n=n) for n in range(9)))))  # tables are read, patterns made
    small, large = (
        "\n".join(line.format(n=n) for n in range(1000 * size, 1000 * size + size)) for size in (LINES, TIMES * LINES)
    )
    assert of_page(f"Do this:\n{large}") < 1.3 * TIMES * of_page(f"Do this:\n{small}")


@pytest.mark.parametrize(
    "line",
    [
        f"Aa{'A' * 60}+",
        f"a{'_' * 60}",
        f"Check the lamp with mill{' -a' * 40} x/y,",
        f"Check the lamp with mill{' ------/' * 14},",
        f"Check the lamp with mill{' --a=b-c' * 14};",
    ],
)
def test_what_may_be_read_in_many_ways_is_read_in_one(line: str) -> None:
    """Each of these was tried in more ways than anyone could wait for: twice as many for each word more."""
    assert of_page(line) > 0
