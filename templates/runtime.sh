# --- the words of the first part: each only notes down what the page says ---
#   page TITLE REVISION FIRST-STEP             parameter TYPE open|secret given|missing NAME VALUE
#   step ID NUMBER TITLE                       prose LINE…
#   run does=EFFECT,… COMMAND                  manual ACTION TEXT       edit OPERATION FILE LINE…
# and about the last of these three:
#   cwd DIRECTORY    inside ENTERING-COMMAND…    host NAME    language NAME    only_if CASE    gaps INDEX…
#   expect STATUS ROW…                         what the page recorded, compared by match_program
#   post KIND BEFORE UNTIL WORDS OPERAND…      what must hold afterwards (post_not: must not), UNTIL "end" or the id of what replaces it

PAGE_TITLE='' PAGE_REVISION='' STEP_BASE=1
STEP_ID=() STEP_NUMBER=() STEP_TITLE=() STEP_FIRST=()
ITEM_ID=() ITEM_STEP=() ITEM_KIND=() ITEM_TEXT=() ITEM_EFFECTS=() ITEM_CWD=() ITEM_HOST=() ITEM_LANGUAGE=() ITEM_CASE=()
ITEM_INSIDE=() ITEM_STATUS=() ITEM_ROWS=() ITEM_LINES=() ITEM_POSTS=() ITEM_GAPS=() ITEM_NUMBER=0
POST_ITEM=() POST_KIND=() POST_NOT=() POST_BEFORE=() POST_UNTIL=() POST_WORDS=() POST_ARGS=()
PARAMETER_NAME=() PARAMETER_TYPE=() PARAMETER_SECRET=() PARAMETER_GIVEN=() PARAMETER_VALUE=()
# All lists of words in one: a list is "START COUNT" into it.
WORDS=()

