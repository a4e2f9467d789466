"""What pages in other languages, and a project's own words, say around code: the rows of data/tongues.toml as patterns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from runbook.patterns import pattern
from runbook.words import spelt, tongue_rows, words

ROLES: Final = (
    "run", "command", "see", "printed", "file", "edit", "create", "change", "seek", "replace", "add", "holds", "content", "settings", "asks",
    "asks_first", "asks_within", "asks_last", "asks_end", "openers", "states", "finite", "reboot", "machine", "login", "hardware", "device", "host",
    "on", "undone", "forget", "spoken", "note", "warning", "tip", "important", "optional", "or", "one_of", "if", "if_within", "only_for", "for_case",
    "users", "as_root", "own",
)  # fmt: skip
NOTICES: Final = ("note", "warning", "tip", "important")

_IDEOGRAPHIC: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_OTHER_LETTERS: Final = pattern("[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LETTERS: Final = {
    "kana": pattern("[\u3041-\u30ff]"),
    "han": pattern("[\u3400-\u9fff]"),
    "hangul": pattern("[\uac00-\ud7af]"),
    "thai": pattern("[\u0e00-\u0e7f]"),
    "ukrainian": pattern("[\u0404\u0406\u0407\u0454\u0456\u0457\u0490\u0491]"),
    "cyrillic": pattern("[\u0400-\u04ff]"),
}
_NOT_RUSSIAN: Final = pattern("[\u0452\u0453\u0455\u0458-\u045f\u0492-\u04ff]")
"""Letters of other languages that are written in Cyrillic ones."""
_FEW: Final = 3
_SHARE: Final = {"ukrainian": 100, "kana": 30, "han": 30, "hangul": 30, "thai": 30}
"""One letter in how many tells a script: 10 where nothing else is said, as code, names of programs and paths are Latin in every language;
fewer where two letters are a word."""
_WORD: Final = pattern(r"[^\W\d_]+")
_STRANGE: Final = 4
"""More words with letters that English hasn't tell that a page isn't in English, where they are a tenth and hardly any word of English is."""
_NOT_WORDS: Final = re.compile(r"\]\([^()\s]{1,300}\)|https?://\S{1,300}|`[^`\n]{1,200}`")
"""Addresses and code, whose letters are of no language."""
_SAMPLE: Final = 20_000
"""Characters of a page by which its language is told."""


_INDIRECT: Final = pattern(r",?\s(?:ob|dass)\s")
"""Where a clause begins that says what is to be looked at ("pr\u00fcfen, ob es geht"): its verb is no one's who asks."""


