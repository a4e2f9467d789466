"""What pip installs is looked for in the environment that its shell is in, and not at all where that isn't known."""

from __future__ import annotations

import pytest
from runbook import checks
from runbook.model import Branch, Check, Choice, Command

IN = ("pip package", "x", "/srv/w/v")
OUTSIDE = ("pip package", "x")


def _last(*texts: str, context: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    nodes = [Command((n, n), text, cwd="/srv/w", context=context) for n, text in enumerate(texts, 1)]
    return [check.args for check in checks.supersede(nodes)[-1]]


@pytest.mark.parametrize("words", ["source v/bin/activate", ". /srv/w/v/bin/activate", "cd /srv/w; source ./v/bin/activate"])
def test_pip_behind_an_activation_installs_there(words: str) -> None:
    assert _last(words, "ls", "pip install x") == [IN]
    assert _last(f"{words} && pip install x") == [IN]
    assert _last(words, "deactivate", "pip install x") == [OUTSIDE]
    assert _last(words, "/opt/o/bin/pip install x") == [("pip package", "x", "/opt/o")]


@pytest.mark.parametrize(
    "words", ["conda activate e", "source $V/bin/activate", "workon e", "test -d v && source v/bin/activate || true"]
)
def test_nothing_is_said_where_the_environment_is_not_known(words: str) -> None:
    assert _last(words, "pip install x") == []


def test_an_activation_in_one_branch_is_none_in_the_others() -> None:
    first, second = (
        Branch(text, (Command((1, 1), text, cwd="/srv/w"), Command((2, 2), "pip install x")), (1, 2))
        for text in ("source v/bin/activate", "ls")
    )
    found: list[tuple[Check, ...]] = checks.supersede([Choice("alternative", (first, second), (1, 4))])
    assert [[check.args for check in each] for each in found] == [[], [IN], [], [OUTSIDE]]


HERE = [
    "su -",
    "su root",
    "sudo -s",
    "sudo -i",
    "sudo su -",
    "bash",
    "scl enable devtoolset-3 bash",
    "sudo -u postgres -i",
    "sudo -iu postgres",
]
ELSEWHERE = [
    "ssh host",
    "docker exec -it web bash",
    "chroot /mnt",
    "vserver v enter",
    "mysql",
    "python",
    "sudo chroot /mnt",
    "lxc exec x sh",
]


@pytest.mark.parametrize("shell", HERE)
def test_what_is_typed_in_a_shell_on_this_host_is_looked_for(shell: str) -> None:
    assert _last("touch f", context=(shell,)) == [("/srv/w/f",)]
    assert _last("touch ~/f", context=(shell,)) == ([] if "su" in shell else [("~/f",)])


@pytest.mark.parametrize("shell", ELSEWHERE)
def test_what_is_typed_elsewhere_is_not(shell: str) -> None:
    assert _last("touch f", context=("su -", shell)) == []


def test_whose_home_it_is_matters() -> None:
    assert _last("sudo bash -c 'touch ~/a /etc/b'") == [("/etc/b",)]
    assert _last("su - ann -c 'touch a /etc/b ~/c'") == [("/etc/b",)]
    assert _last("su ann -c 'touch a'") == [("/srv/w/a",)]
    assert _last("sudo touch ~/a") == [("~/a",)]
    assert _last("sudo -u ann git config --global a.b c") == []
    assert _last("sudo -i touch a") == []


CLIENTS = [
    (("sudo -u postgres psql",), "psql", "CREATE DATABASE wiki OWNER ann;", [("PostgreSQL database", "wiki")]),
    (("su postgres", "psql -d x"), "psql", "create role Ann login;", [("PostgreSQL role", "ann")]),
    (("psql -h db.example.org",), "psql", "CREATE DATABASE wiki;", []),
    (("ssh host", "psql"), "psql", "CREATE DATABASE wiki;", []),
    (("psql postgresql://h/x",), "psql", "CREATE DATABASE wiki;", []),
    (("mysql -u root -p",), "mysql", "CREATE DATABASE IF NOT EXISTS `wiki` CHARACTER SET utf8;", [("MySQL database", "wiki")]),
    (("mysql -uroot -h db",), "mysql", "CREATE DATABASE wiki;", []),
    (("mysql",), "mysql", "GRANT ALL ON wiki.* TO 'ann'@'localhost';", []),
]


@pytest.mark.parametrize(("context", "shell", "text", "wanted"), CLIENTS)
def test_databases_on_this_host_are_looked_for(
    context: tuple[str, ...], shell: str, text: str, wanted: list[tuple[str, ...]]
) -> None:
    assert [check.args for check in checks.post_conditions(Command((1, 1), text, shell=shell, context=context))] == wanted
