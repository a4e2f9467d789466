# Post-conditions about the host: users, packages, services, the kernel, the network, containers, as those above.

post_user() { # NAME
  if post_has getent; then getent passwd "$1" >/dev/null || return 1; else id -u "$1" >/dev/null 2>&1; fi
}

post_user_field() { # NAME uid|shell|home|group VALUE
  local entry
  entry=$(getent passwd "$1") || return 1
  case $2 in
    uid) [ "$(printf %s "$entry" | cut -d: -f3)" = "$3" ] ;;
    home) [ "$(printf %s "$entry" | cut -d: -f6)" = "${3%/}" ] ;;
    shell) [ "$(printf %s "$entry" | cut -d: -f7)" = "$3" ] ;;
    group) [ "$(id -gn "$1")" = "$3" ] || [ "$(id -g "$1")" = "$3" ] ;;
    *) return 2 ;;
  esac
}

post_member() { # USER GROUP
  id -Gn "$1" >/dev/null 2>&1 || return 1
  { id -Gn "$1"; id -G "$1"; } 2>/dev/null | tr ' ' '\n' | grep -qFx -- "$2"
}

post_group() {
  if post_has getent; then getent group "$1" >/dev/null || return 1; else grep -qF -- "$1:" /etc/group; fi
}

post_package() {
  if post_has dpkg-query && [ -s /var/lib/dpkg/status ]; then
    # shellcheck disable=SC2016 # dpkg-query expands it
    dpkg-query -W -f '${db:Status-Status}\n' -- "$1" 2>/dev/null | grep -qx installed
  elif post_has rpm; then
    rpm -q -- "$1" >/dev/null 2>&1 || rpm -q --whatprovides -- "$1" >/dev/null 2>&1
  elif post_has pacman; then
    pacman -Q -- "$1" >/dev/null 2>&1
  elif post_has apk; then
    apk info -e "$1" >/dev/null 2>&1
  elif post_has opkg; then
    opkg status "$1" 2>/dev/null | grep -q '^Status:.* installed$'
  elif post_has xbps-query; then
    xbps-query -- "$1" >/dev/null 2>&1
  elif post_has emerge && [ -d /var/db/pkg ]; then
    compgen -G "/var/db/pkg/*/${1//[^A-Za-z0-9+_.-]/?}-[0-9]*" >/dev/null
  elif post_has pkg; then
    pkg info -e "$1" >/dev/null 2>&1 || pkg list -q "$1" >/dev/null 2>&1
  elif post_has pkg_info; then
    pkg_info -e "$1-*" >/dev/null 2>&1 || pkg_info -e "$1" >/dev/null 2>&1
  elif post_has pkginfo; then
    pkginfo -q "$1" 2>/dev/null
  else
    return 2
  fi
}

post_systemd() { [ -d /run/systemd/system ] && post_has systemctl; }

post_active() {
  if post_systemd; then
    systemctl is-active --quiet -- "$1" || return 1
  elif [ -x "/etc/init.d/$1" ]; then
    "/etc/init.d/$1" status >/dev/null 2>&1 </dev/null || return 1
  else
    return 2
  fi
}

post_enabled() {
  local link
  if post_has systemctl; then
    case $(systemctl is-enabled -- "$1" 2>/dev/null) in
      enabled | enabled-runtime | alias) return 0 ;;
      masked | static | indirect | linked) return 1 ;;
      *) ;; # an init script, or nothing
    esac
  fi
  for link in /etc/rc[2-5].d/S[0-9][0-9]"$1" /etc/rc.d/rc[2-5].d/S[0-9][0-9]"$1" /etc/runlevels/*/"$1"; do
    [ ! -L "$link" ] || return 0
  done
  [ -e "/etc/init.d/$1" ] || post_has systemctl || return 2
  return 1
}

post_masked() {
  post_has systemctl || return 2
  [ "$(systemctl is-enabled -- "$1" 2>/dev/null)" = masked ]
}

post_reloaded() {
  local said
  post_systemd || { post_untold 'systemd does not run here'; return; }
  said=$(timeout 10 systemctl show --property=NeedDaemonReload --value '*' 2>/dev/null) || return 2
  ! grep -qx yes <<<"$said"
}

post_module() {
  [ -r /proc/modules ] || return 2
  [ -d "/sys/module/$1" ] || cut -d' ' -f1 /proc/modules | grep -qFx -- "$1"
}

post_sysctl() { # KEY VALUE
  local path=/proc/sys/$1
  case $1 in
    */*) ;;
    *) path=/proc/sys/${1//.//} ;;
  esac
  [ -r "$path" ] || return 2
  [ "$(tr -s '[:blank:]' ' ' <"$path")" = "$(printf '%s\n' "$2" | tr -s '[:blank:]' ' ')" ]
}

post_sysctls() { # FILE: those of its parameters that this kernel has
  local line key
  post_path "$1"
  post_readable "$REPLY" || return
  while IFS= read -r line; do
    case $line in
      [#\;]*) continue ;;
      *=*) ;;
      *) continue ;;
    esac
    read -r key <<<"${line%%=*}"
    post_sysctl "${key#-}" "$(sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//' <<<"${line#*=}")"
    [ "$?" -ne 1 ] || return 1
  done < <(sed 's/^[[:blank:]]*//' "$REPLY")
}

post_fstab() { # FILE
  local point options kind
  post_readable "$1" || return
  while read -r _ point kind options _; do
    case $point,$kind,,$options, in
      [!/]* | *,swap,,* | *,noauto,*) continue ;;
    esac
    # shellcheck disable=SC2059 # blanks are written as octal numbers there
    post_mounted "$(printf "${point//%/%%}")" || return
  done < <(grep -v '^[[:blank:]]*#' "$1")
}

