"""Whole sections of a configuration, known by their syntax alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.file_lines import is_directive
from runbook.forms import is_elision, is_statement
from runbook.looks import as_command
from runbook.patterns import pattern
from runbook.tables import is_row
from runbook.words import words

_OPENS_SECTION: Final = re.compile(r"<(?P<name>[A-Z][A-Za-z]*)\s+[^<>=]+>")
"""`<Directory "/srv">`: a name and a value, where an element of XML has attributes, each with its `=`."""

_CLOSES_SECTION: Final = re.compile(r"</(?P<name>[A-Z][A-Za-z]*)>")
_DIRECTIVE: Final = re.compile(r"[A-Z][A-Za-z]+(?:\s+\S.*)?|[a-z]+\s+\S.*")
_OPENS_BRACES: Final = re.compile(r"[a-z][\w\-]*(?:\s+[^{};(\s][^{};]*)?\s*\{|if\s*\([^{};]*\)\s*\{")
_OPENS_CONDITION: Final = re.compile(r"\$[A-Z]+\[\"\w+\"\]\s*[=!][=~]\s*\".*\"\s*\{|if\s*\(\s*\$\w+\s*[=!]?[=~]\*?\s*\S.*\)\s*\{")
"""`$HTTP["host"] == "…" {` (lighttpd's) and `if ($uri ~ "…") {` (nginx's): their conditions hold any sign."""
_STATEMENT: Final = re.compile(r"[a-z][\w\-]*(?:\s+[^{}=(\s][^{}]*)?;")
"""`listen 80;`: a name and its values, where a program assigns or calls."""

_OPTION: Final = pattern(r"[A-Za-z_][\w.\-]*\s+[^=(){};\s][^=(){};]*")
"""`state MASTER`: a name and its value, where what a program does has one of these signs in most of its lines."""
_OPENS_FILES: Final = re.compile(r"/\S+(?:\s+/\S+)*\s*\{")
"""`/var/log/mill/*.log {`: what holds for some files."""
_CLOSES_BRACES: Final = re.compile(r"\};?")
_COLUMNS: Final = pattern(r"[A-Za-z][\w.\-]*(?:\t+|\s{2,})\S.*")
"""A name and its value in columns."""
_SECTION: Final = re.compile(r"\[[A-Za-z][\w .:/@\"\-]*\]")
_PAIR: Final = pattern(r"[\w.\-/\[\]*+]+(?:\s[\w ]{0,40})?\s*=.*|[\w.\-]+\s*:\s+\S.*")
"""`name = value`, as in each section of an ini file."""
_HOST: Final = pattern(r"\d{1,3}(?:\.\d{1,3}){3}|[a-z][a-z0-9\-]*(?:\.[a-z0-9\-]+){2,}")
"""A machine in an inventory."""
_OF_PROGRAMS: Final = frozenset(
    "class struct union enum interface trait impl namespace package module function func fn fun def sub int char void bool long "
    "float double auto const static extern public private protected var let val do else try catch finally switch for while"
    " typedef template unsigned signed package use using import".split()
)
"""Words with which lines of programs begin, in languages with braces."""
_OPENS_TYPE: Final = ("struct {", "interface {", "enum {", "union {")
"""How lines end in which a program defines a type, with its name before that word."""
_DONE: Final = frozenset("return echo print printf puts raise throw break continue yield assert call".split())
"""Words of what programs do, which name no setting."""


def is_whole(texts: Sequence[str]) -> bool:
    """Whether lines are whole sections of a configuration: in angle brackets or in braces, each closed, with nothing else around them
    than directives of the same form; sections below a name in brackets; a document or an element of XML from where it begins to where it
    ends; or nothing but rows of a system's tables and directives of servers. Comments aside."""
    lines = [text.strip() for text in texts if text.strip() and not text.lstrip().startswith("#")]
    sections = len(lines) > 1 and (
        _in_angles(lines)
        or _in_braces(lines)
        or _in_sections(lines)
        or _between_words(lines)
        or is_tree(texts)
        or _in_stanzas(texts)
        or _in_statements(lines)
        or _is_document(lines)
        or _is_element(lines)
    )
    return sections or (bool(lines) and all(is_row(line) or is_directive(line) for line in lines))


