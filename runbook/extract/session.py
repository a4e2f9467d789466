"""Where a command runs: the shells that were entered and not left, the directory, the user, the host."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.clients import client_of, language_of
from runbook.directories import START, is_whole, joined, keeps_directory
from runbook.patterns import pattern
from runbook.prompts import Prompt
from runbook.typed import Typed
from runbook.words import words

_ENTER: Final = re.compile(
    r"(?:sudo\s+(?:-\S+\s+)*)?(?:"
    r"vserver\s+\S+\s+enter\b|vzctl\s+enter\s+\S+|(?:arch-)?chroot\s+\S+(?:\s+(?:/usr)?(?:/bin/)?(?:ba|z|da)?sh(?:\s+-\w+|\s+--login)?)?\s*\Z|"
    r"su(?:\s+-l?|\s+--login)?(?:\s+[\w.\-]+)?\s*\Z|(?:docker|podman|kubectl|lxc|oc)\s+(?:exec|run)\s(?!(?:\S+\s+)*(?:-[a-z]*d[a-z]*|--detach)\s)"
    r"(?>.*?-\w*[it]\w*+).*\b(?:ba|z|da|a)?sh\b(?!\s+-\w*c\b).*|"
    r"(?:vagrant|minikube)\s+ssh(?:\s+\w+)?\s*\Z|multipass\s+shell\b.*|lxc-attach\s+(?:.*\s)?-n\s*\S+\s*\Z|lxc-console\s.*|machinectl\s+shell\b.*|virsh\s+console\s+\S+|nsenter\b.*|newgrp\b.*|scl\s+enable\s+.*\bbash|"
    r"ip\s+netns\s+exec\s+\S+\s+(?:ba)?sh|(?:ba|z|da|k|c|tc|fi)?sh(?:\s+-l|\s+--login)?\s*\Z|screen\s*\Z|tmux\s*\Z|fakeroot\s*\Z|schroot\b.*|pct\s+enter\s+\d+)"
)
_SUDO_SHELL: Final = re.compile(r"sudo\s+(?:-\w*[is]\w*|su(?:\s+-)?(?:\s+\w+)?|(?:ba|z)?sh)\s*\Z")
_SSH_WITH_VALUE: Final = frozenset("BbcDEeFIiJLlmOopQRSWw")
_SSH_NO_SHELL: Final = frozenset("NfGQOWV")
_LEAVE: Final = re.compile(r"(?:exit|logout|quit|\\q|\.quit|bye|\^D|exit\(\)|quit\(\))\s*;?\s*\Z")
_REBOOT: Final = re.compile(r"(?:sudo\s+)?(?:/s?bin/)?(?:reboot|shutdown\s+-r\b.*|init\s+6|systemctl\s+reboot|telinit\s+6)\s*\Z")
_PLAIN_PATH: Final = pattern(r"(?:[\w./~+\-@:%,=]|<[^\W\d_][\w.-]*>)*\Z")


class Level(Struct):
    """One shell: the command that entered it (null for the first), the signature of its prompts once seen, its directory."""

    entered: str | None
    outer: str | None
    signature: str | None = None
    cwd: str | None = None
    language: str = "sh"
    root: bool | None = None
    host: str | None = None


class Place(Struct, frozen=True, gc=False):
    """Where a command runs."""

    context: tuple[str, ...]
    cwd: str | None
    as_root: bool | None
    host: str | None


class Session:
    """The stack of shells along a page. One reader feeds it the page's commands in order."""

    def __init__(self) -> None:
        self.levels = [Level(None, None, cwd=START)]
        self._started: Typed | None = None

    def heading(self) -> None:
        """A new section: nested shells that never showed a prompt of their own are taken as left."""
        while len(self.levels) > 1 and self.levels[-1].signature is None:
            self.levels.pop()

    def told(self, text: str) -> None:
        """Some prose. Where it tells to do what follows as root, the shells of others that never showed a prompt of their own are taken
        as left."""
        if "root" not in text or _BY_ROOT.search(text) is None:
            return
        while self.levels[-1].entered is not None and self.levels[-1].signature is None and _of_other(self.levels[-1].entered):
            self.levels.pop()

    def returned(self, prompt: Prompt) -> None:
        """A prompt without a command: it tells which shell is there now."""
        self._settle(prompt)

    def command(self, entry: Typed) -> Place:
        """The place of a command, and what it does to the places of those after it."""
        if entry.text.strip() == self.levels[-1].entered and self.levels[-1].signature is None:
            self.levels.pop()  # nobody enters again where one is: the author had left
        if entry.prompt is not None:
            self._settle(entry.prompt)
        elif entry.shell == "sh" and self.levels[-1].language != "sh" and _looks_like_shell(entry.text):
            self._pop_to_shell()
        top = self.levels[-1]
        place = Place(
            tuple(level.entered for level in self.levels if level.entered is not None),
            self._cwd(entry),
            self._root(entry),
            self._host(entry),
        )
        if top.language == "sh" and entry.shell == "sh":
            self._move(entry.text)
            self._enter(entry)
            self._started = entry
        if _LEAVE.match(entry.text) and len(self.levels) > 1:
            self.levels.pop()
        if _REBOOT.match(entry.text):
            self.rebooted()
        return place

    def rebooted(self) -> None:
        """Every shell is gone, and with it where it was."""
        self.levels = [Level(None, None)]

    def state(self) -> list[Level]:
        """The shells as they are now, for `restore`."""
        return [replace(level) for level in self.levels]

    def restore(self, state: Sequence[Level]) -> None:
        """Goes back to a state: what another branch did there does not hold here."""
        self.levels = [replace(level) for level in state]

    def cwd(self) -> str | None:
        return self.levels[-1].cwd

    def language(self) -> str:
        """The language of the shell that is there now."""
        return self.levels[-1].language

    def _settle(self, prompt: Prompt) -> None:
        """Brings the stack in line with a prompt: one that belongs to an outer shell means that the inner ones were left."""
        self._ask(prompt)
        top = self.levels[-1]
        if prompt.shell != "sh" and prompt.shell == top.language:
            top.signature = prompt.signature
            return
        if top.signature is None and top.entered is not None and prompt.signature != top.outer and prompt.shell == "sh":
            top.signature = prompt.signature
        for depth in range(len(self.levels) - 1, -1, -1):
            if self.levels[depth].signature == prompt.signature:
                if self.levels[-1].signature is not None or self.levels[-1].language != "sh":
                    del self.levels[depth + 1 :]
                break
        else:
            if prompt.shell == "sh" and self.levels[-1].language != "sh":
                self._pop_to_shell()
            self.levels[-1].signature = prompt.signature if prompt.shell == "sh" else self.levels[-1].signature
        self._from_prompt(prompt)

    def _ask(self, prompt: Prompt) -> None:
        """Takes a prompt in the language of the program that was run last for that program's, which asks for something after all."""
        started = self._started
        if (
            started is not None
            and prompt.shell != "sh"
            and self.levels[-1].language == "sh"
            and language_of(started.text) == prompt.shell
        ):
            self.levels.append(Level(started.text.strip(), _signature(started), language=prompt.shell))
        self._started = None

    def _from_prompt(self, prompt: Prompt) -> None:
        top = self.levels[-1]
        if prompt.cwd is not None and prompt.shell == "sh":
            if prompt.cwd.startswith(("/", "~")):
                top.cwd = prompt.cwd
            elif top.cwd is None or posixpath.basename(top.cwd) != prompt.cwd:
                top.cwd = None
        if prompt.user is not None:
            top.root = prompt.as_root

    def _pop_to_shell(self) -> None:
        while len(self.levels) > 1 and self.levels[-1].language != "sh":
            self.levels.pop()

    def _cwd(self, entry: Typed) -> str | None:
        if entry.shell in ("cmd", "powershell") and entry.prompt is not None:
            return entry.prompt.cwd
        return self.levels[-1].cwd if entry.shell == "sh" else None

    def _root(self, entry: Typed) -> bool | None:
        if entry.shell != "sh":
            return None
        if entry.prompt is not None and entry.prompt.as_root is not None:
            return entry.prompt.as_root
        return True if entry.text.startswith(("sudo ", "doas ")) else self.levels[-1].root

    def _host(self, entry: Typed) -> str | None:
        prompt = entry.prompt
        return prompt.host if prompt is not None and prompt.host and not _is_anybody(prompt) else self.levels[-1].host

    def _move(self, text: str) -> None:
        if "cd" not in text and "popd" not in text and "pushd" not in text:
            return
        for part in re.split(r"&&|;|\n", text):
            part = part.strip()
            if part.startswith("popd"):
                self.levels[-1].cwd = None
            if re.match(r"(?:cd|pushd|chdir)(?:\s|\Z)", part):
                self.levels[-1].cwd = self._resolve(part)

    def _resolve(self, text: str) -> str | None:
        try:
            operands = [word for word in shlex.split(text)[1:] if word not in ("-P", "-L", "--")]
        except ValueError:
            return None
        target, cwd = operands[0] if operands else "~", self.levels[-1].cwd
        if target == "-" or not _PLAIN_PATH.match(target):
            return None
        if cwd is not None and not is_whole(cwd) and target.partition("/")[0] in cwd.split("/")[1:]:
            return None  # into where one is already: the author begins anew, and from where isn't said
        return joined(cwd, target)

    def _enter(self, entry: Typed) -> None:
        text = entry.text.strip()
        if "\n" in text:
            text = re.sub(r"\\\n\s*", "", text)
        outer = _signature(entry)
        target = _ssh_target(text)
        if _ENTER.match(text) or _SUDO_SHELL.match(text) or target:
            root = True if text.startswith("sudo") or re.match(r"su(?:\s+-l?)?(?:\s+root)?\s*\Z", text) else None
            host = target.rpartition("@")[2] if target else self.levels[-1].host
            cwd = self.levels[-1].cwd if keeps_directory(text) else None
            self.levels.append(Level(text, outer, cwd=cwd, root=root, host=host))
            return
        if client := client_of(text):
            self.levels.append(Level(text, outer, language=client))


