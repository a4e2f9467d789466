"""Which file some prose is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from runbook.extract.prose import sentences
from runbook.forms import is_place
from runbook.patterns import pattern
from runbook.words import AnyCase, word_set, words

_NAMED: Final = (
    r"(?<![\w/.:@$%{<=\-])(?=[\w/.~$+%{<\-])(?:"
    r"(?P<disk>[A-Za-z]:\\(?:[\w.+\- ]+\\)*[\w.+\-]*\w)"
    r"|(?P<path>(?:~|%\w+%|\.{1,2}|\$\{?\w+\}?|\$\(\w+\)|<\w[\w\-]{1,40}>|\{\w{2,40}\})?/(?:[\w.+\-@%{}$~<>]+/)*[\w.+\-@%{}$<>]*[\w}>])"
    r"|(?P<filled>(?:\{\w{1,40}\}|<\w{1,40}>)[\w\-]*(?:\.[\w\-]+)+)(?![\w>])"
    r"|(?P<relative>\.?[\w+\-]++(?:(?:\.[\w+\-]++)*?\.d(?=/))?(?:/[\w.+\-]*[\w+\-])+)"
    r"|(?P<name>\.?[A-Za-z0-9_][\w+\-]*+(?:\.[\w+\-]++)++|\.X?[a-z]\w+)"
    r"|(?P<own>[A-Z][A-Za-z]{2,20}file|(?:docker|gem|jenkins|make|pod|proc|rake|vagrant)file)\b"
    r"|(?P<word>[A-Za-z][\w\-]{2,40}+)(?=\s+(?:(?:script|unit)\s+)?file\b))"
)
_CANDIDATE: Final = re.compile(_NAMED)
_CANDIDATE_ASCII: Final = re.compile(_NAMED, re.ASCII)
"""Finds the same in text that is ASCII, in half the time."""
_VERSION: Final = pattern(r"v?\d+(?:[.\-](?:\d\w*|x|[a-z]{1,2}\d*))*\Z")
_DOMAIN: Final = AnyCase(r"\.(?:com|org|net|edu|gov|io|info|eu|uk|de|fr|ru|jp|cn|local\.?domain)\Z")
_PROGRAM_DIRECTORY: Final = re.compile(r"(?:/usr(?:/local)?)?/s?bin/[\w.\-]+\Z")
_FOLDERS: Final = ("/bin", "/sbin", "/lib", "/lib64", "/libexec", "/include", "/share", "/src", "/local", "/etc", "/log", "/logs")
"""Names that only folders have."""
_UNSPACED: Final = pattern("[\u0e00-\u0e7f\uac00-\ud7af\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
"""Letters of languages that put no blank between a word and a file's name."""
_TOWARDS: Final = AnyCase(
    r"(?:\b(?:in|into|to|inside|of|edit|editing|open|opening|modify|modifying|change|changing|update|updating|create|creating|named|called|"
    r"script|file|files|save|as|your|add|append|at|from|is|under|nano|vi|vim)\W+(?:(?:the|your|a|an|this|new|following|its|e\.g|main|existing|default)\W+){0,3})\Z",
)
_KIND_OF_FILE: Final = AnyCase(r"\b(?:the|your)\s+(?P<kind>[a-z]\w+)\s+file\b")
_ANY_FILE: Final = frozenset(
    "same above following new config configuration settings text resulting final whole entire new old original current edited".split()
)
_KINDS: Final = {
    "unit": (".service", ".timer", ".socket", ".mount", ".path", ".target"),
    "make": ("makefile", ".mk"),
    "build": ("makefile", ".gradle", ".xml"),
}
_CLAUSE: Final = AnyCase(r"\A\W*(?:after|once|when|as soon as|now that|before|having)\b[^,]{0,200},\s+")
"""A clause that a sentence opens with: what it names was there before, and the rest of the sentence may name what follows."""
_REQUEST: Final = re.compile(r"\b(?:GET|POST|PUT|DELETE|PATCH|HEAD)\W+\Z")
_BARE: Final = re.compile(
    r"\b(?:to|in|into|edit|open)\s+(?:(?:your|the)\s+)?(?P<name>fstab|inittab|sudoers|smb\.conf|sshd_config|\.?(?!openrc)[a-z]{3,14}rc)(?![\w./\-])"
)
"""Files so well known that nobody writes where they are."""
_NAMED_SO: Final = pattern(
    r"\b[Ff]iles? (?:named|called) (?:[\"'`\u201c](?P<name>[\w.\-]+)[\"'`\u201d]|(?P<bare>[\w.\-]*\w)(?=\s+(?:in|with|containing|under|inside)\b|[,:]))"
)
"""A name in quotes, whatever it looks like."""
_BARE_ANYWHERE: Final = pattern(r"(?<![\w./\-])(?P<name>fstab|inittab|sudoers|\.?(?!openrc)[a-z]{3,14}rc)(?![\w/\-]|\.\w)")
"""Those of them that are no words in any language."""
_ENDS_IN_RC: Final = pattern(r"rc(?!\w)")
_METHOD: Final = pattern(r"\.(?:[A-Z][a-z]+)+\Z")
"""The end of a name in a program: `net.Socket`."""
_DOTTED: Final = pattern(
    r"\.(?:\w*(?:rc|profile|config|ignore|env|conf|login|logout|aliases|history|attributes|modules|keep|access|passwd|cfg|ini|cnf|auth|pass)|(?:bash|zsh|X|vim)\w*)"
)
"""Names of files that begin with a dot and say so."""
_ANY_OF_KIND: Final = pattern(r"[\"'`)*]*\s+(?:files|extensions?|format|suffix|ending)\b")
_ABBREVIATION: Final = pattern(r"[a-zA-Z]\.[a-zA-Z]")
_MEDIA_TYPE: Final = pattern(r"(?:application|audio|font|image|message|model|multipart|text|video)/(?:vnd\.[\w.+\-]+|[\w+\-]+)")
"""What kind of data something is, RFC 6838: "application/json"."""
_NOT_IT: Final = AnyCase(
    r"\b(?:rather\s+than|instead\s+of|unlike|see(?:\s+also)?|consult|refer(?:ring)?\s+to|commit(?:ting)?|(?:ported|copied|taken|converted|derived|generated)\s+from)\W+(?:(?:the|your|our|my|a|an|its|original|old|"
    r"separate|previous)\W+){0,3}\Z",
)
"""What stands before a file that is another one than what follows goes into."""
_FOLDER: Final = (
    r"folders?|director(?:y|ies)|dir|ordner|verzeichnis|dossier|r[e\u00e9]pertoire|"
    r"carpeta|directorio|pasta|diret[o\u00f3]rio|cartella|mappa?|katalog"
)
_FOLDER_BEFORE: Final = pattern(
    rf"\b(?:{_FOLDER})\b\s*(?:(?:is|named|called|under|ist|est|es)\s+)?[^\w\s/~]{{0,3}}\Z", re.IGNORECASE
)
_FOLDER_AFTER: Final = pattern(rf"[^\w\s]{{0,3}}\s+(?:{_FOLDER}|endpoint|ur[il]|route)\b", re.IGNORECASE)
_SAVED: Final = AnyCase(
    r"\A\W*(?:(?:now|then|and|please)\s+)?(?:save|put|place|store|name|call)\s+(?:this|that|these|those|them|it|the\s+(?:above|following|script|file|code|content|contents))\b",
)
_SAVED_AS: Final = AnyCase(r"\b(?:as|called|named|call\s+it|name\s+it)\s+[\"'`\u201c\u2018]?(?P<name>[\w./~$\-]*\w)")
_SAVED_IN: Final = AnyCase(
    r"\b(?:in|into|to|under)\s+(?:(?:your|the|a)\s+)?[\"'`]?(?P<path>[~$/][\w$/.{}\-]*)[\"'`]?\s+(?:directory|folder|dir)\b",
)
_EDITED: Final = re.compile(
    r"\b(?:edit|editing|open|modify|update|back\s?up|create|change)\s+(?:(?:the|your|a|an|this|new)\s+){0,2}[\"'`]*(?P<word>[A-Z][\w\-]{2,40})[\"'`]*(?=[,.;:]|\s+(?:and|so|to)\b|\s*\Z)"
)
_EDITING: Final = frozenset("edit editing open modify update back backup create change".split())


