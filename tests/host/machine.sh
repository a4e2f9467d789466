#!/bin/bash
# The commands of a simulated Linux-VServer/OpenVZ machine, one file under many names. All state is below /var/lib/machine and in the
# files that the page names; it only ever runs where those are a throw-away root.
set -u
shopt -s nullglob
STATE=/var/lib/machine
CONFS=/etc/sysconfig/vz-scripts
NAME=${0##*/}

[[ -e $STATE/simulated ]] || {
  echo "$NAME: this is not the simulated machine" >&2
  exit 70
}

is() { [[ -e $STATE/$1 ]]; }
kernel() { [[ $(<"$STATE/kernel") == "$1" ]]; }

# What a command prints, with the fault that was seeded for it, and with the values that differ from host to host.
show() { # KEY
  local program=$STATE/faults/$1.sed
  if [[ -e $program ]]; then sed -f "$program"; else cat; fi
}

setting() { sed -n "s/^$2=\"\\(.*\\)\"/\\1/p" "$CONFS/$1.conf" | tail -n 1; }

listing() { # DIRECTORY
  (cd -- "$1" && LC_ALL=C ls -l | sed -E 's/^(.{10})\.? +[0-9]+ [^ ]+ +[^ ]+ +/\1    2 root     root         /')
}

vserver_info() {
  show vserver-info <<TEXT
Versions:
Kernel: $(<"$STATE/version")-vs2.0.2.1
VS-API: 0x00020002
util-vserver: 0.30.211; Dec  5 2006, 17:10:21

Features:
CC: gcc, gcc (GCC) 3.4.3 20041212 (Red Hat 3.4.3-9.EL4)
CXX: g++, g++ (GCC) 3.4.3 20041212 (Red Hat 3.4.3-9.EL4)
CPPFLAGS: ''
CFLAGS: '-g -O2 -std=c99 -Wall -pedantic -W -funit-at-a-time'
CXXFLAGS: '-g -O2 -ansi -Wall -pedantic -W -fmessage-length=0 -funit-at-a-time'
build/host: i686-pc-linux-gnu/i686-pc-linux-gnu
Use dietlibc: yes
Build C++ programs: yes
Build C99 programs: yes
Available APIs: v13,net
ext2fs Source: kernel
syscall(2) invocation: alternative
vserver(2) syscall#: 273/glibc

Paths:
prefix: /usr/local
sysconf-Directory: \${prefix}/etc
cfg-Directory: \${prefix}/etc/vservers
initrd-Directory: \$(sysconfdir)/init.d
pkgstate-Directory: \${prefix}/var/run/vservers
vserver-Rootdir: /vservers
TEXT
}

vserver_stat() {
  if ! kernel vserver; then
    echo "can not change context: migrate kernel feature missing and 'compat' API disabled: Function not implemented" | show vserver-stat-2 >&2
    exit 1
  fi
  {
    echo
    echo 'CTX   PROC    VSZ    RSS  userTIME   sysTIME    UPTIME NAME'
    echo '0       51  90.9M  26.3M   0m58s75   2m42s57  33m45s93 root server'
    is running/v345 && echo '49153    4  10.2M   2.8M   0m00s00   0m00s11  21m45s42 v345'
    echo
  } | show vserver-stat
}

vserver() { # NAME start|enter
  kernel vserver || {
    echo 'vserver: the kernel has no contexts' >&2
    exit 1
  }
  [[ -d /vservers/$1 ]] || {
    echo "vserver: there is no vserver $1" >&2
    exit 1
  }
  case $2 in
    start)
      : >"$STATE/running/$1"
      show vserver-start <<'TEXT'
Starting system logger:                                    [  OK  ]
Initializing random number generator:                      [  OK  ]
Starting crond: l:                                         [  OK  ]
Starting atd:                                              [  OK  ]
TEXT
      ;;
    enter)
      is "running/$1" || exit 1
      cd "/vservers/$1" && IN_VSERVER=$1 PS1='[/]# ' exec bash --noprofile --norc
      ;;
    *) exit 2 ;;
  esac
}

service() { # vz start
  if [[ $1 != vz ]] || ! is vzctl-installed; then
    echo "$1: unrecognized service" >&2
    exit 1
  fi
  kernel openvz || {
    echo 'Starting OpenVZ:                                           [FAILED]'
    exit 1
  }
  : >"$STATE/vz-started"
  show service <<'TEXT'
Starting OpenVZ:                                           [  OK  ]
Bringing up interface venet0:                              [  OK  ]
Configuring interface venet0:                              [  OK  ]
TEXT
}

containers() { # the ids of those whose files are where OpenVZ looks
  local conf id
  for conf in "$CONFS"/[0-9]*.conf; do
    id=${conf##*/}
    id=${id%.conf}
    [[ -n $(setting "$id" VE_PRIVATE) && -d $(setting "$id" VE_PRIVATE)/bin ]] && echo "$id"
  done
}

vzlist() { # [-a]
  local id status found=0 lines=''
  is vz-started || {
    echo 'vzlist: the OpenVZ service is not started' >&2
    exit 1
  }
  for id in $(containers); do
    status=stopped
    is "running/ct$id" && status=running
    [[ $status == running || ${1:-} == -a ]] || continue
    found=1
    lines+=$(printf '%-10s %5d   %-7s %-15s %s' "$id" 5 "$status" "$(setting "$id" IP_ADDRESS)" "$(setting "$id" HOSTNAME)")$'\n'
  done
  if ((found)); then
    printf 'CTID      NPROC  STATUS  IP_ADDR         HOSTNAME\n%s' "$lines" | show vzlist
  else
    echo 'Containers not found' | show vzlist-none >&2
    exit 1
  fi
}

vzctl() { # exec ID COMMAND…
  [[ $1 == exec ]] && is "running/ct$2" || {
    echo "Container $2 is not running" >&2
    exit 1
  }
  local private
  private=$(setting "$2" VE_PRIVATE)
  shift 2
  if [[ $* == 'ls -l' ]]; then listing "$private" | show vzctl-exec; else (cd "$private" && "$@"); fi
}

reboot() {
  : >"$STATE/reboot-wanted"
  # The machine goes down under whoever asked for it.
  is reboot-is-graceful || kill -KILL -1
}

case $NAME in
  vserver-info) vserver_info ;;
  vserver-stat) vserver_stat ;;
  *) "$NAME" "$@" ;;
esac
