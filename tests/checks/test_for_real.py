"""Every kind of post-condition is looked at on a real system: false before the step, true after it, false again when undone.

Each case runs in throw-away namespaces (bubblewrap) where /etc, /srv, /opt … are writable copies, with interfaces, packet filter and
host name of their own. What a namespace can't have is played by programs with a state of their own, in `STUBS`: kernel modules, swap and
the boot id belong to the one kernel, container engines to their daemon, init systems to process 1, downloads and clocks to the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from roots import MISSING, RUNTIME, SEVERAL_USERS, bwrap
from runbook import checks, shell
from runbook.model import Check, Command


class Case(NamedTuple):
    """`text` is the page's command; `act` what is done instead where that can't be run here; `undo` takes it back."""

    kind: str
    text: str
    setup: str = ""
    undo: str = ""
    act: str = ""
    needs: str = ""


CASES = [
    Case("directory", "mkdir new", undo="rmdir new"),
    Case("directory", "rmdir old", "mkdir old", "mkdir old"),
    Case("directory", "install -d a/b", undo="rm -r a"),
    Case("exists", "touch new", undo="rm new"),
    Case("exists", "rm -rf old", "mkdir -p old/x", "mkdir old"),
    Case("exists", "icinga2 feature enable api", "mkdir -p /etc/icinga2/features-enabled", "rm /etc/icinga2/features-enabled/api.conf",
         "echo > /etc/icinga2/features-enabled/api.conf"),
    Case("exists", "ip netns del lab", "mount -t tmpfs t /run; mkdir /run/netns; echo > /run/netns/lab", "echo > /run/netns/lab", "rm /run/netns/lab"),
    Case("file", "ovsdb-tool create conf.db", undo="rm conf.db", act="echo > conf.db"),
    Case("exists", "rm link", "ln -s nowhere link", "ln -s nowhere link"),
    Case("file", "date > now", undo="rm now"),
    Case("file", "truncate -s 10 f", undo="rm f"),
    Case("content", "echo 'a  b' > f", "echo other > f", "echo c >> f"),
    Case("content", "cat > f <<'E'\none\n\n $two\nE", undo="rm f"),
    Case("content", "printf '%s\\n' x | tee f", undo=": > f"),
    Case("lines", "echo 'exec this' >> f", "echo -n > f", "sed -i d f"),
    Case("lines", "cat <<E | sudo tee -a f\nlisten 80;\n  root /x;\nE", "echo a > f", "sed -i /root/d f", "cat <<E | tee -a f\nlisten 80;\n  root /x;\nE"),
    Case("lines", "sed -i '$a last line' f", "echo a > f", "echo a > f"),
    Case("setting", "echo 'ONBOOT = \"yes\"' >> f", "echo ONBOOT=no > f", "echo ONBOOT=no >> f"),
    Case("contains", "sed -i 's/old/new/' f", "echo an old hat > f", "echo an old hat > f"),
    Case("contains", "sed -i '/drop me/d' f", "echo drop me > f", "echo drop me > f"),
    Case("filled", "wget -O f http://127.0.0.1/x", undo=": > f", act="echo x > f"),
    Case("filled", "curl -O http://127.0.0.1/dir/f", undo="rm f", act="echo x > f"),
    Case("copied", "cp a b", "echo 1 > a; echo 2 > b", "echo 3 > b"),
    Case("copied", "cp -r a d", "mkdir -p a/x d; echo 1 > a/x/f", "rm d/a/x/f"),
    Case("copied", "cp -r a new", "mkdir -p a/x; echo 1 > a/x/f", "echo 2 > new/x/f"),
    Case("copied", "cp a b d/", "echo 1 > a; echo 2 > b; mkdir d", "rm d/a d/b"),
    Case("copied", "install -m 600 a /opt/a", "echo 1 > a", "rm /opt/a"),
    Case("moved", "mv a b", "echo 1 > a", "mv b a"),
    Case("moved", "mv a d", "mkdir a d", "mv d/a a"),
    Case("link", "ln -s /etc/hosts here", undo="rm here"),
    Case("link", "ln -s /etc/hosts d", "mkdir d", "rm d/hosts"),
    Case("link", "ln -sf new l", "ln -s old l", "ln -sf old l"),
    Case("same_file", "ln a b", "echo > a", "rm b"),
    Case("mode", "chmod 4750 f", "touch f; chmod 644 f", "chmod 750 f"),
    Case("mode", "chmod u+x,go-w f", "touch f; chmod 666 f", "chmod g+w f"),
    Case("mode", "chmod a=r f", "touch f; chmod 666 f", "chmod u+w f"),
    Case("mode", "chmod +x f", "touch f; chmod 644 f", "chmod o-x f"),
    Case("owner", "chown nobody f", "touch f", "chown root f"),
    Case("owner", "chown -R nobody:mail d", "mkdir d; touch d/f", "chown root:root d"),
    Case("group_owner", "chgrp mail f", "touch f", "chgrp root f"),
    Case("group_owner", "chown :mail f", "touch f", "chown :root f"),
    Case("unpacked", "tar xzf a.tgz -C /opt", "mkdir t; echo > t/'b c'; tar czf a.tgz t", "rm /opt/t/*"),
    Case("unpacked", "tar -xf a.tar --strip-components=1 -C d", "mkdir t d; echo > t/x; tar cf a.tar t; rm -r t", "rm d/x"),
    Case("archive", "tar cf a.tar d", "mkdir d; echo > a.tar; echo x > a.tar", "echo x > a.tar"),
    Case("cloned", "git clone /srv/w/origin copy", "git init -q origin", "rm -rf copy", needs="git"),
    Case("cloned", "git clone --bare origin copy.git", "git init -q origin", "rm -rf copy.git", needs="git"),
    Case("file", "git init fresh", undo="rm -rf fresh", needs="git"),
    Case("git_on", "cd origin/sub; git checkout -b new", "origin", "git checkout -q v1", needs="git"),
    Case("git_on", "git -C origin switch -c next", "origin", "git -C origin checkout -q --detach", needs="git"),
    Case("git_at", "git -C origin checkout v1", "origin; git -C origin commit -q --allow-empty -m more", "git -C origin checkout -q main", needs="git"),
    Case("git_at", "git -C origin checkout other", "origin; git -C origin branch other", "git -C origin checkout -q main", needs="git"),
    Case("git_ref", "git -C origin tag -a v2 -m 'the second'", "origin", "git -C origin tag -d v2", needs="git"),
    Case("git_ref", "git -C origin branch -m main trunk", "origin; git -C origin pack-refs --all", "git -C origin branch -m trunk main", needs="git"),
    Case("git_ref", "git -C origin tag -d v1", "origin; git -C origin pack-refs --all", "git -C origin tag v1", needs="git"),
    Case("git_setting", "git -C origin remote add up ~/x.git", "origin", "git -C origin remote remove up", needs="git"),
    Case("git_setting", "git config -f set.conf a.b 'c d'", undo="git config -f set.conf a.b e", needs="git"),
    Case("git_tracked", "git -C origin add 'a file' sub", "origin; echo > 'origin/a file'; echo > origin/sub/f", "git -C origin rm -q --cached 'a file' sub/f", needs="git"),
    Case("git_merged", "git -C origin merge side", "origin; git -C origin checkout -qb side; git -C origin commit -q --allow-empty -m s; git -C origin checkout -q main",
         "git -C origin reset -q --hard v1", needs="git"),
    Case("git_pushed", "git -C copy push origin main:master", "origin; git clone -q --bare origin b; git clone -q b copy", "git -C copy commit -q --allow-empty -m m", needs="git"),
    Case("git_pushed", "git -C copy push", "origin; git clone -q --bare origin b; git clone -q b copy; git -C copy commit -q --allow-empty -m m",
         "git -C copy commit -q --allow-empty -m n", needs="git"),
    Case("git_submodules", "cd copy/sub; git submodule update --init", "submodules", "git -C /srv/w/copy submodule deinit -q -f --all", needs="git"),
    Case("git_committed", "git -C origin commit --allow-empty -m 'Add *this*' -m body", "origin", "git -C origin reset -q --hard v1", needs="git"),
    Case("user", "useradd -M tester", undo="userdel tester", needs="useradd"),
    Case("user", "userdel tester", "useradd -M tester", "useradd -M tester", needs="useradd"),
    Case("user_field", "usermod -s /bin/false tester", "useradd -M tester -s /bin/sh", "usermod -s /bin/sh tester", needs="useradd"),
    Case("user_field", "useradd -M -u 4321 tester", undo="userdel tester", needs="useradd"),
    Case("member", "usermod -aG mail tester", "useradd -M tester", "gpasswd -d tester mail", needs="useradd"),
    Case("group", "groupadd testers", undo="groupdel testers", needs="groupadd"),
    Case("group", "groupdel testers", "groupadd testers", "groupadd testers", needs="groupadd"),
    Case("package", "dpkg -i hello-test_1.0_all.deb", "make_deb", "dpkg -r hello-test", needs="dpkg-deb"),
    Case("package", "apt-get remove hello-test", "make_deb; dpkg -i hello-test_1.0_all.deb", "dpkg -i *.deb", "dpkg -r hello-test", needs="dpkg-deb"),
    Case("newer", "postmap hash:table", "echo > table; echo > table.db; touch -d 2020-01-01 table.db", "touch -d 2020-01-01 table.db", "touch table.db"),
    Case("newer", "update-grub", "mkdir -p /etc/default; echo > /etc/default/grub; mount -t tmpfs t /boot; mkdir /boot/grub", "touch -d 2030-01-01 /etc/default/grub", "echo > /boot/grub/grub.cfg"),
    Case("reloaded", "systemctl daemon-reload", "mount -t tmpfs t /run; mkdir -p /run/systemd/system; play_systemd", "drop fresh '*'", "keep fresh '*'"),
    Case("acl", "setfacl -m u:nobody:rx,d:g:0:7 f", "echo > f; play_attributes", "rm -r $state/acl", "keep acl user:nobody:r-x; keep acl default:group:0:rwx"),
    Case("attribute", "chattr +A f", "echo > f; play_attributes", "drop attribute A", "keep attribute A"),
    Case("attribute", "chattr -i f", "echo > f; play_attributes; keep attribute i", "keep attribute i", "drop attribute i"),
    Case("sysctls", "sysctl -p 99.conf", "printf '# x\\n;y\\n\\n -net.ipv4.ip_forward = 1\\nno.such = 2\\n' > 99.conf; sysctl -q -w net.ipv4.ip_forward=0", "sysctl -q -w net.ipv4.ip_forward=0", needs="sysctl"),
    Case("fstab", "mount -a", "mkdir 'a b'; printf '# x\\nt /srv/w/a\\\\040b tmpfs defaults 0 0\\nu none swap sw 0 0\\nv /no tmpfs ro,noauto 0 0\\n' > /etc/fstab",
         "umount 'a b'", "mount -t tmpfs t 'a b'"),
    Case("configured", "./configure --prefix=/opt", "printf '%s\\n' '#!/bin/sh' ': > config.status' > configure; chmod +x configure", "rm config.status"),
    Case("node_modules", "npm install", "echo '{\"dependencies\": {\"x\": \"1\"}}' > package.json", "rm -r node_modules", "mkdir node_modules"),
    Case("node_package", "cd src && npm i @a/b@2 --save-dev", "mkdir src; echo {} > package.json", "rm -r node_modules/@a", "mkdir -p node_modules/@a/b"),
    Case("node_package", "yarn remove b", "mkdir -p node_modules/b", "mkdir node_modules/b", "rm -r node_modules/b"),
    Case("vendored", "composer install --no-dev", "echo {} > composer.json; mkdir vendor", "rm vendor/autoload.php", "echo > vendor/autoload.php"),
    Case("contains", "composer require a/b:^1", "echo '{}' > composer.json", "echo {} > composer.json", "echo '{\"require\": {\"a/b\": \"^1\"}}' > composer.json"),
    Case("unpacked", "unzip a.zip -d /opt", "mkdir 't t'; echo > 't t/x'; zip -qr a.zip 't t'", "rm '/opt/t t/x'", needs="unzip"),
    Case("moved", "gunzip f.gz", "echo > f; gzip f", "gzip f"),
    Case("moved", "xz f", "echo > f", "unxz f.xz", needs="xz"),
    Case("file", "bzip2 -dk f.bz2", "echo > f; bzip2 f", "rm f", needs="bzip2"),
    Case("file", "dd if=/dev/zero of=disk bs=1k count=1", undo="rm disk"),
    Case("file", "cmake -S . -B out", "echo 'project(x NONE)' > CMakeLists.txt; echo 'cmake_minimum_required(VERSION 3.5)' | cat - CMakeLists.txt > c; mv c CMakeLists.txt",
         "rm -r out", needs="cmake"),
    Case("file", "ssh-keygen -q -t ed25519 -N '' -f key", undo="rm key key.pub", needs="ssh-keygen"),
    Case("file", "openssl genrsa -out k.pem 1024", "export OPENSSL_CONF=/dev/null", "rm k.pem", needs="openssl"),
    Case("file", "python3 -m venv --without-pip v", undo="rm -r v", act="mkdir v; echo > v/pyvenv.cfg"),
    Case("compose", "docker compose -f web.yml up -d web", "", "docker stop web", "docker run -d --name web"),
    Case("compose", "docker-compose down", "docker run -d --name web", "docker run -d --name web", "docker stop web"),
    Case("applied", "kubectl apply -f ns.yml -n x", "echo > ns.yml; play kubectl", "drop thing all", "keep thing all"),
    Case("thing", "kubectl create secret generic db --from-literal=a=b -n x", "play kubectl", "drop thing db", "keep thing db"),
    Case("thing", "kubectl delete ns/old", "play kubectl; keep thing old", "keep thing old", "drop thing old"),
    Case("package", "opkg install curl", "hide; play opkg", "drop thing curl", "keep thing curl"),
    Case("package", "emerge -av net-misc/curl", "hide; mount -t tmpfs t /var; mkdir -p /var/db/pkg; play emerge", "rm -r /var/db/pkg/net-misc/curl-8.1", "mkdir -p /var/db/pkg/net-misc/curl-8.1"),
    Case("package", "pkg install www/nginx", "hide; play pkg", "drop thing nginx", "keep thing nginx"),
    Case("fetched", "apt-get update", "make_source", "echo 'deb [trusted=yes] file:/srv/w/more ./' >> /etc/apt/sources.list", needs="apt-get"),
    Case("active", "service toy start", "make_service", "/etc/init.d/toy stop", "/etc/init.d/toy start"),
    Case("active", "/etc/init.d/toy stop", "make_service; /etc/init.d/toy start", "/etc/init.d/toy start"),
    Case("enabled", "update-rc.d toy defaults", "make_service", "rm /etc/rc3.d/S20toy", "mkdir -p /etc/rc3.d; ln -s ../init.d/toy /etc/rc3.d/S20toy"),
    Case("enabled", "systemctl enable toyd", "make_unit", "systemctl disable toyd", needs="systemctl"),
    Case("masked", "systemctl mask toyd", "mkdir -p /etc/systemd/system", "systemctl unmask toyd", needs="systemctl"),
    Case("sysctl", "sysctl -w net.ipv4.ip_forward=1", "sysctl -q -w net.ipv4.ip_forward=0", "sysctl -q -w net.ipv4.ip_forward=0", needs="sysctl"),
    Case("sysctl", "sysctl net/ipv4/ip_local_port_range='20000 30000'", undo="sysctl -q -w net.ipv4.ip_local_port_range='32768 60999'", needs="sysctl"),
    Case("content", "echo 1 > /proc/sys/net/ipv4/ip_forward", "echo 0 > /proc/sys/net/ipv4/ip_forward", "echo 0 > /proc/sys/net/ipv4/ip_forward"),
    Case("mounted", "mount -t tmpfs none 'my dir'", "mkdir 'my dir'", "umount 'my dir'"),
    Case("mounted", "umount d", "mkdir d; mount -t tmpfs none d", "mount -t tmpfs none d"),
    Case("mounted_from", "mount /dev/toy d", "mkdir d", "umount d", "mount -t tmpfs /dev/toy d"),
    Case("link_up", "ip link set lo up", "ip link set lo down", "ip link set lo down", needs="ip"),
    Case("link_up", "ifconfig lo down", "ip link set lo up", "ip link set lo up", "ip link set lo down", needs="ip"),
    Case("address", "ip addr add 10.1.2.3/24 dev lo", undo="ip addr del 10.1.2.3/24 dev lo", needs="ip"),
    Case("address", "ip addr del 10.1.2.3/24 dev lo", "ip addr add 10.1.2.3/24 dev lo", "ip addr add 10.1.2.3/24 dev lo", needs="ip"),
    Case("route", "ip route add unreachable 198.51.100.0/24 table 77", undo="ip route del unreachable 198.51.100.0/24 table 77"),
    Case("route", "ip -6 route add blackhole 2001:db8:5::/48", undo="ip -6 route del blackhole 2001:db8:5::/48"),
    Case("file", "date > pipe", undo="rm pipe", act="mkfifo pipe"),
    Case("route", "ip route add 10.9.0.0/16 dev lo", "ip link set lo up", "ip route del 10.9.0.0/16", needs="ip"),
    Case("hostname", "hostnamectl set-hostname box.example.org", "hostname before", "hostname before", "hostname box.example.org", needs="hostname"),
    Case("timezone", "timedatectl set-timezone Asia/Tokyo", "rm -f /etc/timezone; ln -sf /usr/share/zoneinfo/UTC /etc/localtime",
         "ln -sf /usr/share/zoneinfo/UTC /etc/localtime", "ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime"),
    Case("rebooted", "reboot", "POST_BOOT_ID=$(post_boot_id)", "POST_BOOT_ID=$(post_boot_id)", "POST_BOOT_ID=another"),
    Case("interface", "ip link add br7 type bridge", undo="ip link del br7", needs="ip"),
    Case("interface", "ip link del br7", "ip link add br7 type bridge", "ip link add br7 type bridge", needs="ip"),
    Case("interface", "brctl addbr br7", undo="ip link del br7", act="ip link add br7 type bridge", needs="ip"),
    Case("link_up", "ip link set br7 up", "ip link add br7 type bridge", "ip link set br7 down", needs="ip"),
    Case("module", "modprobe ip_gre7", undo="drop module ip_gre7", act="keep module ip_gre7"),
    Case("swap", "swapon /dev/toy", undo="drop swap /dev/toy", act="keep swap /dev/toy"),
    Case("firewall_rule", "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE", undo="iptables -t nat -D POSTROUTING -o eth0 -j MASQUERADE"),
    Case("firewall_rule", "iptables -A INPUT -p tcp --dport 80 -j ACCEPT", undo="iptables -F"),
    Case("firewall_rule", "iptables -D INPUT -p tcp --dport 80 -j ACCEPT", "iptables -A INPUT -p tcp --dport 80 -j ACCEPT", "iptables -A INPUT -p tcp --dport 80 -j ACCEPT"),
    Case("firewall_rule", "iptables -I INPUT 1 -s 10.0.0.0/8 -j DROP", undo="iptables -D INPUT 1"),
    Case("firewall_policy", "iptables -P INPUT DROP", undo="iptables -P INPUT ACCEPT"),
    Case("container", "docker run -d --name web -p 80:80 nginx", undo="docker stop web"),
    Case("container_exists", "docker rm web", "docker run -d --name web nginx", "docker run -d --name web nginx"),
    Case("container_of", "docker run -d nginx", undo="docker stop nginx"),
    Case("image", "docker pull nginx", undo="docker rmi nginx"),
    Case("crontab", "crontab jobs", "echo '1 * * * * x' > jobs", "crontab -r"),
    Case("crontab_any", "crontab -r", "echo '1 * * * * x' > jobs; crontab jobs", "crontab jobs"),
]  # fmt: skip

STUBS = r"""
state=/tmp/state; mkdir -p $state
keep() { mkdir -p "$state/$1"; touch "$state/$1/${2//\//%}"; }
drop() { rm -f "$state/$1/${2//\//%}"; }
kept() { [ -e "$state/$1/${2//\//%}" ]; }
sudo() { "$@"; }
mkdir -p /var/spool/cron/crontabs
have() { command -v "$1" >/dev/null; }
have crontab || crontab() { case $1 in -l) cat "$state/crontab" ;; -r) rm "$state/crontab" ;; *) cat "$1" > "$state/crontab" ;; esac; }
{ have iptables && iptables -S >/dev/null 2>&1; } || iptables() {
  local table=filter
  [ "$1" != -t ] || { table=$2; shift 2; }
  case $1 in
    -S) [ $# -lt 2 ] || { if kept policy "$2"; then echo "-P $2 DROP"; else echo "-P $2 ACCEPT"; fi; } ;;
    -A) shift; keep "rule-$table" "$*" ;;
    -I) shift; keep "rule-$table" "$1 ${*:3}" ;;
    -D) shift; if [ "$2" = 1 ]; then rm -f "$state/rule-$table"/*; else drop "rule-$table" "$*"; fi ;;
    -F) rm -f "$state/rule-$table"/* ;;
    -C) shift; kept "rule-$table" "$*" ;;
    -P) if [ "$3" = DROP ]; then keep policy "$2"; else drop policy "$2"; fi ;;
  esac
}
docker() {
  case "$1 $*" in
    "run "*"--name web"*) keep running web; keep container web ;;
    "run "*) keep running nginx ;;
    "stop "*) drop running "$2" ;;
    "rm "*) drop running "$2"; drop container "$2" ;;
    "pull "*) keep image "$2" ;;
    "rmi "*) drop image "$2" ;;
    "ps "*"ancestor=nginx") ! kept running nginx || echo 1234 ;;
    "inspect "*"container --format"*) if kept running "${!#}"; then echo true; else echo false; fi ;;
    "inspect "*"container"*) kept container "${!#}" ;;
    "compose "*"ps --services --filter status=running") ! kept running web || echo web ;;
    "inspect "*"image"*) kept image "${!#}" ;;
  esac
}
make_deb() {
  mkdir -p p/DEBIAN
  printf '%s\n' 'Package: hello-test' 'Version: 1.0' 'Architecture: all' 'Maintainer: x <x@example.org>' 'Description: x' > p/DEBIAN/control
  dpkg-deb -b p hello-test_1.0_all.deb
}
origin() {
  git config --global user.name x; git config --global user.email x@example.org; git config --global init.defaultBranch main
  git init -q origin; git -C origin commit -q --allow-empty -m first; git -C origin tag v1; mkdir origin/sub
}
submodules() {
  origin; git init -q part; git -C part commit -q --allow-empty -m p
  git config --global protocol.file.allow always
  git -C origin submodule --quiet add /srv/w/part lib; git -C origin commit -qm lib; git clone -q origin copy; mkdir copy/sub
}
play() { # PROGRAM: as a program of its own, which timeout can run
  mkdir -p /tmp/bin; export PATH=/tmp/bin:$PATH state; export -f keep drop kept "$1"
  [ "$1" != docker ] || play docker-compose
  printf '%s\n' '#!/bin/bash' "$1 \"\$@\"" > "/tmp/bin/$1"; chmod +x "/tmp/bin/$1"
}
docker-compose() { docker compose "$@"; }
kubectl() {
  local name=all
  case "$2" in --filename=*) ;; *) name=$3; [ "$4" = --ignore-not-found ] || exit 9 ;; esac
  if kept thing "$name"; then echo "$2/$name"; elif [ "$name" = all ]; then echo 'Error (NotFound)' >&2; exit 1; fi
}
opkg() { ! kept thing "$2" || echo 'Status: install user installed'; }
play_attributes() { lsattr() { echo "---$(ls $state/attribute | tr -d '\n')--- $3"; }; getfacl() { echo user::rwx; ls "$state/acl" 2>/dev/null; true; }; post_needs() { true; }; }
play_systemd() { systemctl() { echo no; kept fresh "${4-none}" || echo yes; }; play systemctl; }
emerge() { false; }
pkg() { [ "$1 $2" = 'info -e' ] && kept thing "$3"; }
play docker
hide() { : > /var/lib/dpkg/status; post_has() { [ -x "/tmp/bin/$1" ]; }; }
make_source() {
  mount -t tmpfs t /var/lib/apt; mount -t tmpfs t /var/cache/apt; mkdir -p /var/lib/apt/lists /etc/apt/apt.conf.d repo
  echo 'APT::Sandbox::User "root";' > /etc/apt/apt.conf.d/root
  : > repo/Packages; printf '%s\n' 'Date: Wed, 01 Jan 2020 00:00:00 +0000' SHA256: " $(sha256sum < repo/Packages | cut -d' ' -f1) 0 Packages" > repo/Release
  echo 'deb [trusted=yes] file:/srv/w/repo ./' > /etc/apt/sources.list
}
make_service() {
  printf '%s\n' '#!/bin/sh' 'case $1 in start) touch /tmp/up;; stop) rm -f /tmp/up;; status) test -e /tmp/up;; esac' > /etc/init.d/toy
  chmod 755 /etc/init.d/toy
}
make_unit() {
  mkdir -p /etc/systemd/system
  printf '%s\n' '[Service]' 'ExecStart=/bin/true' '[Install]' 'WantedBy=multi-user.target' > /etc/systemd/system/toyd.service
}
"""
PLAYED = {"module": "/proc/modules", "swap": "/proc/swaps"}


@cache
def _makes_bridges() -> bool:
    probe = [*bwrap(Path("/etc")), "ip", "link", "add", "br7", "type", "bridge"]
    return subprocess.run(probe, capture_output=True, timeout=30, check=False).returncode == 0


def derived(case: Case) -> list[Check]:
    found = checks.post_conditions(Command((1, 1), case.text, cwd="/srv/w"))
    return [check for check in found if check.kind == case.kind]


def _script(case: Case, wanted: list[Check]) -> str:
    looks = "\n".join(" ".join([f"post_{check.kind}", *map(shell.quote, check.args)]) + '; echo -n " $?"' for check in wanted)
    played = ""
    if case.kind in PLAYED:
        head = "Filename\n" if case.kind == "swap" else ""
        played = f"printf '%s' {shell.quote(head)} > /tmp/played; for each in $state/{case.kind}/*; do name=${{each##*/}}; [ \"$name\" = '*' ] || echo \"${{name//%//}} 0\" >> /tmp/played; done\n"
    look = f'look() {{ {played}\n echo -n "@@"\n{looks}\n echo; }}'
    if case.kind in PLAYED:
        look = look.replace("post_" + case.kind + " ", f"played_{case.kind} ")
    return f"""
set -u
{RUNTIME}
{STUBS}
eval "$(declare -f post_module post_swap | sed -e 's/post_module ()/played_module ()/; s/post_swap ()/played_swap ()/; s|/proc/modules|/tmp/played|g; s|/proc/swaps|/tmp/played|g')"
mkdir -p /srv/w /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/dpkg/triggers; cd /srv/w
printf 'Package: base\\nStatus: install ok installed\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n\\n' > /var/lib/dpkg/status; : > /var/lib/dpkg/available
{look}
exec 3>&1 >/dev/null
{case.setup or ":"}
look >&3
{case.act or case.text}
look >&3
{case.undo or ":"}
look >&3
"""


@pytest.mark.skipif(MISSING is not None, reason=f"needs a sandbox: {MISSING}")
@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}: {case.text.splitlines()[0]}" for case in CASES])
def test_false_before_true_after_false_when_undone(case: Case, etc: Path, tmp_path: Path) -> None:
    if case.needs and not any(
        (Path(directory) / case.needs).exists() for directory in ("/usr/sbin", "/usr/bin", "/sbin", "/bin")
    ):
        pytest.skip(f"{case.needs} is not installed")
    if case.kind in SEVERAL_USERS and os.geteuid() != 0:
        pytest.skip("only root can give files away: a user namespace has one user")
    if "br7" in case.text and not _makes_bridges():
        pytest.skip("this kernel makes no bridges in a namespace")
    wanted = derived(case)
    assert wanted, "the command gives no check of this kind"
    own = tmp_path / "etc"
    shutil.copytree(etc, own, symlinks=True)
    done = subprocess.run(
        [*bwrap(own, case.kind), "bash", "-s"],
        input=_script(case, wanted),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    looked = [line.split() for line in done.stdout.replace("\n ", " ").split("@@")[1:]]
    fails, holds = ([str(int(check.negated is held)) for check in wanted] for held in (False, True))
    assert looked == [fails, holds, fails], done.stdout + done.stderr


def test_every_kind_has_a_case_and_a_predicate() -> None:
    assert {f"post_{kind}()" for kind in checks.KINDS} <= {line.split(" ")[0] for line in RUNTIME.splitlines()}
    assert {case.kind for case in CASES} == set(checks.KINDS) - {"kernel", "value"}


def test_what_must_be_found_before_is_what_a_step_changes() -> None:
    """A check that asks for a state before it can't hold without the step: each case above finds the opposite of its result."""
    for case in CASES:
        for check in derived(case):
            assert check.before in ("any", "present" if check.negated else "absent"), case


@pytest.mark.skipif(
    shutil.which("setarch") is None, reason="setarch, which makes the kernel give another version, is not installed"
)
def test_the_kernel_is_looked_for_after_a_reboot() -> None:
    steps = [Command((1, 1), "apt-get install linux-image-2.6"), Command((2, 2), "reboot")]
    (check,) = (check for check in checks.supersede(steps)[1] if check.kind == "kernel")
    script = f"{RUNTIME}\npost_kernel {shell.quote(*check.args)}; echo $?\n"
    for around, status in ((), "1"), (("setarch", os.uname().machine, "--uname-2.6"), "0"), ((), "1"):
        done = subprocess.run([*around, "bash", "-s"], input=script, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout.split() == [status]


def test_the_runtime_passes_shellcheck() -> None:
    assert shell.shellcheck(f"#!/bin/bash\n{RUNTIME}") == []
