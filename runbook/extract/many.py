"""Many pages: in batches, and side by side in several processes where there are enough of them."""

from __future__ import annotations

import gc
import os
import signal
import sys
import sysconfig
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from runbook.extract.pages import NO_PROJECT, Project, annotate, corrected, structure
from runbook.markup import parse
from runbook.model import Page, Runbook

if TYPE_CHECKING:
    from concurrent.futures import Future

BATCH = 32
"""Pages whose commands go to one shell parser process, and which go to another process together."""

ENOUGH = 1_000_000
"""Characters from which on other processes are started: below, that takes longer than it saves."""

_IN_FLIGHT = 2
"""Batches per process that are sent, or done and not yet taken."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers() -> int:
    """How many processes may work side by side: as many as there are processors, but only one where a new process would run the
    program anew. It imports the program's main module first (multiprocessing), and a plain script does its work when imported."""
    main = sys.modules.get("__main__")
    name = getattr(getattr(main, "__spec__", None), "name", "")
    file = getattr(main, "__file__", None)
    harmless = name.endswith(".__main__") or file is None or Path(file).parent.resolve() in _commands()
    return processors() if harmless else 1


def _commands() -> set[Path]:
    """Where installers put commands such as `runbook` and `mkdocs`, which do nothing when they are imported."""
    return {Path(sysconfig.get_path("scripts")).resolve(), Path(sys.executable).parent.resolve()}


def extract_many(pages: Iterable[Page], project: Project = NO_PROJECT, processes: int = 1) -> Iterator[Runbook]:
    """The runbooks of many pages, in order, with a bounded number of pages in memory. What reading the pages raises comes after the
    runbooks of those before.

    `processes`: how many may work side by side; not more than `workers()`, as that says why.
    """
    batches = _batches(pages)
    if processes > 1:
        ahead = list(_ahead(batches))
        batches = chain(ahead, batches)
        if sum(_size(batch) for batch in ahead) >= ENOUGH:
            yield from _side_by_side(batches, project, processes)
            return
    for batch in batches:
        yield from _extracted(_sound(batch), project)


Batch = list[Page] | Exception
"""Pages; or, as the last, why there are no more."""


def _batches(pages: Iterable[Page]) -> Iterator[Batch]:
    batch: list[Page] = []
    try:
        for page in pages:
            batch.append(page)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Exception as error:  # it is raised again, in its turn
        yield batch
        yield error
    else:
        yield batch


def _sound(batch: Batch) -> list[Page]:
    if isinstance(batch, Exception):
        raise batch
    return batch


def _size(batch: Batch) -> int:
    return 0 if isinstance(batch, Exception) else sum(len(page.text) for page in batch)


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """As many of the next batches as are needed to know that there is enough to do."""
    size = 0
    while size < ENOUGH and (batch := next(batches, None)) is not None:
        size += _size(batch)
        yield batch


def _extracted(pages: Sequence[Page], project: Project) -> list[Runbook]:
    documents = (parse(page, reading="author", meanings=project.meanings, definitions=project.definitions) for page in pages)
    return annotate([corrected(structure(document, project), project) for document in documents], harmless=project.harmless)


# --- other processes --------------------------------------------------------------------------------------------------

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(list[Runbook])
_project = NO_PROJECT
"""The project of the pages that this process is sent."""


def _side_by_side(batches: Iterator[Batch], project: Project, processes: int) -> Iterator[Runbook]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # not for a single page
    from multiprocessing import get_all_start_methods, get_context  # noqa: PLC0415

    # Never "fork": others' threads may be running here, and hold locks.
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload([__name__])
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(project,))
    waiting: deque[Future[bytes]] = deque()
    try:
        for batch in batches:
            if isinstance(batch, Exception):
                while waiting:
                    yield from _decoder.decode(waiting.popleft().result())
                raise batch
            # Older revisions may be many, and nothing is read out of them here.
            waiting.append(pool.submit(_work, [replace(page, history=()) for page in batch]))
            if len(waiting) > _IN_FLIGHT * processes:
                yield from _decoder.decode(waiting.popleft().result())
        while waiting:
            yield from _decoder.decode(waiting.popleft().result())
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(project: Project) -> None:
    global _project  # noqa: PLW0603  # set once, when the process begins
    _project = project
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    gc.freeze()


def _work(pages: Sequence[Page]) -> bytes:
    return _encode(_extracted(pages, _project))
