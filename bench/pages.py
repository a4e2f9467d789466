"""Pages made up for measuring: how-tos in the styles that wikis use, about 8 KB each, the same for the same seed."""

from __future__ import annotations

import random

_VERBS = ("Install", "Configure", "Start", "Check", "Move", "Back up", "Enable", "Remove")
_THINGS = ("the mail server", "the name server", "the database", "the web server", "the mirror", "the firewall", "the backup")
_WORDS = (
    "the daemon reads its settings when it starts and keeps them until it is told otherwise so a change is only seen after a restart "
    "which takes a few seconds on most machines and rather longer where many clients are connected at the same time"
).split()
_COMMANDS = (
    "apt-get install -y foo", "systemctl restart foo.service", "cp -a /etc/foo /root/foo.bak", "ls -l /etc/foo", "useradd --system foo",
    "chown -R foo:foo /srv/foo", "mkdir -p /srv/foo/data", "journalctl -u foo -n 20", "foo --check --config=/etc/foo/foo.conf", "df -h /srv",
)  # fmt: skip
_OUTPUT = (
    "total 12",
    "drwxr-xr-x 2 root root 4096 Jan  2  2015 data",
    "-rw-r--r-- 1 root root  812 Jan  2  2015 foo.conf",
    "Starting foo: [  OK  ]",
)


LARGE, SMALL = (4000, 12000), (3050, 5100)
"""Characters from which on a page ends, at least and at most: pages of 8 kB in the mean, or of 4.5 kB."""


def page(number: int, characters: tuple[int, int] = LARGE) -> str:
    """The wikitext of page `number`."""
    chance = random.Random(number)
    out = [f"{{{{Note|This page is about machine {number}.}}}}", "", _prose(chance), ""]
    size = chance.randint(*characters)
    step = 0
    while sum(map(len, out)) < size:
        step += 1
        if chance.random() < 0.4:
            out += [f"== {chance.choice(_VERBS)} {chance.choice(_THINGS)} ==", ""]
            step = 1
        out += [f"{step}. {chance.choice(_VERBS)} {chance.choice(_THINGS)}.", "", _prose(chance), ""]
        out += chance.choice((_session, _listed, _edited, _tabled))(chance)
    return "\n".join([*out, "", "[[Category:How-to]]", ""])


def _prose(chance: random.Random) -> str:
    words = [chance.choice(_WORDS) for _ in range(chance.randint(20, 90))]
    words[5] = f"[[{words[5]}|{words[6]}]]"
    words[9] = f"<code>{words[9]}</code>"
    words[12] = f"'''{words[12]}'''"
    return " ".join(words).capitalize() + "."


def _session(chance: random.Random) -> list[str]:
    lines = [" # " + chance.choice(_COMMANDS)]
    return [*lines, *(" " + chance.choice(_OUTPUT) for _ in range(chance.randint(0, 5))), ""]


def _listed(chance: random.Random) -> list[str]:
    return [
        *(f"* {_prose(chance)[:90]}" for _ in range(3)),
        "",
        "<pre>",
        *(chance.choice(_COMMANDS) for _ in range(3)),
        "</pre>",
        "",
    ]


def _edited(chance: random.Random) -> list[str]:
    return [
        "Add these lines to <code>/etc/foo/foo.conf</code>:",
        "<pre>",
        f"port = {chance.randint(1, 65535)}",
        "user = foo",
        "</pre>",
        "",
    ]


def _tabled(chance: random.Random) -> list[str]:
    rows = [line for _ in range(3) for line in ("|-", f"| {chance.choice(_WORDS)} || {_prose(chance)[:60]}")]
    return ['{| class="wikitable"', "! Option !! Meaning", *rows, "|}", ""]