_BY_ROOT: Final = pattern(
    r"(?:\A|[.:(]\s)\W*(?:now |then |next,? |again,? )?as (?:the )?`?root`?(?: user)?\s?[,:)]", re.IGNORECASE
)
"""Words by which what follows is done by root: "As root, create …"."""
_OTHER: Final = pattern(r"(?:sudo\s+)?su(?:\s+-l?|\s+--login)?\s+(?!root\b)[a-z_][\w.\-]*\s*\Z")


def _of_other(entered: str) -> bool:
    """Whether a command entered the shell of somebody who is not root."""
    return _OTHER.match(entered) is not None


def _signature(entry: Typed) -> str | None:
    return entry.prompt.signature if entry.prompt is not None else None


def _ssh_target(text: str) -> str | None:
    """Where an ssh command without a command of its own logs in; null for anything else. Options as ssh(1) has them."""
    if "ssh" not in text:
        return None
    words = text.split()
    if words[0] == "sudo":
        del words[0]
    if words[0] != "ssh" or any(word in ("|", "<", ">", "&&", ";", "&") for word in words):
        return None
    target = None
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-"):
            if target is not None:
                return None
            target = word
            continue
        for at, letter in enumerate(word[1:], 1):
            if letter in _SSH_NO_SHELL:
                return None
            if letter in _SSH_WITH_VALUE:
                if at == len(word) - 1:
                    next(rest, None)
                break
    return target


def _is_anybody(prompt: Prompt) -> bool:
    """Whether a prompt names no machine, but any ("user@host")."""
    host, user = (prompt.host or "").casefold(), (prompt.user or "").casefold()
    return host == "localhost" or (user in _ANYBODY and host in words("generic_hosts"))


_ANYBODY: Final = frozenset("user username me you name someone".split())


def _looks_like_shell(text: str) -> bool:
    return not text.rstrip().endswith(";")
