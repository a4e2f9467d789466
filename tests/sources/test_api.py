"""A wiki that answers wrongly, slowly, or with bad intent: what is asked of it, what is refused, and that nobody else is ever asked."""

from __future__ import annotations

import errno
import gzip
import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from runbook import atomic, pull, sources
from runbook.model import Page, Revision, SourceError, text_sha1
from runbook.sources import pulled, web
from runbook.sources.api import Wiki
from runbook.sources.api_records import Access, Fetched, Info, Site, Wanted

SECRET = "hunter2-and-more"
SITE = {
    "general": {"generator": "MediaWiki 1.43.0", "server": "http://127.0.0.1", "script": "/index.php"},
    "namespaces": {"0": {"id": 0, "name": "", "content": True}, "10": {"id": 10, "name": "Template"}},
}
Answer = tuple[int, dict[str, str], bytes]


def reply(body: object, status: int = 200, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, {key.replace("_", "-"): value for key, value in headers.items()}, data


class Fake:
    """A server on loopback that answers each request with what `script` says; `seen` holds the requests' paths and fields."""

    def __init__(self, script: Callable[[dict[str, str]], Answer]) -> None:
        self.seen: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                query = urlsplit(self.path).query or self.rfile.read(length).decode()
                fields = {key: values[0] for key, values in parse_qs(query).items()}
                fields["path"] = urlsplit(self.path).path
                outer.seen.append(fields)
                fields["method"] = self.command
                outer.headers.append(dict(self.headers))
                status, headers, body = script(fields)
                self.send_response(status)
                for key, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def wiki(self, **more: Any) -> Wiki:
        pauses: list[float] = []
        self.pauses = pauses
        return Wiki(Access("main", self.url, "me@example.org", "runbook/1", f"{self.url}/api.php", **more), sleep=pauses.append)


@pytest.fixture
def fake() -> Iterator[Callable[[Callable[[dict[str, str]], Answer]], Fake]]:
    made: list[Fake] = []

    def make(script: Callable[[dict[str, str]], Answer]) -> Fake:
        made.append(Fake(script))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_wiki_is_told_who_asks_and_how_patient_it_is(fake: Any) -> None:
    server = fake(lambda _: reply({"query": SITE}))
    server.wiki().site()
    assert server.headers[0]["User-Agent"] == "runbook/1 (me@example.org)"
    assert server.headers[0]["Accept-Encoding"] == "gzip"
    assert "Authorization" not in server.headers[0]
    assert server.seen[0]["maxlag"] == "5"


def test_a_token_goes_with_every_request(fake: Any) -> None:
    server = fake(lambda _: reply({"query": SITE}))
    server.wiki(token=SECRET).site()
    assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"


def test_packed_answers_are_unpacked(fake: Any) -> None:
    body = gzip.compress(json.dumps({"query": SITE}).encode())
    assert fake(lambda _: reply(body, Content_Encoding="gzip")).wiki().site().content == (0,)


def test_a_login_that_is_forgotten_is_made_again(fake: Any) -> None:
    logins: list[str] = []

    def script(fields: dict[str, str]) -> Answer:
        if fields.get("type") == "login":
            return reply({"query": {"tokens": {"logintoken": "t"}}})
        if "lgpassword" in fields:
            logins.append(fields["lgname"])
            return reply({"login": {"result": "Success"}})
        assert fields["assert"] == "user"
        return reply({"error": {"code": "assertuserfailed"}} if len(logins) < 2 else {"query": SITE})

    server = fake(script)
    server.wiki(user="Ann@x", password=SECRET).site()
    assert logins == ["Ann@x", "Ann@x"]


def test_many_long_titles_are_posted_and_few_are_not(fake: Any) -> None:
    server = fake(lambda _: reply({"query": {}, "batchcomplete": True}))
    wiki = server.wiki()
    assert list(wiki.named(["short"])) == []
    assert list(wiki.named(["長" * 80] * 120)) == []
    assert [fields["method"] for fields in server.seen] == ["GET", "POST", "POST", "POST"]
    assert [fields["titles"].count("長") for fields in server.seen] == [0, 4000, 4000, 1600]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_other_host_is_ever_asked(fake: Any, status: int) -> None:
    other = fake(lambda _: reply(b"secret"))
    server = fake(lambda _: reply(b"", status, Location=f"{other.url}/api.php"))
    with pytest.raises(SourceError, match=r"refused to go to 'http://127\.0\.0\.1:.*only 127\.0\.0\.1:\d+ is ever contacted"):
        server.wiki().site()
    assert (len(server.seen), other.seen) == (1, [])


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1:1/",
        "file:///etc/passwd",
        "//localhost/x",
        "http://user@127.0.0.1:{port}/",
        "ftp://127.0.0.1/",
        "http://[",
        "http://127.0.0.1:99999/",
    ],
)
def test_redirects_that_only_look_like_home_are_refused(fake: Any, target: str) -> None:
    server = fake(lambda _: reply(b"", 302, Location=target.replace("{port}", str(server.server.server_port))))
    with pytest.raises(SourceError, match=r"refused to go to|can't be talked to"):
        server.wiki().site()
    assert len(server.seen) == 1


