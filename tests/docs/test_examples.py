"""The console examples of README.md and docs/ are run, and must print what stands there: by our own comparison, so that a date or a
size may differ and a word may not. `pytest --accept` writes down what they print now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from runbook import expect
from runbook.slug import slug

from docs import tables

ROOT = Path(__file__).parents[2]
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *sorted((ROOT / "docs").rglob("*.md"))]
SEEN = ("content", "docs", "runbook.toml", "mkdocs.yml")
"""What examples may look at; they run in a folder of their own, which they may write to."""


class Example(NamedTuple):
    """A fenced console block: `$ ` begins a command, other lines are what the command before them prints."""

    path: Path
    line: int
    text: str

    def commands(self) -> list[tuple[str, list[str]]]:
        out: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                out.append((line[2:], []))
            else:
                assert out, f"{self.path.name}:{self.line}: an example begins with a command"
                out[-1][1].append(line)
        return out


_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(path: Path) -> list[Example]:
    text = path.read_text()
    return [Example(path, text.count("\n", 0, found.start()) + 1, found[1]) for found in _BLOCK.finditer(text)]


EXAMPLES = [example for path in PAGES for example in examples(path)]


def run(command: str, folder: Path) -> list[str]:
    # pytest prints more where it is told that this is CI.
    env = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    env |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return done.stdout.splitlines()


def test_there_are_examples_of_every_subcommand() -> None:
    from runbook.cli.subcommands import SUBCOMMANDS

    shown = "".join(example.text for example in EXAMPLES)
    assert [row.name for row in SUBCOMMANDS if f"runbook {row.name}" not in shown] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    code = re.findall(r"^    (\S.*)$", PAGES[0].read_text(), re.MULTILINE)
    assert code[:2] == ["make site", "make test"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.path.name}:{example.line}")
def test_example_prints_what_it_says(example: Example, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for name in SEEN:
        (tmp_path / name).symlink_to(ROOT / name)
    printed = [(command, shown, run(command, tmp_path)) for command, shown in example.commands()]
    if request.config.getoption("--accept"):
        accept(example, printed)
        return
    for command, shown, actual in printed:
        mismatch = expect.match(expect.infer([shown], command=command), actual) if shown else (actual or None)
        assert mismatch is None, f"{example.path.name}:{example.line}: $ {command}\n" + "\n".join(actual)


def accept(example: Example, printed: list[tuple[str, list[str], list[str]]]) -> None:
    """Writes what was printed; an elision ("...") that stands last in an output stays, with as many lines before it."""
    out = ""
    for command, shown, actual in printed:
        kept = [*actual[: len(shown) - 1], "..."] if shown[-1:] == ["..."] and len(actual) >= len(shown) else actual
        out += f"$ {command}\n" + "".join(f"{line}\n" for line in kept)
    text = example.path.read_text()
    example.path.write_text(text.replace(f"```console\n{example.text}```", f"```console\n{out}```"))


def test_the_reference_names_every_option_of_every_subcommand() -> None:
    from runbook.cli.arguments import parser
    from runbook.cli.subcommands import SUBCOMMANDS

    text = (ROOT / "docs/reference/cli.md").read_text()
    subparsers = next(action for action in parser()._actions if isinstance(action.choices, dict)).choices
    assert isinstance(subparsers, dict)
    for row in SUBCOMMANDS:
        assert f"## runbook {row.name}" in text
        for action in subparsers[row.name]._actions:
            for option in set(action.option_strings) - {"-h", "--help"}:
                assert f"`{option}" in text or f"{option} " in text, f"{row.name} {option}"


def test_the_reference_has_every_kind_of_change_with_its_severity() -> None:
    from runbook.drift import KINDS

    rows = (ROOT / "docs/reference/json.md").read_text().splitlines()
    for severity in ("error", "warning", "info"):
        row = next(row for row in rows if row.startswith(f"| `{severity}` |"))
        assert set(re.findall(r"`([a-z-]+)`", row.split("|")[2])) == {
            name for name, kind in KINDS.items() if kind.severity == severity
        }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text()):
        if "://" not in target:
            assert (path.parent / unquote(target)).exists(), f"{path.name}: {target}"


def test_the_first_page_leads_to_all_others() -> None:
    docs = ROOT / "docs"
    linked = {(docs / target).resolve() for target in re.findall(r"\]\(([^)#\s]+)\)", (docs / "README.md").read_text())}
    assert {path.resolve() for path in docs.rglob("*.md")} - linked == {docs / "README.md"}


@pytest.mark.parametrize("name", tables.PAGES)
def test_what_is_generated_is_up_to_date(name: str) -> None:
    assert (tables.REFERENCE / name).read_text() == tables.PAGES[name](), "run `make reference`"


def test_the_documentation_is_a_site_of_our_own(tmp_path: Path) -> None:
    config = (ROOT / "mkdocs-docs.yml").read_text().replace("docs_dir: docs", f"docs_dir: {ROOT / 'docs'}")
    (tmp_path / "mkdocs.yml").write_text(config.replace("site_dir: .venv/docs", "site_dir: site"))
    printed = run("runbook build", tmp_path)
    assert len(printed) == 1, printed  # and no warning
    site = tmp_path / "site"
    pages = sorted(path.relative_to(site) for path in site.rglob("index.html"))
    titles = {re.findall(r"^# (.*)$", page.read_text(), re.MULTILINE)[0] for page in (ROOT / "docs").rglob("*.md")}
    assert {slug(title) for title in titles} | {"look-around"} <= {path.parent.name for path in pages}
    for path in pages:
        for target in re.findall(r'href="([^"#]+)', (site / path).read_text()):
            if not re.match(r"[a-z]+:", target):
                assert (site / path.parent / unquote(target)).exists(), f"{path}: {target}"
