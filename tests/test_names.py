"""Names of namespaces and magic words in other languages, and what the wikitext parser makes of them."""

from __future__ import annotations

import pytest
from runbook import names
from runbook.markup import parse
from runbook.markup.outline import outline
from runbook.model import Document, Page


def read(text: str, **more: dict[str, str]) -> Document:
    return parse(Page("Case", text), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("File", "file"), ("image", "file"), ("Datei", "file"), ("Fichier", "file"), ("Файл", "file"), ("ファイル", "file"), (" archivo_", "file"),
        ("Kategorie", "category"), ("Категория", "category"), ("Vorlage", "template"), ("Modèle", "template"), ("Hilfe", "help"), ("Benutzer", "user"),
        ("Diskussion", "talk"), ("Spezial", "special"), ("Media", "media"), ("Nothing", ""), ("", ""),
    ],
)  # fmt: skip
def test_namespaces(name: str, kind: str) -> None:
    assert names.space(name) == kind
    assert names.of_title(f"{name}:x") == kind
    assert names.of_title(name) == ""


@pytest.mark.parametrize(
    "text",
    [
        "#REDIRECT [[A b]]",
        "#WEITERLEITUNG [[A b]]",
        "#REDIRECTION [[A b|c]]",
        "#ПЕРЕНАПРАВЛЕНИЕ [[A b]]",
        "#перенаправление: [[A b]]",
        "#転送 [[A b]]",
    ],
)
def test_redirects(text: str) -> None:
    assert read(text).redirect == "A b"


@pytest.mark.parametrize("text", ["text #WEITERLEITUNG [[A]]", "#NOWHERE [[A]]", "#REDIRECT A"])
def test_what_is_no_redirect(text: str) -> None:
    assert read(text).redirect is None


def test_categories_pictures_and_switches_of_other_languages() -> None:
    document = read(
        "[[Kategorie:Netz]] [[Категория:Сеть|x]]\n__KEIN_INHALTSVERZEICHNIS__\n[[Datei:a.png|mini|Ein ''Bild'']]\n[[Kategorie]] __init__"
    )
    assert document.categories == ("Netz", "Сеть")
    assert outline(document).split("\n") == [
        "1 hidden category 'Netz'",
        "2 hidden switch 'KEIN_INHALTSVERZEICHNIS'",
        "3 <div>",
        "  3 text (image a.png: )",
        "  3 <div>",
        "    3 text Ein (italic Bild)",
        "4 p (link Kategorie: Kategorie) __init__",
    ]


def test_templates_by_the_name_of_their_namespace() -> None:
    assert outline(read("{{Vorlage:Foo|x}} {{foo|y}}", definitions={"Foo": "<{{{1}}}>"})) == "1 p <x> <y>"


@pytest.mark.parametrize(
    ("option", "kind"),
    [
        ("thumb", "image_caption"), ("miniatur", "image_caption"), ("мини", "image_caption"), ("rechts", "image_block"), ("none", "image_block"),
        ("200px", "image_option"), ("x30px", "image_option"), ("alternativtext=Ein Bild", "image_alt"), ("a caption", ""), ("a = b", ""),
    ],
)  # fmt: skip
def test_options_of_pictures(option: str, kind: str) -> None:
    assert names.image_option(option)[0] == kind
