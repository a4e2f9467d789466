"""Many pages: in batches, and side by side in several processes where there are enough of them."""

from __future__ import annotations

import gc
import os
import signal
import sys
import sysconfig
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from runbook.extract.pages import NO_PROJECT, Project, annotate, corrected, structure
from runbook.markup import parse
from runbook.model import Page, Runbook

if TYPE_CHECKING:
    from concurrent.futures import Future

BATCH = 8
"""Items that are worked on together: the commands of so many pages go to one shell parser process. More take more memory, and no less time."""

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
    # Older revisions may be many, and nothing is read out of them here.
    alone = (replace(page, history=()) if page.history else page for page in pages)
    work = partial(_extracted, project=project)
    for batch in spread(alone, work, processes, size=_length, passing=(_encode, _decode)):
        yield from batch


def _length(page: Page) -> int:
    return len(page.text)


def _extracted(pages: Sequence[Page], project: Project) -> list[Runbook]:
    documents = (parse(page, reading="author", meanings=project.meanings, definitions=project.definitions) for page in pages)
    return annotate([corrected(structure(document, project), project) for document in documents], harmless=project.harmless)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Runbook])


def _encode(runbooks: list[Runbook]) -> bytes:
    return _encoder.encode(runbooks)


def _decode(packed: bytes) -> list[Runbook]:
    return _decoder.decode(packed)


# --- batches ----------------------------------------------------------------------------------------------------------

Item = TypeVar("Item")
Result = TypeVar("Result")
Batch = list[Item] | Exception
"""Items; or, as the last, why there are no more."""
Work = Callable[[Sequence[Item]], Result]
Passing = tuple[Callable[[Result], Any], Callable[[Any], Result]]
"""How a result gets from one process to another: what goes through the pipe, and the result of that."""


def _same(value: Any) -> Any:
    return value


def spread(
    items: Iterable[Item],
    work: Work[Item, Result],
    processes: int,
    *,
    size: Callable[[Item], int],
    passing: Passing[Result] = (_same, _same),
) -> Iterator[Result]:
    """What `work` makes of the items, in batches, in their order, side by side in `processes` when there is enough to do, by the sum of
    the items' sizes in characters. `work` and `passing` must be picklable; what the items raise comes after the results before it."""
    batches = _batches(items)
    if processes > 1:
        ahead = list(_ahead(batches, size))
        batches = chain(ahead, batches)
        if sum(_size(batch, size) for batch in ahead) >= ENOUGH:
            yield from _side_by_side(batches, work, processes, passing)
            return
    for batch in batches:
        yield work(_sound(batch))


def _batches(items: Iterable[Item]) -> Iterator[Batch[Item]]:
    batch: list[Item] = []
    try:
        for item in items:
            batch.append(item)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Exception as error:  # it is raised again, in its turn
        yield batch
        yield error
    else:
        yield batch


def _sound(batch: Batch[Item]) -> list[Item]:
    if isinstance(batch, Exception):
        raise batch
    return batch


def _size(batch: Batch[Item], size: Callable[[Item], int]) -> int:
    return 0 if isinstance(batch, Exception) else sum(map(size, batch))


def _ahead(batches: Iterator[Batch[Item]], size: Callable[[Item], int]) -> Iterator[Batch[Item]]:
    """As many of the next batches as are needed to know that there is enough to do."""
    found = 0
    while found < ENOUGH and (batch := next(batches, None)) is not None:
        found += _size(batch, size)
        yield batch


# --- other processes --------------------------------------------------------------------------------------------------

_work: Work[Any, Any] = _same
"""What this process does with the batches that it is sent, ready for the pipe."""


def _side_by_side(
    batches: Iterator[Batch[Item]], work: Work[Item, Result], processes: int, passing: Passing[Result]
) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # not for a single page
    from multiprocessing import get_all_start_methods, get_context  # noqa: PLC0415

    # Never "fork": others' threads may be running here, and hold locks.
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload([__name__, getattr(work, "func", work).__module__])
    send, receive = passing
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(work, send))
    waiting: deque[Future[Any]] = deque()
    try:
        for batch in batches:
            if isinstance(batch, Exception):
                while waiting:
                    yield receive(waiting.popleft().result())
                raise batch
            waiting.append(pool.submit(_done, batch))
            if len(waiting) > _IN_FLIGHT * processes:
                yield receive(waiting.popleft().result())
        while waiting:
            yield receive(waiting.popleft().result())
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: Work[Any, Any], send: Callable[[Any], Any]) -> None:
    global _work  # noqa: PLW0603  # set once, when the process begins
    _work = lambda batch: send(work(batch))  # noqa: E731
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()


def _end_with_parent() -> None:
    """Ends this process when the one that it works for is gone: the pool would wait for its next batch for ever."""
    from multiprocessing import parent_process  # noqa: PLC0415  # it is imported already in a process of a pool

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _done(batch: Sequence[Any]) -> Any:
    return _work(batch)
