"""A real MediaWiki on loopback: Debian's package (see oracle/mediawiki.py), SQLite, PHP's own server; every start has a database of its own.

Several servers may serve the same database with other settings: a private wiki, rate limits.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from oracle import mediawiki
from oracle.mediawiki import Unavailable

__all__ = ["PASSWORD", "Session", "Unavailable", "Wiki"]

PASSWORD = "a-test-wiki-on-loopback-1"
ADMIN = "Admin"
HERE = Path(__file__).parent
_ANSWER = 60


class Session:
    """Somebody who uses the wiki's API: the tests' own client, so that what is tested isn't also what tests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str, **query: object) -> bytes:
        with self._opener.open(f"{self.url}/{path}?{urlencode(query)}", timeout=_ANSWER) as answer:
            return bytes(answer.read())

    def post(self, action: str, files: dict[str, bytes] | None = None, **fields: object) -> dict[str, Any]:
        """An action of the API, with its token. Raises AssertionError for an error."""
        kind = {"login": "login", "createaccount": "createaccount"}.get(action, "csrf")
        tokens = json.loads(self.get("api.php", action="query", meta="tokens", type=kind, format="json"))["query"]["tokens"]
        name = {"login": "lgtoken", "createaccount": "createtoken"}.get(action, "token")
        given = {"action": action, "format": "json", "formatversion": 2, name: tokens[f"{kind}token"], **fields}
        boundary = uuid.uuid4().hex
        parts = [_part(boundary, key, str(value).encode(), "") for key, value in given.items()]
        parts += [_part(boundary, key, value, f'; filename="{key}"') for key, value in (files or {}).items()]
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        request = urllib.request.Request(
            f"{self.url}/api.php", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        )
        with self._opener.open(request, timeout=_ANSWER) as answer:
            found: dict[str, Any] = json.load(answer)
        assert "error" not in found, found["error"]
        return found

    def edit(self, title: str, text: str, **fields: object) -> dict[str, Any]:
        done: dict[str, Any] = self.post("edit", title=title, text=text, **fields)["edit"]
        assert done["result"] == "Success", done
        return done


def _part(boundary: str, name: str, value: bytes, more: str) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


class Wiki:
    """An installed wiki in `folder`; `serve` makes it answer. Raises Unavailable where there can be none."""

    def __init__(self, folder: Path) -> None:
        self.files = mediawiki.prepare()
        self.settings = folder / "LocalSettings.php"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        data = folder / "data"
        data.mkdir(parents=True)
        self._run(
            "install.php", "--quiet", "--dbtype", "sqlite", "--dbpath", str(data), "--dbname", "wiki", "--confpath", str(folder),
            "--server", self.url, "--scriptpath", "", "--lang", "en", "--skins", "Vector", "--pass", PASSWORD,
            "--extensions", "ParserFunctions", "Test wiki", ADMIN,
        )  # fmt: skip
        with self.settings.open("a") as settings:
            settings.write(f"\n$wgUploadDirectory = '{folder}/images';\nrequire '{HERE / 'settings.php'}';\n")
        (folder / "images").mkdir()

    def _environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "MW_CONFIG_FILE": str(self.settings), "MW_INSTALL_PATH": str(self.files), **more}

    def _run(self, script: str, *arguments: str) -> None:
        command = ["php", str(self.files / "maintenance" / script), *arguments]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise Unavailable(f"{script}: {(done.stderr or done.stdout).strip()[-300:]}")

    def run(self, script: str, *arguments: str) -> None:
        """A maintenance script, after the installation."""
        self._run(script, *arguments)

    @contextmanager
    def serve(self, port: int | None = None, **environment: str) -> Iterator[str]:
        """The address at which the wiki answers, until the end; `environment` chooses among the variants of settings.php."""
        port = port or _free_port()
        limits = [
            "-d",
            "memory_limit=512M",
            "-d",
            "opcache.enable_cli=1",
            "-d",
            "upload_max_filesize=64M",
            "-d",
            "post_max_size=64M",
        ]
        quiet = ["-d", "display_errors=0", "-d", "log_errors=1"]
        where = ["-S", f"127.0.0.1:{port}", "-t", str(self.files), str(HERE / "router.php")]
        log = self.settings.parent / f"php-{port}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                ["php", *limits, *quiet, *where], env=self._environment(TEST_WIKI_URL=f"http://127.0.0.1:{port}", **environment),
                stdout=stream, stderr=stream, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            self._wait(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)

    def _wait(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        """Until the server takes connections, or has ended."""
        until = time.monotonic() + _ANSWER
        pause = threading.Event()
        while process.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                pause.wait(0.02)
            else:
                return
        raise Unavailable(f"the server did not start: {log.read_text(errors='replace')[-300:]}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