class Tongue:
    """How one language (`foreign`: any but English), or a project, puts things: `says(role, text)`, `opens(role, text)` and
    `asks(sentence)`. Compared by identity, so that it can be a key of caches. `unknown` says that no table has it,
    `scripted` that it is written in letters that programs' names never have."""

    def __init__(self, rows: Mapping[str, Sequence[str]], *, code: str = "", scripted: bool = False) -> None:
        self.foreign = bool(code)
        self.unknown = code == "?"
        self.scripted = scripted
        self._rows = {role: tuple(entries) for role, entries in rows.items() if entries and role in ROLES}
        self._anywhere: dict[str, re.Pattern[str]] = {}
        self._opening: dict[str, re.Pattern[str]] = {}
        self._own: re.Pattern[str] | None = None
        self._clauses: tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None] | None = None
        self._last: re.Pattern[str] | None = None
        self._places: tuple[list[str], re.Pattern[str]] | None = None
        self._roles: dict[str, str] | None = None
        self.speaks = bool(self._rows)

    def says(self, role: str, text: str) -> bool:
        """Whether a word of the role stands anywhere in `text`."""
        if role not in self._rows:
            return False
        if role not in self._anywhere:
            self._anywhere[role] = re.compile(_alternation(self._rows[role]), re.IGNORECASE)
        return self._anywhere[role].search(text) is not None

    def place(self, text: str) -> tuple[str, int] | None:
        """The role of the machine that `text` names as the place of something, and where that ends; None when it names none."""
        if "host" not in self._rows:
            return None
        if self._places is None:
            pairs = [entry.partition("=")[::2] for entry in self._rows["host"]]
            said = {words: role or words.rpartition("_")[2] for words, role in pairs}
            longest = sorted(said, key=len, reverse=True)
            self._places = (
                [said[entry] for entry in longest],
                re.compile("|".join(f"({_entry(entry)})" for entry in longest), re.IGNORECASE),
            )
        roles, form = self._places
        match = form.search(text)
        return (roles[(match.lastindex or 1) - 1], match.end()) if match is not None else None

    def role(self, word: str) -> str:
        """The role of the machine that a word is the name of, by the last words of its places ("sur le serveur"); "" where it is of none."""
        if self._roles is None:
            pairs = [entry.partition("=")[::2] for entry in self._rows.get("host", ())]
            self._roles = {words.rpartition("_")[2]: role for words, role in pairs if "_" in words and role}
        return self._roles.get(word, "")

    def owned(self, text: str) -> Iterator[tuple[int, str, str]]:
        """What is called the reader's own in a line of code ("votre_domaine", "TU_CLAVE", "你的域名"): where, as it stands, and of what kind."""
        if "own" not in self._rows:
            return
        if self._own is None:
            latin = "|".join(re.escape(word) for word in self._rows["own"] if not _OTHER_LETTERS.search(word)) or "(?!)"
            foreign = [word for word in self._rows["own"] if _OTHER_LETTERS.search(word)]
            other = "|".join(map(re.escape, foreign)) or "(?!)"
            joined = "|".join(re.escape(word) for word in foreign if len(word) > 1) or "(?!)"  # one sign may be part of a word
            self._own = re.compile(
                rf"(?<![\w.@/${{(\-])(?:{latin}|{other})[_\-](?P<joined>[^\W\d_][\w\-]*(?:\.[a-z\-]+)*)|"
                rf"(?P<quote>[\"'])(?P<quoted>(?:{latin}|{other}) [^\"'$<>{{}}]{{2,40}})(?P=quote)|(?<![^\W_])(?:{joined})(?P<next>[^\W\d_]{{1,20}})",
                re.IGNORECASE,
            )
        for match in self._own.finditer(text):
            quoted = match["quoted"]
            start = match.start("quoted") if quoted else match.start()
            yield start, quoted or match[0], quoted.partition(" ")[2] if quoted else match["joined"] or match["next"]

    def asks(self, sentence: str) -> bool:
        """Whether a sentence asks for something. A verb in the form of a request does so as the first word; behind a word that begins
        with a place, a time or a condition also as the first of a clause ("Dans le menu, cliquez …"), some of them anywhere; in some
        languages at the end of a clause. A sentence that begins with its subject only tells of it, unless it says what must be done."""
        if self.says("asks", sentence) or self._asks_last(sentence):
            return True
        if self.tells(sentence):
            return False
        return self.opens("asks_first", sentence) > 0 or self.says("asks_end", sentence) or self._asks_later(sentence)

    def tells(self, sentence: str) -> bool:
        """Whether a sentence begins with its subject ("Una", but not "Una vez")."""
        subject = self.opens("states", sentence)
        return subject > 0 and subject >= self.opens("openers", sentence)

    def _asks_later(self, sentence: str) -> bool:
        first = self._rows.get("asks_first", ())
        if not first:
            return False
        if self._clauses is None:
            within = (*self._rows.get("asks_within", ()), *(word for word in first if "*" not in word))
            self._clauses = (
                re.compile(rf"[:;>\u2192]\W*(?:{_alternation(first)})", re.IGNORECASE),
                re.compile(rf",\W*(?:{_alternation(first)})", re.IGNORECASE),
                re.compile(_alternation(within), re.IGNORECASE) if within else None,
            )
        after_sign, after_comma, within_clause = self._clauses
        if self._any_asks(after_sign, sentence):
            return True
        if not self.opens("openers", sentence):
            return False
        return self._any_asks(after_comma, sentence) or (
            within_clause is not None
            and any(self._begins(sentence[: match.start()]) for match in within_clause.finditer(sentence))
        )

    def _any_asks(self, clause: re.Pattern[str], sentence: str) -> bool:
        """Whether any clause that a pattern finds begins with a request, and not with a subject that looks like one (", die in …")."""
        return any(not self.opens("states", match[0]) for match in clause.finditer(sentence))

    def _begins(self, before: str) -> bool:
        """Whether a clause can begin behind some words: not behind a subject or a preposition ("el", "per")."""
        words = before.rsplit(None, 1)
        last = words[-1].casefold() if words else ""
        return not any(last in self._rows.get(role, ()) for role in ("states", "openers", "finite"))

    def _asks_last(self, sentence: str) -> bool:
        sentence = _INDIRECT.split(sentence, maxsplit=1)[0]
        if "asks_last" not in self._rows or self.says("finite", sentence):
            return False
        if self._last is None:
            self._last = re.compile(
                rf"(?<![\w\-])(?=[a-z\xdf-\xff])(?:{_alternation(self._rows['asks_last'])})(?=[^\w\s]|\s*\Z|\s[^\w`\"']|\s(?:und|oder|ve|veya)\s|\s+(?:mit|mittels|per|via)\s*\Z)"
            )
        return self._last.search(sentence) is not None

    def opens(self, role: str, text: str) -> int:
        """How many characters of `text` a word of the role takes at its beginning (marks before it included); 0 when none stands there."""
        if role not in self._rows:
            return 0
        if role not in self._opening:
            self._opening[role] = re.compile(rf"\W*(?:{_alternation(self._rows[role])})", re.IGNORECASE)
        match = self._opening[role].match(text)
        return match.end() if match is not None else 0


def _alternation(entries: Sequence[str]) -> str:
    return "|".join(_entry(entry) for entry in sorted(entries, key=len, reverse=True))