post_mounted() { # PATH (or device)
  post_path "$1"
  [ -r /proc/self/mounts ] || return 2
  WANTED=$REPLY awk '
    function plain(text) { gsub(/\\040/, " ", text); gsub(/\\011/, "\t", text); gsub(/\\134/, "\\", text); return text }
    plain($2) == ENVIRON["WANTED"] || plain($1) == ENVIRON["WANTED"] { found = 1 }
    END { exit !found }
  ' /proc/self/mounts
}

post_mounted_from() { # DEVICE PATH
  post_path "$2"
  [ -r /proc/self/mounts ] || return 2
  DEVICE=$1 REAL=$(readlink -f -- "$1" || printf %s "$1") WANTED=$REPLY awk '
    function plain(text) { gsub(/\\040/, " ", text); gsub(/\\011/, "\t", text); gsub(/\\134/, "\\", text); return text }
    plain($2) == ENVIRON["WANTED"] && (plain($1) == ENVIRON["DEVICE"] || plain($1) == ENVIRON["REAL"]) { found = 1 }
    END { exit !found }
  ' /proc/self/mounts
}

post_swap() {
  post_path "$1"
  [ -r /proc/swaps ] || return 2
  WANTED=$(readlink -f -- "$REPLY" || printf %s "$REPLY") awk 'NR > 1 && $1 == ENVIRON["WANTED"] { found = 1 } END { exit !found }' /proc/swaps
}

post_interface() { [ -e "/sys/class/net/$1" ] || grep -qF -- " $1:" <(sed 's/^ */ /' /proc/net/dev); }

post_link_up() {
  local flags
  post_interface "$1" || return 1
  post_needs ip || return 2
  flags=$(ip -o link show dev "$1" 2>/dev/null) || return 1
  flags=${flags#*<}
  case ",${flags%%>*}," in *,UP,*) ;; *) return 1 ;; esac
}

post_address() { # INTERFACE ADDRESS[/LENGTH]
  post_needs ip || return 2
  ip -o addr show dev "$1" 2>/dev/null | awk '{ for (i = 3; i < NF; i++) if ($i ~ /^inet6?$|^peer$/) { print $(i + 1); sub(/\/.*/, "", $(i + 1)); print $(i + 1) } }' |
    grep -qFx -- "$2"
}

post_route() { # DESTINATION [TABLE]: routes that aren't plain ones have their type before it
  post_needs ip || return 2
  { ip -o route show ${2:+table "$2"}; ip -o -6 route show ${2:+table "$2"}; } 2>/dev/null |
    awk '{ to = $1 ~ /[0-9]/ || $1 == "default" ? $1 : $2; print to; if (to ~ /^[0-9.]+$/) print to "/32" }' | grep -qFx -- "$1"
}

post_firewall_rule() { # PROGRAM TABLE CHAIN RULE…
  post_needs "$1" || return 2
  "$1" -t "$2" -S >/dev/null 2>&1 || post_untold "$1 does not let one look" || return
  "$1" -t "$2" -C "${@:3}" >/dev/null 2>&1
}

post_firewall_policy() { # PROGRAM CHAIN TARGET TABLE
  post_needs "$1" || return 2
  "$1" -t "$4" -S "$2" >/dev/null 2>&1 || post_untold "$1 does not let one look" || return
  "$1" -t "$4" -S "$2" 2>/dev/null | grep -qFx -- "-P $2 $3"
}

post_hostname() { [ "$(uname -n)" = "$1" ] || [ "$(uname -n)" = "${1%%.*}" ]; }

post_timezone() {
  case $(readlink -- /etc/localtime) in
    */zoneinfo/"$1" | */zoneinfo/posix/"$1") return 0 ;;
  esac
  [ -r /etc/timezone ] && [ "$(cat /etc/timezone)" = "$1" ]
}

post_container() { # PROGRAM NAME
  post_needs "$1" || return 2
  timeout 10 "$1" ps >/dev/null 2>&1 || post_untold "$1 did not answer" || return
  [ "$("$1" inspect --type container --format '{{.State.Running}}' -- "$2" 2>/dev/null)" = true ]
}

post_container_exists() {
  post_needs "$1" || return 2
  timeout 10 "$1" ps >/dev/null 2>&1 || post_untold "$1 did not answer" || return
  "$1" inspect --type container -- "$2" >/dev/null 2>&1
}

post_container_of() { # PROGRAM IMAGE
  post_needs "$1" || return 2
  timeout 10 "$1" ps >/dev/null 2>&1 || post_untold "$1 did not answer" || return
  [ -n "$("$1" ps --quiet --filter "ancestor=$2" 2>/dev/null)" ]
}

post_image() {
  post_needs "$1" || return 2
  timeout 10 "$1" images >/dev/null 2>&1 || post_untold "$1 did not answer" || return
  "$1" inspect --type image -- "$2" >/dev/null 2>&1
}

post_crontab() { # FILE
  post_path "$1"
  [ -r "$REPLY" ] && post_needs crontab || return 2
  [ "$(crontab -l 2>/dev/null)" = "$(cat -- "$REPLY")" ]
}

post_crontab_any() {
  post_needs crontab || return 2
  crontab -l >/dev/null 2>&1
}

# POST_BOOT_ID is what post_boot_id said before the reboot; without it nothing can be told.
post_boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null; }

post_rebooted() {
  [ -n "${POST_BOOT_ID:-}" ] && [ -r /proc/sys/kernel/random/boot_id ] || return 2
  [ "$(post_boot_id)" != "$POST_BOOT_ID" ]
}

post_kernel() { # VERSION, as it begins or stands in the release
  case $(uname -r) in
    *"$1"*) ;;
    *) return 1 ;;
  esac
}
