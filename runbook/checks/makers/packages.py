"""Package managers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, Unsure, check, gone
from runbook.patterns import pattern

_PACKAGE: Final = pattern(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_RPM_FILE: Final = pattern(r"([^/]+)-[^-/]+-[^-/]+\.[^.-]+\.rpm")
_DEB_FILE: Final = pattern(r"([a-z0-9][a-z0-9+.-]*)_[^/]*\.deb")


def _package_name(operand: str) -> str | None:
    """The name of the package that an operand of a package manager stands for: a name, with a version or release, or a file."""
    base = operand.rpartition("/")[2]
    for form in (_RPM_FILE, _DEB_FILE):
        if match := form.fullmatch(base):
            return match[1]
    name = re.split(r"[=/:<>~]", operand, maxsplit=1)[0]
    return name if _PACKAGE.fullmatch(name) and not name.endswith((".rpm", ".deb")) and operand[0] not in "@/." else None


def _packages(names: list[str], removed: bool) -> Iterator[Result]:
    for operand in names:
        name = _package_name(operand)
        if name is not None:
            yield gone("package", name) if removed else check("package", name)


_INSTALLS: Final = frozenset({"install", "reinstall", "in", "add", "localinstall", "groupadd"})
_REMOVES: Final = frozenset({"remove", "purge", "erase", "rm", "del", "autoremove", "uninstall"})
_PRETENDS: Final = (
    "-s",
    "--simulate",
    "--dry-run",
    "--just-print",
    "--no-act",
    "-d",
    "--download-only",
    "--downloadonly",
    "--test",
)


def _manager(call: Call) -> Iterator[Result]:
    """apt, yum, dnf, zypper, apk …: the first operand says what is done to the others."""
    known = call.known()
    if not known or (call.has(*_PRETENDS) and call.name != "apk"):
        return
    verb, names = known[0], known[1:]
    if verb == "config-manager":
        yield from _add_repo(call)
    if call.name.startswith("apt"):
        yield from _lists(call, verb, names)
    if verb in _INSTALLS:
        for name in names:
            yield from _packages(
                [name.rstrip("-+") if call.name.startswith("apt") else name], name.endswith("-") and call.name.startswith("apt")
            )
    elif verb in _REMOVES:
        yield from _packages(names, True)


def _lists(call: Call, verb: str, names: list[str]) -> Iterator[Result]:
    """apt's lists of packages, as the sources say; a package that is installed from a file may add a source."""
    if verb == "update" and not call.has("-o", "--option", "-c", "--config-file"):
        yield check("fetched", _APT, "/var/lib/apt/lists", before="any")
    elif any("/" in name for name in names):
        yield Unsure("path", _APT, frozenset({"fetched"}))


_APT: Final = "/etc/apt"
_PPA: Final = pattern(r"ppa:([\w.+-]+)(?:/([\w.+-]+))?")
_DEB_LINE: Final = pattern(r"deb(?:-src)?\s+(?:\[[^]]*\]\s+)?(\S+://\S+)\s.*")


def _add_source(call: Call) -> Iterator[Result]:
    yield Unsure("path", _APT, frozenset({"fetched"}))
    for operand in call.known():
        ppa, line = _PPA.fullmatch(operand), _DEB_LINE.fullmatch(operand)
        name = f"{ppa[1]}/{ppa[2] or 'ppa'}" if ppa else line[1].rstrip("/") if line else None
        if name is not None and call.has("-r", "--remove"):
            yield gone("thing", "apt repository", name)
        elif name is not None:
            yield check("thing", "apt repository", name)


def _go(call: Call) -> Iterator[Result]:
    """`go install PATH@VERSION`: a program by the last part of the path that is no version."""
    if call.operands[:1] == ("install",) and not call.user:
        for operand in call.known()[1:]:
            path, at, _ = operand.partition("@")
            parts = [part for part in path.split("/") if not re.fullmatch(r"v\d+", part)]
            if at and parts and re.fullmatch(r"[\w.-]+", parts[-1]):
                yield check("thing", "Go program", parts[-1])