def test_redirects_at_home_are_followed_but_not_for_ever(fake: Any) -> None:
    def script(fields: dict[str, str]) -> Answer:
        if fields["path"] == "/w/api.php":
            return reply({"query": SITE})
        return reply(
            b"", 301, Location="/w/api.php?" + "&".join(f"{key}={value}" for key, value in fields.items() if key != "path")
        )

    assert fake(script).wiki().site().content == (0,)
    endless = fake(lambda _: reply(b"", 301, Location="/"))
    with pytest.raises(SourceError, match="redirects more than"):
        endless.wiki().site()


def test_the_api_is_found_from_any_page_but_only_at_home(fake: Any) -> None:
    def script(fields: dict[str, str]) -> Answer:
        if fields["path"] == "/w/api.php":
            return reply({"query": SITE})
        head = '<html><link rel="EditURI" type="application/rsd+xml" href="{}/w/api.php?action=rsd"/>'
        return reply(head.format("" if fields["path"] == "/Page" else other.url).encode())

    other = fake(lambda _: reply({"query": SITE}))
    server = fake(script)
    wiki = Wiki(Access("main", f"{server.url}/Page", "me@example.org", "runbook/1"))
    assert wiki.site().namespaces["template"] == 10
    with pytest.raises(SourceError, match="refused to go to"):
        Wiki(Access("main", f"{server.url}/Evil", "me@example.org", "runbook/1")).site()
    assert not other.seen


def test_images_elsewhere_are_not_fetched(fake: Any) -> None:
    other = fake(lambda _: reply(b"image"))

    def script(fields: dict[str, str]) -> Answer:
        image = {"url": f"{other.url}/a.png", "size": 5, "sha1": "x"}
        return reply({"query": {"pages": [{"title": fields["titles"], "imageinfo": [image]}]}})

    assert fake(script).wiki().fetch_file("A.png") is None
    assert not other.seen


