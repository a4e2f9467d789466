"""A real MediaWiki to compare with: Debian's package, unpacked into a cache of its own, SQLite, no server.

`prepare()` (or running this file) gives one, or says why there is none. It needs PHP with SQLite, mbstring, XML and intl, and, the first time, apt to
download the package (nothing is installed by it). Where it is kept: $RUNBOOK_MEDIAWIKI, else ~/.cache/runbook-mediawiki.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

EXTENSIONS = ("pdo_sqlite", "mbstring", "xml", "intl")
HERE = Path(__file__).parent


class Unavailable(Exception):
    """Why there is no MediaWiki here."""


def _run(*command: str, cwd: Path | None = None, timeout: float = 300) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode:
        raise Unavailable(f"{command[0]} {command[1]}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def _need_php() -> None:
    if not shutil.which("php"):
        raise Unavailable("php is not installed")
    loaded = {name.strip().lower() for name in _run("php", "-m").splitlines()}
    missing = [name for name in EXTENSIONS if name not in loaded]
    if missing:
        raise Unavailable(f"php lacks {', '.join(missing)}")


def _unpack(home: Path) -> None:
    """Download the package and unpack it without installing, so that no web server comes with it."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Unavailable("there is no apt to download MediaWiki with")
    with tempfile.TemporaryDirectory(dir=home) as name:
        work = Path(name)
        _run("apt-get", "-qq", "download", "mediawiki", "mediawiki-classes", cwd=work)
        for package in sorted(work.glob("mediawiki*.deb")):
            _run("dpkg-deb", "-x", str(package), str(work / "root"))
        wiki = work / "root" / "usr" / "share" / "mediawiki"
        for link in ("LocalSettings.php", "config", "images", "extensions"):
            (wiki / link).unlink(missing_ok=True)
        (wiki / "extensions-core").rename(wiki / "extensions")
        for folder in ("images", "data", "cache"):
            (wiki / folder).mkdir(exist_ok=True)
        wiki.rename(home / "wiki")


def _install(wiki: Path) -> None:
    _run(
        "php", str(wiki / "maintenance" / "install.php"), "--quiet", "--dbtype", "sqlite", "--dbpath", str(wiki / "data"),
        "--dbname", "oracle", "--server", "http://127.0.0.1", "--scriptpath", "", "--lang", "en", "--skins", "Vector",
        "--extensions", "SyntaxHighlight_GeSHi,ParserFunctions,Cite", "--pass", "an-oracle-of-text-1", "Oracle", "Oracle",
    )  # fmt: skip


def prepare(home: Path | None = None) -> Path:
    """The folder of an installed wiki. Raises `Unavailable`."""
    _need_php()
    home = home or Path(os.environ.get("RUNBOOK_MEDIAWIKI") or Path.home() / ".cache" / "runbook-mediawiki")
    home.mkdir(parents=True, exist_ok=True)
    wiki = home / "wiki"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wiki.exists():
            _unpack(home)
        if not (wiki / "LocalSettings.php").exists():
            _install(wiki)
    return wiki


@dataclass(frozen=True, slots=True)
class Asked:
    """A page to render, and the templates that its wiki has, by name."""

    text: str
    title: str = "Oracle"
    templates: Mapping[str, str] = field(default_factory=dict)


def render(pages: Iterable[Asked], wiki: Path) -> Iterator[str]:
    """The HTML that the wiki makes of each page, in order; one PHP process for all."""
    with tempfile.TemporaryFile("w+") as given:
        for page in pages:
            given.write(json.dumps({"text": page.text, "title": page.title, "templates": dict(page.templates)}) + "\n")
        given.flush()
        given.seek(0)
        process = subprocess.Popen(
            ["php", "-d", "memory_limit=1G", str(HERE / "render.php"), "--conf", str(wiki / "LocalSettings.php")],
            stdin=given, stdout=subprocess.PIPE, text=True, env={**os.environ, "MW_INSTALL_PATH": str(wiki)},
        )  # fmt: skip
        assert process.stdout is not None
        with process:
            for line in process.stdout:
                if line.startswith('"'):
                    yield json.loads(line)
    if process.returncode:
        raise RuntimeError(f"render.php ended with {process.returncode}")


if __name__ == "__main__":
    try:
        print(prepare())
    except Unavailable as why:
        sys.exit(f"no MediaWiki to compare with: {why}")
