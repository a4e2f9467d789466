"""The API of a MediaWiki (1.25 or newer): which pages there are, their texts, revisions and images, in batches.

Every answer is taken for hostile: what has another shape than documented is refused. Only the wiki's own host is contacted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha1
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import structs

from runbook.model import Diagnostic, Page, Revision, text_sha1

from . import address, web
from .api_records import Access, Fetched, Held, Image, Info, Named, Revised, Site, Wanted
from .feed import Entry
from .pulled import TEMPLATE

BATCH = 50
"""Titles or ids in one request: what everybody may ask for."""
MAXLAG = 5
"""Seconds that the wiki's database copies may lag before we wait: what its manual asks of programs."""
ANSWER_LIMIT = 128 << 20
LONGEST_QUERY = 2000
"""Characters of a request's address; one with more is posted, since servers refuse long addresses."""
OLDEST = (1, 25)
_BUSY = {"maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError", "internal_api_error_DBConnectionError"}
_EDIT_URI = re.compile(r"<link[^<>]{0,200}\brel=\"EditURI\"[^<>]{0,500}>")
_HREF = re.compile(r"\bhref=\"([^\"<>]{1,1000})\"")
_VERSION = re.compile(r"MediaWiki (\d{1,3})\.(\d{1,3})")
_HTTP_ERROR = "it answers with something else than the API does"
_REVISIONS = {"rvprop": "ids|timestamp|user|comment|content|sha1|contentmodel", "rvslots": "main"}
_USES = {"cllimit": "max", "tllimit": "max", "tlnamespace": str(TEMPLATE)}

T = TypeVar("T")