def is_file_name(text: str) -> bool:
    """Whether a bare word or a path names a file: a path, a known ending, a well-known name."""
    word = text.strip().rstrip(".,;:")
    match = _CANDIDATE.fullmatch(word) if "/" in word or "." in word else None
    return match is not None and _accepted(match)


_RATE: Final = pattern(r"\d[\d.,]*[A-Za-z]{1,4}/(?:s|sec|h|min)")
"""So much in so much time: "50MB/s"."""


def _accepted(match: re.Match[str]) -> bool:
    text = match.group()
    kind = match.lastgroup
    if text[0].isdigit() and _RATE.fullmatch(text):
        return False
    if kind == "path":
        program = _PROGRAM_DIRECTORY.match(text) and not text.endswith((".sh", ".py", ".pl", ".rb"))
        if text.startswith("./") and text[2:] in words("programs"):
            return False
        if text.startswith("../") and "." not in text.rpartition("/")[2]:
            return False  # what a program imports
        called = "." not in text or _METHOD.search(text)
        if called and text.count("/") == 1 and text[0] == "/" and text[1:] not in words("file_names"):
            return False  # "/labs" is a place of the web as well, "/Lamps.Switch" one of what programs call
        return len(text) > 2 and not program and not text.startswith(("/dev/", "/proc/self")) and not text.endswith(_FOLDERS)
    if kind == "own":
        return True
    if kind == "disk":
        last = text.rpartition("\\")[2]
        return last.casefold() in words("file_names") or last.rpartition(".")[2].casefold() in words("file_endings")
    if kind == "filled":
        return text.rpartition(".")[2].casefold() in words("file_endings")
    if kind == "word":
        return text.casefold() in words("file_names") or (
            not text.islower() and not text.isupper() and any(c.isupper() for c in text[1:])
        )
    last = text.rpartition("/")[2]
    if text.casefold() in words("no_files") and not (text.islower() and text.endswith(".js") and text != "node.js"):
        return False
    if _ABBREVIATION.fullmatch(text) or _MEDIA_TYPE.fullmatch(text):  # "d.h", "z.B", "i.e"
        return False
    if _VERSION.match(last) or (_DOMAIN.search(text) and kind == "name"):
        return False
    ending = last.rpartition(".")[2].casefold()
    if not ending or (last == f".{ending}" and ending in words("file_endings") and last not in words("file_names")):
        return False
    if _METHOD.search(last):
        return False
    known = ending in words("file_endings") or last.casefold() in words("file_names") or last.startswith(".")
    if kind == "relative" and text[0] == "." and last not in ("bin", "lib", "share", "cache", "local"):
        return True  # ".git/hooks/pre-commit"
    return known if kind == "name" else known or (text.count("/") >= 1 and "." in last)


