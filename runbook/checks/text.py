"""Post-conditions of what is written into files: redirections, tee, sed -i, file edits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runbook.checks.arguments import Call, resolve
from runbook.checks.kinds import CONTENT, Before, Result, Unsure, check
from runbook.model import Check, FileEdit
from runbook.patterns import pattern

_SETTING: Final = re.compile(r"\s*+([A-Za-z_][\w.\[\]-]*+)[ \t]*+=[ \t]*+(.*?)[ \t]*+")
_COMMENT: Final = re.compile(r"\s*+(?:[#;!].*)?")
_SPECIAL: Final = ("/dev/", "/proc/self/fd")


def written(path: str | None, lines: tuple[str, ...] | None, appended: bool) -> Iterator[Result]:
    """The results of text that was written into a file: all of it, or its lines; only that the file exists when it isn't known."""
    if path is None or path.startswith(_SPECIAL):
        return
    if path.startswith(("/sys/", "/proc/")) and (acts := _ACTS.fullmatch(path)):
        yield from _told(acts, lines)
    elif lines is None or not any(line.strip() for line in lines):
        yield Unsure("path", path, frozenset({"content"}) if appended else CONTENT)
        yield check("file", path, before="any")
    elif appended:
        yield from appended_lines(path, lines)
    else:
        yield check("content", path, *lines)


_ACTS: Final = pattern(
    r"(/(?:sys|proc)/.*)/(?:(bind)|(unbind)|new_id|remove_id|rescan|remove|reset|uevent|probe|drivers_probe|delete|scan|state|trigger|scheduler"
    r"|add|compact|compact_memory|drop_caches|sysrq-trigger|flush|power_state|disk|enabled|defrag|authorized|export|unexport|new_device"
    r"|delete_device|add_slave|create|issue_lip|clear_refs|smp_affinity|[rx]ps_cpus)|(/sys/module/[^/]+/parameters/.*)"
)
"""Files of the kernel's that do something with what is written into them, and hold something else, or nothing."""


def _told(acts: re.Match[str], lines: tuple[str, ...] | None) -> Iterator[Result]:
    """A device that a driver was told to take, or to let go, is below the driver, or not; a module's parameter may say "Y" for 1."""
    if acts[4] and lines and not set("".join(lines)) <= set("01yYnN"):
        yield check("content", acts[4], *lines)
    device = lines[0].strip() if lines and len(lines) == 1 else ""
    if device and "/" not in device and (acts[2] or acts[3]):
        yield check("exists", f"{acts[1]}/{device}", negated=bool(acts[3]), before="present" if acts[3] else "absent")


def appended_lines(path: str, lines: Sequence[str]) -> Iterator[Check]:
    """Each line stands in the file; lines of key = value are compared by key, if each key is there once."""
    told = [line for line in lines if not _COMMENT.fullmatch(line)] or [line for line in lines if line.strip()]
    if not told:
        return
    settings = [_SETTING.fullmatch(line) for line in told]
    keys = [match[1] for match in settings if match]
    if len(keys) == len(told) and len(set(keys)) == len(keys):
        for match in settings:
            assert match is not None, "every line is a setting"
            yield check("setting", path, match[1], match[2])
    else:
        yield check("lines", path, *told)


def edited(edit: FileEdit) -> tuple[Result, ...]:
    """The results of a file edit: the whole content where it is known to be all, else its lines (settings by key)."""
    path = edit.target or (edit.path if edit.path and edit.path.startswith(("/", "~/")) else None)
    path = resolve(path, None)
    if path is None:
        return ()
    if edit.op == "patch":
        return (Unsure("path", path, CONTENT),)
    if edit.op in ("create", "replace") and not edit.gaps and edit.content:
        return (check("content", path, *edit.content),)
    found = tuple(appended_lines(path, edit.content))
    return found or (Unsure("path", path, frozenset({"content"})), check("file", path, before="any"))


def tee(call: Call, lines: tuple[str, ...] | None) -> Iterator[Result]:
    """The results of `… | tee FILE`."""
    for path in call.paths():
        yield from written(path, lines, call.has("-a", "--append"))


_PLAIN_TEXT: Final = pattern(r"[^\\.*\[\]^$&+?(){}|]++")


def sed_in_place(call: Call) -> Iterator[Result]:
    """The results of `sed -i`: what an s command puts in stands in the file, what it takes out everywhere doesn't; likewise a, i, c, d."""
    if not call.has("-i", "--in-place") and not any(option.startswith("-i") for option in call.options):
        return
    yield from (Unsure("path", directory, CONTENT, True) for directory in call.directories())
    scripts = [value for option, value in call.values.items() if option in ("-e", "--expression")]
    operands = list(call.operands)
    if not scripts:
        if not operands:
            return
        scripts = [operands.pop(0) or ""]
    for operand in operands:
        path = resolve(operand, call.cwd)
        if path is not None:
            for script in scripts:
                yield from tuple(_sed_checks(path, script)) or (Unsure("path", path, CONTENT),)


def _sed_checks(path: str, script: str) -> Iterator[Check]:
    found = _substitution(script)
    if found is not None:
        old, new, flags = found
        if new and "\n" not in new:
            yield check("contains", path, new, before="any")
        if old is not None and "g" in flags and old not in new:
            yield check("contains", path, old, negated=True, before="present")
        return
    match = re.fullmatch(r"(?:\$|\d+|/[^/]*/)?\s*([aic])(?:\\?\s*)(\S.*)", script)
    if match and "\\" not in match[2]:
        before: Before = "absent"
        yield check("lines", path, match[2], before=before)
        return
    match = re.fullmatch(r"/([^/\\]+)/\s*d", script)
    if match and _PLAIN_TEXT.fullmatch(match[1]):
        yield check("contains", path, match[1], negated=True, before="present")


def _substitution(script: str) -> tuple[str | None, str, str] | None:
    """What `s/old/new/flags` takes out (null for more than plain text) and puts in; None when it is no single plain s command."""
    if len(script) < 4 or script[0] != "s" or script[1].isalnum() or script[1] in "\\\n":
        return None
    parts: list[str] = [""]
    at = 2
    while at < len(script) and len(parts) < 3:
        if script[at] == "\\" and at + 1 < len(script):
            parts[-1] += script[at + 1] if script[at + 1] == script[1] else script[at : at + 2]
            at += 2
            continue
        if script[at] == script[1]:
            parts.append("")
        else:
            parts[-1] += script[at]
        at += 1
    flags = script[at:]
    if len(parts) != 3 or not re.fullmatch(r"[gpI0-9]*", flags):
        return None
    old, new = parts[0], re.sub(r"\\([./&])", r"\1", parts[1])
    if "\\" in new or "&" in parts[1].replace("\\&", ""):
        return None
    plain = re.sub(r"\\([./])", r"\1", old)
    literal = plain if _PLAIN_TEXT.fullmatch(old) or (plain != old and _PLAIN_TEXT.fullmatch(plain.replace(".", ""))) else None
    return literal, new, flags
