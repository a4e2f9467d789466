"""A later step that undoes or replaces a result, or makes it unsure, takes the earlier check away; any other leaves it."""

from __future__ import annotations

import msgspec
import pytest
from runbook import checks
from runbook.model import Branch, Check, Choice, Command, FileEdit

UNDONE = [
    ("mkdir d", "rmdir d"),
    ("mkdir -p a/b", "rm -rf a"),
    ("touch f", "mv f g"),
    ("mv a b", "mv b c"),
    ("cp a b", "rm b"),
    ("cp a b", "rm a"),
    ("cp a b", "mv a c"),
    ("cp a b", "echo >> a"),
    ("cp -r a b", "echo x > b/f"),
    ("echo x > f", "echo y > f"),
    ("echo x > f", "date > f"),
    ("echo x > f", "echo y >> f"),
    ("echo x > f", "date | tee -a f"),
    ("echo x > f", "cp other f"),
    ("echo x > f", "wget -O f http://h/x"),
    ("echo x > f", "truncate -s 0 f"),
    ("echo x > f", "sed -i -E 's/(x)/\\1y/' f"),
    ("echo x > f", "sed -i s/x/y/ *"),
    ("echo x > f", "vi f"),
    ("echo x > f", "patch f < p"),
    ("echo x > f", "patch -p1 < p"),
    ("echo x > f", "dd if=/dev/zero of=f count=1"),
    ("echo x > f", "rm -rf *"),
    ("echo x > f", "rm ./f*"),
    ("echo x > f", "if true; then rm f; fi"),
    ("echo x > f", "true || rm f"),
    ("echo x > f", "find . -name f -delete"),
    ("echo x > d/f", "rsync -a --delete src/ d"),
    ("echo a = 1 >> f", "echo a = 2 >> f"),
    ("echo a = 1 >> f", "sed -i 's/a = 1/a = 2/' f"),
    ("echo 'b c' >> f", "sed -i '/b c/d' f"),
    ("chmod 600 f", "chmod 644 f"),
    ("chmod 600 d/f", "chmod -R 755 d"),
    ("chmod 600 f", "mv x f"),
    ("chown a f", "chown -R b ."),
    ("chgrp g f", "chown a:h f"),
    ("ln -s a l", "ln -sf b l"),
    ("ln -s a l", "rm l"),
    ("tar xf a.tar -C /opt", "rm -rf /opt/x"),
    ("tar cf a.tar d", "rm a.tar"),
    ("git clone http://h/r", "rm -rf r"),
    ("useradd u", "userdel -r u"),
    ("useradd u", "usermod -l v u"),
    ("usermod -s /bin/sh u", "usermod -s /bin/false u"),
    ("usermod -aG g u", "gpasswd -d u g"),
    ("groupadd g", "groupmod -n h g"),
    ("apt-get install x", "dpkg -r x"),
    ("yum remove x", "yum install x"),
    ("systemctl start x", "service x stop"),
    ("systemctl start x", "reboot"),
    ("systemctl enable x", "systemctl disable x"),
    ("systemctl enable x", "systemctl mask x"),
    ("chkconfig x on", "chkconfig x off"),
    ("modprobe m", "rmmod m"),
    ("sysctl -w a.b=1", "sysctl -w a.b=2"),
    ("sysctl -w a.b=1", "sysctl -p"),
    ("mount /dev/sda1 /mnt", "umount /mnt"),
    ("mount /dev/sda1 /mnt", "umount /dev/sda1"),
    ("mount -t tmpfs none /mnt", "umount -a"),
    ("echo x > /mnt/f", "umount /mnt"),
    ("swapon /swap", "swapoff -a"),
    ("ip addr add 1.2.3.4/24 dev e", "ip addr del 1.2.3.4/24 dev e"),
    ("ip addr add 1.2.3.4/24 dev e", "ip a flush dev e"),
    ("ip link add br0 type bridge", "ip link del br0"),
    ("ip link set e up", "ifconfig e down"),
    ("ip route add 10.0.0.0/8 via 1.1.1.1", "ip route flush all"),
    ("iptables -A INPUT -j DROP", "iptables -D INPUT -j DROP"),
    ("iptables -A INPUT -j DROP", "iptables -F"),
    ("iptables -A INPUT -j DROP", "iptables-restore < rules"),
    ("iptables -P INPUT DROP", "iptables -P INPUT ACCEPT"),
    ("hostname a", "hostnamectl set-hostname b"),
    ("timedatectl set-timezone UTC", "timedatectl set-timezone Asia/Tokyo"),
    ("docker run -d --name web nginx", "docker rm -f web"),
    ("docker run -d --name web nginx", "docker stop web"),
    ("docker pull nginx", "docker rmi nginx"),
    ("crontab f", "crontab -r"),
    ("crontab f", "crontab -e"),
    ("mkdir /tmp/x", "reboot"),
    ("a2enmod ssl", "a2dismod ssl"),
    ("git checkout -b a", "git checkout v1"),
    ("git checkout v1", "git -C .. switch main"),
    ("git checkout v1", "cd sub; git checkout -b a"),
    ("git checkout v1", "git pull"),
    ("git branch a", "git branch -d a"),
    ("git config a.b c", "git config a.b d"),
    ("git config --global a.b c", "git config --global a.b d"),
    ("git add f", "git reset --hard"),
    ("git commit -m x", "git rebase -i main"),
    ("git init", "rm -rf .git"),
    ("npm install -g x", "npm uninstall -g x"),
    ("docker volume create v", "docker volume rm v"),
    ("docker volume create v", "docker volume prune -f"),
    ("zfs create tank/a", "zpool destroy tank"),
    ("uci set a.b.c=d", "uci set a.b.c=e"),
    ("mkfs.ext4 /dev/sdb1", "mkswap /dev/sdb1"),
    ("apt-get update", "apt update"),
    ("git merge side", "git reset --hard v1"),
    ("setfacl -m u:a:r f", "setfacl -m u:a:r f"),
    ("setfacl -m u:a:r f", "setfacl -b f"),
    ("chattr +i f", "chattr -i f"),
    ("sysctl -p", "echo a.b=2 >> /etc/sysctl.conf"),
    ("sysctl -p", "sysctl -w a.b=2"),
    ("mount -a", "umount /x"),
    ("mount -a", "echo x >> /etc/fstab"),
    ("postmap /etc/postfix/t", "echo x >> /etc/postfix/t"),
    ("systemctl daemon-reload", "echo x > /etc/systemd/system/x.service"),
    ("update-grub", "sed -i s/a/b/ /etc/default/grub"),
    ("git push", "git commit -m x"),
    ("kubectl create ns x", "kubectl delete namespace x"),
    ("docker compose up -d", "docker compose down"),
    ("docker compose up -d", "reboot"),
    ("gunzip f.gz", "rm f"),
    ("npm install x", "npm uninstall x"),
    ("cmake -B out", "rm -rf out"),
    ("ufw allow 22", "ufw delete allow 22"),
    ("docker tag a b", "docker rmi b"),
    ("apt-get update", "echo deb x >> /etc/apt/sources.list"),
    ("apt-get update", "wget -O /etc/apt/sources.list.d/x.list http://h/x"),
    ("apt-get update", "add-apt-repository ppa:a/b"),
    ("apt-get update", "dpkg -i x_1_all.deb"),
    ("apt-get update", "rm -rf /var/lib/apt/lists/*"),
]
LEFT = [
    ("mkdir a", "mkdir b"),
    ("mkdir a", "rm a/f"),
    ("mkdir ab", "rm -rf a"),
    ("mkdir a", "mv x a"),
    ("echo x > f", "echo y > g"),
    ("echo x > f", "cat f"),
    ("echo x > f", "cp f g"),
    ("echo x > f", "rm -rf d/*"),
    ("echo x > f", "vi g"),
    ("echo x > f", "chmod 600 f"),
    ("echo a = 1 >> f", "echo b = 2 >> f"),
    ("echo 'b c' >> f", "echo 'd e' >> f"),
    ("chmod 600 f", "chown a f"),
    ("chmod 600 f", "cp x f"),
    ("chmod 600 f", "find . -name x"),
    ("cp a b", "cp a c"),
    ("useradd u", "useradd v"),
    ("usermod -aG g u", "usermod -aG h u"),
    ("apt-get install x", "apt-get install y"),
    ("apt-get install x", "apt-get -s remove x"),
    ("systemctl start x", "systemctl start y"),
    ("systemctl start x", "systemctl enable x"),
    ("systemctl enable x", "reboot"),
    ("sysctl -w a.b=1", "sysctl -w a.c=2"),
    ("ip addr add 1.2.3.4/24 dev e", "ip addr add 1.2.3.5/24 dev e"),
    ("ip addr add 1.2.3.4/24 dev e", "ip addr flush dev f"),
    ("iptables -A INPUT -j DROP", "iptables -A INPUT -j ACCEPT"),
    ("iptables -A INPUT -j DROP", "nft list ruleset"),
    ("iptables -A INPUT -j DROP", "iptables -t nat -L"),
    ("hostname a", "timedatectl set-timezone UTC"),
    ("docker run -d --name web nginx", "docker run -d --name db postgres"),
    ("mkdir /srv/x", "reboot"),
    ("mount /dev/sda1 /mnt", "umount /media"),
    ("git checkout -b a", "git pull"),
    ("git checkout -b a", "git -C /srv/other checkout -b b"),
    ("git config a.b c", "git config a.d c"),
    ("git tag v1", "git tag v2"),
    ("kubectl create secret generic a", "kubectl delete secret b"),
    ("npm install x", "npm install y"),
    ("git merge a", "git merge b"),
    ("git commit -m x", "git commit -m y"),
    ("docker volume create v", "docker volume create w"),
    ("docker volume create v", "podman volume rm v"),
    ("uci set a.b.c=d", "uci set a.b.d=e"),
    ("helm install a ./c -n x", "helm uninstall a -n y"),
    ("firewall-cmd --permanent --add-port=1/tcp --zone=a", "firewall-cmd --permanent --remove-port=1/tcp --zone=b"),
]