_AND: Final = pattern(r"\s+and\s+(\w+)")


def _does_more(text: str, at: int) -> bool:
    """Whether an "and" behind a name, if any, goes on with something to do: not with another word for the same thing."""
    match = _AND.match(text, at)
    return match is None or match[1].casefold() in words("verbs")


_CALLED: Final = AnyCase(
    r"\b(?:inside|edit|editing|file|files|script|(?:file|script)\s+(?:named|called)|(?:live|lives|go|goes|kept|stored|belong|belongs)\s+in(?:to)?)\s+(?:(?:the|your|a)\s+)?[\"'`(]*\Z"
)
_THE_FILE: Final = AnyCase(r"\b(?:the|a|your) file\s+[\"'`(]*\Z")
_FILE_BEHIND: Final = re.compile(r"[\"'`)]*\s+(?:file|script)\b")
_SOME_ENDING: Final = re.compile(r"[A-Za-z_][\w\-]*\.[a-z][a-z0-9]{0,9}")


def is_called(text: str) -> bool:
    """Whether a word that is all of a label is a file's name, whatever its ending."""
    return _SOME_ENDING.fullmatch(text) is not None and text.casefold() not in words("no_files") and not _DOMAIN.search(text)


_ADDED: Final = AnyCase(r"\b(?:add|append)\s+[\"'`(]*\Z")
"""What is added itself is seldom the file into which it goes: "add ~/bin to your path in .profile"."""


