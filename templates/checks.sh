# Post-conditions: post_KIND ARGS… looks, changes nothing, and ends with 0 (holds), 1 (does not hold) or 2 (can't be told here).
# Paths may begin with "~/". Needs bash >= 4, coreutils, grep, awk.

post_path() { # PATH: the path with ~ replaced
  case $1 in
    "~") REPLY=${HOME:-/} ;;
    "~"/*) REPLY=${HOME:-}/${1#??} ;;
    *) REPLY=$1 ;;
  esac
}

post_has() { command -v -- "$1" >/dev/null 2>&1; }

post_untold() { # REASON: why it can't be told, to whoever reads descriptor 9
  { printf '%s\n' "$1" >&9; } 2>/dev/null
  return 2
}

post_needs() { post_has "$1" || post_untold "there is no $1 here"; } # PROGRAM

post_root() { [ "$EUID" -eq 0 ] || post_untold 'only root can tell'; }

post_readable() { # PATH: 0 a file that can be read, 1 there is none, 2 it can't be read
  if [ -e "$1" ]; then
    [ -r "$1" ] || return 2
    [ ! -d "$1" ] || return 1
    return 0
  fi
  post_reachable "$1" || return 2
  return 1
}

post_reachable() { # PATH: whether the directories above it may be searched, as far as they exist
  local above=$1
  while [ "$above" != / ] && [ "$above" != . ]; do
    above=$(dirname -- "$above")
    if [ -d "$above" ]; then
      [ -x "$above" ]
      return
    fi
  done
}

post_exists() {
  post_path "$1"
  [ -e "$REPLY" ] || [ -L "$REPLY" ] || post_missing "$REPLY"
}

post_file() { # also one that leads to a program, such as a pipe with a name
  post_path "$1"
  [ -e "$REPLY" ] && [ ! -d "$REPLY" ] || post_missing "$REPLY"
}

post_directory() {
  post_path "$1"
  [ -d "$REPLY" ] || post_missing "$REPLY"
}

post_missing() { post_reachable "$1" && return 1 || return 2; }

post_filled() {
  post_path "$1"
  [ -s "$REPLY" ] || post_missing "$REPLY"
}

post_content() { # PATH LINE…: exactly these lines; blanks at the ends of lines don't count
  local path
  post_path "$1"
  path=$REPLY
  shift
  post_readable "$path" || return
  [ "$(post_trimmed <"$path")" = "$(printf '%s\n' "$@" | post_trimmed)" ]
}

post_trimmed() { awk '{ sub(/[ \t\r]+$/, ""); print }'; }

post_lines() { # PATH LINE…: each line stands in it; blanks at the ends and runs of blanks don't count
  local path
  post_path "$1"
  path=$REPLY
  shift
  post_readable "$path" || return
  [ $# -gt 0 ] || return 1
  printf '%s\n' "$@" | awk '
    { sub(/^[ \t]+/, ""); sub(/[ \t\r]+$/, ""); gsub(/[ \t]+/, " ") }
    FILENAME == "-" { if ($0 != "") wanted[$0]; next }
    $0 in wanted { delete wanted[$0] }
    END { for (line in wanted) exit 1 }
  ' - "$path"
}

post_setting() { # PATH KEY VALUE: the last "KEY = VALUE" says VALUE; quotes around values don't count
  local found
  post_path "$1"
  post_readable "$REPLY" || return
  found=$(KEY=$2 awk '
    { line = $0; sub(/^[ \t]*(export[ \t]+)?/, "", line); at = index(line, "=") }
    at > 1 { key = substr(line, 1, at - 1); sub(/[ \t]+$/, "", key) }
    at > 1 && key == ENVIRON["KEY"] { value = substr(line, at + 1); found = 1 }
    END { if (!found) exit 1; sub(/^[ \t]+/, "", value); sub(/[ \t\r]+$/, "", value); print value }
  ' "$REPLY") || return 1
  post_unquote "$found"
  found=$REPLY
  post_unquote "$3"
  [ "$found" = "$REPLY" ]
}

post_unquote() { # TEXT: without the quotes around it
  REPLY=$1
  case $1 in
    \"*\" | \'*\') [ ${#1} -lt 2 ] || REPLY=${1:1:${#1}-2} ;;
  esac
}

post_contains() { # PATH TEXT
  post_path "$1"
  post_readable "$REPLY" || return
  grep -qF -- "$2" "$REPLY"
}

post_copied() { # SOURCE DESTINATION: the destination, or what it holds under the source's name, is the same
  local from to
  post_path "$1"
  from=$REPLY
  post_path "$2"
  to=$REPLY
  [ -e "$from" ] || return 2
  [ -e "$to" ] || { post_missing "$to"; return; }
  if [ -d "$to" ] && { [ ! -d "$from" ] || [ -e "$to/$(basename -- "$from")" ]; }; then
    to=$to/$(basename -- "$from")
  fi
  if [ -d "$from" ]; then
    post_same_tree "$from" "$to"
  else
    [ -f "$to" ] && post_same_bytes "$from" "$to"
  fi
}

post_same_bytes() { # A B: 2 when one can't be read
  [ -r "$1" ] && [ -r "$2" ] || return 2
  [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]
}

post_same_tree() { # FROM TO: everything that is in FROM is in TO
  local name
  [ -d "$2" ] || return 1
  while IFS= read -r -d '' name; do
    name=${name#"$1"/}
    [ -e "$2/$name" ] || [ -L "$2/$name" ] || return 1
    if [ -f "$1/$name" ] && [ ! -L "$1/$name" ]; then
      post_same_bytes "$1/$name" "$2/$name" || return
    fi
  done < <(find "$1" -mindepth 1 -print0 2>/dev/null)
}

post_newer() { # MADE SOURCE: MADE may be a table of Postfix in another form
  local made source each
  post_path "$1"
  made=$REPLY
  post_path "$2"
  source=$REPLY
  [ -e "$source" ] || { post_untold "there is no $2 here"; return; }
  for each in "$made" "${made%.db}.lmdb" "${made%.db}.cdb"; do
    [ ! -e "$each" ] || { [ ! "$source" -nt "$each" ]; return; }
  done
  post_missing "$made"
}

post_moved() { # SOURCE DESTINATION: gone from there, and here (or in here under its name)
  local from to
  post_path "$1"
  from=$REPLY
  post_path "$2"
  to=$REPLY
  post_reachable "$from" && post_reachable "$to" || return 2
  [ ! -e "$from" ] && [ ! -L "$from" ] || return 1
  [ -e "$to/$(basename -- "$from")" ] || [ -e "$to" ] || [ -L "$to" ]
}

post_link() { # PATH TARGET: PATH (or what it holds under the target's name) is a symbolic link to TARGET
  local path
  post_path "$1"
  path=$REPLY
  post_path "$2"
  if [ ! -L "$path" ] && [ -d "$path" ]; then path=$path/$(basename -- "$REPLY"); fi
  [ -L "$path" ] || { post_missing "$path"; return; }
  [ "$(readlink -- "$path")" = "$REPLY" ]
}

post_same_file() { # SOURCE DESTINATION: two names of one file
  local from to
  post_path "$1"
  from=$REPLY
  post_path "$2"
  to=$REPLY
  if [ -d "$to" ]; then to=$to/$(basename -- "$from"); fi
  [ "$from" -ef "$to" ]
}

post_mode() { # PATH MODE: octal, or symbolic clauses that the mode must agree with
  local mode clause clauses who bits sign letters octal
  post_path "$1"
  [ -e "$REPLY" ] || { post_missing "$REPLY"; return; }
  mode=$(stat -L -c %a -- "$REPLY" 2>/dev/null) || return 2
  mode=$((8#$mode))
  case $2 in
    *[!0-7]*) ;;
    *)
      [ "$((8#$2))" -eq "$((${#2} > 3 ? mode : mode & 8#777))" ]
      return
      ;;
  esac
  IFS=, read -r -a clauses <<<"$2"
  for clause in "${clauses[@]}"; do
    who=${clause%%[-+=]*}
    sign=${clause:${#who}:1}
    letters=${clause:${#who}+1}
    post_bits "${who:-a}" "$letters" "$REPLY"
    octal=$bits
    case $sign in
      +) [ "$((mode & octal))" -eq "$octal" ] || return 1 ;;
      -) [ "$((mode & octal))" -eq 0 ] || return 1 ;;
      =)
        post_bits "${who:-a}" rwx "$REPLY"
        [ "$((mode & bits))" -eq "$((octal & bits))" ] || return 1
        ;;
      *) return 2 ;;
    esac
  done
}

post_bits() { # WHO LETTERS PATH: the mode bits, in $bits
  local who=$1 letters=$2 each=0 shift_by
  bits=0
  case $letters in *r*) each=$((each | 4)) ;; esac
  case $letters in *w*) each=$((each | 2)) ;; esac
  case $letters in *x*) each=$((each | 1)) ;; esac
  case $letters in *X*) [ ! -d "$3" ] || each=$((each | 1)) ;; esac
  case $who in *a*) who=ugo ;; esac
  for shift_by in 6u 3g 0o; do
    case $who in *"${shift_by#?}"*) bits=$((bits | each << ${shift_by%?})) ;; esac
  done
  case $letters in *s*)
    case $who in *u*) bits=$((bits | 8#4000)) ;; esac
    case $who in *g*) bits=$((bits | 8#2000)) ;; esac
    ;;
  esac
  case $letters in *t*) bits=$((bits | 8#1000)) ;; esac
}

post_acl() { # PATH ENTRY, as getfacl writes it
  local said
  post_path "$1"
  [ -e "$REPLY" ] || { post_missing "$REPLY"; return; }
  post_needs getfacl || return 2
  said=$(getfacl --absolute-names --omit-header -- "$REPLY" 2>/dev/null &&
    getfacl --absolute-names --omit-header --numeric -- "$REPLY" 2>/dev/null) || return 2
  awk '{ sub(/[ \t]*#.*/, ""); print }' <<<"$said" | grep -qFx -- "$2"
}