def _superseded(*texts: str) -> list[tuple[Check, ...]]:
    return checks.supersede([Command((n, n), text, cwd="/srv/w") for n, text in enumerate(texts, 1)])


@pytest.mark.parametrize(("first", "later"), UNDONE)
def test_what_is_undone_or_replaced_is_not_looked_for(first: str, later: str) -> None:
    alone = _superseded(first)[0]
    assert alone
    assert _superseded(first, later)[0] == ()


@pytest.mark.parametrize(("first", "later"), LEFT)
def test_what_another_step_leaves_alone_is_looked_for(first: str, later: str) -> None:
    assert _superseded(first, later)[0] == _superseded(first)[0] != ()


@pytest.mark.parametrize(("first", "later"), [pair for pair in UNDONE if "*" not in pair[1]])
def test_undone_in_the_same_line_or_between_others(first: str, later: str) -> None:
    """One line of both has no check that both alone, one after the other, have not; steps between change nothing."""
    together = _superseded(f"{first}; {later}")[0] if "<" not in first else ()
    assert set(together) <= set(_superseded(later)[0]) | set(_superseded(first, later)[0])
    assert _superseded("mkdir /var/other", first, "ls", later, "mkdir /var/third")[1] == ()


def _edit(op: str, content: str, path: str = "/etc/x.conf", gaps: tuple[int, ...] = ()) -> FileEdit:
    return FileEdit((1, 2), path, path if path.startswith("/") else None, op, tuple(content.split("\n")), gaps)  # type: ignore[arg-type]


