"""Runbooks made by hand for the tests of the site: one with everything, and some whose every text is an attack."""

from __future__ import annotations

from runbook.model import (
    Branch,
    Cell,
    Check,
    Choice,
    Command,
    Elision,
    Expectation,
    FileEdit,
    Hole,
    Image,
    Inline,
    Item,
    Link,
    ListBlock,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    PageInfo,
    Paragraph,
    Parameter,
    Picture,
    Prose,
    Revision,
    Runbook,
    SectionHeading,
    Step,
    Styled,
    Table,
    TableRow,
    Template,
    Text,
)

L = (1, 1)
WIKI = "https://wiki.example.org/index.php"


def paragraph(*children: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(c) if isinstance(c, str) else c for c in children), L)


def prose(*children: Inline | str) -> Prose:
    return Prose(L, (paragraph(*children),))


def step(title: str, *body: Node, number: str | None = None, id_: str = "") -> Step:
    return Step(id_ or title.lower().replace(" ", "-"), number, title, True, L, body)


def table(*rows: tuple[str, ...]) -> Table:
    cells = (tuple(Cell(number == 0, (paragraph(text),), L) for text in row) for number, row in enumerate(rows))
    return Table(tuple(TableRow(row, L) for row in cells), L)


def runbook(title: str, *steps: Step, preamble: tuple[Node, ...] = (), wiki: str | None = WIKI, **more: object) -> Runbook:
    revision = Revision(42, 41, "2024-02-29T12:00:00Z", "Ada", "tidied")
    page = PageInfo(title, wiki, None, "wikitext", revision, ("Howto",))
    return Runbook(page=page, preamble=preamble, steps=steps, closing=(), **more)  # type: ignore[arg-type]


PATCH = ("--- my.cnf.orig", "+++ my.cnf", "@@ -1,2 +1,2 @@", " [mysqld]", "-port=3306", "+port=3307", "--old-style=1")
LONG = tuple(f"line {n}" for n in range(40))

FULL = runbook(
    "Install the frobnicator",
    step(
        "Look around",
        prose("See ", Link("Other page", (Text("the other page"),)), " and ", Link("Not here", (Text("elsewhere"),)), "."),
        Command(
            L,
            "df -h /",
            prompt="$",
            as_root=False,
            effects=("read",),
            expected=Expectation(
                L,
                ("Filesystem  Size", "/dev/sda1   17G", "..."),
                patterns=(("Filesystem Size",), ("/dev/sda1 ", Hole("size")), Elision()),
            ),
        ),
        Command(L, "seq 40", as_root=False, effects=("read",), expected=Expectation(L, LONG)),
        number="1",
    ),
    step(
        "Change things",
        Note(L, "warning", (paragraph("This deletes data."),)),
        Command(
            L,
            "cat > /etc/frob.conf <<EOF\n\tindented\nEOF",
            prompt="#",
            as_root=True,
            cwd="/etc",
            effects=("modify",),
            checks=(Check("path_exists", ("/etc/frob.conf",), "/etc/frob.conf is there"),),
        ),
        Command(L, "rm -rf /var/tmp/old", as_root=True, context=("chroot /mnt",), effects=("delete",)),
        Output(L, ("loose output",)),
        FileEdit(L, "frob.conf", "/etc/frob.conf", "set", ("A=1", "B=2"), gaps=(0, 2)),
        Manual(L, "Reboot the machine.", "reboot", (paragraph("Reboot the machine."),)),
        Choice(
            "alternative",
            (Branch("Debian", (Command(L, "apt install frob"),), L), Branch("Fedora", (Command(L, "dnf install frob"),), L)),
            L,
        ),
        Listing(L, ("print('read me')",), "python"),
        Picture(L, "Frob.png", "the frobnicator"),
        step("A part of it", prose("inner"), number="2a"),
        number="2",
    ),
    step(
        "Use the database",
        Command(L, "SELECT 1;", shell="mysql", effects=("unknown",)),
        Command(L, "fsck /dev/sda1 /dev/sda12"),
        Command(L, "mysql -u root -ps3cr3t&word", as_root=True),
        Command(L, "SHOW TABLES;", shell="mysql", context=("mysql -u root -ps3cr3t&word",)),
        prose("The password is s3cr3t&word."),
        FileEdit(L, "my.cnf", "/etc/my.cnf", "patch", PATCH),
        number="3",
    ),
    preamble=(
        Note(L, "stub"),
        SectionHeading(L, 2, "Before"),
        Prose(L, (table(("Name", "Value"), ("x", "1")), ListBlock("ul", (Item("li", (paragraph("one"),), L),), L))),
    ),
    parameters=(Parameter("disk", "/dev/sda1", "path", False, (1,)), Parameter("PASSWORD", "s3cr3t&word", "string", True, (1,))),
)
REFERENCE = runbook(
    "Other page",
    preamble=(prose("Only to read."), SectionHeading(L, 3, "A topic"), prose("More."), SectionHeading(L, 5, "Deep")),
)

