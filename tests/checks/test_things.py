"""What programs keep lists of: each look is false before, true after, false again when undone, and says so when it can't be told.

A few programs are here; the others are played by one that answers the very question that is to be asked, and no other.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from roots import MISSING, RUNTIME, bwrap
from runbook import checks, shell
from runbook.checks.makers import MAKERS
from runbook.checks.table import programs
from runbook.model import Check, Command


class Case(NamedTuple):
    """The page's command; the question that must be asked, and what is answered before and after it (with the status 0, or that before
    the colon). Without a question: what is done before and after for real."""

    text: str
    asks: str
    before: str
    after: str


PLAYED = [
    Case("npm install -g @vue/cli@4", "npm root -g", "/opt/none", "/opt/npm"),
    Case("npm uninstall -g @vue/cli", "npm root -g", "/opt/npm", "/opt/none"),
    Case("pip install 'Web_Push>=1'", "pip3 --disable-pip-version-check show -q Web_Push", "1:", ""),
    Case("sudo gem install rake:13", "gem list --local --no-versions", "rake-compiler", "rake\nrake-compiler"),
    Case("cargo install ripgrep", "cargo install --list", "fd-find v8:\n    ripgrep", "ripgrep v14.1.0:\n    rg"),
    Case("brew install cmake", "brew list --formula -1", "cmake-docs", "cmake\ncmake-docs"),
    Case("brew install --cask gimp", "brew list --cask -1", "", "gimp"),
    Case("brew tap a/homebrew-b https://h/x", "brew tap", "a/bc", "a/b"),
    Case("port install gnuradio +grc", "port -q installed", "None", "  gnuradio @3.8_0 (active)"),
    Case("flatpak install flathub org.gimp.GIMP//stable", "flatpak list --columns=application", "", "org.gimp.GIMP"),
    Case("flatpak remote-add --if-not-exists hub https://h/r", "flatpak remotes --columns=name", "hubs", "hub"),
    Case("conda create -n wiki python=3", "conda env list", "# conda\nbase  * /opt/conda", "base * /opt/conda\nwiki   /opt/conda/envs/wiki"),
    Case("nix-env -i vim", "nix-env --query", "vim-config-1.0", "vim-9.1.0"),
    Case("nix-env -e vim", "nix-env --query", "vim-9.1.0", ""),
    Case("nix-channel --add https://n/nixos-24 nixos", "nix-channel --list", "", "nixos https://n/nixos-24"),
    Case("guix install hello@2", "guix package --list-installed", "", "hello\t2.12\tout\t/gnu"),
    Case("docker network create --driver bridge web", "docker network ls --format {{.Name}}", "webs", "bridge\nweb"),
    Case("podman volume rm v", "podman volume ls --format {{.Name}}", "u\nv", "u"),
    Case("docker volume create v", "docker volume ls --format {{.Name}}", "", "v"),
    Case("podman network create n", "podman network ls --format {{.Name}}", "", "n"),
    Case("docker service create --replicas 2 --name web nginx", "docker service ls --format {{.Name}}", "webs", "db\nweb"),
    Case("docker secret create key key.txt", "docker secret ls --format {{.Name}}", "keys", "key"),
    Case("docker config rm site", "docker config ls --format {{.Name}}", "site", ""),
    Case("ovs-vsctl --may-exist add-br br1 -- set bridge br1 stp_enable=true", "ovs-vsctl list-br", "br10", "br0\nbr1"),
    Case("ovs-vsctl -- del-port br1 eth2", "ovs-vsctl list-ports br1", "eth2", ""),
    Case("helm install web ./chart -n prod", "helm list --all --short --namespace prod", "", "web"),
    Case("helm repo add hub https://h/", "helm repo list", "NAME URL", "NAME URL\nhub https://h/"),
    Case("locale-gen de_DE.UTF-8", "locale -a", "C\nde_DE", "C\nde_DE.utf8"),
    Case("firewall-cmd --permanent --zone=public --add-port=111/tcp", "firewall-cmd --permanent --zone=public --query-port=111/tcp", "1:no", "yes"),
    Case("firewall-cmd --permanent --remove-service=http", "firewall-cmd --permanent --query-service=http", "yes", "1:no"),
    Case("smbpasswd -a ann", "pdbedit -L", "annie:1000:", "ann:1001:Ann"),
    Case("pvcreate /dev/sdb", "pvs --noheadings -o pv_name", "  /dev/sdb1", "  /dev/sdb"),
    Case("vgextend vg4 /dev/sde", "pvs --noheadings -o vg_name /dev/sde", "  vg41", "  vg4"),
    Case("vgcreate vg", "vgs --noheadings -o vg_name", "", "  vg"),
    Case("lvcreate -l 100%FREE -n data vg", "lvs --noheadings -o lv_full_name", "  vg/root", "  vg/root\n  vg/data"),
    Case("zpool create -f tank mirror sda sdb", "zpool list -H -o name", "tanks", "tank"),
    Case("zfs create -o compression=lz4 tank/a", "zfs list -H -o name -t all", "tank", "tank\ntank/a"),
    Case("virsh start vm", "virsh -r -q -c qemu:///system list --name", "", "vm"),
    Case("virsh undefine vm", "virsh -r -q -c qemu:///system list --all --name", "vm", ""),
    Case("sudo -u postgres createdb -O ann wiki", "psql -XAtqw -d postgres -c SELECT datname FROM pg_database", "postgres", "postgres\nwiki"),
    Case("createuser --pwprompt ann", "psql -XAtqw -d postgres -c SELECT rolname FROM pg_roles", "postgres", "ann"),
    Case("mysqladmin create wiki", "mysql --batch --skip-column-names --connect-timeout=5 --execute=SHOW DATABASES", "", "wiki"),
    Case("git config --global alias.co checkout", "git config --global --get-all alias.co", "1:", "checkout"),
    Case("git config --system core.editor vi", "git config --system --get-all core.editor", "ed", "vi"),
    Case("uci set firewall.web.name='all of it'", "uci -q get firewall.web.name", "1:", "all of it"),
    Case("sysrc sshd_enable=YES", "sysrc -n sshd_enable", "NO", "YES"),
    Case("setsebool -P httpd_can_connect 1", "getsebool httpd_can_connect", "httpd_can_connect --> off", "httpd_can_connect --> on"),
    Case("postconf -e 'relayhost = [h]:587'", "postconf -h relayhost", "", "[h]:587"),
    Case("go install example.org/tool/v2@latest", "go env GOBIN", "/opt/none", "/opt/go"),
    Case("psql -c 'CREATE DATABASE Wiki OWNER ann;'", "psql -XAtqw -d postgres -c SELECT datname FROM pg_database", "Wiki", "wiki"),
    Case("mysql -u root -e 'CREATE DATABASE IF NOT EXISTS `wiki`'", "mysql --batch --skip-column-names --connect-timeout=5 --execute=SHOW DATABASES", "", "wiki"),
    Case("mysql -e \"CREATE USER 'ann'@'localhost' IDENTIFIED BY 'x'\"",
         "mysql --batch --skip-column-names --connect-timeout=5 --execute=SELECT User FROM mysql.user", "annie", "ann"),
    Case("nmcli con add type ethernet con-name 'my net' ifname eth0", "nmcli --get-values NAME connection show", "net", "lo\nmy net"),
    Case("nmcli c mod eth0 ipv4.dns '9.9.9.9 1.1.1.1'", "nmcli --get-values ipv4.dns connection show eth0", "9.9.9.9", "9.9.9.9,1.1.1.1"),
    Case("systemctl set-default multi-user", "systemctl get-default", "graphical.target", "multi-user.target"),
    Case("apt-key adv --keyserver keys.example.org --recv-keys 0x67a06201", "apt-key list", "      AAAA BBBB", "      0123 4567 89AB CDEF 0123  4567 89AB CDEF 67A0 6201"),
    Case("ufw allow from 10.0.0.0/8 to any port 22", "ufw show added", "ufw allow 22", "ufw allow 22\nufw allow from 10.0.0.0/8 to any port 22"),
    Case("ufw delete allow 80/tcp", "ufw show added", "ufw allow 80/tcp", "ufw allow 80"),
    Case("virt-install -n vm --memory 512 --cdrom x.iso", "virsh -r -q -c qemu:///system list --all --name", "", "vm"),
    Case("echo 'DROP DATABASE wiki;' | mysql -u root", "mysql --batch --skip-column-names --connect-timeout=5 --execute=SHOW DATABASES", "wiki", "mysql"),
    Case("timedatectl set-ntp true", "timedatectl show --property=NTP --value", "no", "yes"),
    Case("gcloud config set compute/zone z", "gcloud config get-value compute/zone", "(unset)", "z"),
]  # fmt: skip
REAL = [
    Case("cpanm My::Module", "", "export PERL5LIB=/srv/w/lib", "mkdir -p lib/My; echo 'die;' > lib/My/Module.pm"),
    Case("sudo add-apt-repository -y ppa:ann/tools", "", "mkdir -p /etc/apt/sources.list.d; echo 'deb https://ppa.launchpadcontent.net/ann/tool/ubuntu x y' > /etc/apt/sources.list",
         "echo 'URIs: https://ppa.launchpadcontent.net/ann/tools/ubuntu/' > /etc/apt/sources.list.d/ann.sources"),
    Case("a2enmod ssl", "", "mkdir -p /etc/apache2/mods-enabled", "ln -s ../x /etc/apache2/mods-enabled/ssl.load"),
    Case("update-alternatives --install /usr/bin/toy toy /srv/w/toy 10", "", "mkdir -p /var/lib/dpkg/alternatives",
         "printf '%s\\n' auto /usr/bin/toy '' /srv/w/toy 10 > /var/lib/dpkg/alternatives/toy"),
    Case("mkfs.ext4 -q -L boot /srv/w/disk", "", "truncate -s 2M disk", "mkfs.ext4 -q -L boot /srv/w/disk"),
    Case("mkswap -L more /srv/w/disk", "", "truncate -s 2M disk", "mkswap -L more disk"),
    Case("localectl set-locale LANG=de_DE.UTF-8", "", "rm -f /etc/locale.conf; echo LANG=C > /etc/default/locale",
         "echo 'LANG=\"de_DE.UTF-8\"' > /etc/default/locale"),
    Case("source /srv/w/venv/bin/activate && pip install 'Web_Push[x]'", "", "mkdir -p venv/lib/python3.11/site-packages/web-1.0.dist-info",
         "mkdir venv/lib/python3.11/site-packages/web_push-2.0.dist-info"),
    Case("sudo venv/bin/pip3 uninstall web-push", "", "mkdir -p venv/lib/python3.11/site-packages/web_push-2.0.dist-info",
         "rm -r venv/lib/python3.11/site-packages/web_push-2.0.dist-info"),
    Case("loginctl enable-linger ann", "", "mount -t tmpfs t /var/lib/systemd; mkdir /var/lib/systemd/linger", "touch /var/lib/systemd/linger/ann"),
    Case("sudo snap install hello", "", ": > /tmp/bin/snap; chmod +x /tmp/bin/snap; mount -t tmpfs t /var/lib", "mkdir -p /var/lib/snapd/snap/hello"),
]  # fmt: skip
CASES = PLAYED + REAL
NOT_PLAYED = {("thing", "RAID array"), ("thing", "kubernetes "), ("thing", "firewalld ")}
"""What needs a kernel of its own, has cases of its own, or a name with more behind it."""

ANSWERING = r"""
mkdir -p /tmp/bin /tmp/answers; PATH=/tmp/bin:$PATH
cat > /tmp/bin/answering <<'END'
#!/bin/bash
asked="${0##*/} $*"; file=/tmp/answers/${asked//\//%}
[ -f "$file" ] || exit 99
read -r status < "$file"; tail -n +2 "$file"; exit "$status"
END
chmod +x /tmp/bin/answering
answer() { # QUESTION STATUS LINE…
  printf '%s\n' "${@:2}" > "/tmp/answers/${1//\//%}"
  ln -sf answering "/tmp/bin/${1%% *}"
}
post_has() { [ -x "/tmp/bin/$1" ] || [[ $1 = @(perl|blkid) ]]; }
mkdir -p /opt/npm/@vue/cli /opt/none /opt/go /srv/w; : > /opt/go/tool; chmod +x /opt/go/tool
"""


def derived(case: Case) -> list[Check]:
    return list(checks.post_conditions(Command((1, 1), case.text, cwd="/srv/w")))


def _answer(case: Case, said: str) -> str:
    status, text = (said[0], said[2:]) if re.match(r"\d:", said) else ("0", said)
    return "answer " + " ".join(map(shell.quote, (case.asks, status, *((text,) if text else ()))))


def _steps(number: int, case: Case) -> str:
    words = [" ".join([f"post_{check.kind}", *map(shell.quote, check.args)]) for check in derived(case)]
    look = "\n".join([f'echo -n "@@{number}" >&3', *(f'({each}); echo -n " $?" >&3' for each in words)])
    if not case.asks:
        return "\n".join(["cd /srv/w; rm -rf /srv/w/*", case.before, look, case.after, look])
    without = f"rm -f /tmp/bin/{case.asks.split()[0]}"
    answers = [part for said in (case.before, case.after, case.before) for part in (_answer(case, said), look)]
    return "\n".join([without, look, *answers, without])


@pytest.fixture(scope="module")
def looked(etc: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[list[str]]]:
    """What each look of each case said, all in one sandbox. Programs that are here are not seen where they are played."""
    own = tmp_path_factory.mktemp("own") / "etc"
    shutil.copytree(etc, own, symlinks=True)
    body = "\n".join(_steps(number, case) for number, case in enumerate(CASES))
    script = f"set -u\n{RUNTIME}\n{ANSWERING}\nexec 3>&1 >/dev/null\n{body}\n"
    done = subprocess.run([*bwrap(own), "bash", "-s"], input=script, capture_output=True, text=True, timeout=120, check=False)
    rows = [part.split() for part in done.stdout.split("@@")[1:]]
    return [[row[1:] for row in rows if row[0] == str(number)] for number in range(len(CASES))]


@pytest.mark.skipif(MISSING is not None, reason=f"needs a sandbox: {MISSING}")
@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.text for case in CASES])
def test_false_before_true_after_false_again_and_untold_without_the_program(number: int, looked: list[list[list[str]]]) -> None:
    case = CASES[number]
    wanted = derived(case)
    assert wanted, "the command gives no check"
    fails, holds = ([str(int(check.negated is held)) for check in wanted] for held in (False, True))
    assert looked[number] == ([["2"] * len(wanted), fails, holds, fails] if case.asks else [fails, holds])


def test_every_sort_has_a_case() -> None:
    cased = {(check.kind, check.args[0]) for case in CASES for check in derived(case) if check.kind in ("thing", "value")}
    known = set()
    for kind in ("thing", "value"):
        body = RUNTIME.partition(f"post_{kind}() {{")[2].partition("\n}\n")[0]
        known |= {(kind, sort) for line in re.findall(r'^    ("[^)]+)\) ', body, re.M) for sort in re.findall(r'"([^"]+)"', line)}
    assert known - NOT_PLAYED <= cased
    assert {each for each in cased if not each[1].startswith("firewalld ")} <= known


def test_rows_name_only_kinds_and_options_that_they_know() -> None:
    for name, program in programs().items():
        for row in program.row:
            form = row.makes or row.gone
            assert form or row.unsure, name
            assert not form or form[0] in checks.KINDS, name
            holes = {option for hole in re.findall(r"\{(-[^}]*)\}", " ".join(form)) for option in hole.rstrip("?").split("|")}
            assert holes | set(row.only.split()) <= set(f"{program.values} {program.flags}".split()), name


@pytest.mark.parametrize(
    "text",
    [
        "gcloud config set -- --a b",
        "kubectl delete secret -- --kubeconfig=x",
        "vgextend -- vg --config=x",
        "git config --global a.b $'c\\nd'",
    ],
)
def test_no_question_takes_an_option_or_a_second_line(text: str) -> None:
    assert checks.post_conditions(Command((1, 1), text, cwd="/srv/w")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "npm install -g --dry-run x", "npm install --prefix /opt x", "pip install -t lib x", "pip install -r req.txt", "pip install .", "pip install git+https://h/x",
        "pip download x", "gem install ./x.gem", "brew install --only-dependencies x", "cargo install --path .", "nix-env -iA nixpkgs.x", "systemctl --user enable x",
        "systemctl -H host start x", "systemctl try-restart x", "docker --context far volume create v", "kubectl create ns x --dry-run=client", "kubectl --context far delete ns x",
        "kubectl apply -f https://h/x.yml", "helm --kube-context far install a ./b", "docker compose -H tcp://far up -d", "docker compose up", "firewall-cmd --add-port=1/tcp",
        "setsebool x on", "ufw --dry-run allow 22", "ufw allow OpenSSH", "zfs destroy -n tank/a", "zpool create -n tank sda", "mkfs.ext4 -n /dev/sdb", "lvcreate --test -n a vg",
        "createdb -h db x", "sudo -u ann pip install x", "sudo -u ann cargo install x", "certbot certonly --dry-run -d a.org", "ssh-keygen -l -f key", "ssh-keygen -t rsa",
        "git checkout -- f", "git --git-dir=x checkout -b y", "git push --dry-run", "git commit", "git branch --list x", "git tag -l x", "git tag", "git config --get a.b",
        "cmake --build out", "cmake -E tar xf x", "meson setup . ..", "./configure --help", "unzip -l a.zip", "unzip a.zip x y", "gzip -c f", "gunzip -t f.gz", "xz -l f.xz",
        "make <project name>.bin", "useradd -m <name> -s /bin/sh", "git clone <address> <where> x", "curl -o <file> http://h/<name>.gz", "postmap -q x hash:t",
        "emerge --pretend x", "emerge --sync", "emerge -u @world", "pkg update", "apt-get -o Dir::Etc=x update", "composer update --dry-run", "npm test", "yarn run x",
    ],
)  # fmt: skip
def test_nothing_is_claimed_of_what_asks_only_leads_elsewhere_or_may_not_be(text: str) -> None:
    assert checks.post_conditions(Command((1, 1), text, cwd="/srv/w")) == ()


ODD = ("", "-", "--", "=", "/", ":", "@", "..", "~", "~x", "{0}", "a\nb", "$(x)", "a'b", "-x", "x=", "//")


@pytest.mark.parametrize("odd", ODD)
def test_no_operand_is_too_odd(odd: str) -> None:
    """Whatever stands where a name is expected: something or nothing is said of it."""
    word = shell.quote(odd)
    verbs = {name: {row.sub.split("|")[0] for row in program.row} for name, program in programs().items()}
    verbs |= {name: verbs.get(name, set()) | {""} for name in MAKERS}
    verbs["git"] = {
        "clone",
        "init",
        "checkout",
        "branch -m",
        "tag",
        "merge",
        "add",
        "commit -m",
        "push origin",
        "remote add x",
        "config a.b",
        "submodule add",
    }
    verbs["kubectl"] = {"create secret generic", "delete pod", "apply -f"}
    for name, known in verbs.items():
        for verb in known:
            found = checks.post_conditions(Command((1, 1), f"{name} {verb} {word} {word}", cwd="/srv/w"))
            assert all(check.words for check in found)


def test_what_is_tracked_with_lfs_stands_in_the_attributes() -> None:
    found = checks.post_conditions(Command((1, 1), "git lfs track '*.psd' '*.tif'", cwd="/srv/w"))
    assert [(check.kind, *check.args) for check in found] == [
        ("contains", "/srv/w/.gitattributes", f"{each} filter=lfs diff=lfs merge=lfs -text") for each in ("*.psd", "*.tif")
    ]
