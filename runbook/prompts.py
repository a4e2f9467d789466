"""Prompts: what stands before a command in a transcript, and what it tells (user, host, directory, which shell)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.patterns import pattern
from runbook.words import prompt_languages, words


class Prompt(Struct, frozen=True, gc=False):
    """A prompt at the beginning of a line: `text` as it stands there, `rest` what comes after it.

    `sure` is false where the same characters begin other lines too (a lone "#", ">", "%"): the block decides about those.
    `signature` is equal for prompts of the same shell.
    """

    text: str
    rest: str
    shell: str = "sh"
    user: str | None = None
    host: str | None = None
    cwd: str | None = None
    sure: bool = True
    signature: str = ""

    @property
    def as_root(self) -> bool | None:
        """Whether root's prompt it is, by its last character or its user; null where it does not tell."""
        if self.shell != "sh":
            return None
        if self.user is not None:
            return self.user == "root"
        last = self.text.rstrip()[-1:]
        return {"#": True, "$": False, "%": False}.get(last)


_ENVIRONMENT: Final = r"(?:\([\w.\-]{1,40}\)\s?)?"
_BRANCH: Final = r"(?:\s?[(\[][^()\[\]\n]{1,60}[)\]])?"
"""The branch of a repository that some shells show behind the directory, and signs for what is changed there."""
_BRACKET: Final = pattern(
    _ENVIRONMENT
    + r"\[(?P<user>(?:[a-z_][\w.\-]*|I have no name!)@)?(?P<host>[\w.\-]+)?(?P<dir>[ :]?[~/][^\]\s]{0,200}|[ :][\w.\-~/]{0,200})?"
    r"(?: \([^()\]]{1,60}\))?\]" + _BRANCH + r"\s?(?P<sigil>[#$%>])(?!(?<=\]\$)[A-Za-z_]\w*\s*(?:[=,)]|\.\w+\(|::)) ?(?P<rest>.*)"
)
"""No prompt is a type that PowerShell is told: "[int]$Count = 3"."""
_IN_BRACKETS: Final = pattern(
    _ENVIRONMENT + r"\[(?P<user>[a-z_][\w.\-]*@)?(?P<host>[A-Za-z][\w.\-]*)(?P<dir>:[~/][^\]\s]{0,200})\] (?P<rest>\S.*)"
)
_USER_AT: Final = re.compile(
    r"(?:::? )?" + _ENVIRONMENT + r"(?P<user>[A-Za-z_][\w.\-]*)@(?P<host>[\w.\-]+)(?:\(\))?"
    r"(?:(?:\s?:\s?|\s|(?=/))(?P<dir>[~/][^\s#$%>\]]{0,200}|(?<=:)[\w.\-]{1,60}(?=[#$%>](?: |\Z))|(?<=\s)[\w.\-]{1,60}(?= % )))?"
    + _BRANCH
    + r"(?:\](?=[#$%>]))?\s?(?P<sigil>[#$%>\]]) ?(?P<rest>.*)"
)
_HOST_DIR: Final = re.compile(r"@?(?P<host>[A-Za-z][\w.\-]*) (?P<dir>[~/][^\s#$%>]{0,200})\s?(?P<sigil>[#$%>]) (?P<rest>.*)")
_HOST_COLON: Final = re.compile(
    r"(?P<host>[A-Za-z][\w.\-]*):(?P<dir>(?!//)[~/][^\s#$%>]{0,200})"
    + _BRANCH
    + r"\s?(?P<sigil>[#$%]|(?<=[\w~/])>(?= )) ?(?P<rest>.*)"
)
_HOST_USER: Final = re.compile(
    r"(?P<host>[A-Za-z][\w.\-]*):(?P<dir>[~/][^\s#$%>]{0,200}|[\w.\-]+) (?P<user>[a-z_][\w.\-]*)(?P<sigil>[#$%]) (?P<rest>.*)"
)
"""The host before the directory and the user behind it, as on a Mac."""
_GIT_BASH: Final = pattern(r"[\w.\-]+@[\w.\-]+ MINGW(?:32|64) (?P<dir>[~/]\S*)" + _BRANCH + r"(?P<rest>)")
"""The first line of a prompt of two."""
_HOST_BRACKET: Final = re.compile(r"(?P<host>[A-Za-z][\w.\-]*)\[(?P<dir>[~/][^\]\s]{0,200})\]\s?(?P<sigil>[#$%>]) ?(?P<rest>.*)")
_SHELL: Final = re.compile(
    _ENVIRONMENT + r"-?(?P<host>(?:ba|da|k|z|c|tc|a)?sh)(?:-\d[\w.]{0,12})?(?P<sigil>[#$%>]) ?(?P<rest>.*)"
)
_DIR: Final = pattern(
    _ENVIRONMENT + r":?(?P<dir>~(?:/[\w./+\-]{0,200})?|/[\w./+\-]{0,200})" + _BRANCH + r"\s?(?P<sigil>[#$%>\]]) (?P<rest>\s*\S.*)"
)
_DIR_HERE: Final = pattern(r"(?P<dir>\.{1,2}/[\w./+\-]{1,200})(?P<sigil>\$) (?P<rest>\S.*)")
_PARENTHESES: Final = pattern(
    r"\((?![A-Z]{2}\)|[\d/]+\))(?P<host>[.\-/]*[^\W_][\w.\-/]{0,40})\)\s?(?P<dir>~[\w./\-]{0,80})?(?P<sigil>[#$%>]?) (?P<rest>.*)"
)
_LONE_BRACKET: Final = pattern(r"(?P<sigil>\]) (?P<rest>\S.*)")
_WINDOWS: Final = re.compile(
    _ENVIRONMENT + r"(?P<ps>PS )?(?P<dir>(?:[A-Za-z]|(?P<firmware>[Ff][Ss]\d{1,2})):(?:\\[^>\r\n]{0,200})?)> ?(?P<rest>.*)"
)
_DEBUGGER: Final = pattern(r"\((?P<word>gdb|lldb|pdb|Pdb|ipdb|rdb:1)\) ?(?P<rest>.*)")
_PARTED: Final = pattern(r"\(parted\) ?(?P<rest>.*)")
_PARTITIONS: Final = pattern(r"(?:[A-Z][a-z]+ c|C)ommand \([m?] for help\): ?(?P<rest>.*)")
_ARROW: Final = pattern(
    "(?:\u279c {1,3}(?P<dir>[~/]?[\\w.\\-/]{0,80})(?: git:\\([^)]{0,60}\\))?(?: \u2717)?|[\u276f\u03bb]) +(?P<rest>\\S.*)"
)
_PYTHON: Final = pattern(r"(?:>>>(?: |\Z)|In \[\d{1,4}\]: )(?P<rest>.*)")
_BEHIND_ARROW: Final = pattern("[^\u276f]{1,80} \u276f +(?P<rest>\\S.*)")
_INTERPRETER: Final = pattern(
    r"(?:(?P<ruby>(?:\[\d{1,4}\] )?(?:irb|pry)\([\w:#<>]{1,40}?\)(?::\d{1,5}){0,2}[>*]|\d\.\d+\.\d+ :\d{3,4} >)|"
    r"(?P<haskell>(?:Prelude|\*(?!CLI>)[A-Z]\w*)(?: [A-Z*][\w.]*){0,6}>)|(?P<hbase>hbase(?:\(\w+\))?(?::\d{1,5}){1,2}[>*])|"
    r"(?P<matlab>octave:\d{1,4}>)|(?P<maxima>\(%i\d{1,4}\))|(?P<zookeeper>\[zk: [\w.\-:]{1,60}\(\w+\) \d+\])|"
    r"(?P<hive>\d: jdbc:[^\s>]{1,200}>)|(?P<smb>smb: \\[^>]{0,100}>)|(?P<forth>\{\d{1,2}\} ok)|(?P<lftp>lftp [^\s>]{1,80}>)|"
    r"(?P<erlang>\([\w.\-]+@[\w.\-]+\)\d{1,4}>)|(?P<elixir>iex\([\w.\-]+@[\w.\-]+\)\d{1,4}>)|(?P<icinga><\d{1,4}> =>)|"
    r"(?P<db2>db2 =>)|(?P<virsh>virsh #)|(?P<cql>cqlsh(?::\w+)?>)|(?P<ddb>(?:\[\d{1,2}\])?k?db(?:\{\d{1,2}\})?>)|"
    r"(?P<redis>redis [\w.:]{1,60}>)|(?P<mikrotik>\[[\w.\-]+@[^\]\n]{1,60}\] (?:/[\w \-/]{0,80})?>)) ?(?P<rest>.*)"
)
"""Prompts of interpreters and consoles that hold more than a name: a number, an address, a place."""
_Q: Final = pattern(r"q\)(?P<rest>\S.*)")
"""The console of kdb+."""
_POSTGRES: Final = re.compile(r"(?P<word>[A-Za-z_]\w{0,40})[=\-(][#>](?: (?P<rest>.*)|\Z)")
_POSTGRES_ALONE: Final = pattern(r"=# (?P<rest>.*)")
_PROLOG: Final = pattern(r"(?:\d{1,3} )?\?- (?P<rest>.*)")
_REPLICA: Final = re.compile(
    r"[\w.\-]{1,30}(?::(?:PRIMARY|SECONDARY|ARBITER|OTHER)| \[direct: \w{1,12}\] \w{1,30})> ?(?P<rest>.*)"
)
"""A server of MongoDB, with its part in the set."""
_REDIS: Final = re.compile(r"(?:[A-Za-z\d][\w.\-]{0,60}):\d{2,5}(?:\[\d+\])?> ?(?P<rest>.*)")
_PROGRAM: Final = re.compile(
    r"(?P<word>[A-Za-z](?:[\w.\-]{0,29}\w)?)(?: rescue(?=>))?"
    r"(?::[\w.\-]{1,30}@[\w.\-]{1,60}|(?::[a-z][\w.\-]{0,30}){1,2}(?=> ))?(?: ?[\[(](?:[\w.\-]|\(none\)){0,60}[\])])?(?P<sigil>>{1,3}) ?(?P<rest>.*)"
)
_DEVICE: Final = re.compile(r"(?P<word>[A-Za-z][\w.\-]{0,30})\((?P<mode>[a-z][\w\-]{0,30})\)# ?(?P<rest>.*)")
_CONSOLE: Final = re.compile(r"(?P<word>[A-Za-z][\w.\-]{0,30})?\*?CLI> ?(?P<rest>.*)")
_KADMIN: Final = re.compile(r"kadmin(?:\.local)?: {1,3}(?P<rest>\S.*)")
_DEVICE_PLAIN: Final = re.compile(r"(?P<word>[A-Za-z][\w.\-]{0,30})[#>] ?(?P<rest>.*)")
_HOST_HASH: Final = re.compile(r"(?P<host>[A-Za-z][\w.\-]{0,40})(?P<sigil>[#$%]) (?P<rest>\S.*)")
_NAME_SIGIL: Final = re.compile(r"(?P<user>[A-Za-z][\w\-]{0,30}) ?(?:(?P<dir>[~/][\w./\-]*) )?(?P<sigil>[#$]) (?P<rest>\S.*)")
_DOLLAR: Final = pattern(
    _ENVIRONMENT + r"(?P<sigil>\$)(?: +(?P<rest>.*)|(?!\w+(?:\s*[=\[(;]|\.|->))(?P<tight>[a-z./~][\w./\-]*(?: .*)?)|\Z)"
)
_DOLLAR_ANGLE: Final = pattern(r"(?P<sigil>\$>) ?(?P<rest>.*)")
_HOST_PLACE: Final = re.compile(r"(?P<host>[A-Za-z][\w.\-]*) (?P<dir>[\w.\-]+) (?P<sigil>[#$]) (?P<rest>\S.*)")
_HASH: Final = re.compile(
    r"(?P<sigil>#)(?!(?:include|define|undef|if(?:n?def)?|el(?:if|se)|endif|pragma)\b)(?: +(?P<rest>.*)|(?P<tight>[a-z./~].*)|\Z)"
)
_PERCENT: Final = pattern(r"(?P<sigil>%)(?: +(?P<rest>.*)|\Z)")
_BOOT_LOADER: Final = pattern(r"={1,2}> ?(?P<rest>(?:[a-z][\w.]*(?:[ ;].*)?)?)")
"""U-Boot's prompt, and that of boards which draw it longer."""
_HASH_ANGLE: Final = re.compile(r"(?P<sigil>#>) (?P<rest>.*)")
_TWICE_GREATER: Final = pattern(r">> +(?P<rest>[A-Za-z].*)")
_GREATER: Final = pattern(r"(?P<sigil>>)(?: +(?P<rest>.*)|(?P<tight>[a-z][\w.\-]* .*))")