def _entry(entry: str) -> str:
    ends = r"\s*(?:[(\uff08][^()\uff08\uff09\n]{0,80}[)\uff09])?\s*[:\uff1a]?\s*(?:\n|\Z)" if entry.endswith("$") else ""
    inner = r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in entry.rstrip("$").split("_")) + ends
    # Languages without blanks between words: their entries stand anywhere.
    return inner if re.search(f"[{_IDEOGRAPHIC}]", entry) else rf"(?<!\w){inner}(?!\w)"


def language_of(text: str) -> str:
    """The code of the language in which a page is written, by its letters or its commonest words; "" for English, "?" for another that no
    table has."""
    sample = _NOT_WORDS.sub(" ", text[:_SAMPLE])
    if not sample.isascii():
        for code, table in tongue_rows().items():
            letters = table.get("letters")
            if not letters or (letters[0] == "cyrillic" and len(_NOT_RUSSIAN.findall(sample)) > _FEW):
                continue
            shown = len(_LETTERS[letters[0]].findall(sample))
            if shown and shown * _SHARE.get(letters[0], 10) > sum(map(str.isalpha, sample)):
                return code
    found = spelt(sample) if sample.isascii() else [word.casefold() for word in _WORD.findall(sample)]
    counts = Counter(found)
    odd = [word for word in counts if not word.isascii()] if not sample.isascii() else []
    total = len(found)
    shares = {code: _hits(counts, odd, common, signs) / total for code, common, signs in _common()} if total else {}
    best = max(shares, key=lambda code: shares[code], default="")
    english = _hits(counts, odd, _ENGLISH) / total if total else 1.0
    if best and shares[best] > max(1.15 * english, 1 / 25):
        return best
    if total and not english and not shares.get(best):
        return _by_requests(counts)  # a page so terse that it has none of the common words
    strange = sum(counts[word] for word in odd)
    return "?" if strange > _STRANGE and 10 * strange > total and english < 1 / 15 else ""


def _by_requests(found: Mapping[str, int]) -> str:
    """The code of the language in whose table two or more of some words ask for something or begin a sentence, and more than in others'."""
    hits = {code: sum(word in own for word in found) for code, own in _requests().items()}
    best = max(hits, key=lambda code: hits[code])
    return best if hits[best] > 1 and sum(count == hits[best] for count in hits.values()) == 1 else ""


_SHORT: Final = 4


@cache
def _requests() -> dict[str, frozenset[str]]:
    english = words("verbs") | words("openers") | words("stop_words")
    return {
        code: frozenset(
            word for role in ("asks_first", "states", "openers", "finite") for word in table.get(role, ()) if len(word) >= _SHORT
        )
        - english
        for code, table in tongue_rows().items()
        if "common" in table
    }


_ENGLISH: Final = frozenset("the and is are of to this that with for you your be it on as by from will if an or".split())


@cache
def _common() -> tuple[tuple[str, frozenset[str], str], ...]:
    """The languages with the words that tell them, and their letters."""
    return tuple(
        (code, frozenset(table["common"]), table.get("signs", ("",))[0])
        for code, table in tongue_rows().items()
        if "common" in table
    )


def _hits(counts: Counter[str], odd: Sequence[str], common: frozenset[str], signs: str = "") -> int:
    """How many words are among those that a language is told by, or (the `odd`) have one of its letters; 0 where it is one word only,
    again and again."""
    found = counts.keys() & common
    found.update(word for word in odd if any(sign in word for sign in signs))
    return sum(counts[word] for word in found) if len(found) > 1 else 0


def _in_both(entries: Sequence[str], pairs: Sequence[str]) -> tuple[str, ...]:
    """Entries as they stand, and with the traditional forms of their letters: `pairs` are those, each behind its simplified one."""
    letters = str.maketrans({pair[0]: pair[1] for pair in pairs})
    return tuple(dict.fromkeys((*entries, *(entry.translate(letters) for entry in entries)))) if pairs else tuple(entries)


@cache
def _tongue(code: str, own: tuple[tuple[str, tuple[str, ...]], ...]) -> Tongue:
    table = tongue_rows().get(code, {})
    rows = {role: (*_in_both(table.get(role, ()), table.get("traditional", ())), *dict(own).get(role, ())) for role in ROLES}
    return Tongue(rows, code=code, scripted="letters" in table)


def tongue_of(text: str, own: Mapping[str, Sequence[str]] | None = None) -> Tongue:
    """The words of the language of a page, and a project's `own` by role."""
    return _tongue(language_of(text), tuple((role, tuple(entries)) for role, entries in (own or {}).items()))


ENGLISH: Final = Tongue({})
"""English is in the rules themselves: it needs no words beyond them."""


@cache
def _opening_anywhere(role: str) -> re.Pattern[str]:
    return re.compile("|".join(_alternation(rows[role]) for rows in tongue_rows().values() if role in rows), re.IGNORECASE)


def opens_anywhere(role: str, text: str) -> bool:
    """Whether a word of a role in any language stands at the beginning of `text`: in code nothing tells which it is in."""
    return _opening_anywhere(role).match(text) is not None
