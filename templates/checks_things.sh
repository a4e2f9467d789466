# Post-conditions about what programs keep lists of: post_thing and post_value, as those above. Nothing asks for a password or a yes,
# nothing takes longer than POST_SECONDS.

POST_SECONDS=10

post_asked() { # PROGRAM ARG…: what it prints; 2 when it isn't here, fails or takes too long
  post_needs "$1" || return 2
  timeout "$POST_SECONDS" "$@" </dev/null 2>/dev/null || post_untold "$1 did not answer"
}

post_in_list() { # NAME PROGRAM ARG…: whether a line of what it prints is NAME
  local listed
  listed=$(post_asked "${@:2}") || return 2
  grep -qFx -- "$1" <<<"$listed"
}

post_in_column() { # NAME PROGRAM ARG…: whether a line of what it prints begins with the word NAME
  local listed
  listed=$(post_asked "${@:2}") || return 2
  awk '{ print $1 }' <<<"$listed" | grep -qFx -- "$1"
}

post_says() { # VALUE PROGRAM ARG…: whether it prints VALUE alone, or among other lines; 1 when it says with the status 1 that there is none
  local said status
  post_needs "$2" || return 2
  said=$(timeout "$POST_SECONDS" "${@:2}" </dev/null 2>/dev/null)
  status=$?
  [ "$status" -le 1 ] || post_untold "$2 did not answer" || return 2
  [ "$status" -eq 0 ] && grep -qFx -- "$1" <<<"$said"
}

post_status() { # PROGRAM ARG…: whether it ends with 0; 1 when it ends with 1
  post_needs "$1" || return 2
  timeout "$POST_SECONDS" "$@" </dev/null >/dev/null 2>&1
  case $? in
    0) return 0 ;;
    1) return 1 ;;
    *) post_untold "$1 did not answer" ;;
  esac
}

post_thing() { # SORT NAME [IN]
  case $1 in
    "npm package") post_npm "$2" || post_versions "$?" .nvm .volta .fnm ;;
    "pip package") post_pip "$2" "${3:-}" || post_versions "$?" ${3:+none} .pyenv ;;
    "Ruby gem") post_in_column "$2" gem list --local --no-versions || post_versions "$?" .rvm .rbenv ;;
    "Cargo package") post_cargo "$2" ;;
    "Go program") post_go "$2" ;;
    "Perl module") post_perl "$2" ;;
    "Homebrew formula") post_in_list "$2" brew list --formula -1 ;;
    "Homebrew cask") post_in_list "$2" brew list --cask -1 ;;
    "Homebrew tap") post_in_list "${2/\/homebrew-//}" brew tap ;;
    "MacPorts port") post_in_column "$2" port -q installed ;;
    "snap") post_needs snap || return 2; [ -d "/snap/$2" ] || [ -d "/var/lib/snapd/snap/$2" ] ;;
    "Flatpak application") post_in_list "$2" flatpak list --columns=application ;;
    "Flatpak remote") post_in_list "$2" flatpak remotes --columns=name ;;
    "conda environment") post_in_column "$2" conda env list ;;
    "Nix package") post_nix "$2" ;;
    "Nix channel") post_in_column "$2" nix-channel --list ;;
    "Guix package") post_in_column "$2" guix package --list-installed ;;
    "docker network" | "podman network") post_in_list "$2" "${1%% *}" network ls --format '{{.Name}}' ;;
    "docker volume" | "podman volume") post_in_list "$2" "${1%% *}" volume ls --format '{{.Name}}' ;;
    "docker service" | "docker secret" | "docker config") post_in_list "$2" docker "${1#* }" ls --format '{{.Name}}' ;;
    "kubernetes "*) post_kubernetes "${1#* }" "$2" "${3:-}" ;;
    "Helm release") post_in_list "$2" helm list --all --short ${3:+--namespace "$3"} ;;
    "Helm repository") post_needs helm || return 2; timeout "$POST_SECONDS" helm repo list 2>/dev/null | awk '{ print $1 }' | grep -qFx -- "$2" ;;
    "apt repository") post_apt_source "$2" ;;
    "apt key") post_apt_key "$2" ;;
    "ufw rule") post_in_list "ufw $2" ufw show added ;;
    "locale") post_locale "$2" ;;
    "alternative") post_alternative "$3" "$2" ;;
    "firewalld "*) post_root || return 2; post_status firewall-cmd --permanent ${3:+--zone="$3"} "--query-${1#* }=$2" ;;
    "Open vSwitch bridge") post_in_list "$2" ovs-vsctl list-br ;;
    "Open vSwitch port") post_in_list "$2" ovs-vsctl list-ports "$3" ;;
    "NetworkManager connection") post_in_list "$2" nmcli --get-values NAME connection show ;;
    "Samba user") post_samba "$2" ;;
    "LVM physical volume") post_lvm "$2" pvs -o pv_name ;;
    "LVM volume group") post_lvm "$2" vgs -o vg_name ;;
    "LVM logical volume") post_lvm "$2" lvs -o lv_full_name ;;
    "ZFS pool") post_in_list "$2" zpool list -H -o name ;;
    "ZFS dataset") post_in_list "$2" zfs list -H -o name -t all ;;
    "RAID array") [ -d "/sys/block/$(basename -- "$(readlink -f -- "$2")")/md" ] ;;
    "virtual machine") post_in_list "$2" virsh -r -q -c qemu:///system list --all --name ;;
    "running virtual machine") post_in_list "$2" virsh -r -q -c qemu:///system list --name ;;
    "PostgreSQL database") post_postgres "$2" 'SELECT datname FROM pg_database' ;;
    "PostgreSQL role") post_postgres "$2" 'SELECT rolname FROM pg_roles' ;;
    "MySQL database") post_mysql "$2" 'SHOW DATABASES' ;;
    "MySQL user") post_mysql "$2" 'SELECT User FROM mysql.user' ;;
    *) return 2 ;;
  esac
}