def _shell_prompt(match: re.Match[str], *, sure: bool = True) -> Prompt:
    groups = match.groupdict()
    rest = groups.get("rest") or groups.get("tight") or ""
    text = match.string[: len(match.string) - len(rest)] if rest else match.string
    user = (groups.get("user") or "").rstrip("@") or None
    host = groups.get("host")
    if match.re is _SHELL:
        host = None
    directory = (groups.get("dir") or "").lstrip(" :") or None
    name = groups.get("host") if match.re is _SHELL else f"{user or ''}@{host or ''}"
    kind = "sh" if match.re is _SHELL else "at" if user or host else "dir" if directory else ""
    return Prompt(
        text.rstrip(),
        rest.strip(),
        user=user,
        host=host,
        cwd=directory,
        sure=sure,
        signature=f"{kind}{name if kind in ('sh', 'at') else ''}{groups.get('sigil') or ''}",
    )


def _program(shell: str) -> Callable[[re.Match[str]], Prompt]:
    def prompt(match: re.Match[str]) -> Prompt:
        rest = match["rest"] or ""
        text = match.string[: len(match.string) - len(rest)].rstrip() if rest else match.string.rstrip()
        return Prompt(text, rest.strip(), shell=shell, signature=shell)

    return prompt


def _interpreter(match: re.Match[str]) -> Prompt:
    """The prompt of a console: the group that matched has the name of its language."""
    return _program(next(name for name, found in match.groupdict().items() if found and name != "rest"))(match)