@pytest.mark.parametrize(
    ("answers", "pauses"),
    [
        ([reply(b"", 429, Retry_After="7")], [7]),
        ([reply(b"", 503), reply(b"", 502), reply(b"", 504)], [1, 2, 4]),
        ([reply({"error": {"code": "ratelimited", "info": "slow"}}, Retry_After="3")] * 3, [3, 3, 4]),
        ([reply({"error": {"code": "maxlag", "info": "5 s"}}, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")], [1]),
        ([reply(b"cut off", Content_Length="100")], [1]),
        ([reply(b"\x1f\x8b no gzip", Content_Encoding="gzip")], [1]),
    ],
)
def test_what_may_get_better_is_asked_again_after_a_pause(fake: Any, answers: list[Answer], pauses: list[float]) -> None:
    waiting = iter(answers)
    server = fake(lambda _: next(waiting, reply({"query": SITE})))
    server.wiki().site()
    assert server.pauses == pauses


def test_a_wiki_that_wants_to_be_left_alone_is(fake: Any) -> None:
    server = fake(lambda _: reply(b"", 503, Retry_After="86400"))
    with pytest.raises(SourceError, match="asks to come back in 86400 seconds"):
        server.wiki().site()
    assert (len(server.seen), server.pauses) == (1, [])
    server = fake(lambda _: reply(b"", 503))
    with pytest.raises(SourceError, match="given up after 7 attempts"):
        server.wiki().site()
    assert server.pauses == [1, 2, 4, 8, 16, 32]


def test_nobody_at_home(fake: Any) -> None:
    server = fake(lambda _: reply(b""))
    wiki = server.wiki()
    server.close()
    with pytest.raises(SourceError, match=r"can't be reached.*refused; given up"):
        wiki.site()


BAD = {
    "cut gzip": (reply(gzip.compress(os.urandom(9000).hex().encode())[:-900], Content_Encoding="gzip"), "something else than"),
    "HTML": (reply(b"<html><title>Login required</title>"), r"'Login required'.*is .* its api\.php"),
    "deep": (reply(b"[" * 200_000), "something else than the API"),
    "list": (reply([]), "something else than the API"),
    "no wiki": (reply({"query": {}}), "no MediaWiki"),
    "old": (reply({"query": {"general": {"generator": "MediaWiki 1.19.24"}}}), r"1\.19 is too old"),
    "missing": (reply(b"", 404), "HTTP status 404"),
    "forbidden": (reply(b"", 403), "HTTP status 403"),
    "denied": (reply({"error": {"code": "readapidenied", "info": "no"}}), "RUNBOOK_MAIN_TOKEN"),
    "odd error": (reply({"error": ["x"]}), "the API refuses"),
    "large": (reply(gzip.compress(b" " * 3_000_000), Content_Encoding="gzip"), "more than 1 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_answers_that_make_no_sense_are_refused(fake: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook.sources.api.ANSWER_LIMIT", 1 << 20)
    answer, words = BAD[name]
    with pytest.raises(SourceError, match=words) as caught:
        fake(lambda _: answer).wiki().site()
    assert caught.value.where == "wiki 'main'"


@pytest.mark.parametrize(
    ("query", "shaped"),
    [
        ({"pages": 5}, False),
        ({"pages": [5]}, False),
        ({"pages": [{"pageid": "x"}]}, False),
        ({"pages": [{"pageid": 1, "title": 3, "ns": "x", "revisions": 3}]}, True),
        (7, False),
        ({"pages": [{"pageid": [1]}]}, False),
    ],
)
def test_lists_and_texts_of_another_shape_do_no_harm(fake: Any, query: object, shaped: bool) -> None:
    wiki = fake(lambda fields: reply({"query": SITE if fields.get("meta") else query, "batchcomplete": True})).wiki()
    for ask in (lambda: list(wiki.infos(Wanted(everything=True))), lambda: list(wiki.fetch_pages([1]))):
        with pytest.raises(SourceError, match="something else than the API") if shaped else nullcontext():
            assert ask() == []


def test_a_list_goes_on_in_the_next_answer_and_not_in_circles(fake: Any) -> None:
    def script(fields: dict[str, str]) -> Answer:
        if fields.get("meta"):
            return reply({"query": SITE})
        start = int(fields.get("gapcontinue", 0))
        pages = [{"pageid": start + 1, "ns": 0, "title": f"P{start}", "lastrevid": 1}]
        more = {} if start == 3 else {"continue": {"gapcontinue": start + 1, "continue": "-||"}}
        return reply({"query": {"pages": pages}, "batchcomplete": True, **more})

    assert [info.title for info in fake(script).wiki().infos(Wanted(everything=True))] == ["P0", "P1", "P2", "P3"]
    endless = {"query": {**SITE, "pages": []}, "continue": {"gapcontinue": "x"}}
    with pytest.raises(SourceError, match="on and on"):
        list(fake(lambda _: reply(endless)).wiki().infos(Wanted(everything=True)))


def test_parts_of_one_page_in_several_answers_are_joined(fake: Any) -> None:
    revision = {"revid": 4, "parentid": 0, "slots": {"main": {"content": "text"}}, "sha1": text_sha1("text")}

    def script(fields: dict[str, str]) -> Answer:
        if fields.get("meta"):
            return reply({"query": SITE})
        if "clcontinue" in fields:
            page = {"pageid": 1, "title": "P", "ns": 0, "categories": [{"title": "Category:B"}], "revisions": [revision]}
            return reply({"query": {"pages": [page]}, "batchcomplete": True})
        page = {"pageid": 1, "title": "P", "ns": 0, "categories": [{"title": "Category:A"}]}
        return reply({"query": {"pages": [page]}, "continue": {"clcontinue": "x"}})

    [fetched] = fake(script).wiki().fetch_pages([1])
    assert fetched.categories == ("A", "B")
    assert fetched.page is not None
    assert fetched.page.text == "text"


def test_a_text_that_lost_something_on_the_way_is_told(fake: Any) -> None:
    revision = {"revid": 4, "slots": {"main": {"content": "changed"}}, "sha1": text_sha1("text")}
    page = {"pageid": 1, "title": "P", "ns": 0, "revisions": [revision]}
    server = fake(lambda fields: reply({"query": SITE if fields.get("meta") else {"pages": [page]}, "batchcomplete": True}))
    [fetched] = server.wiki().fetch_pages([1])
    assert fetched.page is not None
    assert [note.code for note in fetched.page.diagnostics] == ["text-changed-on-the-way"]


def test_no_secret_gets_into_messages_logs_and_tracebacks(fake: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def script(fields: dict[str, str]) -> Answer:
        if fields.get("type") == "login":
            return reply({"query": {"tokens": {"logintoken": "t"}}})
        if "lgpassword" in fields:
            return reply({"login": {"result": "Failed", "reason": f"{fields['lgpassword']} is wrong"}})
        return reply({"error": {"code": SECRET, "info": f"no token {SECRET}"}})

    for more in ({"user": "Ann@x", "password": SECRET}, {"token": SECRET}):
        server = fake(script)
        wiki = server.wiki(**more)
        with pytest.raises(SourceError, match=r"\*\*\*") as caught:
            wiki.site()
        told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(wiki) + repr(wiki._access)
        assert SECRET not in told
        assert not any(SECRET in value for fields in server.seen if "lgpassword" not in fields for value in fields.values())


def test_secrets_are_not_sent_in_the_clear() -> None:
    access = Access("main", "http://wiki.example.org/", "me@example.org", "runbook/1", token=SECRET)
    with pytest.raises(SourceError, match="only sent over https"):
        Wiki(access)


def test_what_netrc_knows_is_not_sent(fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login x password {SECRET}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server = fake(lambda _: reply({"query": SITE}))
    host = web.Host("x", server.url, "agent")
    sent: dict[str, str] = {}
    original = host._session.send
    monkeypatch.setattr(host._session, "send", lambda request, **more: sent.update(request.headers) or original(request, **more))
    host.once(server.url, 1000)
    assert "Authorization" not in sent


# --- a kill at any moment -----------------------------------------------------------------------------------------------


class Texts:
    """A wiki that can be pulled without network: page numbers and their texts."""

    name = "wiki 'main'"
    requests = 0

    def __init__(self, texts: dict[int, str], revision: int) -> None:
        self.texts = texts
        self.revision = revision

    def site(self) -> Site:
        return Site("https://wiki.example/index.php", (0,), {})

    def infos(self, _: Wanted) -> Iterator[Info]:
        return (Info(f"P {number}", 0, number, self.revision, str(self.revision)) for number in self.texts)

    def numbered(self, ids: list[int]) -> Iterator[Info]:
        return (Info(pageid=number, missing=True) for number in ids)

    def fetch_pages(self, ids: list[int]) -> Iterator[Fetched]:
        for number in ids:
            text = self.texts[number]
            page = Page(f"P {number}", text, revision=Revision(self.revision, sha1=text_sha1(text)))
            yield Fetched(number, page.title, 0, page)

    def fetch_uses(self, _: list[int]) -> Iterator[Fetched]:
        return iter(())


OLD = Texts({1: "old one", 2: "old two", 3: "old three"}, 1)
NEW = Texts({1: "new one", 2: "new two", 4: "new four"}, 2)


def state(folder: Path) -> dict[str, str]:
    """What is there, and whether the index knows it so."""
    pages = list(sources.read_directory(folder))
    assert {page.title for page in pages} == {page.title for page in pulled.read_state(folder).pages}
    assert all(page.revision.id for page in pages)
    return {page.title: page.text for page in pages}


def killed_at(step: int, folder: Path) -> int:
    """A pull of NEW in a process of its own, which ends as if killed when it touches the file system for the `step`th time."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = [step]

    def audit(event: str, _: object) -> None:
        if event.startswith(("open", "os.", "shutil.", "tempfile.", "ctypes.dlsym", "fcntl.")):
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)

    try:
        sys.addaudithook(audit)
        pull.pull(NEW, folder, Wanted(), prune=True)  # type: ignore[arg-type]
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_kill_at_any_moment_leaves_the_old_state_or_the_new(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object) -> None:
        raise OSError(errno.EINVAL, "no such thing here")

    if not exchanges:
        monkeypatch.setattr(atomic, "exchange", unable)
    seen = set()
    for step in range(1, 1000):
        folder = tmp_path / str(step) / "main"
        pull.pull(OLD, folder, Wanted())  # type: ignore[arg-type]
        (folder / "overrides.toml").write_text("# ours")
        code = killed_at(step, folder)
        assert code in {0, 9}
        if not exchanges and not folder.exists():  # away for a moment: the next pull brings it back
            with pytest.raises(SourceError, match="none of the pages"):
                pull.pull(Texts({}, 2), folder, Wanted())  # type: ignore[arg-type]
            seen.add("away")
        found = state(folder)
        seen.add("old" if found == {f"P {number}": text for number, text in OLD.texts.items()} else "new")
        pull.pull(NEW, folder, Wanted(), prune=True)  # type: ignore[arg-type]  # what the killed one left is no hindrance
        assert state(folder) == {f"P {number}": text for number, text in NEW.texts.items()}
        assert (folder / "overrides.toml").read_text() == "# ours"
        assert [path.name for path in folder.parent.iterdir()] == ["main"]
        if code == 0:
            break
    assert code == 0
    assert step > 20
    assert seen == ({"old", "new"} if exchanges else {"old", "new", "away"})


def test_two_pulls_at_once_are_refused(tmp_path: Path) -> None:
    with pulled.replacing(tmp_path / "main"), pytest.raises(SourceError, match="another pull"):
        pull.pull(OLD, tmp_path / "main", Wanted())  # type: ignore[arg-type]


def test_a_folder_of_another_wiki_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "main").mkdir()
    (tmp_path / "main" / "pulled.lock").write_bytes(pulled.encode(pulled.State("https://other.example/")))
    with pytest.raises(SourceError, match=r"pages of another wiki \(https://other.example/\)"):
        pull.pull(OLD, tmp_path / "main", Wanted())  # type: ignore[arg-type]
    (tmp_path / "main" / "pulled.lock").write_text('{"format": 2}')
    with pytest.raises(SourceError, match="is no index of pulled pages"):
        pull.pull(OLD, tmp_path / "main", Wanted())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"), [("A\n\n# no title\nB c\n", None), ("A|B", "x:1: no title: 'A|B' has '|' in it"), ("ok\n<x>", "x:2")]
)
def test_lists_of_titles(text: str, words: str | None) -> None:
    if words is None:
        assert list(pull.titles_in(text, "x")) == ["A", "B c"]
    else:
        with pytest.raises(SourceError) as caught:
            list(pull.titles_in(text, "x"))
        assert words in str(caught.value)
