"""Pages for leaving a wiki: Markdown as the author meant it, HTML and the tree of blocks as MediaWiki shows them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from runbook import frontmatter
from runbook.convert import markdown
from runbook.convert.markdown import Refusal
from runbook.convert.names import IMAGES, Fetch, Names, Pictures, anchor, folded
from runbook.extract import Project
from runbook.extract.pages import NO_PROJECT
from runbook.markup import parse
from runbook.model import Block, Diagnostic, Document, Link, Page, PageInfo, Paragraph, Text, to_json
from runbook.render import view

__all__ = ["IMAGES", "SUFFIXES", "Converted", "Fetch", "Names", "Pictures", "Refusal", "Tree", "convert", "folded", "schema"]

Form = Literal["html", "markdown", "json"]
SUFFIXES: dict[Form, str] = {"html": ".html", "markdown": ".md", "json": ".json"}


class Tree(Struct, frozen=True, kw_only=True):
    """A page as the tree of blocks that MediaWiki shows: where it redirects to, its blocks, what was odd."""

    format: Literal[1] = 1
    page: PageInfo
    redirect: str | None
    blocks: tuple[Block, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Converted(Struct, frozen=True):
    """A page in its new form, and what there is to say about it."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of a tree of blocks."""
    return msgspec.json.schema(Tree)


def convert(page: Page, form: Form, names: Names, pictures: Pictures, project: Project = NO_PROJECT) -> Converted:
    """A page in another form, its links and pictures leading to where `names` and `pictures` say. Raises Refusal for a page that
    can't be written as Markdown."""
    return _Conversion(page, names, pictures, project).to(form)


class _Conversion:
    def __init__(self, page: Page, names: Names, pictures: Pictures, project: Project) -> None:
        self.page = page
        self.names = names
        self.pictures = pictures
        self.project = project
        self.lost: dict[str, None] = {}

    def to(self, form: Form) -> Converted:
        made = {"html": self._html, "markdown": self._markdown, "json": self._json}[form]()
        return Converted(made.text, (*made.diagnostics, *self._lost()))

    def _lost(self) -> tuple[Diagnostic, ...]:
        return tuple(Diagnostic("picture-not-fetched", "info", f"linked, not fetched: the file {name!r}") for name in self.lost)

    def link(self, target: str) -> str:
        """Where a link to a page leads."""
        return self.names.link(target, self.page.title, self.page.wiki)[0]

    def image(self, name: str) -> str:
        """Where a picture lies; one with an address of its own stays there."""
        if name.lower().startswith(("http://", "https://")):
            return name
        address, fetched = self.pictures.link(name, self.names.files.get(folded(self.page.title), ""), self.page.wiki)
        if not fetched:
            self.lost[name] = None
        return address

    def _document(self) -> Document:
        return parse(self.page, meanings=self.project.meanings, definitions=self.project.definitions)

    def _markdown(self) -> Converted:
        redirect = self._document().redirect if self.page.markup == "wikitext" else None
        made = markdown.write(self.page, self.link, self.image, self.project)
        if redirect is None:
            return Converted(made.text, made.diagnostics)
        front = frontmatter.write({"title": frontmatter.words(self.page.title), "redirect": frontmatter.words(redirect)})
        rest = made.text[frontmatter.split(made.text)[1] :]
        return Converted(f"{front}\n{markdown.moved(redirect, self._target(redirect))}\n{rest}", made.diagnostics)

    def _target(self, redirect: str) -> str:
        return self.names.link(redirect, self.page.title, self.page.wiki)[0]

    def _html(self) -> Converted:
        document = self._document()

        def links(target: str) -> str:
            return self.image(target[5:]) if target.startswith("File:") else self.link(target)

        def named(words: str) -> str:
            return anchor(words, self.names.suffix)

        blocks = document.blocks
        if document.redirect is not None:
            blocks = (Paragraph((Link(document.redirect, (Text(document.redirect),)),), (1, 1)), *blocks)
        return Converted(view.page(self.page.title, blocks, links, named), document.diagnostics)

    def _json(self) -> Converted:
        document, page = self._document(), self.page
        info = PageInfo(page.title, page.wiki, page.url, page.markup, page.revision, document.categories)
        tree = Tree(page=info, redirect=document.redirect, blocks=document.blocks, diagnostics=document.diagnostics)
        return Converted(to_json(tree, indent=2) + "\n", document.diagnostics)