def _by_category(call: Call) -> Iterator[Result]:
    """emerge and FreeBSD's pkg, whose packages may be named with their category."""
    known = call.known()
    if call.name == "emerge":
        if call.has(
            "-p",
            "--pretend",
            "-s",
            "--search",
            "-f",
            "--fetchonly",
            "-F",
            "--sync",
            "--info",
            "-c",
            "--depclean",
            "-o",
            "--onlydeps",
            "--resume",
        ):
            return
        verb, names = ("remove" if call.has("-C", "--unmerge") else "install"), known
    else:
        verb, names = (known[0], known[1:]) if known else ("", [])
        if call.has("-n", "--dry-run", "-F", "--fetch-only", "-j", "-c", "-r", "-R"):
            return
    bare = [name.partition(":")[0].rpartition("/")[2] for name in names if name[:1] not in "@=<>~!"]
    if verb in ("install", "add"):
        yield from _packages(bare, False)
    elif verb in ("delete", "remove", "uninstall"):
        yield from _packages(bare, True)


def _plain(call: Call) -> Iterator[Result]:
    """Programs that only install, or remove with an option or by their name."""
    if call.has("-n", "-N", "--dry-run", "-R", "-r", "-d", "-a", "-u"):
        return
    removes = call.name in ("pkg_delete", "xbps-remove")
    yield from _packages([name for name in call.known() if "://" not in name], removes)


def _pkgutil(call: Call) -> Iterator[Result]:
    if call.has("-i", "--install") or call.has("-r", "--remove"):
        yield from _packages(call.known(), call.has("-r", "--remove"))


def _add_repo(call: Call) -> Iterator[Result]:
    """A file of sources that is fetched keeps its name."""
    address = call.value("--add-repo")
    if address is not None and address.endswith(".repo") and not call.has("--installroot", "--setopt"):
        yield check("file", f"/etc/yum.repos.d/{address.rpartition('/')[2]}")


def _rpm(call: Call) -> Iterator[Result]:
    if call.has("-q", "--query", "-V", "--test", "-K"):
        return
    if call.has("-e", "--erase"):
        yield from _packages(call.known(), True)
    elif call.has("-i", "-U", "-F", "--install", "--upgrade"):
        yield from _packages([file for file in call.known() if file.endswith(".rpm")], False)


def _dpkg(call: Call) -> Iterator[Result]:
    if call.has("-i", "--install"):
        yield Unsure("path", _APT, frozenset({"fetched"}))
        yield from _packages([file for file in call.known() if file.endswith(".deb")], False)
    elif call.has("-r", "-P", "--remove", "--purge"):
        yield from _packages(call.known(), True)


def _pacman(call: Call) -> Iterator[Result]:
    if (call.has("-S") and not call.has("-s", "-i", "-l", "-g", "-c", "-w", "-p")) or call.has("-U"):
        yield from _packages(call.known(), False)
    elif call.has("-R"):
        yield from _packages(call.known(), True)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    **dict.fromkeys(("apt", "apt-get", "aptitude"), (_manager, "-t -o -c --target-release --option")),
    **dict.fromkeys(("yum", "dnf", "microdnf", "dnf5"), (_manager, "-c -x --enablerepo --disablerepo --exclude --releasever --repo --add-repo --setopt")),
    "zypper": (_manager, "-R -r -t -p --root --repo --type"),
    "apk": (_manager, "-X --repository -t --virtual"),
    **dict.fromkeys(("add-apt-repository", "apt-add-repository"), (_add_source, "-p --pocket -c --component")),
    "go": (_go, "-tags -ldflags -gcflags -o -mod -modfile -C"),
    "yum-config-manager": (_add_repo, "--add-repo --setopt --releasever"),
    "opkg": (_manager, "-o -d -f -t --offline-root --dest --conf --tmp-dir --add-arch --add-dest"),
    "emerge": (_by_category, "-j --jobs --root --config-root -l --load-average --backtrack --exclude"),
    "pkg": (_by_category, "-j -c -r -R -o --repository"),
    **dict.fromkeys(("pkg_add", "pkg_delete", "xbps-install", "xbps-remove"), (_plain, "-r -R -C -c -P -p -t")),
    "pkgutil": (_pkgutil, "-t -c --config"),
    "rpm": (_rpm, "--root --dbpath"),
    "dpkg": (_dpkg, ""),
    "pacman": (_pacman, "--root --ignore"),
}  # fmt: skip