PAYLOADS = (
    "<script>document.documentElement.dataset.pwned = 1</script>",
    '"><svg onload="document.documentElement.dataset.pwned = 2">',
    "</title><script>document.documentElement.dataset.pwned = 3</script>",
    "&lt;img src=x onerror=&quot;document.documentElement.dataset.pwned=4&quot;&gt;",
    "&#34;&#62;<img src=x onerror=document.documentElement.dataset.pwned=5>",
    "[x](javascript:document.documentElement.dataset.pwned=6)",
    "````\n```\n</pre></code><img src=x onerror=document.documentElement.dataset.pwned=7>",
    "<iframe src=file:///etc/passwd></iframe>",
    "<style>@import url(//evil.example)</style>",
    "{{ config }}{% raw %}",
    "\x01" + "0\x01\x02wzxhzdk:0\x03",
    "x\n---\nplugins: [evil]",
    "!ENV [SECRET]",
    "../../etc/cron.d/x",
    "/etc/passwd",
    "CON",
    "-rf",
    "Index",
    "",
    "e\u0301",
    "\u05e9\u05dc\u05d5\u05dd \u202e-rf",
    "A" * 300,
)


def hostile(payload: str) -> Runbook:
    """A runbook in which every text that can be one is `payload`."""
    inlines: tuple[Inline, ...] = (
        Text(payload),
        Styled(payload, (Text(payload),)),
        Link(payload, (Text(payload),)),
        Link(payload, (Text(payload),), "external"),
        Link(f"javascript:{payload}", (Text(payload),), "external"),
        Link(f"https://example.org/{payload}", (Text(payload),), "external"),
        Image(payload, payload),
        Template(payload, (), L, (0, 0)),
    )
    blocks = (Paragraph(inlines, L), table((payload,), (payload,)))
    expected = Expectation(L, (payload,), patterns=((payload, Hole(payload)),))
    check = Check("path_exists", (payload,), payload)
    nodes: tuple[Node, ...] = (
        Prose(L, blocks),
        Note(L, payload, blocks, payload),
        SectionHeading(L, 2, payload),
        Command(L, payload, prompt=payload, host=payload, context=(payload,), cwd=payload, expected=expected, checks=(check,)),
        Command(L, payload, shell=payload),
        Output(L, (payload,)),
        FileEdit(L, payload, payload, "set", (payload,), (0,), (check,)),
        Manual(L, payload, payload, blocks),
        Listing(L, (payload,), payload),
        Picture(L, payload, payload),
        Choice("alternative", (Branch(payload, (prose(payload),), L), Branch(payload, (), L)), L),
        Step(payload, payload, payload, False, L, (prose(payload),)),
    )
    page = PageInfo(payload, payload, payload, "wikitext", Revision(1, 0, payload, payload, payload), (payload,))
    top = Step(payload, payload, payload, True, L, nodes)
    parameter = Parameter(payload, payload, payload, False, (1,))
    return Runbook(page=page, preamble=nodes, steps=(top,), closing=nodes, parameters=(parameter,))
