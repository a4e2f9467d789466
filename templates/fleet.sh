#!/usr/bin/env bash
# Runs a verification script on a host of a fleet, in check mode, and sends back what it found. Below stand NAMES, the parameters that
# the page has, WORDS, what the script is asked on every host, and the script itself. The arguments are this host's own:
# --set=NAME=VALUE, of which those are taken that the page has, and --role=HOST. Nothing is run before the last line.

send() { # EVENT: standard input as one line
  printf '{"event":"%s","data":"%s"}\n' "$1" "$(base64 | tr -d '\n')"
}

files() { # how large each file is, then all of them
  wc -c -- *
  printf '\n'
  cat -- *
}

known() { # NAME
  local name
  for name in ${NAMES[@]+"${NAMES[@]}"}; do
    [[ $name == "$1" ]] && return
  done
  return 1
}

carry() {
  local word name own=()
  for word; do
    if [[ $word == --set=?*=* ]]; then
      name=${word#--set=}
      known "${name%%=*}" || continue
    fi
    own+=("$word")
  done
  printf '%s\0' "$@" | send arguments
  umask 077
  ulimit -c 0
  ulimit -f 65536
  WORK=$(mktemp -d) || {
    printf 'no directory for temporary files: set TMPDIR\n' >&2
    return 2
  }
  CHILD=
  trap 'rm -rf -- "$WORK"' EXIT
  trap 'ended 129' HUP
  trap 'ended 130' INT
  trap 'ended 143' TERM
  mkdir "$WORK/kept" && page >"$WORK/verify.sh" || return 2
  bash "$WORK/verify.sh" ${own[@]+"${own[@]}"} "${WORDS[@]}" --keep-output="$WORK/kept" </dev/null 2>"$WORK/complaints" &
  CHILD=$!
  wait "$CHILD"
  STATUS=$?
  send complaints <"$WORK/complaints"
  cd "$WORK/kept" && files 2>/dev/null | send kept
  cd /
  return "$STATUS"
}

ended() { # STATUS
  trap '' HUP INT TERM
  [[ -z $CHILD ]] || kill "$CHILD" 2>/dev/null && wait "$CHILD"
  exit "$1"
}