post_versions() { # STATUS DIRECTORY…: what isn't there may be with another version of the language, where a manager of versions is in the home
  local each
  [ "$1" -eq 1 ] && [ "$2" != none ] || return "$1"
  for each in "${@:2}"; do
    [ ! -d "${HOME:-/}/$each" ] || { post_untold "another version may have it: there is ~/$each"; return; }
  done
  return 1
}

post_npm() {
  local root
  root=$(NPM_CONFIG_LOGS_MAX=0 post_asked npm root -g) && [ -n "$root" ] || return 2
  [ -d "$root/$1" ]
}

post_pip() { # PACKAGE [ENVIRONMENT]: in an environment by the records that lie there, nothing of it is run
  local program found=2 record wanted
  if [ -z "$2" ]; then
    for program in pip3 pip; do
      post_status "$program" --disable-pip-version-check show -q "$1" && return 0
      ! post_has "$program" || found=1
    done
    return "$found"
  fi
  post_path "$2"
  [ -d "$REPLY" ] || { post_missing "$REPLY"; return; }
  wanted=$(post_pip_name "$1")
  for record in "$REPLY"/lib*/python*/site-packages/*-*.dist-info "$REPLY"/lib*/python*/site-packages/*.egg-info; do
    record=${record##*/}
    [ "$(post_pip_name "${record%%-[0-9]*}")" != "$wanted" ] || return 0
  done
  return 1
}

post_pip_name() { printf '%s\n' "$1" | awk '{ gsub(/[-_.]+/, "-"); print tolower($0) }'; }

post_cargo() { # what is indented are the programs of a package
  local listed
  listed=$(post_asked cargo install --list) || return 2
  awk '/^[^ ]/ { print $1 }' <<<"$listed" | grep -qFx -- "$1"
}

post_go() {
  local directory
  directory=$(post_asked go env GOBIN) || return 2
  [ -n "$directory" ] || directory=$(post_asked go env GOPATH)/bin
  [ -x "$directory/$1" ]
}