def _behind_arrow(match: re.Match[str]) -> Prompt | None:
    """`~/src main \u276f make`. What stands between the same arrows may be a path through menus: a program follows here."""
    typed = match["rest"].split(maxsplit=1)[0]
    return _shell_prompt(match) if typed in words("programs") or typed[0] in "./$~" else None


def _windows(match: re.Match[str]) -> Prompt:
    shell = "powershell" if match["ps"] else "uefi" if match["firmware"] else "cmd"
    text = match.string[: match.start("rest")].rstrip()
    return Prompt(text, match["rest"].strip(), shell=shell, cwd=match["dir"], signature=shell)


def _device(match: re.Match[str]) -> Prompt:
    return Prompt(
        match.string[: match.start("rest")].rstrip(),
        match["rest"].strip(),
        shell="device",
        host=match["word"],
        signature="device",
    )


def _console(match: re.Match[str]) -> Prompt:
    """`*CLI> `, the console of a telephone exchange, perhaps behind its host's name."""
    found = _program("asterisk")(match)
    return replace(found, host=match["word"])


def device_prompt(line: str) -> Prompt | None:
    """A line read as a network device's prompt in its plain modes (`Switch#`, `core1>`), which a host's shell may have as well."""
    match = _DEVICE_PLAIN.fullmatch(line.strip())
    return _device(match) if match is not None else None


