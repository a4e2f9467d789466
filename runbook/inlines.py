"""What a reader sees of inline nodes."""

from __future__ import annotations

from runbook.model import Break, Image, Inline, Link, Styled, Template, Text


def plain(inlines: tuple[Inline, ...]) -> str:
    """The text which a reader sees of some inline nodes; a template shows its call."""
    if len(inlines) == 1 and type(inlines[0]) is Text:
        return inlines[0].text
    out: list[str] = []
    for node in inlines:
        if type(node) is Text:
            out.append(node.text)
        elif type(node) is Styled or type(node) is Link:
            out.append(plain(node.children))
        elif type(node) is Break:
            out.append("\n")
        elif type(node) is Image:
            out.append(node.alt)
        elif type(node) is Template:
            out.append(template_text(node))
    return "".join(out)


def template_text(call: Template) -> str:
    """What a template shows in running text: what its meaning says, else its name in braces."""
    if call.meaning is None:
        return "{{" + call.name + "}}"
    if call.meaning.kind == "escape":
        return call.meaning.value
    wanted = call.meaning.code or call.meaning.text or call.meaning.file or call.meaning.title
    for name in wanted:
        for argument in call.arguments:
            if argument.name == name or (name == "*" and argument.name.isdigit()):
                return " ".join(row.text for row in argument.rows)
    return ""