def _called_file(text: str, match: re.Match[str]) -> bool:
    """Whether a name with an ending that nobody knows, or a path without one, is called a file in so many words: "inside mill.sc",
    "the mill.sc file", "the file conf/mill"."""
    name = match.group()
    if match.lastgroup == "relative":
        return _THE_FILE.search(text[max(0, match.start() - 40) : match.start()]) is not None
    if (
        _SOME_ENDING.fullmatch(name) is None
        or name.casefold() in words("no_files")
        or _DOMAIN.search(name)
        or _ABBREVIATION.fullmatch(name)
    ):
        return False
    return (
        _FILE_BEHIND.match(text, match.end()) is not None
        or _CALLED.search(text[max(0, match.start() - 40) : match.start()]) is not None
    )


_PUT_INTO: Final = AnyCase(
    r"(?P<name>[\w\-]+\.[a-z]\w*)\b[^.;:]{0,60}\b(?:placed?|put|saved?|stored?|created?|kept|keep|lives?|goes)\s+(?:it\s+|them\s+)?(?:in|into|under)\s+"
    r"(?:the\s+(?:(?:directory|folder)\s+)?)?[\"'`*\u201c]{0,3}(?P<directory>[~/][\w\-/]*[\w\-]/?)(?![\w\-/]|\.\w)"
)


def put_into(text: str) -> str | None:
    """The file of which a sentence tells the name first and then the directory: "a lamp.conf is made and placed in /etc/lantern"."""
    found = _PUT_INTO.search(text) if "/" in text else None
    if found is None or not is_file_name(found["name"]):
        return None
    return f"{found['directory'].rstrip('/')}/{found['name']}"


@lru_cache(maxsize=512)
def file_in(text: str) -> str | None:
    """The file that a sentence is about: the first that stands where a file to be edited is named ("in X", "edit X"), else the first."""
    first: str | None = None
    aside: str | None = None
    ascii_only = text.isascii()
    text = text[:2000] if ascii_only else _UNSPACED.sub(" ", text[:2000])
    if (path := put_into(text)) is not None:
        return path
    clause = _CLAUSE.match(text)
    begins = clause.end() if clause is not None else 0
    for match in (
        (_CANDIDATE_ASCII if ascii_only else _CANDIDATE).finditer(text)
        if "/" in text or "." in text[:-1] or "file" in text
        else ()
    ):
        if text[: match.start()].endswith(("//", "www.")):
            continue
        if not (_accepted(match) or (match.lastgroup in ("name", "relative") and _called_file(text, match))):
            continue
        if text[match.end() : match.end() + 1] == "/" or text[match.end() : match.end() + 3] == "://":
            continue
        name = match.group()
        name = name.rstrip("}") if name[-1] == "}" and "{" not in name else name
        if _REQUEST.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        dotted = (
            name[0] == "." and "/" not in name and name.casefold() not in words("file_names") and _DOTTED.fullmatch(name) is None
        )
        towards = _TOWARDS.search(text[max(0, match.start() - 40) : match.start()]) is not None
        if dotted and "." not in name[1:] and (not towards or _ANY_OF_KIND.match(text, match.end())):
            continue
        if _NOT_IT.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        if "." not in name.rpartition("/")[2] and (
            _FOLDER_BEFORE.search(text[max(0, match.start() - 40) : match.start()]) or _FOLDER_AFTER.match(text, match.end())
        ):
            continue
        if towards and match.start() >= begins and _ADDED.search(text[max(0, match.start() - 12) : match.start()]) is None:
            return name
        first = first or name
        aside = aside or (name if towards else None)
    first = aside or first
    if first is None and ("named" in text or "called" in text) and (named := _NAMED_SO.search(text)) is not None:
        return named["name"] or named["bare"]
    known = "tab" in text or ("rc" in text and _ENDS_IN_RC.search(text) is not None) or "sudoers" in text or "conf" in text
    bare = _BARE.search(text) if known else None
    if bare is not None:
        return bare["name"]
    if first is None and known and (anywhere := _BARE_ANYWHERE.search(text)) is not None:
        return anywhere["name"]
    if first is None:
        edited = None if _EDITING.isdisjoint(word_set(text)) else _EDITED.search(text)
        return edited["word"] if edited and _does_more(text, edited.end()) else None
    return first