_MANIFESTS: Final = (
    ("composer.json", pattern(r'\s*"require(?:-dev)?"\s*:\s*\{.*')),
    ("package.json", pattern(r'\s*"(?:(?:(?:dev|peer|optional)D|d)ependencies|scripts)"\s*:\s*\{.*')),
    ("tsconfig.json", pattern(r'\s*"compilerOptions"\s*:\s*\{.*')),
    ("Cargo.toml", pattern(r"\[(?:(?:dev-|build-)?dependencies(?:\.[\w\-]+)?|package|workspace|profile\.\w+)\]")),
    ("pyproject.toml", pattern(r"\[\[?(?:tool\.[\w.\-]+|build-system|project(?:\.[\w\-]+)*)\]\]?")),
    ("pom.xml", pattern(r"\s*<(?:dependency|plugin)>")),
    (
        "build.gradle",
        pattern(
            r"\s*(?:(?:debug|test|androidTest)?(?:[Ii]mplementation|[Cc]ompile)(?:Only)?|api|classpath|kapt|annotationProcessor)"
            r"[ (]+[\"'][\w.\-]+:[\w.\-]+(?::[^\"'\s]+)?[\"']\)?.*"
        ),
    ),
    ("Gemfile", pattern(r"\s*gem\s+[\"'][\w\-]+[\"'](?:,.*)?")),
    ("Podfile", pattern(r"\s*pod\s+[\"'][\w/\-]+[\"'](?:,.*)?")),
    (".pre-commit-config.yaml", pattern(r"\s*-\s+repo:\s+\S+")),
)
"""Files that say what a project needs, each with a line that only it has."""
_OF_MANIFEST: Final = tuple(
    (
        '"require "dep "dev "peer "optional "scripts "compiler [dep [dev- [build- [package [workspace [profile [tool [[tool [project [[project '
        "<dependency> <plugin> implementation Implementation compile Compile debug test androidTest api classpath kapt annotationProcessor gem pod - "
    ).split()
)
"""How those lines begin."""


_OF_IMAGE: Final = pattern(
    r"\s*(?:FROM|ARG|RUN|CMD|LABEL|MAINTAINER|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ONBUILD|STOPSIGNAL|HEALTHCHECK|SHELL)\s+\S.*"
)
"""A line that says how an image is made."""


def _makes_image(texts: Sequence[str]) -> bool:
    """Whether lines begin as a Dockerfile does, with what an image is made from, and go on so."""
    lines = [text for text in texts if not text.lstrip().startswith("#")]
    if len(lines) < 2 or _OF_IMAGE.fullmatch(lines[1]) is None:
        return False
    return lines[0].startswith("FROM ") or ("[" in lines[-1] and all(map(_OF_IMAGE.fullmatch, lines)))


_EXPORTS: Final = pattern(r"(?:module\.exports\s*=|export\s+default\b|exports\.\w+\s*=).*")


def exports(texts: Sequence[str]) -> bool:
    """Whether lines of a program say what they give to whoever reads them in, as files of settings in a program's language do."""
    return any(_EXPORTS.match(text) is not None for text in texts)


def manifest_of(texts: Sequence[str]) -> str | None:
    """The file of which lines are known to be a part by what they say: a project's list of what it needs, how an image is made."""
    if _makes_image(texts):
        return "Dockerfile"
    lines = [text for text in texts if text.lstrip().startswith(_OF_MANIFEST)]
    return next((name for name, line in _MANIFESTS if any(map(line.fullmatch, lines))), None) if lines else None


_SETS_NAME: Final = pattern(
    r"(?:\$wg\w+|\$[a-z]\w*\[[\"']?[\w.\-]+[\"']?\]|[A-Z][A-Z0-9_]{2,})(?:\[[^\[\]]*\])*\s*\+?=(?!=)\s*(?:array)?(?P<value>.*)"
)
"""The name of a setting in a program's own language (MediaWiki's `$wg…`, an element of an array, a constant), and the value that it gets."""
_DEFINES: Final = pattern(r"define\s*\(\s*[\"'][^()]*\)\s*;")
_CALLS: Final = pattern(r"\w\(|->|\bnew\b")
_ELEMENT: Final = pattern(r"(?:[\"'][^\"']*[\"']\s*(?:=>|:)\s*)?(?:[\"'][^\"']*[\"']|[\w.]+),?|[\]})]+[;,]?")


