"""Archives and compressed files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker, resolve
from runbook.checks.kinds import Result, check
from runbook.patterns import pattern

_MODE_LETTERS: Final = pattern(r"[ctxruA]")


def _tar(call: Call) -> Iterator[Result]:
    options = set(call.options)
    values = dict(call.values)
    operands = list(call.operands)
    first = operands[0] if operands else None
    if not options & {"-x", "-c", "-t", "--extract", "--create"} and first is not None and _MODE_LETTERS.search(first):
        operands.pop(0)
        options |= {"-" + letter for letter in first}
        for letter in first:
            if letter in "fCbX" and operands:
                values["-" + letter] = operands.pop(0) or ""
    archive = resolve(values.get("-f") or values.get("--file"), call.cwd)
    into = resolve(values.get("-C") or values.get("--directory") or ".", call.cwd)
    if archive is None or options & {"--transform", "--xform", "-O", "--to-stdout", "-P"}:
        return
    if options & {"-c", "--create"}:
        yield check("archive", archive, before="any")
    elif options & {"-x", "--extract", "--get"} and into is not None and not operands:
        stripped = values.get("--strip-components", "0")
        yield check("unpacked", archive, into, *([stripped] if stripped != "0" else []))


_UNZIP_ELSE: Final = ("-l", "-t", "-p", "-v", "-z", "-Z", "-c", "-j", "-x", "-f", "-u", "--help")


def _unzip(call: Call) -> Iterator[Result]:
    """`unzip ARCHIVE` of all members; without a suffix it is that of ".zip"."""
    match call.operands:
        case (str(archive),) if not call.has(*_UNZIP_ELSE):
            path = call.path(archive if "." in archive.rpartition("/")[2] else archive + ".zip")
            into = call.path(call.value("-d") or ".")
            if path is not None and into is not None:
                yield check("unpacked", path, into)


def _zip(call: Call) -> Iterator[Result]:
    if call.operands and call.operands[0] is not None and not call.has("-d", "-T", "-sf", "-h", "--delete", "--test"):
        name = call.operands[0]
        path = call.path(name if "." in name.rpartition("/")[2] else name + ".zip")
        if path is not None and len(call.operands) > 1:
            yield check("file", path, before="any")


_SUFFIX: Final = {
    "gzip": ".gz", "gunzip": ".gz", "bzip2": ".bz2", "bunzip2": ".bz2", "xz": ".xz", "unxz": ".xz", "zstd": ".zst", "unzstd": ".zst",
}  # fmt: skip
_PACK_ELSE: Final = (
    "-c",
    "-l",
    "-t",
    "-r",
    "-o",
    "-S",
    "--stdout",
    "--list",
    "--test",
    "--recursive",
    "--suffix",
    "--help",
    "--output-dir-flat",
)


def _pack(call: Call) -> Iterator[Result]:
    """Programs that put a packed file in the place of a plain one, or the plain one in its place; zstd keeps both."""
    suffix = _SUFFIX[call.name]
    if call.has(*_PACK_ELSE):
        return
    unpacks = call.has("-d", "--decompress", "--uncompress") or call.name.startswith(("gun", "bun", "un"))
    kept = call.has("-k", "--keep") or ("zst" in call.name and not call.has("--rm"))
    for operand in call.known():
        path = call.path(operand)
        if path is None or path.endswith(suffix) is not unpacks:
            continue
        made = path.removesuffix(suffix) if unpacks else path + suffix
        yield check("file", made, before="any") if kept else check("moved", path, made)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "tar": (_tar, "-f -C -X -T -b -V --file --directory --exclude --exclude-from --strip-components --transform --xform"),
    "unzip": (_unzip, "-d -P"),
    "zip": (_zip, "-i -x -P -b -t -n"),
    **dict.fromkeys(_SUFFIX, (_pack, "-S --suffix -T --threads -o -b")),
}
