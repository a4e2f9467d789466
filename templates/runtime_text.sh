# --- making text harmless: all that comes from the page or a command goes through printable ---

UTF8=0
read_locale() {
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) UTF8=1 ;;
    *) UTF8=0 ;;
  esac
  # Bytes, ranges and messages must mean the same everywhere; commands get the locale back (worker_start).
  KEPT_LC_ALL=${LC_ALL-unset}
  LC_ALL=C
}

TEXT_LIMIT=4000
# Control characters of Unicode that reorder or hide text, as bytes: U+061C, 180E, 200B-F, 2028-E, 2060-F, FEFF, FFF9-B, E0000-E0FFF.
HIDING=$'^(\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf3\xa0..)$'

printable() { # TEXT -> PRINTABLE: one line of visible characters; the rest as \xHH, \t and \n. Cut when very long.
  PRINTABLE=$1
  if ((${#SECRETS[@]})); then
    hide_secrets
    set -- "$PRINTABLE"
  fi
  if ((${#1} > TEXT_LIMIT)); then
    spelled "${1:0:TEXT_LIMIT}"
    PRINTABLE+=" [${#1} bytes in all]"
  elif [[ $1 == *[!\ -~]* ]]; then
    spelled "$1"
  fi
}

hide_secrets() { # in PRINTABLE
  local secret
  for secret in "${SECRETS[@]}"; do PRINTABLE=${PRINTABLE//"$secret"/***}; done
}

spelled() { # TEXT -> PRINTABLE
  local text=$1 at=0 length=${#1} char code size
  PRINTABLE=''
  while ((at < length)); do
    char=${text:at:1} size=1
    printf -v code '%d' "'$char"
    code=$((code & 255))
    if ((code >= 0xC2 && code <= 0xF4)) && ((UTF8)); then
      size=$((code < 0xE0 ? 2 : code < 0xF0 ? 3 : 4))
      char=${text:at:size}
    fi
    spell "$char" "$code" "$size"
    at=$((at + size))
  done
}

spell() { # CHARACTER FIRST-BYTE SIZE -> adds to PRINTABLE; sets the caller's size to what was used
  local hex
  if (($3 > 1)) && well_formed "$1" "$2" && ! [[ $1 =~ $HIDING ]]; then
    PRINTABLE+=$1
    return
  fi
  size=1
  case ${1:0:1} in
    $'\n') PRINTABLE+='\n' ;;
    $'\t') PRINTABLE+='\t' ;;
    [\ -~]) PRINTABLE+=${1:0:1} ;;
    *)
      printf -v hex '\\x%02x' "$2"
      PRINTABLE+=$hex
      ;;
  esac
}

well_formed() { # BYTES FIRST: RFC 3629, and no C1 control
  case $1 in
    $'\xc2'[$'\x80'-$'\x9f']) return 1 ;;
    $'\xe0'[$'\x80'-$'\x9f']* | $'\xed'[$'\xa0'-$'\xbf']* | $'\xf0'[$'\x80'-$'\x8f']* | $'\xf4'[$'\x90'-$'\xbf']*) return 1 ;;
    ?[$'\x80'-$'\xbf']) (($2 < 0xE0)) ;;
    ?[$'\x80'-$'\xbf'][$'\x80'-$'\xbf']) (($2 >= 0xE0 && $2 < 0xF0)) ;;
    ?[$'\x80'-$'\xbf'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']) (($2 >= 0xF0)) ;;
    *) return 1 ;;
  esac
}

one_line() { # TEXT -> PRINTABLE: its lines joined by a visible sign
  printable "${1//$'\n'/ ; }"
}

json_string() { # TEXT -> JSON: a JSON string (also a YAML one) of what printable makes of it
  printable "$1"
  json_quote "$PRINTABLE"
}