def sets_only(texts: Sequence[str]) -> bool:
    """Whether lines in a program's language do nothing but set what it is configured by: `$wgName = …;`, `DEBUG = False`, `define(…);`."""
    lines = [text.strip() for text in texts if text.strip() and not text.lstrip().startswith(("#", "//", "/*", "*"))]
    settings = 0
    for line in lines:
        sets = _SETS_NAME.fullmatch(line)
        if (sets is not None and _CALLS.search(sets["value"]) is None) or _DEFINES.fullmatch(line) is not None:
            settings += 1
        elif not settings or _ELEMENT.fullmatch(line) is None:
            return False
    return settings > 0


def defines(texts: Sequence[str]) -> bool:
    """Whether lines do that in a form which no shell has, in a block of whatever language."""
    return any(text.lstrip().startswith(("define(", "define (", "$wg")) for text in texts) and sets_only(texts)


def _in_sections(lines: Sequence[str]) -> bool:
    """Sections as those of ini files and units: `[Unit]`, and pairs of a name and a value."""
    if _SECTION.fullmatch(lines[0]) is None:
        return False
    pairs = 0
    for line in (line.partition(" #")[0].partition("\t#")[0].rstrip() for line in lines):
        if _PAIR.fullmatch(line) is not None or _COLUMNS.fullmatch(line) is not None or _HOST.fullmatch(line) is not None:
            pairs += 1
        elif not (line.startswith(";") or _SECTION.fullmatch(line) is not None or is_elision(line)):
            return False
    return pairs > 0


def _in_statements(lines: Sequence[str]) -> bool:
    """Statements as nginx's, each of a name with its values, three or more that no section holds."""
    if len(lines) < 3 or lines[-1][-1] != ";" or any(name.rstrip(";") in _DONE for name in (line.split()[0] for line in lines)):
        return False
    statements = [f"{one.strip()};" for one in " ".join(lines).split(";")[:-1]]
    if len(statements) < 3 or any(map(is_statement, statements)):
        return False
    return all(map(_STATEMENT.fullmatch, statements)) and 2 * sum("_" in one for one in statements) >= len(statements)


def _between_words(lines: Sequence[str]) -> bool:
    """Sections as those of an X server: `Section "Device"`, names with values, `EndSection`."""
    if not lines[0].startswith("Section") or lines[-1] != "EndSection":
        return False
    return all(line[0].isupper() or is_elision(line) for line in lines)


def _in_stanzas(texts: Sequence[str]) -> bool:
    """Stanzas as those of ssh's and IPsec's configuration: a word and a name, and set in below it names with values; each with the
    same first word, none of them a program's."""
    kind = ""
    inside = heads = 0
    for text in texts:
        line = text.strip()
        if not line or line[0] == "#" or is_elision(line):
            continue
        name, _, value = line.partition(" ")
        if not (name[0].isalpha() and value) and "=" not in line:
            return False
        if text[0] not in " \t":
            if (
                "=" in line
                or line.count(" ") > 2
                or (kind and name != kind)
                or name in words("programs")
                or (heads and not inside)
            ):
                return False
            kind, heads, inside = name, heads + 1, 0
        elif not kind or name[-1] in ":,;" or as_command(line) >= 4:
            return False
        else:
            inside += 1
    return heads > 0 and inside > (1 if heads == 1 else 0)


_KEY: Final = re.compile(r"(?P<dent>\s*)(?:-\s+)*[A-Za-z_][\w.\-/]*:(?P<value>\s+\S.*|\s*)")
_ITEM: Final = re.compile(r"\s*-\s+\S.*|---|\.{3}")