post_attribute() { # PATH LETTER
  local said
  post_path "$1"
  [ -e "$REPLY" ] || { post_missing "$REPLY"; return; }
  post_needs lsattr || return 2
  said=$(lsattr -d -- "$REPLY" 2>/dev/null) || return 2
  case ${said%% *} in *"$2"*) ;; *) return 1 ;; esac
}

post_owner() { post_belongs "$1" "$2" %U %u; }

post_group_owner() { post_belongs "$1" "$2" %G %g; }

post_belongs() { # PATH NAME-OR-ID FORMAT FORMAT
  post_path "$1"
  [ -e "$REPLY" ] || { post_missing "$REPLY"; return; }
  [ "$(stat -L -c "$3" -- "$REPLY")" = "$2" ] || [ "$(stat -L -c "$4" -- "$REPLY")" = "$2" ]
}

post_unpacked() { # ARCHIVE DIRECTORY [STRIPPED]: all its members are there
  local archive directory member strip=${3:-0}
  post_path "$1"
  archive=$REPLY
  post_path "$2"
  directory=$REPLY
  [ -r "$archive" ] || return 2
  if ! post_has tar || ! tar -tf "$archive" >/dev/null 2>&1; then
    post_has unzip && unzip -Z1 "$archive" >/dev/null 2>&1 || return 2
    while IFS= read -r member; do
      [ -e "$directory/$member" ] || [ -L "$directory/$member" ] || return 1
    done < <(unzip -Z1 "$archive" 2>/dev/null)
    return 0
  fi
  while IFS= read -r member; do
    member=$(printf '%s\n' "${member#/}" | awk -v n="$strip" '{ while (n-- > 0 && sub(/^[^\/]*\//, "")) ; if (n >= 0) $0 = ""; print }')
    [ -z "$member" ] || [ -e "$directory/$member" ] || [ -L "$directory/$member" ] || return 1
  done < <(tar -tf "$archive" --quoting-style=literal 2>/dev/null)
}

post_archive() {
  post_path "$1"
  post_readable "$REPLY" || return
  post_has tar || return 2
  tar -tf "$REPLY" >/dev/null 2>&1 || return 1
}

post_cloned() { # DIRECTORY ADDRESS
  local config
  post_path "$1"
  config=$REPLY/.git/config
  [ -e "$REPLY/.git" ] || config=$REPLY/config # a bare one
  [ -e "$config" ] || { post_missing "$config"; return; }
  post_path "$2"
  awk -v in_origin=0 '
    /^\[/ { in_origin = ($0 == "[remote \"origin\"]") }
    in_origin && /^[ \t]*url[ \t]*=/ { sub(/^[^=]*=[ \t]*/, ""); print; sub(/\/+$/, ""); print; exit }
  ' "$config" 2>/dev/null | grep -qFx -- "${REPLY%/}"
}