json_quote() { # PRINTABLE-TEXT -> JSON
  local text=${1//\\/\\\\}
  JSON="\"${text//\"/\\\"}\""
}

trouble() { # MESSAGE…
  local message
  for message in "$@"; do
    printable "$message"
    printf 'verify: %s\n' "$PRINTABLE" >&2
  done
  return "$TROUBLE"
}

# --- the report: TAP 14, or one JSON object a line ---

TAP_NUMBER=0 FIRST_FAIL=''
report_start() { # PLANNED, or nothing when that is not known yet
  printable "$PAGE_TITLE"
  if [[ $FORMAT == json ]]; then
    json_quote "$PRINTABLE"
    printf '{"event":"start","page":%s,"revision":"%s","mode":"%s"}\n' "$JSON" "${PAGE_REVISION//[!0-9]/}" "$MODE"
  else
    printf 'TAP version 14\n'
    [[ -z $1 ]] || printf '1..%d\n' "$1"
    printf '# %s\n' "$PRINTABLE"
  fi
}

report_step() { # STEP
  local id
  if [[ $FORMAT == json ]]; then
    json_string "${STEP_ID[$1]}"
    id=$JSON
    json_string "${STEP_TITLE[$1]}"
    printf '{"event":"step","number":%d,"id":%s,"title":%s}\n' "$(($1 + STEP_BASE))" "$id" "$JSON"
    return
  fi
  one_line "${STEP_TITLE[$1]}"
  printf '# step %d: %s\n' "$(($1 + STEP_BASE))" "$PRINTABLE"
}

# VERDICT holds|fails|skips, ID, DESCRIPTION (printable), REASON (raw), DETAIL: lines (raw) in the array of that name
report() {
  TAP_NUMBER=$((TAP_NUMBER + 1))
  case $1 in
    holds) VERDICT_HOLDS=$((VERDICT_HOLDS + 1)) FOLLOWS='' ;;
    fails) VERDICT_FAILS=$((VERDICT_FAILS + 1)) FOLLOWS=$FIRST_FAIL FIRST_FAIL=${FIRST_FAIL:-$2} ;;
    *) VERDICT_SKIPS=$((VERDICT_SKIPS + 1)) FOLLOWS='' ;;
  esac
  if [[ $FORMAT == json ]]; then report_json "$@"; else report_tap "$@"; fi
}

report_json() {
  local id=$2 what reason lines='' line
  json_quote "$3"
  what=$JSON
  json_string "$4"
  reason=$JSON
  for line in ${DETAIL[@]+"${DETAIL[@]}"}; do
    json_string "$line"
    lines+="${lines:+,}$JSON"
  done
  [[ -z $FOLLOWS ]] || lines+="],\"may_follow_from\":[\"$FOLLOWS\""
  printf '{"event":"result","id":"%s","verdict":"%s","what":%s,"reason":%s,"detail":[%s]}\n' "$id" "$1" "$what" "$reason" "$lines"
}

report_tap() {
  local what=${3//\\/\\\\} line
  # A description must not look like a directive.
  what="$TAP_NUMBER - $2 ${what//#/\\#}"
  case $1 in
    holds)
      printf 'ok %s\n' "$what"
      return
      ;;
    skips)
      printable "$4"
      printf 'ok %s # SKIP %s\n' "$what" "$PRINTABLE"
      for line in ${DETAIL[@]+"${DETAIL[@]}"}; do
        printable "$line"
        printf '#   %s\n' "$PRINTABLE"
      done
      return
      ;;
    *) printf 'not ok %s\n' "$what" ;;
  esac
  json_string "$4"
  printf '  ---\n  message: %s\n' "$JSON"
  [[ -z $FOLLOWS ]] || printf '  may follow from: "%s"\n' "$FOLLOWS"
  if ((${#DETAIL[@]})); then
    printf '  detail:\n'
    for line in "${DETAIL[@]}"; do
      json_string "$line"
      printf '    - %s\n' "$JSON"
    done
  fi
  printf '  ...\n'
}

report_plan() { # the plan at the end, where it could not be known before
  [[ $FORMAT == json ]] || printf '1..%d\n' "$TAP_NUMBER"
}

report_end() { # WORDS…
  local words
  for words in "$@"; do
    if [[ $FORMAT == json ]]; then
      json_string "$words"
      printf '{"event":"end","holds":%d,"fails":%d,"skips":%d,"words":%s}\n' "$VERDICT_HOLDS" "$VERDICT_FAILS" "$VERDICT_SKIPS" "$JSON"
    else
      printable "$words"
      printf '# %s\n' "$PRINTABLE"
    fi
  done
}

report_interrupted() { # SIGNAL
  if [[ $MODE == guide ]]; then
    printf '\nended by signal %s; go on with --guide --resume\n' "$1"
  elif [[ $FORMAT == json ]]; then
    printf '{"event":"interrupted","signal":"%s"}\n' "$1"
  else
    printf 'Bail out! ended by signal %s\n' "$1"
  fi
}