def _kinds(edit: FileEdit) -> list[tuple[str, ...]]:
    return [(check.kind, *check.args) for check in checks.of_edit(edit)]


def test_checks_of_edits() -> None:
    assert _kinds(_edit("create", "a\nb")) == [("content", "/etc/x.conf", "a", "b")]
    assert _kinds(_edit("replace", "a\nb")) == [("content", "/etc/x.conf", "a", "b")]
    assert _kinds(_edit("replace", "a\nb", gaps=(1,))) == [("lines", "/etc/x.conf", "a", "b")]
    assert _kinds(_edit("set", "# why\nPORT = 80\nHOST=\"a b\"")) == [
        ("setting", "/etc/x.conf", "PORT", "80"), ("setting", "/etc/x.conf", "HOST", '"a b"'),
    ]  # fmt: skip
    assert _kinds(_edit("append", "a = 1\na = 2")) == [("lines", "/etc/x.conf", "a = 1", "a = 2")]
    assert _kinds(_edit("append", "a = 1\n  server x;")) == [("lines", "/etc/x.conf", "a = 1", "  server x;")]
    assert _kinds(_edit("append", "# only a remark")) == [("lines", "/etc/x.conf", "# only a remark")]
    assert _kinds(_edit("append", "")) == [("file", "/etc/x.conf")]
    assert _kinds(_edit("patch", "-a\n+b")) == []
    assert _kinds(_edit("create", "a", "x.conf")) == []
    assert _kinds(_edit("create", "a", "~/x")) == [("content", "~/x", "a")]


@pytest.mark.parametrize(
    ("later", "stays"),
    [
        (_edit("create", "other"), False),
        (_edit("append", "c"), False),
        (_edit("patch", "-a\n+b"), False),
        (_edit("append", "c", "/etc/y.conf"), True),
        (Command((5, 5), "vi /etc/x.conf"), False),
        (Command((5, 5), "rm -r /etc"), False),
        (Command((5, 5), "cat /etc/x.conf"), True),
    ],
)
def test_edits_are_superseded_too(later: FileEdit | Command, stays: bool) -> None:
    first = _edit("create", "a\nb")
    assert bool(checks.supersede([first, later])[0]) is stays


def test_branches_of_one_choice_leave_each_other() -> None:
    def install(n: int, text: str) -> Branch:
        return Branch(text, (Command((n, n), text),), (n, n))

    choice = Choice("alternative", (install(1, "apt-get install nginx"), install(2, "dnf install nginx")), (1, 2))
    both = [bool(each) for each in checks.supersede([choice])]
    removed = [bool(each) for each in checks.supersede([choice, Command((3, 3), "yum remove nginx")])]
    again = [bool(each) for each in checks.supersede([choice, msgspec.structs.replace(choice, lines=(4, 5))])]
    assert both == [True, True]
    assert removed == [False, False, True]
    assert again == [False, False, True, True]


def test_settings_are_replaced_by_key() -> None:
    first, second, third = (_edit("set", text) for text in ("a = 1\nb = 1", "a = 2", "c = 3"))
    assert [check.args[1:] for check in checks.supersede([first, second, third])[0]] == [("b", "1")]
