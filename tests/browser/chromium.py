"""Drives a real Chromium by the DevTools protocol over a pipe, with the standard library alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --remote-debugging-pipe"
)
CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"


class Browser:
    """One tab. `requests` are the addresses it asked for, `errors` what its console and its policy complained of."""

    def __init__(self, to: int, back: int) -> None:
        self._out = os.fdopen(to, "wb", buffering=0)
        self._in = os.fdopen(back, "rb")
        self._number = 0
        self._session: str | None = None
        self._happened: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.errors: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """Ends the browser."""
        self._session = None
        self.call("Browser.close")

    def hang_up(self) -> None:
        """Closes both pipes, whatever has become of the browser."""
        self._out.close()
        self._in.close()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Sends a command and returns its result; events that come meanwhile are noted."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | (
            {"sessionId": self._session} if self._session else {}
        )
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def _read(self) -> dict[str, Any]:
        raw = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "the browser has gone"
            raw += byte
        message = json.loads(raw)
        self._note(message)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.errors.append(params["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.errors.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
            case "Page.javascriptDialogOpening":
                self.errors.append(f"dialog: {params['message']}")
        if "method" in message:
            self._happened.append(message)

    def wait(self, event: str) -> None:
        """Waits for an event that has not been waited for yet."""
        while not any(message["method"] == event for message in self._happened):
            self._read()
        self._happened.clear()

    def goto(self, url: str) -> None:
        """Opens a page and waits until it is loaded."""
        self._happened.clear()
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def reload(self) -> None:
        self._happened.clear()
        self.call("Page.reload", ignoreCache=True)  # two builds may fall into one second of Last-Modified
        self.wait("Page.loadEventFired")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression: str) -> Any:
        """The value of an expression as soon as it is true, at most ten seconds later."""
        return self.run(
            f"new Promise((ok, no) => {{ const end = Date.now() + 10000; const look = () => {{ const v = ({expression}); "
            "if (v) ok(v); else if (Date.now() > end) no(new Error('never came true')); else setTimeout(look, 30); }; look(); })"
        )

    def key(self, key: str) -> None:
        """Presses a key, with the text it makes when it is a letter."""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **({"text": key} if len(key) == 1 else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with an empty profile, ended with the block."""
    assert PROGRAM
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()
    wiring = ["bash", "-c", f'exec "$@" 3<&{their_in} 4>&{their_out}', "-"]
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [*wiring, PROGRAM, *_FLAGS.split(), f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(their_in, their_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        browser = Browser(our_out, our_in)
        try:
            yield browser
            browser.close()
            process.wait(10)
        finally:
            process.kill()
            process.wait()
            browser.hang_up()


class _Strict(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on the loopback, under the policy that docs recommend; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Strict, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
