"""What build systems and managers of a project's own packages leave in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, check, gone
from runbook.patterns import pattern

_CMAKE_DOES_ELSE: Final = ("--build", "--install", "--open", "--find-package", "--workflow", "--preset", "-E", "-P", "-N")


def _cmake(call: Call) -> Iterator[Result]:
    """The cache lies where cmake is run, or in what -B names."""
    if call.has("--help", "--version", *_CMAKE_DOES_ELSE) or not (call.operands or call.has("-B", "-S")):
        return
    path = call.path((call.value("-B") or ".") + "/CMakeCache.txt")
    if path is not None:
        yield check("file", path)


def _meson(call: Call) -> Iterator[Result]:
    """`meson setup` takes the two directories in either order; one that is a parent is the source."""
    if call.operands[:1] != ("setup",) or call.has("--help"):
        return
    built = [each for each in call.operands[1:3] if each not in (".", "..")]
    if len(built) == 1 and (path := call.path((built[0] or "") + "/meson-private/coredata.dat")) is not None and built[0]:
        yield check("file", path)


def configure(call: Call, script: str) -> Iterator[Result]:
    """`./configure`, as Autoconf makes it; whether it is of that sort is looked at."""
    path, where = call.path(script), call.path(".")
    if path is not None and where is not None and not call.has("--help", "--version", "-h", "-V"):
        yield check("configured", where, path)


_NODE_NAME: Final = pattern(r"((?:@[\w.-]+/)?[A-Za-z0-9][\w.-]*)(?:@.*)?")
_NODE_ELSEWHERE: Final = (
    "-g", "--global", "-C", "--prefix", "--dir", "--cwd", "-w", "--workspace", "--workspaces", "--filter", "--dry-run",
    "--package-lock-only", "--lockfile-only", "--help",
)  # fmt: skip
_INSTALLS: Final = frozenset({"install", "i", "ci", "add", "in", "clean-install"})
_REMOVES: Final = frozenset({"uninstall", "un", "remove", "rm", "r"})


def _node(call: Call) -> Iterator[Result]:
    """npm, pnpm and yarn in a project: what package.json asks for, or what is added to it."""
    where = call.path(".")
    if where is None or call.has(*_NODE_ELSEWHERE) or None in call.operands:
        return
    verb, *names = call.known() or ["install" if call.name == "yarn" else ""]
    if verb in _INSTALLS and not names:
        yield check("node_modules", where, before="any")
    found = [match[1] for name in names if (match := _NODE_NAME.fullmatch(name)) and not name.endswith((".tgz", ".tar.gz"))]
    if verb in _INSTALLS:
        yield from (check("node_package", where, name) for name in found)
    elif verb in _REMOVES:
        yield from (gone("node_package", where, name) for name in found)


_COMPOSER_ELSEWHERE: Final = ("-d", "--working-dir", "--dry-run", "--no-install", "--no-update", "--help")
_VENDOR_NAME: Final = pattern(r"([a-z0-9][\w.-]*/[a-z0-9][\w.-]*)(?:[:=].*)?")


def _composer(call: Call) -> Iterator[Result]:
    where = call.path(".")
    if where is None or call.has(*_COMPOSER_ELSEWHERE) or None in call.operands or not call.operands:
        return
    verb, *names = call.known()
    if verb in ("install", "i", "update", "u", "upgrade") and not call.has("--no-autoloader"):
        yield check("vendored", where, before="any")
    found = [match[1] for name in names if (match := _VENDOR_NAME.fullmatch(name))]
    if verb in ("require", "r"):
        yield from (check("contains", f"{where}/composer.json", f'"{name}"') for name in found)
    elif verb in ("remove", "rm"):
        yield from (gone("contains", f"{where}/composer.json", f'"{name}"') for name in found)
    elif verb == "create-project" and len(names) > 1 and (path := call.path(names[1] + "/composer.json")) is not None:
        yield check("file", path)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    **dict.fromkeys(("cmake", "cmake3"), (_cmake, "-S -B -C -D -U -G -T -A --toolchain --install-prefix --log-level --graphviz --trace-source")),
    "meson": (_meson, "-D --prefix --libdir --bindir --sysconfdir --datadir --includedir --localstatedir --buildtype --backend --cross-file --native-file "
              "--default-library --warnlevel --unity --optimization --wrap-mode --auto-features -C"),
    "npm": (_node, "--registry --loglevel --tag --cache --userconfig --prefix -C --save-prefix --omit --include --workspace -w"),
    "pnpm": (_node, "--registry --loglevel --dir -C --filter --reporter --store-dir"),
    "yarn": (_node, "--registry --cwd --network-timeout --cache-folder --mutex --modules-folder"),
    "composer": (_composer, "-d --working-dir --repository --stability -s --prefer-install"),
}  # fmt: skip