post_perl() { # MODULE: nothing of it is run
  post_needs perl || return 2
  # shellcheck disable=SC2016 # perl expands it
  perl -e 'my $file = shift; $file =~ s{::}{/}g; for (@INC) { exit 0 if -e "$_/$file.pm" } exit 1' -- "$1"
}

post_nix() {
  local listed
  listed=$(post_asked nix-env --query) || return 2
  awk '{ sub(/-[0-9].*/, ""); print }' <<<"$listed" | grep -qFx -- "$1"
}

post_kubernetes() { # TYPE NAME NAMESPACE
  local found
  found=$(post_asked kubectl get "$1" "$2" --ignore-not-found --request-timeout=5s -o name ${3:+--namespace="$3"}) || return 2
  [ -n "$found" ]
}

post_apt_key() { # by the end of its fingerprint
  local listed
  listed=$(post_asked apt-key list) || return 2
  WANTED=${1#0x} awk '
    { gsub(/[^0-9A-Fa-f]/, ""); fingerprint = toupper($0); wanted = toupper(ENVIRON["WANTED"]) }
    length(fingerprint) == 40 && substr(fingerprint, 41 - length(wanted)) == wanted { found = 1 }
    END { exit !found }
  ' <<<"$listed"
}

post_applied() { # FILE [NAMESPACE]
  local said status
  post_path "$1"
  [ -r "$REPLY" ] && post_needs kubectl || return 2
  said=$(timeout "$POST_SECONDS" kubectl get --filename="$REPLY" --request-timeout=5s -o name ${2:+--namespace="$2"} 2>&1 </dev/null)
  status=$?
  [ "$status" -ne 0 ] || return 0
  case $said in *"(NotFound)"*) return 1 ;; esac
  post_untold 'kubectl did not answer'
}

post_compose() { # DIRECTORY PROGRAM [OPTION VALUE]… [SERVICE]…: each of the services, or any
  local directory listed ask=("${2%% *}") options=()
  [ "$2" = "${ask[0]}" ] || ask+=("${2#* }")
  post_path "$1"
  directory=$REPLY
  shift 2
  while case ${1:-} in -*) ;; *) false ;; esac; do
    options+=("$1" "$2")
    shift 2
  done
  [ -d "$directory" ] || { post_missing "$directory"; return; }
  listed=$(cd -- "$directory" && post_asked "${ask[@]}" ${options[@]+"${options[@]}"} ps --services --filter status=running) || return 2
  [ -n "$listed" ] || return 1
  while [ $# -gt 0 ]; do
    grep -qFx -- "$1" <<<"$listed" || return 1
    shift
  done
}