def file_of(prose: Sequence[str]) -> str | None:
    """The file named by the nearest of some pieces of prose (nearest last), the last sentence of each first."""
    for piece in reversed(prose):
        for sentence in reversed(sentences(piece)):
            name = file_in(sentence)
            if name is not None:
                return name
    return None


_SCRIPT: Final = pattern(r"\b(?:script|file)\s+[\"'`\u201c]{0,3}(?P<name>\w+(?:[\-._]\w+)+)")
RUN_BY_NAME: Final = (".sh", ".csh", ".py", ".pl", ".rb", ".bat", ".cmd", ".exe", ".ps1", ".run", ".bash", ".appimage")


def script_in(sentence: str) -> str | None:
    """The script or file that a sentence calls so, whatever its name looks like: "to the top of the script start-lamps"."""
    match = _SCRIPT.search(sentence)
    return match["name"] if match is not None else None


_SAVED_SO: Final = pattern(
    r"(?:called|named|as|script|nach|als|sous|como|\u043a\u0430\u043a)\s+[\"'`\u201c]{0,3}(?P<path>[~/][\w./\-]*/[\w.\-]*\w)"
)


_OF_SHELL: Final = frozenset(
    (
        "rc bashrc bash.bashrc zshrc cshrc tcshrc kshrc rc.local rc.conf.local profile bash_profile zprofile login zlogin bash_login logout bash_logout "
        "bash_aliases zshenv xinitrc xsession xprofile xsessionrc autostart config.fish"
    ).split()
)


def holds_commands(path: str) -> bool:
    """Whether a file holds what one may as well type: a shell's profile, a script that a system runs when it starts."""
    name = path.rpartition("/")[2].removeprefix(".")
    return name in _OF_SHELL or name.endswith((".sh", ".bash", ".csh", ".zsh", ".fish"))


def is_dotted(path: str | None) -> bool:
    """Whether a file's name begins with a dot, as those of settings do."""
    return path is not None and path.rpartition("/")[2].startswith(".")


def files_in(sentence: str) -> list[str]:
    """The files that a sentence names one right after the other: "two files, Makefile and mill.c"; [] for one or none."""
    found = [match for match in _CANDIDATE.finditer(sentence[-400:]) if _accepted(match)]
    text = sentence[-400:]
    joined = all(_between(text[one.end() : other.start()]) for one, other in pairwise(found))
    return [match.group() for match in found] if joined and len(found) > 1 else []


_AND_THE: Final = frozenset(("and", "und", "et", "y", "e", "the", "a"))


def _between(text: str) -> bool:
    """Whether nothing but marks and an "and" stands between two names."""
    return len(text) < 20 and all(word.strip("\"'`*,") in _AND_THE for word in text.split() if word.strip("\"'`*,"))


def program_in(sentence: str) -> str | None:
    """The place of a program that a sentence says a script is to be saved as: "mine is called /usr/local/bin/mill"."""
    match = _SAVED_SO.search(sentence) if "/" in sentence else None
    return match["path"] if match is not None else None


def names_file(texts: Sequence[str]) -> bool:
    """Whether lines are one file's name and nothing else, and not that of a program or script that one may type."""
    text = texts[0].strip().removeprefix("# ") if len(texts) == 1 else ""
    if not text or text.startswith("./") or text.casefold().endswith(RUN_BY_NAME) or not (is_file_name(text) or is_place(text)):
        return False
    return len(text.split()) == 1


