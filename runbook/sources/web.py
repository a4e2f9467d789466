"""HTTP to one host and no other: what a configured wiki answers, in bounded time and memory. The only user of requests.

Redirects leave neither the host nor HTTPS. Nothing is read from ~/.netrc. A proxy is used where the environment names one
(HTTPS_PROXY, NO_PROXY), and REQUESTS_CA_BUNDLE or SSL_CERT_FILE names the certificates to trust.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from msgspec import Struct
from requests.utils import get_environ_proxies

from runbook.model import SourceError

CONNECT_TIMEOUT, READ_TIMEOUT, WHOLE_TIMEOUT = 15.0, 60.0, 600.0
"""Seconds: until a connection stands, until the next bytes come, until an answer is whole."""
ATTEMPTS = 7
LONGEST_PAUSE = 120.0
"""Seconds between two attempts; a wiki that asks for more is left alone."""
_PIECE = 1 << 16
_REDIRECTS = 5
_BUSY = {429, 502, 503, 504}
_PORTS = {"http": 80, "https": 443}

T = TypeVar("T")


class BusyError(Exception):
    """An answer that another attempt may better: `wait` is the pause that was asked for, in seconds, `why` what was wrong."""

    def __init__(self, why: str, wait: float = 0) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


class Answer(Struct, frozen=True):
    """`headers` by lower-case name."""

    body: bytes
    headers: Mapping[str, str]


class Host:
    """The host of `address`, and the only one that is ever contacted; `name` is what messages call it.

    `agent` is the User-Agent; `headers` go with every request; `secrets` are blotted out of every message.
    """

    def __init__(
        self,
        name: str,
        address: str,
        agent: str,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
        *,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.name = name
        self.secrets = tuple(filter(None, secrets))
        self._at = urlsplit(address)
        self._sleep = sleep
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": agent, "Accept-Encoding": "gzip", **(headers or {})})
        if not self.is_loopback:
            self._session.proxies.update(get_environ_proxies(address))
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True

    @property
    def is_private(self) -> bool:
        """Whether what is sent there is read by nobody else."""
        return self._at.scheme == "https" or self.is_loopback

    @property
    def is_loopback(self) -> bool:
        name = self._at.hostname or ""
        try:
            return name == "localhost" or ip_address(name).is_loopback
        except ValueError:
            return False

    def error(self, what: str) -> SourceError:
        """An error of this wiki, with every secret blotted out."""
        for secret in self.secrets:
            what = what.replace(secret, "***")
        return SourceError(self.name, what)

    def is_own(self, url: str) -> bool:
        """Whether an address is on this host: its name and port; from http to https is no other host, the way back is."""
        try:
            found = urlsplit(url)
            same_port = _port(found) == _port(self._at) or (found.port is None and self._at.port is None)
        except ValueError:
            return False
        schemes = {self._at.scheme, "https"}
        return found.scheme in schemes and found.hostname == self._at.hostname and same_port and "@" not in found.netloc

    def patiently(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives; it is made again, after a pause that doubles, while it raises BusyError."""
        for number in range(ATTEMPTS):
            try:
                return attempt()
            except BusyError as busy:
                pause = max(busy.wait, min(2.0**number, LONGEST_PAUSE))
                if busy.wait > LONGEST_PAUSE:
                    raise self.error(f"{busy.why}; it asks to come back in {busy.wait:.0f} seconds: try again later") from None
                if number + 1 == ATTEMPTS:
                    raise self.error(f"{busy.why}; given up after {ATTEMPTS} attempts: try again later") from None
                self._sleep(pause)
        raise AssertionError("unreachable")

    def once(
        self, url: str, limit: int, params: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> Answer:
        """One answer of at most `limit` bytes, posting `form` if there is one. Raises BusyError for what may get better, SourceError for the rest."""
        for _ in range(_REDIRECTS):
            if not self.is_own(url):
                raise self.error(f"refused to go to {url[:200]!r}: only {self._at.netloc} is ever contacted")
            try:
                found = self._ask(url, limit, params, form)
            except (
                requests.exceptions.SSLError,
                requests.exceptions.InvalidURL,
                requests.exceptions.InvalidHeader,
                ValueError,
            ) as error:
                raise self.error(f"{self._at.netloc} can't be talked to: {error}") from None
            except requests.exceptions.Timeout:
                raise BusyError(f"{self._at.netloc} doesn't answer in time") from None
            except requests.exceptions.RequestException as error:
                raise BusyError(f"{self._at.netloc} can't be reached, or broke off: {_reason(error)}") from None
            if isinstance(found, Answer):
                return found
            url, params = joined(url, found), None
        raise self.error(f"it redirects more than {_REDIRECTS} times")

    def _ask(self, url: str, limit: int, params: Mapping[str, str] | None, form: Mapping[str, str] | None) -> Answer | str:
        """An answer, or where it leads to."""
        started = time.monotonic()
        with self._session.request(
            "GET" if form is None else "POST", url, params=params, data=form,
            allow_redirects=False, stream=True, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
        ) as response:  # fmt: skip
            target = response.headers.get("Location")
            if response.is_redirect and target:
                if form is not None:
                    raise self.error(f"it redirects to {target[:200]!r}: put the right address into runbook.toml")
                return target
            headers = {key.lower(): value for key, value in response.headers.items()}
            self._judge(response.status_code, headers)
            body, size = [], 0
            for piece in response.iter_content(_PIECE):
                body.append(piece)
                size += len(piece)
                if size > limit:
                    raise self.error(f"it answers with more than {limit >> 20} MB")
                if time.monotonic() - started > WHOLE_TIMEOUT:
                    raise requests.exceptions.Timeout
            return Answer(b"".join(body), headers)

    def _judge(self, status: int, headers: Mapping[str, str]) -> None:
        if status in _BUSY:
            raise BusyError(f"it answers with HTTP status {status}", wait_of(headers))
        if status in {401, 403}:
            raise self.error(f"it refuses (HTTP status {status}): is a login needed, or another address?")
        if status >= 400:  # RFC 9110, 15.5
            raise self.error(f"it answers with HTTP status {status}: is the address right?")


def joined(base: str, link: str) -> str:
    """The address that `link` means on the page `base`; `link` itself when it means none."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def wait_of(headers: Mapping[str, str]) -> float:
    """The seconds that Retry-After asks for (RFC 9110, 10.2.3: a number or a date); 0 without it."""
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _port(at: SplitResult) -> int | None:
    return at.port or _PORTS.get(at.scheme)


def _reason(error: Exception) -> str:
    """The innermost cause, without addresses: requests wraps what happened three times."""
    while error.args and isinstance(error.args[0], Exception):
        error = error.args[0]
    cause = getattr(error, "reason", None) or error
    return f"{type(cause).__name__}: {str(cause).rpartition(': ')[2][:200]}"