def _plain_device(match: re.Match[str]) -> Prompt | None:
    """`Router#`, `R1>`: a device where its name or what is typed says so; in small letters only right before that (`core-1#show`)."""
    name = match["word"].casefold().rstrip("0123456789-_")
    typed = match["rest"].split(maxsplit=1)[:1]
    tight = match.string[match.start("rest") - 1 : match.start("rest")] == "#"
    if prompt_languages().get(name) == "device":
        return _device(match)
    return _device(match) if (tight or match["word"][:1].isupper()) and set(typed) & words("device_verbs") else None


def _named(match: re.Match[str]) -> Prompt | None:
    """`word> `: a program's prompt. The word says which, when the table knows it; else the program's own name is its language."""
    word = match["word"].casefold()
    language = prompt_languages().get(word)
    if language == "python" or len(match["sigil"]) > 1:
        return _program("python")(match)
    if language == "sh":
        return Prompt(match.string[: match.start("rest")].rstrip(), match["rest"].strip(), signature=f"{word}>")
    prompt = _program(language or word)(match)
    if language is not None:
        return prompt
    tight = match.end("sigil") == match.start("rest") and bool(match["rest"])
    return None if tight else Prompt(prompt.text, prompt.rest, shell=prompt.shell, sure=False, signature=prompt.signature)


_LABELLED: Final = pattern(r"[A-Z]\w*:\s")