def saved_as(sentence: str) -> str | None:
    """The file that a sentence behind some content gives it: "Store it under ~/scripts as 'backup'."""
    if not _SAVED.match(sentence):
        return None
    name, directory = _SAVED_AS.search(sentence), _SAVED_IN.search(sentence)
    if name is None:
        return file_in(sentence)
    if "/" in name["name"] or directory is None:
        return name["name"]
    return f"{directory['path'].rstrip('/')}/{name['name']}"


_CONFIGURATIONS: Final = frozenset("config configuration settings".split())


def meant_again(sentence: str, path: str | None) -> bool:
    """Whether a sentence that names no file may mean one named before: "the unit file" is no fstab."""
    if is_log(path) and not _CONFIGURATIONS.isdisjoint(word_set(sentence)):
        return False
    kind = _KIND_OF_FILE.search(sentence) if path is not None and "file" in sentence.casefold() else None
    if path is None or kind is None or kind["kind"].casefold() in _ANY_FILE:
        return True
    name = path.rpartition("/")[2].casefold()
    return name.endswith(_KINDS.get(kind["kind"].casefold(), ())) or kind["kind"].casefold() in path.casefold()


def in_full(name: str | None, prose: Sequence[str]) -> str | None:
    """The path that ends in a bare file name and stands in the same prose: "your httpd.conf (/etc/httpd/httpd.conf)"."""
    if name is None or "/" in name:
        return name
    for piece in reversed(prose):
        if f"/{name}" in piece:
            match = re.search(rf"(?<![\w.:/+\-@])[~/][\w.+\-@/]*/{re.escape(name)}(?![\w/\-]|\.\w)", piece)
            if match is not None:
                return match.group()
    return name


_OF_LANGUAGE: Final = {
    name: pattern(rf"(?<![\w/.:@$%{{<=\-])[\w./~$\-]*\.(?:{endings})(?![\w/\-]|\.\w)")
    for name, endings in (
        ("yaml", "ya?ml"),
        ("yml", "ya?ml"),
        ("json", "json"),
        ("toml", "toml"),
        ("xml", "xml"),
        ("php", "php"),
        ("css", "css"),
    )
}
"""Files by the languages of blocks whose lines they hold."""


def of_language(language: str, named: str, prose: Sequence[str]) -> str:
    """The file that some prose names and lines in a language go into: one with that language's ending before another one."""
    form = _OF_LANGUAGE.get(language)
    if form is None or form.fullmatch(named):
        return named
    found = [match.group() for piece in prose for match in form.finditer(piece)]
    return found[-1] if found and is_file_name(found[-1]) else named


def of_other_language(language: str, path: str | None) -> bool:
    """Whether a path has the ending of another language of data than that of some lines."""
    ending = path.rpartition(".")[2].casefold() if path is not None else ""
    endings = _ENDINGS_OF.get(language)
    return endings is not None and ending not in endings and any(ending in others for others in _ENDINGS_OF.values())


_YAML: Final = ("yaml", "yml")
_ENDINGS_OF: Final = {
    "yaml": _YAML,
    "yml": _YAML,
    "json": ("json",),
    "toml": ("toml",),
    "xml": ("xml",),
    "properties": ("properties",),
}


_LONG_NAME: Final = pattern(r"(?<![\w.:/])[~/][\w.+\-@/]*/(?P<name>[\w.]*\w[\-_][\w.\-]*\w)(?![\w/\-]|\.\w)")
"""A path whose last part is of several words, which no sentence uses for anything else."""


def named_again(sentence: str, prose: Sequence[str]) -> str | None:
    """The file that a sentence calls by its bare name, of several parts: its path stands in the prose before ("/etc/ppp/chap-secrets",
    and now "An example chap-secrets")."""
    for piece in reversed(prose):
        if "/" in piece:
            for match in _LONG_NAME.finditer(piece):
                if match["name"] in sentence and re.search(rf"(?<![\w/.\-]){re.escape(match['name'])}(?![\w/\-])", sentence):
                    return match.group()
    return None


_LOG: Final = pattern(r"/log/|\.log(?:\.\d)?\Z")


def is_log(path: str | None) -> bool:
    """Whether a path is that of a log."""
    return path is not None and _LOG.search(path) is not None