keep_words() { # WORD… -> KEPT
  KEPT="${#WORDS[@]} $#"
  (($#)) && WORDS+=("$@")
  return 0
}

page() { PAGE_TITLE=$1 PAGE_REVISION=$2 STEP_BASE=$3; }

parameter() {
  PARAMETER_TYPE+=("$1") PARAMETER_SECRET+=("$2") PARAMETER_GIVEN+=("$3") PARAMETER_NAME+=("$4") PARAMETER_VALUE+=("$5")
}

step() {
  STEP_ID+=("$1") STEP_NUMBER+=("$2") STEP_TITLE+=("$3") STEP_FIRST+=("${#ITEM_ID[@]}")
  ITEM_NUMBER=0
}
item() { # KIND EFFECTS TEXT
  local step=$((${#STEP_ID[@]} - 1))
  [[ $1 == prose ]] || ITEM_NUMBER=$((ITEM_NUMBER + 1))
  ITEM_ID+=("$((step + STEP_BASE)).$ITEM_NUMBER") ITEM_STEP+=("$step") ITEM_KIND+=("$1") ITEM_EFFECTS+=("$2") ITEM_TEXT+=("$3")
  ITEM_CWD+=('') ITEM_HOST+=('') ITEM_LANGUAGE+=('sh') ITEM_CASE+=('') ITEM_INSIDE+=('0 0') ITEM_STATUS+=('')
  ITEM_ROWS+=('0 0') ITEM_LINES+=('0 0') ITEM_POSTS+=('') ITEM_GAPS+=('')
}

run() { item run "${1#does=}" "$2"; }
manual() { item manual "$1" "$2"; }
prose() {
  item prose read ''
  keep_words "$@"
  ITEM_LINES[${#ITEM_ID[@]} - 1]=$KEPT
}
edit() {
  item edit modify "$2"
  ITEM_STATUS[${#ITEM_ID[@]} - 1]=$1
  shift 2
  keep_words "$@"
  ITEM_LINES[${#ITEM_ID[@]} - 1]=$KEPT
}

cwd() { ITEM_CWD[${#ITEM_ID[@]} - 1]=$1; }
host() { ITEM_HOST[${#ITEM_ID[@]} - 1]=$1; }
language() { ITEM_LANGUAGE[${#ITEM_ID[@]} - 1]=$1; }
only_if() { ITEM_CASE[${#ITEM_ID[@]} - 1]=$1; }
gaps() { ITEM_GAPS[${#ITEM_ID[@]} - 1]="$*"; }
inside() {
  keep_words "$@"
  ITEM_INSIDE[${#ITEM_ID[@]} - 1]=$KEPT
}
expect() {
  ITEM_STATUS[${#ITEM_ID[@]} - 1]=$1
  shift
  keep_words "$@"
  ITEM_ROWS[${#ITEM_ID[@]} - 1]=$KEPT
}

note_post() { # NOT KIND BEFORE UNTIL WORDS OPERAND…
  local last=$((${#ITEM_ID[@]} - 1))
  ITEM_POSTS[last]+=" ${#POST_ITEM[@]}"
  POST_ITEM+=("$last") POST_NOT+=("$1") POST_KIND+=("$2") POST_BEFORE+=("$3") POST_UNTIL+=("$4") POST_WORDS+=("$5")
  shift 5
  keep_words "$@"
  POST_ARGS+=("$KEPT")
}
post() { note_post '' "$@"; }
post_not() { note_post not "$@"; }

words_of() { # "START COUNT" -> GOT: the list itself
  local start=${1% *} count=${1#* }
  GOT=()
  ((count == 0)) || GOT=("${WORDS[@]:start:count}")
}

# --- the run ---

VERDICT_HOLDS=0 VERDICT_FAILS=0 VERDICT_SKIPS=0
TROUBLE=2 WAITING=3

main() {
  set -u
  set +e
  read_locale
  options "$@" || exit "$TROUBLE"
  steps
  # What the journal knows the script by, before this run's values are in it.
  [[ $MODE != guide && -z $JOURNAL ]] || script_sum
  set_parameters || exit "$TROUBLE"
  choose_cases || exit "$TROUBLE"
  [[ -n $TIMEOUT ]] || { [[ $MODE == check ]] && TIMEOUT=60; } || TIMEOUT=3600
  choose_range || exit "$TROUBLE"
  case $MODE in
    list) list ;;
    check) in_work_directory check ;;
    apply) in_work_directory apply ;;
    dry-run) in_work_directory dry_run ;;
    guide) in_work_directory guide ;;
    *) trouble "there is no mode ${MODE}" ;;
  esac
  exit "$?"
}

tools_missing() { # all but bash itself that is used
  local name
  for name in awk cat cmp cp cut grep head mkdir mkfifo mktemp mv rm stat sync tail tr; do
    command -v "$name" >/dev/null || trouble "this host has no $name" || return 0
  done
  return 1
}

in_work_directory() { # FUNCTION: run it with a private directory, cleared away however the run ends
  local status parent
  tools_missing && return "$TROUBLE"
  for parent in "${TMPDIR:-}" /dev/shm /tmp; do
    [[ -n $parent && -d $parent && -w $parent ]] && WORK=$(mktemp -d -- "${parent}/verify.XXXXXXXX" 2>/dev/null) && break
  done
  [[ -n ${WORK:-} ]] || {
    trouble 'no directory for temporary files: set TMPDIR'
    return "$TROUBLE"
  }
  trap 'clear_away' EXIT
  trap 'interrupted INT 130' INT
  trap 'interrupted TERM 143' TERM
  trap 'interrupted HUP 129' HUP
  "$1"
  status=$?
  return "$status"
}

INTERRUPTED=0
interrupted() { # SIGNAL STATUS
  trap '' INT TERM HUP
  INTERRUPTED=1
  report_interrupted "$1"
  [[ -z $JOURNAL_LOCK ]] || journal interrupted '' signal "$1"
  exit "$2"
}

clear_away() {
  if ((INTERRUPTED)) && [[ -n $WORKER ]]; then worker_kill; else worker_stop; fi
  journal_close
  [[ -n ${WORK:-} ]] && rm -rf -- "$WORK"
}

list() {
  local at item=0 name
  for ((at = 0; at < ${#STEP_ID[@]}; at++)); do
    in_range "$at" || continue
    printable "${STEP_TITLE[at]}"
    printf '%s  %s\n' "$((at + STEP_BASE))" "$PRINTABLE"
    printable "${STEP_ID[at]}"
    printf '     id %s\n' "$PRINTABLE"
    for ((item = STEP_FIRST[at]; item < ${#ITEM_ID[@]} && ITEM_STEP[item] == at; item++)); do
      [[ ${ITEM_KIND[item]} == prose ]] || list_item "$item"
    done
  done
  ((${#PARAMETER_NAME[@]} == 0)) || printf 'Values to set (--set NAME=VALUE)\n'
  for ((at = 0; at < ${#PARAMETER_NAME[@]}; at++)); do
    name=${PARAMETER_TYPE[at]}
    [[ ${PARAMETER_GIVEN[at]} == given ]] || name+=', must be set'
    printable "${PARAMETER_NAME[at]}=${PARAMETER_VALUE[at]}  [$name]"
    printf '     %s\n' "$PRINTABLE"
  done
  return 0
}

list_item() { # ITEM
  local kind=${ITEM_KIND[$1]} what posts
  describe "$1"
  case $kind in
    run) what=${ITEM_EFFECTS[$1]//,/, } ;;
    edit) what="edit, ${ITEM_STATUS[$1]}" ;;
    *) what='by hand' ;;
  esac
  one_line "${ITEM_CASE[$1]:+; only in the case: ${ITEM_CASE[$1]}}"
  printf '  %-5s %s  [%s%s]\n' "${ITEM_ID[$1]}" "$DESCRIPTION" "$what" "$PRINTABLE"
  for posts in ${ITEM_POSTS[$1]}; do
    post_words "$posts"
    printf '        then: %s\n' "$PRINTABLE"
  done
}

describe() { # ITEM -> DESCRIPTION: one printable line
  local text=${ITEM_TEXT[$1]} inside
  case ${ITEM_KIND[$1]}${ITEM_INSIDE[$1]} in
    run'0 0') ;;
    edit*) text="edit ${text:-a file which the page does not name}" ;;
    manual*) text="by hand: $text" ;;
    *)
      words_of "${ITEM_INSIDE[$1]}"
      for inside in ${GOT[@]+"${GOT[@]}"}; do text+="  (inside $inside)"; done
      ;;
  esac
  one_line "$text"
  DESCRIPTION=$PRINTABLE
}

post_words() { # POST -> PRINTABLE
  one_line "${POST_WORDS[$1]}"
}