class Wiki:
    """One wiki through its API. Every method raises SourceError, named after the wiki, for what it refuses or can't be reached for."""

    def __init__(self, access: Access, *, maxlag: int = MAXLAG, sleep: Callable[[float], object] | None = None) -> None:
        self._access = access
        headers = {"Authorization": f"Bearer {access.token}"} if access.token else {}
        secrets = (access.password, access.token)
        pauses = {"sleep": sleep} if sleep else {}
        self.name = f"wiki {access.name!r}"
        agent = f"{access.agent} ({access.contact})"
        self._host = web.Host(self.name, access.url, agent, headers, secrets, **pauses)
        if (access.token or access.password) and not self._host.is_private:
            raise self._host.error("credentials are only sent over https: change its url")
        self._maxlag = maxlag
        self._api = access.api or ""
        self._logged_in = False
        self._site: Site | None = None
        self.requests = 0

    # --- requests ---------------------------------------------------------------------------------------------------

    def _endpoint(self) -> str:
        """The address of api.php: as configured, else what the page at `url` links as EditURI."""
        if not self._api:
            found = self._host.patiently(lambda: self._host.once(self._access.url, 8 << 20))
            link = _EDIT_URI.search(found.body.decode("utf-8", "replace"))
            target = _HREF.search(link[0]) if link else None
            if target is None:
                raise self._host.error(f"the page {self._access.url} doesn't say where the API is: set `api` in runbook.toml")
            self._api = web.joined(self._access.url, html.unescape(target[1])).partition("?")[0]
        return self._api

    def ask(self, params: Mapping[str, str], *, post: bool = False) -> dict[str, Any]:
        """An answer of the API to a request; waits as long as the wiki asks for, logs in where there are credentials."""
        return self._host.patiently(lambda: self._as_user({**params, "maxlag": str(self._maxlag)}, post=post))

    def _as_user(self, params: Mapping[str, str], *, post: bool) -> dict[str, Any]:
        if self._access.password and not self._logged_in:
            self._login()
        return self._attempt({**params, "assert": "user"} if self._logged_in else params, post=post)

    def _attempt(self, params: Mapping[str, str], *, post: bool) -> dict[str, Any]:
        given = {"format": "json", "formatversion": "2", "utf8": "1", **params}
        self.requests += 1
        post = post or sum(len(quote(value)) for value in given.values()) > LONGEST_QUERY
        answer = self._host.once(self._endpoint(), ANSWER_LIMIT, None if post else given, given if post else None)
        try:
            found = msgspec.json.decode(answer.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._host.error(f"{_HTTP_ERROR}{_page_title(answer.body)}: is {self._api} its api.php?") from None
        if "error" in found:
            self._judge(found["error"], answer)
        return found

    def _judge(self, error: object, answer: web.Answer) -> None:
        told = error if isinstance(error, dict) else {}
        code, info = str(told.get("code", ""))[:100], str(told.get("info", ""))[:300]
        if code == "assertuserfailed" and self._logged_in:
            self._logged_in = False
            raise web.BusyError("the login was forgotten")
        if code in _BUSY:
            raise web.BusyError(f"it is busy ({code}: {info})", web.wait_of(answer.headers))
        if code in {"readapidenied", "assertuserfailed"}:
            name = variable(self._access.name)
            info += f" Set {name}_USER and {name}_PASSWORD (a bot password), or {name}_TOKEN (OAuth)"
        raise self._host.error(f"the API refuses ({code}): {info}")

    def _login(self) -> None:
        """Logs in with a bot password (Special:BotPasswords)."""
        token = self._host.patiently(lambda: self._attempt({"action": "query", "meta": "tokens", "type": "login"}, post=False))
        given = {
            "action": "login",
            "lgname": self._access.user,
            "lgpassword": self._access.password,
            "lgtoken": str(_into(token, "query", "tokens", "logintoken")),
        }
        found = self._host.patiently(lambda: self._attempt(given, post=True)).get("login")
        told = found if isinstance(found, dict) else {}
        if told.get("result") != "Success":
            raise self._host.error(
                f"the login as {self._access.user!r} failed: {str(told.get('reason', told.get('result')))[:300]}"
            )
        self._logged_in = True

    def _batches(self, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The parts of `query` that belong together, with what the wiki gave in several answers joined, one batch at a time."""
        more: dict[str, str] = {}
        whole: dict[str, Any] = {}
        while True:
            answer = self.ask({"action": "query", **params, **more})
            found = answer.get("query", {})
            _join(whole, found if isinstance(found, dict) else {})
            going = answer.get("continue")
            if answer.get("batchcomplete") or not going:
                yield whole
                whole = {}
            if not going:
                return
            follow = {str(key): str(value) for key, value in going.items()} if isinstance(going, dict) else {}
            if not follow or follow == more:
                raise self._host.error("it goes on and on with the same part of a list")
            more = follow

    def _convert(self, value: object, kind: type[T]) -> T:
        try:
            return msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            raise self._host.error(f"{_HTTP_ERROR}: {error}") from None

    # --- what there is ------------------------------------------------------------------------------------------------

    def site(self) -> Site:
        """What the wiki says of itself."""
        if self._site is None:
            found = self.ask({"action": "query", "meta": "siteinfo", "siprop": "general|namespaces|namespacealiases"})
            general = _into(found, "query", "general")
            version = _VERSION.match(str(general.get("generator", ""))) if isinstance(general, dict) else None
            if not isinstance(general, dict) or version is None:
                raise self._host.error(f"{_HTTP_ERROR}: no MediaWiki?")
            if (int(version[1]), int(version[2])) < OLDEST:
                oldest = ".".join(map(str, OLDEST))
                raise self._host.error(
                    f"{version[0]} is too old for `runbook pull` (it needs {oldest}): take an export (Special:Export)"
                )
            script = web.joined(web.joined(self._api, str(general.get("server", ""))), str(general.get("script", "")))
            names, content = self._namespaces(found)
            self._site = Site(address.web(script), content, names)
        return self._site

    def _namespaces(self, found: dict[str, Any]) -> tuple[dict[str, int], tuple[int, ...]]:
        spaces = _into(found, "query", "namespaces")
        rows = [row for row in (spaces.values() if isinstance(spaces, dict) else ()) if isinstance(row, dict)]
        aliases = _into(found, "query", "namespacealiases")
        rows += [row for row in (aliases if isinstance(aliases, list) else ()) if isinstance(row, dict)]
        names = {
            str(row[key]).casefold(): int(row["id"])
            for row in rows
            for key in ("name", "canonical", "alias")
            if row.get(key) and isinstance(row.get("id"), int)
        }
        return names, tuple(int(row["id"]) for row in rows if row.get("content") and isinstance(row.get("id"), int))

    def infos(self, wanted: Wanted) -> Iterator[Info]:
        """The wanted pages, each once, as the wiki's lists have them; also those titles that it has no page for (`missing`)."""
        seen: set[int] = set()
        for found in self._listed(wanted):
            if found.pageid in seen or (found.redirect and not found.missing):
                continue
            if found.pageid:
                seen.add(found.pageid)
            yield found

    def _listed(self, wanted: Wanted) -> Iterator[Info]:
        spaces = wanted.namespaces or self.site().content
        for name in wanted.categories:
            given = {"generator": "categorymembers", "gcmtitle": f"Category:{name}", "gcmlimit": "max", "gcmtype": "page"}
            yield from self._generated({**given, "gcmnamespace": "|".join(map(str, spaces))})
        for prefix in wanted.prefixes:
            yield from self._prefixed(prefix, spaces)
        if wanted.everything:
            yield from self._prefixed("", spaces)
        yield from self.named(wanted.titles)

    def _prefixed(self, prefix: str, spaces: Iterable[int]) -> Iterator[Info]:
        """Pages whose title begins so; a prefix that names a namespace is about that one."""
        name, colon, rest = prefix.partition(":")
        number = self.site().namespaces.get(name.replace("_", " ").casefold()) if colon else None
        for space in spaces if number is None else (number,):
            given = {"generator": "allpages", "gapnamespace": str(space), "gaplimit": "max", "gapfilterredir": "nonredirects"}
            yield from self._generated({**given, "gapprefix": prefix if number is None else rest})

    def named(self, titles: Iterable[str]) -> Iterator[Info]:
        """The pages with these titles, those they redirect to in their place."""
        for batch in _batches(titles):
            yield from self._generated({"titles": "|".join(batch), "redirects": "1"})

    def numbered(self, ids: Iterable[int]) -> Iterator[Info]:
        """The pages with these numbers, `missing` where there is none any more."""
        for batch in _batches(map(str, ids)):
            yield from self._generated({"pageids": "|".join(batch)})

    def _generated(self, params: Mapping[str, str]) -> Iterator[Info]:
        for found in self._batches({**params, "prop": "info", "inprop": "protection"}):
            yield from self._convert(found.get("pages", []), list[Info])
            elsewhere = self._convert(found.get("interwiki", []), list[Named])
            yield from (Info(named.title, missing=True) for named in elsewhere)

    # --- texts ----------------------------------------------------------------------------------------------------------

    def fetch_pages(self, ids: Iterable[int]) -> Iterator[Fetched]:
        """The latest texts of pages, by number, each compared with the SHA-1 that the wiki gives for it."""
        return self._each(ids, {**_REVISIONS, **_USES, "prop": "revisions|categories|templates"})

    def fetch_uses(self, ids: Iterable[int]) -> Iterator[Fetched]:
        """The categories and templates of pages, by number, without their texts."""
        return self._each(ids, {**_USES, "prop": "categories|templates"})

    def _each(self, ids: Iterable[int], given: Mapping[str, str]) -> Iterator[Fetched]:
        for batch in _batches(map(str, ids)):
            for found in self._batches({**given, "pageids": "|".join(batch)}):
                for held in self._convert(found.get("pages", []), list[Held]):
                    yield self._fetched(held)

    def fetch_revisions(self, ids: Iterable[int]) -> Iterator[Page]:
        """Revisions by number, as pages; those that are hidden, deleted or no wikitext are left out."""
        given = {**_REVISIONS, "prop": "revisions"}
        for batch in _batches(map(str, ids)):
            for found in self._batches({**given, "revids": "|".join(batch)}):
                for held in self._convert(found.get("pages", []), list[Held]):
                    pages = (self._page(held.title, revision) for revision in held.revisions)
                    yield from (page for page in pages if page is not None)

    def fetch_history(self, number: int, older: int) -> Page | None:
        """A page by its number, with so many of its older revisions; those whose text can't be had are left out. None without any."""
        given = {**_REVISIONS, "action": "query", "prop": "revisions", "pageids": str(number)}
        pages: list[Page] = []
        asked = 0
        more: dict[str, str] = {}
        while len(pages) <= older and asked < 2 * older + BATCH:
            limit = min(BATCH, older + 1 - len(pages))
            answer = self.ask({**given, "rvlimit": str(limit), **more})
            held = self._convert(_into(answer, "query", "pages") or [], list[Held])
            pages += [page for each in held for revision in each.revisions if (page := self._page(each.title, revision))]
            asked += limit
            going = _into(answer, "continue")
            if not isinstance(going, dict) or going == more:
                break
            more = {str(key): str(value) for key, value in going.items()}
        return structs.replace(pages[0], history=tuple(pages[1:])) if pages else None

    def fetch_entries(self, entries: Sequence[Entry]) -> Iterator[Page]:
        """What entries of a feed of this wiki tell of: their revisions, and the latest one of a page where an entry names none."""
        wiki = self.site().wiki
        own = [entry for entry in entries if entry.wiki and wiki and self._host.is_own(entry.wiki)]
        yield from self.fetch_revisions(sorted({entry.revision.id for entry in own if entry.revision.id}))
        titles = sorted({entry.title for entry in own if not entry.revision.id and "|" not in entry.title})
        numbers = [info.pageid for info in self.named(titles) if info.pageid]
        yield from (fetched.page for fetched in self.fetch_pages(numbers) if fetched.page is not None)

    def _fetched(self, held: Held) -> Fetched:
        revision = held.revisions[0] if held.revisions else None
        page = self._page(held.title, revision) if revision else None
        why = ""
        if page is None:
            why = "there is no such page" if held.missing else "its text is hidden on the wiki"
            if revision is not None and revision.main.contentmodel != "wikitext":
                why = f"it is no wikitext but {revision.main.contentmodel[:40]}"
        categories = tuple(sorted(name.title.partition(":")[2] for name in held.categories))
        templates = tuple(sorted(name.title for name in held.templates))
        return Fetched(held.pageid, held.title, held.ns, page, categories, templates, why)

    def _page(self, title: str, revision: Revised) -> Page | None:
        text = revision.main.content
        if text is None or revision.main.contentmodel != "wikitext":
            return None
        wiki = self.site().wiki
        url = address.permalink(wiki, title, revision.revid)
        digest = text_sha1(text)
        told = Revision(revision.revid, revision.parentid or None, revision.timestamp, revision.user, revision.comment, digest)
        notes: tuple[Diagnostic, ...] = ()
        if revision.sha1 and revision.sha1 != digest:
            what = (
                f"{self.name}: {title!r}: revision {revision.revid}: the text doesn't have the SHA-1 that the wiki gives for it: "
                "it was changed on the way"
            )
            notes = (Diagnostic("text-changed-on-the-way", "warning", what),)
        return Page(title, text, "wikitext", wiki, url, told, self.name, diagnostics=notes)

    # --- images -------------------------------------------------------------------------------------------------------

    def fetch_file(self, name: str, limit: int = 32 << 20) -> bytes | None:
        """The bytes of an uploaded file ("Plan.png"), checked against the wiki's SHA-1. None when there is none, it is larger than `limit`
        bytes, or it lies on another host."""
        given = {"titles": f"File:{name}", "prop": "imageinfo", "iiprop": "url|size|sha1"}
        for found in self._batches(given):
            for held in found.get("pages", []):
                images = self._convert(held.get("imageinfo", []) if isinstance(held, dict) else [], list[Image])
                for image in images[:1]:
                    return self._bytes(image, limit)
        return None

    def _bytes(self, image: Image, limit: int) -> bytes | None:
        url = web.joined(self._endpoint(), image.url)
        if image.size > limit or not self._host.is_own(url):
            return None
        body = self._host.patiently(lambda: self._host.once(url, limit)).body
        return body if sha1(body, usedforsecurity=False).hexdigest() == image.sha1 else None


def variable(name: str) -> str:
    """The beginning of the environment variables that hold a wiki's credentials."""
    return "RUNBOOK_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def _batches(values: Iterable[str]) -> Iterator[Sequence[str]]:
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _join(whole: dict[str, Any], part: dict[str, Any]) -> None:
    """Adds an answer's part to what came before: a page's lists grow, pages are told apart by their number."""
    known = {page["pageid"]: page for page in whole.get("pages", []) if page.get("pageid")}
    for key, value in part.items():
        if key != "pages":
            whole.setdefault(key, value)
            continue
        pages = whole.setdefault("pages", [])
        for page in value if isinstance(value, list) else ():
            if not isinstance(page, dict) or not isinstance(page.get("pageid", 0), int):
                continue
            old = known.get(page.get("pageid"))
            if old is None:
                pages.append(page)
                continue
            for name, more in page.items():
                old[name] = [*old[name], *more] if isinstance(more, list) and isinstance(old.get(name), list) else more


def _into(found: Any, *keys: str) -> Any:
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _page_title(body: bytes) -> str:
    text = body[:20_000].decode("utf-8", "replace")
    at, end = text.find("<title>"), text.find("</title>")
    return f" (a page with the title {text[at + 7 : end].strip()[:80]!r})" if 0 <= at < end else ""
