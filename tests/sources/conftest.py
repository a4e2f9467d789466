"""Feeds and exports written as MediaWiki writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

DATA = Path(__file__).parents[1] / "data" / "sources"


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


def php_html(text: str, *, single: bool = False) -> str:
    """htmlspecialchars: before PHP 8.1, and where ENT_COMPAT is asked for, ' stays."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return text.replace("'", "&#039;") if single else text


def source_html(text: str, *, user: str = "Ann", comment: str = "why", colon: str = ": ", single: bool = False) -> str:
    """ApiFeedContributions::feedItemDesc."""
    body = php_html(text, single=single).replace("\n", "<br />\n")
    return f"<p>{php_html(user)}{colon}{php_html(comment)}</p>\n<hr />\n<div>{body}</div>"


def atom_entry(title: str, html: str, *, link: str | None = None, time: str = "2024-05-06T07:08:09Z", user: str = "Ann") -> str:
    link = "https://wiki.example/w/index.php?title=Page&diff=7" if link is None else link
    return (
        f"\t<entry>\n\t\t<id>{php_html(link)}</id>\n\t\t<title>{php_html(title)}</title>\n"
        f'\t\t<link rel="alternate" type="text/html" href="{php_html(link)}"/>\n\t\t<updated>{time}</updated>\n\n'
        f'\t\t<summary type="html">{php_html(html)}</summary>\n\t\t<author><name>{php_html(user)}</name></author>\n\t\t\n\t</entry>\n'
    )


def atom(
    entries: Iterable[str], *, own: str = "https://wiki.example/w/api.php?action=feedcontributions&user=Ann", lang: str = "en"
) -> bytes:
    own = php_html(own)
    head = f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}">\n\t<id>{own}</id>\n\t<title>Wiki</title>\n'
    link = f'\t<link rel="self" type="application/atom+xml" href="{own}"/>\n\t<updated>2030-01-01T00:00:00Z</updated>\n'
    return (head + link + "".join(entries) + "</feed>").encode()


def base36(text: str) -> str:
    number, digits = int(hashlib.sha1(text.encode()).hexdigest(), 16), ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits.zfill(31)


def revision_xml(
    text: str, number: int = 1, *, time: str = "2024-01-01T00:00:00Z", model: str = "wikitext", sha1: str | None = None
) -> str:
    size = len(text.encode())
    return (
        f"    <revision>\n      <id>{number}</id>\n      <parentid>{number - 1}</parentid>\n      <timestamp>{time}</timestamp>\n"
        "      <contributor>\n        <username>Ann</username>\n        <id>3</id>\n      </contributor>\n"
        f"      <comment>R&amp;D</comment>\n      <model>{model}</model>\n      <format>text/x-wiki</format>\n"
        f'      <text bytes="{size}" xml:space="preserve">{escape(text)}</text>\n'
        f"      <sha1>{base36(text) if sha1 is None else sha1}</sha1>\n    </revision>\n"
    )


def page_xml(title: str, *revisions: str, ns: int = 0, redirect: str | None = None) -> str:
    leads = "" if redirect is None else f'    <redirect title="{php_html(redirect)}" />\n'
    return (
        f"  <page>\n    <title>{escape(title)}</title>\n    <ns>{ns}</ns>\n    <id>9</id>\n{leads}{''.join(revisions)}  </page>\n"
    )


def export_xml(*pages: str, base: str = "https://wiki.example/wiki/Main_Page") -> bytes:
    names = ((0, ""), (1, "Talk"), (10, "Template"), (14, "Kategorie"), (828, "Module"))
    rows = "".join(f'<namespace key="{key}" case="first-letter">{name}</namespace>' for key, name in names)
    head = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n  <siteinfo>'
    site = f"<sitename>W</sitename><base>{base}</base><namespaces>{rows}</namespaces></siteinfo>\n"
    return (head + site + "".join(pages) + "</mediawiki>\n").encode()


@pytest.fixture(scope="session")
def write() -> Any:
    """The functions of this module, as attributes: test modules can't import one another."""

    class Write:
        source_html: Callable[..., str] = staticmethod(source_html)
        php_html: Callable[..., str] = staticmethod(php_html)
        entry: Callable[..., str] = staticmethod(atom_entry)
        atom: Callable[..., bytes] = staticmethod(atom)
        revision: Callable[..., str] = staticmethod(revision_xml)
        page: Callable[..., str] = staticmethod(page_xml)
        export: Callable[..., bytes] = staticmethod(export_xml)

    return Write