def is_tree(texts: Sequence[str]) -> bool:
    """Whether lines are a tree of names and values as in YAML: each line `name:`, `name: value` or an item, and something stands
    further in below a name that has no value of its own."""
    lines = [text for text in texts if text.strip() and not text.lstrip().startswith("#") and not is_elision(text)]
    if len(lines) < 3:
        return False
    nested = False
    above: re.Match[str] | None = None
    for line in lines:
        match = _KEY.fullmatch(line)
        if match is None and _ITEM.fullmatch(line) is None:
            return False
        dent = len(line) - len(line.lstrip())
        nested = nested or (above is not None and not above["value"].strip() and (dent > len(above["dent"]) or line[dent] == "-"))
        above = match
    return nested


def is_settings_tree(texts: Sequence[str]) -> bool:
    """Whether lines in whatever language are such a tree, of names without quotes and with nothing that a program does."""
    return is_tree(texts) and not any(sign in text for text in texts for sign in (";", "(", "{", "def ", "class "))


_PROPERTY: Final = pattern(
    r"</?(?:configuration|property)>|<(?P<tag>name|value|description|final)>.*(?:</(?P=tag)>)?|.*</(?:value|description)>|<\?xml.*|<!--.*-->"
)


def is_property_list(texts: Sequence[str]) -> bool:
    """Whether lines are properties with their names and values in XML, as programs of the Hadoop family are configured."""
    return any("<property>" in text for text in texts) and all(_PROPERTY.fullmatch(text.strip()) for text in texts)


_DOCUMENTS: Final = (("<?php", ""), ("\\documentclass", "\\end{document}"), ("<!doctype html", "</html>"), ("<html", "</html>"))
"""How documents begin and end, in small letters; "" where any line ends one."""


def _is_document(lines: Sequence[str]) -> bool:
    first, last = lines[0].casefold(), lines[-1].casefold()
    return any(first.startswith(begins) and last.startswith(ends) for begins, ends in _DOCUMENTS)


_XML_ELEMENT: Final = pattern(r"<(?P<name>[A-Za-z][\w:.\-]*)[\s>]")


def _is_element(lines: Sequence[str]) -> bool:
    """One element of XML from its first line to its last, with others in it."""
    match = _XML_ELEMENT.match(lines[0])
    return match is not None and len(lines) > 2 and lines[-1] == f"</{match['name']}>"


def _in_angles(lines: Sequence[str]) -> bool:
    """Sections as Apache's: `<Location /pub>`, directives, `</Location>`."""
    open_names: list[str] = []
    sections = 0
    for line in lines:
        if (opens := _OPENS_SECTION.fullmatch(line)) is not None:
            open_names.append(opens["name"])
            sections += 1
        elif (closes := _CLOSES_SECTION.fullmatch(line)) is not None:
            if not open_names or open_names.pop() != closes["name"]:
                return False
        elif not _DIRECTIVE.fullmatch(line):
            return False
    return sections > 0 and not open_names


def _in_braces(lines: Sequence[str]) -> bool:
    """Sections as nginx's (`location /pub {`, statements, `}`), Nagios' or keepalived's, where names and values stand in lines of their own, and
    logrotate's, where single words do."""
    depth = statements = words = 0
    of_files = False
    for line in lines:
        name = line.split(maxsplit=1)[0].rstrip(";{(")
        if (name in _DONE and line[-1] != ";") or (name in _OF_PROGRAMS and not (depth and line[-1].isalnum())):
            return False
        if line.endswith(_OPENS_TYPE):
            return False
        if _OPENS_BRACES.fullmatch(line) is not None or _OPENS_CONDITION.fullmatch(line) is not None:
            depth += 1
        elif not depth and _OPENS_FILES.fullmatch(line) is not None:
            depth, of_files = 1, True
        elif _CLOSES_BRACES.fullmatch(line) is not None:
            depth -= 1
        elif _STATEMENT.fullmatch(line) is not None or (depth and _is_option(line)):
            statements += 1
        elif depth and (of_files or _WORD.fullmatch(line) is not None):
            words += 1
        else:
            return False
        if depth < 0:
            return False
    return depth == 0 and statements > 0 and (of_files or words < statements) and any(line.endswith("{") for line in lines)


def _is_option(line: str) -> bool:
    return any(form.fullmatch(line) is not None for form in (_PAIR, _OPTION, _COLUMNS))


_WORD: Final = pattern(r"[\w.:/\-]+")