post_apt_source() { # OWNER/NAME of an archive on Launchpad, or an address
  local sources=(/etc/apt/sources.list /etc/apt/sources.list.d/*)
  [ -d /etc/apt ] || return 2
  case $1 in
    *://*) grep -qsF -- "$1" "${sources[@]}" || return 1 ;;
    *) grep -hsE '://ppa\.launchpad(content)?\.net/' "${sources[@]}" | grep -qF -- "/$1/" ;;
  esac
}

post_fetched() { # DIRECTORY LISTS: what apt would fetch for its sources lies there, in one of its two forms
  local listed name found=''
  listed=$(post_asked apt-get update --print-uris) || return 2
  while read -r _ name _; do
    case $name in *_InRelease) ;; *) continue ;; esac
    found=1
    [ -e "$2/$name" ] || [ -e "$2/${name%InRelease}Release" ] || return 1
  done <<<"$listed"
  [ -n "$found" ] || return 2
}

post_locale() { # as it is written in /etc/locale.gen, or as `locale -a` has it
  local listed
  listed=$(post_asked locale -a) || return 2
  WANTED=$1 awk '
    function plain(text) { text = tolower(text); gsub(/-/, "", text); return text }
    BEGIN { wanted = plain(ENVIRON["WANTED"]) }
    plain($0) == wanted { found = 1 }
    END { exit !found }
  ' <<<"$listed"
}

post_alternative() { # GROUP PATH
  local record
  for record in "/var/lib/dpkg/alternatives/$1" "/var/lib/alternatives/$1"; do
    [ ! -r "$record" ] || { grep -qFx -- "$2" "$record"; return; }
  done
  [ -d /var/lib/dpkg/alternatives ] || [ -d /var/lib/alternatives ] || return 2
  return 1
}

post_samba() {
  local listed
  listed=$(post_asked pdbedit -L) || return 2
  cut -d: -f1 <<<"$listed" | grep -qFx -- "$1"
}

post_lvm() { # NAME PROGRAM ARG…: only root may look
  local listed
  post_root || return 2
  listed=$(post_asked "$2" --noheadings "${@:3}") || return 2
  awk '{ print $1 }' <<<"$listed" | grep -qFx -- "$1"
}

post_postgres() { # NAME QUERY: as who looks, else, for root, as the user postgres
  local ask=(psql -XAtqw -d postgres -c "$2") listed
  post_needs psql || return 2
  listed=$(PGCONNECT_TIMEOUT=5 post_asked "${ask[@]}") ||
    { [ "$EUID" -eq 0 ] && listed=$(PGCONNECT_TIMEOUT=5 post_asked runuser -u postgres -- "${ask[@]}"); } ||
    post_untold 'psql did not answer' || return
  grep -qFx -- "$1" <<<"$listed"
}

post_mysql() { # NAME QUERY
  local program=mysql
  post_has mysql || program=mariadb
  post_in_list "$1" "$program" --batch --skip-column-names --connect-timeout=5 --execute="$2"
}

post_value() { # SORT KEY VALUE [IN]
  case $1 in
    "global git setting") post_path "$3"; post_says "$REPLY" git config --global --get-all "$2" ;;
    "git setting of the system") post_path "$3"; post_says "$REPLY" git config --system --get-all "$2" ;;
    "uci option") post_says "$3" uci -q get "$2" ;;
    "rc.conf variable") post_says "$3" sysrc -n "$2" ;;
    "SELinux boolean") post_selinux "$2" "$3" ;;
    "Postfix parameter") post_says "$3" postconf -h "$2" ;;
    "gcloud property") post_says "$3" gcloud config get-value "$2" ;;
    "setting of timedatectl") post_says "$3" timedatectl show --property="$2" --value ;;
    "default target of") post_says "$3" systemctl get-default ;;
    "system locale") post_setting_in "$2" "$3" /etc/locale.conf /etc/default/locale ;;
    "volume group of") post_root || return 2; post_in_column "$3" pvs --noheadings -o vg_name "$2" ;;
    "filesystem on") post_on_device TYPE "$2" "$3" ;;
    "label on") post_on_device LABEL "$2" "$3" ;;
    "NetworkManager property") post_networkmanager "$2" "$3" "$4" ;;
    *) return 2 ;;
  esac
}

post_selinux() { # BOOLEAN on|off, or what else means that
  local wanted=off
  case $2 in on | 1 | true) wanted=on ;; esac
  post_says "$1 --> $wanted" getsebool "$1"
}

post_setting_in() { # KEY VALUE FILE…: in the first that is there
  local file
  for file in "${@:3}"; do
    [ ! -e "$file" ] || { post_setting "$file" "$1" "$2"; return; }
  done
  return 2
}

post_on_device() { # WHAT DEVICE VALUE: what lies on it, not what is remembered of it
  [ -e "$2" ] && [ -r "$2" ] || return 2
  post_needs blkid || return 2
  [ "$(blkid -p -o value -s "$1" -- "$2" 2>/dev/null)" = "$3" ]
}

post_networkmanager() { # PROPERTY VALUE CONNECTION
  local said
  said=$(post_asked nmcli --get-values "$1" connection show "$3") || return 2
  [ "$(tr -s ', ' ' ' <<<"${said//\\/}")" = "$(tr -s ', ' ' ' <<<"$2")" ]
}
