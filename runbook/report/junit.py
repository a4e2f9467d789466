"""JUnit XML in the shape that Jenkins reads (its junit-10.xsd); every text is made visible first, so that XML can hold it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET  # XML is only written here

from msgspec import Struct

from runbook.visible import printable


class Case(Struct, frozen=True):
    """One test case; `failure`, `error` and `skipped` are messages, empty when it is none of these; `lines` say more about it.
    `seconds` is None when nobody measured it."""

    classname: str
    name: str
    failure: str = ""
    error: str = ""
    skipped: str = ""
    lines: tuple[str, ...] = ()
    seconds: float | None = None


class Suite(Struct, frozen=True):
    """The cases of one page; `timestamp` is ISO 8601 without a zone, in UTC, as the schema has it."""

    name: str
    cases: tuple[Case, ...]
    timestamp: str = ""
    hostname: str = ""
    seconds: float | None = None
    properties: tuple[tuple[str, str], ...] = ()
    output: tuple[str, ...] = ()
    """Lines that belong to no case."""


def xml(suites: Sequence[Suite]) -> str:
    """The whole document."""
    root = ET.Element("testsuites", _counts([case for suite in suites for case in suite.cases]))
    for suite in suites:
        _add_suite(root, suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(bool(case.failure) for case in cases)),
        "errors": str(sum(bool(case.error) for case in cases)),
    }


def _add_suite(root: ET.Element, suite: Suite) -> None:
    skipped = str(sum(bool(case.skipped) for case in suite.cases))
    element = ET.SubElement(root, "testsuite", {"name": printable(suite.name), **_counts(suite.cases), "skipped": skipped})
    for name, value in (("timestamp", suite.timestamp), ("hostname", suite.hostname), ("time", _time(suite.seconds))):
        if value:
            element.set(name, printable(value))
    if suite.properties:
        properties = ET.SubElement(element, "properties")
        for name, value in suite.properties:
            ET.SubElement(properties, "property", {"name": printable(name), "value": printable(value)})
    for case in suite.cases:
        _add_case(element, case)
    if suite.output:
        ET.SubElement(element, "system-out").text = "\n".join(map(printable, suite.output))


def _add_case(suite: ET.Element, case: Case) -> None:
    element = ET.SubElement(suite, "testcase", {"classname": printable(case.classname), "name": printable(case.name)})
    if case.seconds is not None:
        element.set("time", _time(case.seconds))
    for kind, message in (("skipped", case.skipped), ("error", case.error), ("failure", case.failure)):
        if message:
            told = ET.SubElement(element, kind, {"message": printable(message)})
            told.text = "\n".join(map(printable, case.lines)) or None


def _time(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}"
