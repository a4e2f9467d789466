from runbook.markup.wikitext.source import Stripped


def write(stripped: Stripped) -> Stripped:
    return stripped
