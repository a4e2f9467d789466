"""Each rule of the linter finds its fault, and keeps silent where the fault is mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from runbook.extract import extract
from runbook.lint import lint
from runbook.markup import parse
from runbook.model import Page

FAULTS = [
    ("directory-never-used", "== A ==\n # cd /srv\n # mkdir in\n # mkdir 7\n # mv /o /srv/in/7\nEdit 7.conf then.\n", "== A ==\n # cd /srv\n # mkdir 7\n # mv /o 7\n"),
    ("directory-never-used", "== A ==\n # cd /srv\n # mkdir n\n # mv /o /srv/d/n\n", "== A ==\n # cd /srv\n # mkdir n\n # mv /o n\n"),
    ("file-never-created", "== A ==\n # mkdir /srv/mill\nAdd this line to /srv/mill/local.conf:\n a=1\n", "== A ==\n # mkdir /srv/mill\n # cp /etc/mill.conf /srv/mill/local.conf\nAdd this line to /srv/mill/local.conf:\n a=1\n"),
    ("relative-after-reboot", "== A ==\n # cd /opt/x\n # reboot\n # ./start.sh\n", "== A ==\n # cd /opt/x\n # reboot\n # cd /opt/x\n # ./start.sh\n"),
    ("step-without-check", "== A ==\n # ./frobnicate --all\n", "== A ==\n # ./frobnicate --all\n frobnicated 3 things\n"),
    ("dead-link", "== A ==\nSee [[#Nowhere]].\n # ls\n", "== A ==\nSee [[#A]].\n # ls\n"),
    ("link-outside", "== A ==\nSee [[Elsewhere]].\n # ls\n", "== A ==\nSee [[Case]].\n # ls\n"),
    ("placeholder-unexplained", "== A ==\n # ping <gw>\n", "== A ==\nThe gw is your router's address.\n # ping <gw>\n"),
    ("shellcheck", "== A ==\n # ls -l > > /tmp/x\n", "== A ==\n # ls -l > /tmp/x\n"),
    ("relative-after-reboot", "== A ==\n # cd /opt/x\nReboot the machine.\n # sh start.sh\n", "== A ==\n # cd /opt/x\nReboot the machine.\n # sh /opt/x/start.sh\n"),
    ("dead-link", "== A ==\n{|\n| [[#Nowhere]]\n|}\n # ls\n", "== A ==\n{|\n| [[#A]]\n|}\n # ls\n"),
    ("relative-after-reboot", "== A ==\n # cd /opt/x\n # reboot\n # docker compose up -d\n", "== A ==\n # cd /opt/x\n # reboot\n # cd /opt/x\n # docker compose up -d\n"),
    ("relative-after-reboot", "== A ==\n # cd /opt/x\n # reboot\n # tail logs/x.log\n", "== A ==\n # cd /opt/x\n # reboot\n # tail /opt/x/logs/x.log\n"),
    ("step-without-check", "== A ==\nOn Debian:\n # ./frobnicate --deb\nOn Fedora:\n # ./frobnicate --rpm\n", "== A ==\nOn Debian:\n # ./frobnicate --deb\n done\nOn Fedora:\n # ./frobnicate --rpm\n"),
    ("placeholder-unexplained", "== A ==\n # docker exec {box} ls\n", "== A ==\nThe box is your container.\n # docker exec {box} ls\n"),
    ("shellcheck", "== A ==\n # echo 'a\n # ls -l > > /tmp/x\n", "== A ==\n # ls -l > /tmp/x\n"),
    ("shellcheck", "== A ==\n # <div>\n # ./configure --with=x`\n", "== A ==\n # <div>\n # ./configure --with=x\n"),
    ("dead-link", "== A ==\nSee [[Case#Nowhere]].\n # ls\n", "== A ==\nSee [[Case#A]] and [[#top]].\n # ls\n"),
]  # fmt: skip

FINE = [
    ("directory-never-used", "a file before speaks of it", "In lamp.conf set:\n<pre>\nkeep = /srv/keep\n</pre>\nMake it:\n # mkdir /srv/keep\n # lampd\n"),
    ("placeholder-unexplained", "a file that is sourced sets it", ' # echo "$(. /etc/os-release && echo "$VERSION_CODENAME")" > /srv/x\n'),
    ("file-never-created", "a patch that is shown", "{{File|lamp.patch|<pre>--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n</pre>}}\n # patch -p1 < lamp.patch\n"),
    ("file-never-created", "its making is told before", "Create a file named lamp.conf. It has this in it:\n<pre>\na = 1\n</pre>\n"),
    ("directory-never-used", "a file in the home tells of it", "In lamp.conf set:\n<pre>\nkeep=~/keep/x\n</pre>\nMake it:\n $ mkdir ~/keep\n $ lampd\n"),
    ("directory-never-used", "called a folder later", " # cd /srv\n # mkdir -p in/new\n # ls /\nPut the archive into the folder in/new. Then go on.\n"),
    ("directory-never-used", "a directory entered", " # mkdir -p /srv/a/b\n # cd /srv/a/b\n # touch x\n"),
    ("directory-never-used", "something put into it", " # mkdir -p /srv/a/b\n # cp f /srv/a/b/c\n"),
    ("directory-never-used", "the last thing done", " # ls\n # mkdir /srv/backup\n"),
    ("directory-never-used", "in an option", " # mkdir /srv/data\n # mysqld --datadir=/srv/data\n"),
    ("directory-never-used", "a name with a blank", " # mkdir '/srv/my data'\n # ls '/srv/my data'\n"),
    ("directory-never-used", "the home by its other name", " $ mkdir ~/bin\n $ cp x $HOME/bin/\n"),
    ("directory-never-used", "used by hand", " # mkdir /srv/in\n # ls /\nPut the archive into /srv/in by hand.\n"),
    ("directory-never-used", "a file written into it", " # mkdir /srv/c\n # ls /\nCreate /srv/c/x.conf:\n<pre>\na = 1\n</pre>\n"),
    ("file-never-created", "a system's own file", "Add this line to /etc/hosts:\n 192.0.2.1 a\n"),
    ("file-never-created", "opened in an editor", " $ nano my.conf\nAdd these lines to my.conf:\n a=1\n"),
    ("file-never-created", "out of an archive", " $ tar xzf app.tgz\n $ cd app\nAdd this line to config.ini:\n a=1\n"),
    ("file-never-created", "out of a repository", " $ git clone https://git.example.org/x.git\n $ cd x\nChange this line in settings.py:\n A = 1\n"),
    ("relative-after-reboot", "a whole path", " # cd /opt/x\n # reboot\n # /opt/x/start.sh\n"),
    ("relative-after-reboot", "the prompt tells", " # cd /opt/x\n # reboot\n root@h:/opt/x# ./start.sh\n"),
    ("relative-after-reboot", "a container is restarted", " # cd /opt/x\n # vzctl restart 101\n # ./start.sh\n"),
    ("relative-after-reboot", "a unit is no file", " # cd /opt/x\n # reboot\n # systemctl status foo.service\n"),
    ("step-without-check", "only read", " # ls /\n"),
    ("step-without-check", "a state is known afterwards", " # mkdir /srv/x\n"),
    ("file-never-created", "a package may bring it", " # apt install lamp\nAdd this line to lamp.conf:\n a=1\n"),
    ("file-never-created", "something installed by hand", "Install the lamp's software.\n\nAdd this line to lamp.conf:\n a=1\n"),
    ("file-never-created", "a file of the home's own", "Add this line to .bashrc:\n a=1\n"),
    ("relative-after-reboot", "a repository anew", " # cd /opt/x\n # reboot\n # git clone https://lamp.lan/x.git\n"),
    ("relative-after-reboot", "an address", " # cd /opt/x\n # reboot\n # curl https://lamp.lan/a/b.txt\n"),
    ("step-without-check", "what should be seen stands by itself", " # ./frobnicate --all\n\nYou should see:\n\n frobnicated 3 things\n"),
    ("placeholder-unexplained", "its name says it", " # lamp <path to the lamp's socket>\n"),
    ("placeholder-unexplained", "its words in another form", "Give the number of the partition.\n # lamp <PartitionNumber>\n"),
    ("placeholder-unexplained", "the head of a table of mounts", "Add to /etc/fstab:\n<pre>\n# <file system> <mount point> <type>\n/dev/sda1 /srv ext4\n</pre>\n"),
    ("dead-link", "a place with a name of its own", 'See [[#here]].\n<span id="here">This</span> is it.\n # ls\n'),
    ("dead-link", "signs that wikis leave out", "See [[#TLDR]].\n=== TL;DR ===\n # ls\n"),
    ("dead-link", "a heading with emphasis", "See [[#The big one]].\n=== The '''big''' one ===\n # ls\n"),
    ("link-outside", "files, categories, other wikis", "[[Category:X]] [[File:x.png]] [[w:Foo|foo]]\n # ls\n"),
    ("placeholder-unexplained", "its words in a sentence", "The user name is yours.\n # passwd <user_name>\n"),
    ("placeholder-unexplained", "a variable that the page sets", " # CTID=3\n # vzctl start $CTID\n"),
    ("shellcheck", "what one types every day", " # ls -l | grep x\n # [ -f x ] && echo y\n # cd /x; ls\n # echo $x\n # kill %1\n # . ~/.bashrc\n"),
    ("shellcheck", "a placeholder", "The file is yours.\n # cat <file> > out\n"),
    ("shellcheck", "a document", " # cat > /tmp/x <<EOF\n a\n EOF\n # ls\n"),
    ("file-never-created", "a program's own file", "In lamp.conf set:\n a=1\n"),
    ("file-never-created", "a file of a source tree", "The default is in mill/wsgi.py:\n<pre>\nA = 1\n</pre>\n"),
    ("step-without-check", "what nobody knows, without a prompt", "<pre>\nfrobnicate --all\n</pre>\n"),
    ("step-without-check", "a command only spoken of", "Some call <code>rm -rf /srv/x</code> for that.\n"),
    ("step-without-check", "a file that is shown", "In lamp.conf set:\n a=1\n"),
    ("placeholder-unexplained", "one word that says it", " # lamp <node name> <username> <gateway>\n"),
    ("placeholder-unexplained", "what only a file holds", "Write /etc/lamp.conf:\n<pre>\nkey = <k1>\n</pre>\n"),
    ("placeholder-unexplained", "what only a script holds", " # cat > /tmp/x <<EOF\n a <k1>\n EOF\n"),
    ("shellcheck", "another language without a prompt", "Run this:\n<pre>\ncommand = [ Dir + \"/x\" ]\nmake (all)\n</pre>\n"),
    ("shellcheck", "a placeholder that begins with a sign", " # lamp --delta <# of lamps>\n"),
    ("shellcheck", "a document that ends elsewhere", "<pre>\n# cat >> x.conf <<EOF\n\n  a = 1\n</pre>\n"),
    ("shellcheck", "the prompt of another program", " # >>> send(Lamp(a=1)/Raw(), b)\n"),
    ("dead-link", "a repeated heading by its number", "See [[#Examples_2]].\n=== Examples ===\nx\n=== Examples ===\n # ls\n"),
    ("dead-link", "a heading in MediaWiki's old code", "See [[#Caf.C3.A9]].\n=== Caf\u00e9 ===\n # ls\n"),
    ("shellcheck", "another language", " mysql> SELECT 1 FROM a WHERE 'b\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, _, text in FINE], ids=[f"{code}: {why}" for code, why, _ in FINE]
)
def test_no_false_alarm(code: str, text: str) -> None:
    assert code not in codes(f"== A ==\n{text}")


def codes(text: str) -> set[str]:
    runbook = extract(parse(Page("Case", text), reading="author"))
    return {found.code for found in lint(runbook, ["Case", "Other"], text)}


@pytest.mark.parametrize(("code", "faulty", "mended"), FAULTS, ids=[f"{n}-{fault[0]}" for n, fault in enumerate(FAULTS)])
def test_rule(code: str, faulty: str, mended: str) -> None:
    assert code in codes(faulty)
    assert code not in codes(mended)


def findings(text: str, pages: list[str], source: str) -> list[tuple[str, str, tuple[int, int] | None]]:
    runbook = extract(parse(Page("Case", text, "markdown", source=source), reading="author"))
    return [(found.code, found.message, found.lines) for found in lint(runbook, pages, text, source)]


PAGES = ["Case", "Other mill", "docs/03-case.md", "docs/other-mill.md"]


@pytest.mark.parametrize(
    "target",
    [
        "other-mill.md",
        "other-mill.html",
        "../docs/other-mill.md#x",
        "Other_mill",
        "03-case.md#a",
        "03-case.html",
        "x.png",
        "conf/",
    ],
)
def test_links_between_files_are_known_by_their_names(target: str) -> None:
    assert findings(f"# A\n\nSee [it]({target}).\n", PAGES, "docs/03-case.md") == []


def test_links_to_places_of_the_own_file_are_judged() -> None:
    (found,) = findings("# A\n\n- one\n- see [it](03-case.md#nowhere)\n", PAGES, "docs/03-case.md")
    assert found == ("dead-link", "there is no section 'nowhere' on this page", (4, 4))


def test_links_outside_are_told_once() -> None:
    text = "# A\n\nx\n\n[a](one.md) [b](two.md)\n\n[c](three.md) [d](other-mill.md)\n"
    (found,) = findings(text, PAGES, "docs/03-case.md")
    assert found == (
        "link-outside",
        "the page 'one.md' is not among those that were read, nor are 2 others to which links lead",
        (5, 5),
    )


@pytest.mark.parametrize(
    ("after", "severity"),
    [("mv /o /srv/d/n", "warning"), ("lampd", "info"), ("cp x.png /n/", "info")],
    ids=["another of that name is used", "it may be for a program", "another of that name elsewhere"],
)
def test_a_directory_for_another_is_a_warning(after: str, severity: str) -> None:
    text = f"== A ==\n # mkdir /srv/n\n # {after}\n"
    (found,) = (
        each for each in lint(extract(parse(Page("Case", text), reading="author"))) if each.code == "directory-never-used"
    )
    assert found.severity == severity


def test_a_page_alone_has_no_links_outside() -> None:
    assert findings("# A\n\n[a](one.md)\n", ["Case", "docs/03-case.md"], "docs/03-case.md") == []


def test_where_no_step_shows_anything_it_is_told_once() -> None:
    steps = [f"# ./frobnicate {n}" for n in range(4)]
    assert len(_unchecked(steps)) == 1
    assert len(_unchecked([*steps, "# ls /\n a\n b"])) == 4


def _unchecked(steps: list[str]) -> list[str]:
    text = "".join(f"== Do {n} ==\n {step}\n" for n, step in enumerate(steps))
    runbook = extract(parse(Page("Case", text), reading="author"))
    return [found.message for found in lint(runbook) if found.code == "step-without-check"]


def test_findings_have_lines_in_order() -> None:
    text = "".join(faulty for _, faulty, _ in FAULTS)
    found = lint(extract(parse(Page("Case", text), reading="author")), ["Case"])
    lines = [finding.lines for finding in found]
    assert None not in lines
    assert lines == sorted(lines, key=lambda each: each or (0, 0))


def test_the_documentation_lists_every_finding() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    section = text[text.index("## runbook lint") :].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w\-]+)` \|", section, re.MULTILINE)) == {code for code, _, _ in FAULTS}