def _arrow(match: re.Match[str]) -> Prompt | None:
    """`➜ dir command`. Programs print the same arrow before what they list ("➜ Local: http://…")."""
    if match["rest"].split(maxsplit=1)[0].upper() == match["rest"].split(maxsplit=1)[0]:
        return None
    return None if _LABELLED.match(match["rest"]) or _LABELLED.match(match.string[1:].lstrip()) else _shell_prompt(match)


def _of_host(match: re.Match[str]) -> Prompt | None:
    """`host ~/dir # `. A program with a file before a remark ("nano ~/notes # the list") or another file ("cat /a > b") looks the same."""
    if match["sigil"] not in "#>":
        return _shell_prompt(match)
    typed = match["rest"].split(maxsplit=1)[:1]
    of_file = "." in match["dir"].rpartition("/")[2] and bool(typed) and typed[0] not in words("programs") and "/" not in typed[0]
    return None if of_file or match["host"] in words("programs") else _shell_prompt(match)


def _at_place(match: re.Match[str]) -> Prompt | None:
    """`host directory # command`, with the last part of the directory only: a command with a remark behind it looks the same."""
    rest = match["rest"].split(maxsplit=1)[0]
    return _weak(match) if match["host"] not in words("programs") and rest in words("programs") else None


def _of_user(match: re.Match[str]) -> Prompt | None:
    """`name$ `. A program's name, a blank and a "#" are that program with a remark behind it."""
    remark = match["sigil"] == "#" and match.string[match.end("user")] == " "
    return None if remark and match["user"] in words("programs") else _weak(match)


def _dollar(match: re.Match[str]) -> Prompt | None:
    """`$ make`. A word right behind the sign may as well be the name of a variable in a sentence, unless it names a program."""
    tight = match["tight"]
    if tight and tight.endswith("$"):
        return None  # a formula
    name = tight.split(maxsplit=1)[0] if tight else ""
    return _shell_prompt(match, sure=" " not in (tight or "") or "/" in name or name in words("programs"))


def _weak(match: re.Match[str]) -> Prompt:
    return _shell_prompt(match, sure=False)


def _in_parentheses(match: re.Match[str]) -> Prompt | None:
    """`(environment) command`. "(optional)" before words is their author's."""
    said = not match["sigil"] and match["host"].casefold() in words("openers") | _SAID_ASIDE
    return None if said else _weak(match)


_SAID_ASIDE: Final = frozenset(("recommended", "required", "note", "example"))


def _matlab(match: re.Match[str]) -> Prompt:
    return replace(_program("matlab")(match), sure=False)


def _boot_loader(match: re.Match[str]) -> Prompt:
    return replace(_program("u-boot")(match), sure=False)


Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Prompt | None]]

_FORMS: Final[tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Prompt | None]], ...]] = (
    (r"[<\[(*\dPcdhiklopdrsv{]", _INTERPRETER, _interpreter),
    (r"[(\[]", _BRACKET, _shell_prompt),
    (r"[(\[]", _IN_BRACKETS, _shell_prompt),
    (r"[(A-Za-z_:]", _USER_AT, _shell_prompt),
    (r"[(A-Za-z]", _WINDOWS, _windows),
    (r"[(]", _DEBUGGER, _program("gdb")),
    (r"[(]", _PARTED, _program("parted")),
    (r"[CE]", _PARTITIONS, _program("fdisk")),
    ("[\u279c\u276f\u03bb]", _ARROW, _arrow),
    (r"[>I]", _PYTHON, _program("python")),
    (r"[?\d]", _PROLOG, _program("prolog")),
    (r"q", _Q, _program("q")),
    (r"[A-Za-z\d]", _REDIS, _program("redis")),
    (r"\w", _REPLICA, _program("mongo")),
    (r"[-(abcdkstz]", _SHELL, _shell_prompt),
    (r"[A-Za-z]", _HOST_COLON, _shell_prompt),
    (r"[A-Za-z]", _HOST_USER, _shell_prompt),
    (r"[A-Za-z]", _HOST_BRACKET, _shell_prompt),
    (r"[@A-Za-z]", _HOST_DIR, _of_host),
    (r"[(~/:]", _DIR, _shell_prompt),
    (r"\.", _DIR_HERE, _shell_prompt),
    (r"[A-Za-z_]", _POSTGRES, _program("psql")),
    (r"[A-Za-z]", _DEVICE, _device),
    (r"[A-Za-z*]", _CONSOLE, _console),
    (r"k", _KADMIN, _program("kadmin")),
    (r"[A-Za-z]", _DEVICE_PLAIN, _plain_device),
    (r"[A-Za-z]", _PROGRAM, _named),
    (r"[($]", _DOLLAR, _dollar),
    (r"\$", _DOLLAR_ANGLE, _shell_prompt),
    (r"[A-Za-z]", _HOST_PLACE, _at_place),
    (r"=", _POSTGRES_ALONE, _program("psql")),
    (r"=", _BOOT_LOADER, _boot_loader),
    (r"#", _HASH_ANGLE, _shell_prompt),
    (r"#", _HASH, _weak),
    (r"%", _PERCENT, _weak),
    (r">", _TWICE_GREATER, _matlab),
    (r">", _GREATER, _weak),
    (r"[]]", _LONE_BRACKET, _weak),
    (r"[(]", _PARENTHESES, _in_parentheses),
    (r"[A-Za-z]", _NAME_SIGIL, _of_user),
    (r"[A-Za-z]", _HOST_HASH, _weak),
)
"""The characters that a form may begin with, the form, and what it makes of a match; the first that matches wins."""


