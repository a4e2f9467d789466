"""Pages made up from a seed: every construct of wikitext that a page without a wiki can have, mixed, nested and half broken."""

from __future__ import annotations

import random
from collections.abc import Callable

WORDS = (
    "install the package reboot kernel configure network eth0 container disk /etc/fstab mount yum apt-get update server client file "
    "line module driver daemon restart enable root user host 192.168.0.1 v2.6 100% and then on with a of to it"
).split()
COMMANDS = (
    "# apt-get update", "$ ls -l", "# mount /dev/sda1 /mnt", "cp -a a b", "total 44", "echo 'x' >> /etc/y", "* not a list", "; no term",
    "#", "a | b", "[ OK ]", "x=1", "if [ -e a ]; then", "    indented", "# cd /vz", "== no heading ==", "{ a; }", "a && b", "-- x",
)  # fmt: skip


class Writer:
    """Writes one page."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.wild = self.random.random() < 0.3

    def one(self, *choices: Callable[[], str]) -> str:
        return self.random.choice(choices)()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def words(self, low: int = 1, high: int = 8) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(low, high)))

    # --- running text -------------------------------------------------------------------------------------------------

    def inline(self, depth: int = 0) -> str:
        words = self.words(1, 3)
        inner = words if depth > 1 else self.line(depth + 1, 2)
        pick = self.random.choice
        return self.one(
            lambda: words,
            lambda: words,
            lambda: f"'''{inner}'''",
            lambda: f"''{inner}''",
            lambda: f"'''''{words}'''''",
            lambda: f"<code>{inner}</code>",
            lambda: f"<tt>{words}</tt>",
            lambda: f"<kbd>{words}</kbd> <var>{words}</var>",
            lambda: f"<{t}>{inner}</{t}>" if (t := pick(["b", "i", "small", "span", "sub", "u", "s", "big", "font color=red", "em"])) and " " not in t else words,
            lambda: f"[[{words.split()[0].strip('/%')}]]s",
            lambda: f"[[Page name#Sec|{words}]]",
            lambda: f"[[:Category:{words.split()[0].strip('/%')}]]",
            lambda: f"[http://example.org/{pick(['a', 'b.tar.gz', 'x?y=1&z=2'])} {words}]",
            lambda: f"http://example.org/a_({pick(['b', 'c'])}){pick(['.', ',', ')', ''])} {words}",
            lambda: "[http://example.org/]",
            lambda: f"a{pick(['&lt;', '&gt;', '&amp;', '&nbsp;', '&ndash;', '&#35;', '&#x41;', '&bogus;', '&'])}b",
            lambda: f"<nowiki>{pick(['[[x]]', '# a', '&lt;b>', COMMANDS[0]])}</nowiki>".replace("b>", "b"),
            lambda: "<" + pick(["your domain", "source", "file", "name"]) + ">",
            lambda: f"{words}<!-- {words} -->{words}",
            lambda: f"{{{{{pick(['ic|ls -l', 'Foo bar', 'key', 'a|b=c|d', 'x|{{y}}'])}}}}}",
            lambda: f"{words}<br{pick(['', '/', ' /'])}>{words}",
            lambda: f'<syntaxhighlight lang="bash" inline>{words}</syntaxhighlight>',
            lambda: f"{words}: {words}",
            lambda: f"{words}; it's '{words}'",
            lambda: f"[[File:Shot.png|{pick(['20px', 'none' , 'alt=x'])}]]".replace("|none", ""),
            lambda: f"{words}<ref{pick(['', ' name=a'])}>{pick([words, 'See [http://example.org x]', '[[a|b]] and <code>c</code>'])}</ref>",
            lambda: pick([f"[[Some page|{words}]]ed", f"[[a%20b|{words}]]", "[[#Section]]", f"[[Help:Page|{words}]]", "[[a&amp;b]]", f"[[http://example.org {words}]]"]),
            lambda: pick([f"[http://example.org/a?b=c&amp;d=e {words}]", f"[http://example.org [[Page]] {words}]", f"<http://example.org/{pick('ab')}>", f"[//example.org {words}]"]),
            lambda: pick(["{{PAGENAME}}", "{{!}}", "{{=}}", "{{lc:ABC}}", "{{#if:|a|b}}", "{{#switch:a|a=1|b=2}}", f"{{{{{{x|{words}}}}}}}", "{{{1}}}", "mailto:a@example.org"]),
            lambda: pick([f"<code>{words}</code>: {words}", f"<code><nowiki>{words} x</nowiki></code>", f"<code>{words} <b>x</b></code>", f"<del>{words}</del> <ins>x</ins>"]),
            lambda: pick(["L''a''", f"'''{words}'' {words}", f"''{words}''' x", f"'''''{words}'' x''' y", f"''''{words}''''", f"'''{words}", f"''{words}"]),
            lambda: pick(["RFC 1234", "ISBN 0-123-45678-9", "~~~~", "-{x}-", "a -> b", "x <- y", "1 < 2", "&quot;a&quot;", "&mdash;", "&#8212;", "ä"]),
        )  # fmt: skip

    def line(self, depth: int = 0, high: int = 4) -> str:
        text = " ".join(self.inline(depth) for _ in range(self.random.randint(1, high)))
        if self.wild and depth == 0 and self.chance(0.08):
            text += " " + self.random.choice(
                [
                    "'''",
                    "''",
                    "<b>",
                    "</b>",
                    "<i>x",
                    "[[",
                    "]]",
                    "[[a|b",
                    "<span>",
                    "</code>",
                    "{{",
                    "}}",
                    "<code>",
                    "'''''",
                    "<br",
                ]
            )
        return text

    # --- blocks -------------------------------------------------------------------------------------------------------

    def paragraph(self) -> str:
        return "\n".join(self.line() for _ in range(self.random.randint(1, 3)))

    def heading(self) -> str:
        marks = "=" * self.random.randint(2, 4)
        blank = self.random.choice([" ", ""])
        tail = self.random.choice(["", "", " ", " <!-- c -->"])
        return f"{marks}{blank}{self.line(1, 2)}{blank}{marks}{tail}"

    def list(self) -> str:
        out = []
        prefix = self.random.choice("*#:;")
        for _ in range(self.random.randint(1, 6)):
            out.append(prefix + self.random.choice([" ", ""]) + self.item(prefix))
            move = self.random.random()
            if move < 0.2 and len(prefix) < 4:
                prefix += self.random.choice("*#:")
            elif move < 0.3 and len(prefix) > 1:
                prefix = prefix[:-1]
            elif move < 0.36:
                prefix = prefix[:-1] + self.random.choice("*#:;")
        return "\n".join(out)

    def item(self, prefix: str) -> str:
        if prefix.endswith(";") and self.chance(0.6):
            return f"{self.line(1, 2)} : {self.line(1, 2)}"
        if self.chance(0.1):
            return f"{self.words()} <pre>{self.random.choice(COMMANDS)}</pre>{self.random.choice(['', ' ' + self.words()])}"
        if self.chance(0.04):
            return f"{self.words()} <pre>\n{self.code()}\n</pre>"
        if self.chance(0.06):
            return f'<source lang="bash">{self.code()}</source>'
        return self.line(1, 3)

    def picture(self) -> str:
        pick, words = self.random.choice, self.words
        options = "|".join(
            pick(["thumb", "frame", "right", "left", "none", "100px", "border", "alt=x"])
            for _ in range(self.random.randint(1, 2))
        )
        caption = pick([words(), words() + " [[Page|x]]", self.line(1, 1)])
        return f"[[File:Shot.png|{options}|{caption}]]" + pick(["", "", " " + words(), "\n" + words()])

    def code(self) -> str:
        lines = [self.random.choice(COMMANDS) for _ in range(self.random.randint(1, 4))]
        if self.chance(0.2):
            lines.insert(self.random.randint(0, len(lines)), self.random.choice(["", " ", "&lt;x&gt;", "'''bold''' [[x]]"]))
        return "\n".join(lines)

    def spaced(self) -> str:
        lines = [" " + self.random.choice([*COMMANDS[:6], self.line(1, 2)]) for _ in range(self.random.randint(1, 4))]
        if self.chance(0.2):
            lines.insert(self.random.randint(0, len(lines)), self.random.choice([" ", "  ", " <nowiki>a [[b]]\nc</nowiki>"]))
        return "\n".join(lines)

    def pre(self) -> str:
        code, pick = self.code(), self.random.choice
        return pick([
            f"<pre>\n{code}\n</pre>", f"<pre>{code}</pre>", f"<pre><nowiki>{code}</nowiki></pre>", f'<pre style="x">\n{code}</pre> {self.words()}',
            f"{self.words()}<pre>{code}\n</pre>", f"<pre>\n<nowiki>\n{code}\n</nowiki>\n</pre>", f"<pre>\n{code}\n</pre>\n{self.line()}",
            f" <pre>\n{code}\n</pre>", f"<pre>a</pre> <pre>{pick(COMMANDS)}</pre>",
        ])  # fmt: skip

    def code_block(self) -> str:
        indent = self.random.choice(["", "  ", " "])
        code = "\n".join(indent + line for line in self.code().replace("<", "&lt;").split("\n"))
        return self.random.choice([f"<code>\n{code}\n</code>", f"<tt>{code}</tt>", f"<code>{code}<br>\n{code}</code>"])

    def highlight(self) -> str:
        code, pick = self.code(), self.random.choice
        tag = pick(["syntaxhighlight", "source"])
        return pick([
            f'<{tag} lang="bash">\n{code}\n</{tag}>', f"<{tag} lang=console line highlight=1>\n{code}\n</{tag}>", f"<{tag}>{code}</{tag}> {self.words()}",
            f" <{tag} lang=c>\n{code}\n</{tag}>", f"{self.words()} <{tag} lang=c>{code}</{tag}>",
        ])  # fmt: skip

    def table(self, depth: int = 0) -> str:
        pick = self.random.choice
        out = [pick(["", ":", "::"] if self.chance(0.15) else [""]) + "{|" + pick([' class="wikitable"', "", " border=1"])]
        if self.chance(0.2):
            out.append(f"|+ {self.words()}")
        for row in range(self.random.randint(1, 3)):
            if row or self.chance(0.6):
                out.append("|-" + pick(["", "-", ' style="x"']))
            out += self.cells(depth)
        if not (self.wild and self.chance(0.1)):
            out.append("|}" + pick(["", "", " " + self.words()]))
        return "\n".join(out)

    def cells(self, depth: int) -> list[str]:
        pick = self.random.choice
        mark = pick("!||")
        kind = self.random.randint(0, 5)
        if kind < 2:
            between = " !! " if mark == "!" else " || "
            return [mark + " " + between.join(self.line(1, 2) for _ in range(self.random.randint(1, 3)))]
        if kind == 2:
            return [mark + pick([' style="x" | ', " colspan=2 | ", "rowspan=2|"]) + self.line(1, 2), mark + " " + self.words()]
        if kind == 3:
            return [mark, self.one(self.paragraph, self.list, self.pre, self.spaced)]
        if kind == 4 and depth < 2:
            return [mark, self.table(depth + 1)]
        return [mark + " " + self.words(), self.one(self.list, self.paragraph)]

    def html(self) -> str:
        inner = self.one(self.paragraph, self.list, self.pre, self.spaced, self.words)
        tag = self.random.choice(["div", "blockquote", "center", "div"])
        words = self.words
        return self.random.choice([
            f"<{tag}>\n{inner}\n</{tag}>", f'<{tag} class="x">{words()}</{tag}>', f"<{tag}>\n\n{inner}\n\n</{tag}>", f"{words()} <{tag}>{words()}</{tag}> {words()}",
            f"<ol>\n<li>{words()}</li>\n<li>{words()}\n{self.pre()}</li>\n</ol>", f"<ul><li>{words()}<li>{words()}</ul>", f"<p>{self.line()}</p>",
            f"<dl><dt>{words()}</dt><dd>{words()}</dd></dl>", f"<table><tr><td>{words()}</td><th>{words()}</th></tr></table>",
            f"<h3>{words()}</h3>\n{self.line()}", f"<hr>\n{self.line()}",
            f"<ul>\n<li>{words()}\n<li>{self.line()}\n</ul>\n{words()}", f"<ol>\n<li>{words()}<br>\n{self.line()}</li>\n</ol>", f"<div>\n{inner}\n\n{self.line()}\n</div>",
            f"<blockquote>{words()}\n\n{self.line()}</blockquote>", f"<div style='a'>{self.line()}\n{self.line()}</div>", f"<center>{self.line()}</center>\n{words()}",
            f"<table>\n<tr>\n<td>{words()}</td>\n<td>\n{inner}\n</td></tr></table>", f"<pre>{words()}</pre><br>{words()}", f"<p>{self.line()}\n\n{self.line()}",
            f"<div>{inner}\n</div>{words()}", f"<small>{self.line()}</small>", f"<span>\n{self.line()}\n</span>", f"<u>{self.line()}</u>\n<br/>\n{self.line()}",
        ])  # fmt: skip

    def odd(self) -> str:
        words, pick = self.words, self.random.choice
        tame = [
            f"<!-- {words()} -->", "----", f"-----{words()}", "__NOTOC__", f"[[Category:{pick(['A', 'B c'])}]]", f"\t{words()}\n\t{words()}",
            f"{{{{Note|{self.line(1, 2)}}}}}", f"{{{{Box\n|title={words()}\n|text=\n* {words()}\n# {words()}\n}}}}", f"{{{{{words(1, 1).strip('/%')} x}}}}",
            "<!-- a -->\n<!-- b -->", "__TOC__", "__NOEDITSECTION__", f"{{{{DEFAULTSORT:{words()}}}}}", "<references />", f"== {words()} ==\n<!-- c -->\n{words()}", f"* {words()}\n[[Category:X]]\n* b",
            f"* {words()} <!-- c -->\n<!-- d -->* {words()}", f"# {words()}\n\n# {words()}", f": {words()}\n\n: {words()}", f"<gallery>\nFile:A.png|{words()}\nB.png\n</gallery>", self.picture(), self.picture(),
            f"<noinclude>{words()}</noinclude>{words()}<includeonly>{words()}</includeonly>", f"[[Page|{words()}\n{words()}]] {words()}", f"{words()}<br>\n{words()}<br />\n\n{words()}",
            f"; {words()}: {words()}\n: {words()}", f"*{words()}\n*:{words()}\n*:*{words()}", f" {words()}\n\n {words()}\n{words()}", f"-- {words()}\n- {words()}", f"== {words()} == {words()}",
            f"# {words()}\n#: <pre>{words()}</pre>\n# {words()}", f"# {words()}\n <pre>\n{words()}\n</pre>\n# {words()}", f"# {words()}\n<source lang=sh>\n{words()}\n</source>\n# {words()}",
            f"#* {words()}\n## {words()}\n#*# {words()}", f"{{{{Foo\n|{words()}\n|x={self.line(1, 1)}\n}}}}\n{words()}", f"<nowiki>\n{words()}\n</nowiki>", f"<code>\n\n{words()}\n\n</code>",
 f"{words()}\n<!-- hidden -->\n{words()}", "* a\n<!-- hidden -->\n* b", f"'''{pick('123')}.''' {words()}",
            f"{pick('123')}. {words()}", f"{words()}\n[[Category:{pick('AB')}]]\n{words()}", f"<nowiki># {words()}</nowiki>", f"<br>\n{words()}", "<br clear=all>",
        ]  # fmt: skip
        broken = [
            "<b>" + words(), words() + "</div>", "<li>" + words(), "</p>", f"<pre>\n{words()}\n\n{words()}", f"<div>{words()}", "<i>", "</table>", "<td>" + words(),
            f"<ul>\n{words()}\n<li>x</ul>", "|-", "|}", f"<source> {words()}", f"<p>{words()}", "</blockquote>", f"<small>\n{self.list()}\n</small>",
            f"<span>\n{self.pre()}\n</span>", f"''{words()}\n{words()}''", f"<!-- {words()}", f"<center>{words()}\n\n{words()}",
        ]  # fmt: skip
        return pick(broken if self.wild and self.chance(0.4) else tame)

    def page(self) -> str:
        makers: list[Callable[[], str]] = [
            self.paragraph, self.paragraph, self.heading, self.list, self.list, self.spaced, self.pre, self.code_block, self.highlight, self.table, self.html, self.odd,
        ]  # fmt: skip
        out = []
        for _ in range(self.random.randint(2, 10)):
            out.append(self.random.choice(makers)())
            out.append(self.random.choice(["\n", "\n\n", "\n\n", "\n\n\n"]))
        return "".join(out)


def page(seed: int) -> str:
    """The page number `seed`."""
    return Writer(seed).page()
