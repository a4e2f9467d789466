"""Whether a line goes on, held against bash: it reads on at the end of the text exactly where we say so."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from runbook import shell

from effects import test_contexts
from effects.test_classify import labelled
from shell.test_shell import DONE, OPEN

_CONTEXTS = (*test_contexts._ANYWHERE, *test_contexts._HARMLESS)
_ASKED = 1200
_ENDS = ("unexpected end of file", "unexpected EOF", "token `EOF'", "delimited by end-of-file")


def _beginnings() -> Iterator[str]:
    """Commands in contexts in contexts, cut off anywhere; a backslash at the end of a file means nothing to bash."""
    rng = random.Random(7)
    texts = [text for _, text in labelled() if "\0" not in text and "\r" not in text]
    for number in range(_ASKED):
        inner = rng.choice(_CONTEXTS).format(rng.choice(texts))
        whole = rng.choice((*DONE, *OPEN)) if number % 8 == 0 else rng.choice(_CONTEXTS).format(inner)
        beginning = whole[: rng.randrange(len(whole) + 1)]
        if not beginning.endswith("\\"):
            yield beginning


def _goes_on(text: str) -> bool | None:
    """What bash says: None where something is wrong that no further line could mend."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run(
        ["bash", "-n"], input=text.encode("utf-8", "surrogateescape"), capture_output=True, check=False, env=environment
    )
    said = done.stderr.decode("utf-8", "replace")
    if any(end in said for end in _ENDS):
        return True
    return None if said or done.returncode else False


def test_bash_reads_on_where_a_command_is_not_complete() -> None:
    texts = sorted(set(_beginnings()))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(_goes_on, texts))
    assert answers.count(True) > 300
    assert answers.count(False) > 100
    wrong = [(text, answer) for text, answer in zip(texts, answers, strict=True) if answer is shell.complete(text)]
    assert wrong == []