@lru_cache(maxsize=256)
def _forms(first: str) -> tuple[Form, ...]:
    """The forms that may begin with a character."""
    return tuple((form, make) for starts, form, make in _FORMS if re.match(starts, first))


_CLOCK_BEGINS: Final = "0123456789[("
_CLOCK: Final = pattern(r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?[\])]? (?=\S)")
_MAY_BE_PROMPT: Final = re.compile(
    r"[\w.\-@:~/\\\[\](){}=* +?\u279c\u276f]{0,120}[#$%>\]):~\u279c\u276f\u03bb]|(?:\d{1,3} )?\?- |\{\d{1,2}\} ok |<\d{1,4}> =>|"
    r"\[I have no name!@"
)
_ADDRESS: Final = re.compile(r"[A-Za-z][\w+.\-]{0,20}://")
_SIGIL: Final = re.compile(r"[#$%>\])*\u279c\u276f\u03bb]|\?- |\} ok ")


@lru_cache(maxsize=8192)
def prompt_of(line: str) -> Prompt | None:
    """The prompt at the beginning of `line` (leading blanks aside), or None. Linear: every form is anchored and bounded."""
    text = line.strip()
    signed = text.startswith("kadmin") or _SIGIL.search(text)
    if not text or not signed or not _MAY_BE_PROMPT.match(text) or _ADDRESS.match(text):
        return _two_lined(text) if " MINGW" in text else None
    if text[0] in _CLOCK_BEGINS and (clock := _CLOCK.match(text)) is not None:
        return _behind_clock(clock)
    if "\u276f" in text and text[0] != "\u276f" and (arrow := _BEHIND_ARROW.fullmatch(text)) is not None:
        return _behind_arrow(arrow)
    if " MINGW" in text and (first := _two_lined(text)) is not None:
        return first
    for form, make in _forms(text[0]):
        match = form.fullmatch(text)
        if match is not None:
            prompt = make(match)
            if prompt is not None:
                return _inner(prompt) or prompt
    return None


def _two_lined(text: str) -> Prompt | None:
    match = _GIT_BASH.fullmatch(text)
    return _shell_prompt(match) if match is not None else None


def _behind_clock(clock: re.Match[str]) -> Prompt | None:
    """The prompt behind a time, which shells may show: one that has a user, a host or a directory, where logs have words."""
    rest = clock.string[clock.end() :]
    returned = rest[-1] in "#$%"
    inner = prompt_of(f"{rest} true" if returned else rest)
    if inner is None or not inner.sure or inner.shell != "sh" or not (inner.user or inner.cwd):
        return None
    return replace(inner, text=clock.group() + inner.text, rest="" if returned else inner.rest)


def _inner(prompt: Prompt) -> Prompt | None:
    """The prompt of a client right behind a lone sign: "# mysql> show tables;"."""
    if prompt.text not in ("#", "$") or not prompt.rest[:1].isalpha() or ">" not in prompt.rest[:40]:
        return None
    inner = prompt_of(prompt.rest)
    return inner if inner is not None and inner.sure and inner.shell != "sh" else None
