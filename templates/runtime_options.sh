# --- the command line ---

usage() {
  cat <<'TEXT'
Usage: bash verify.sh [MODE] [OPTION]…
Modes:
  (none)          check: runs only what is known to read, compares what it prints with what the page
                  recorded, and looks at what each step should have left behind
  --apply         runs what --yes allows, makes the edits, and stops where a person is needed
  --guide         leads a person through the page: shows each command, edit and manual action, and asks
  --dry-run       says what --apply would do, edits as a diff; runs nothing
  --list          the steps, their commands and effects; runs nothing
Options:
  --to STEP       check whether the host stands where STEP ends
  --from STEP     leave out the steps before STEP
  --only STEP     this step only
  --yes WORD,…    for --apply: the effects (create, modify, service …) or the steps that may run unasked
  --resume        for --guide and --apply: go on where the journal ends, also after a reboot
  --journal FILE  where the journal is kept (for --guide there is a place of its own)
  --after ID      for --apply: go on after that command, edit or manual action
  --case LABEL    take the branch of that name where the page gives a choice; the others are skipped
  --in DIR        where the page's steps begin (default: here); what they name by a relative path is looked
                  for from there
  --role HOST     run the commands which the page runs on HOST; those of other hosts are skipped
  --set NAME=VALUE  a value of your own for something that the page says must be replaced; --set NAME
                  takes it from the environment, where a password is not seen in the list of processes
  --timeout SECONDS  for each command (default 60 for check, else 3600)
  --format tap|json  the report (default tap, version 14)
  --keep-output DIR  keep what each command printed, as DIR/ID.out and DIR/ID.err
STEP is a step's id or number, as --list shows it.
Exit status: 0 it holds, 1 it does not, 2 trouble, 3 waiting for a person, or nothing could be checked.
TEXT
}

# Where the steps begin, and whether anybody said so.
START=$PWD START_SAID=0
MODE=check FORMAT=tap TIMEOUT='' ROLE='' FROM='' TO='' ONLY='' KEEP_OUTPUT='' SET_NAMES=() SET_VALUES=() YES=() CASES=() AFTER='' RESUME=0 JOURNAL='' JOURNAL_GIVEN=''

options() {
  while (($#)); do
    case $1 in
      --help | -h)
        usage
        exit 0
        ;;
      --list | --apply | --dry-run | --guide) MODE=${1#--} ;;
      --check) MODE=check ;;
      --resume) RESUME=1 ;;
      --*=*)
        option "${1%%=*}" "${1#*=}" || return
        ;;
      --from | --to | --only | --case | --in | --role | --set | --timeout | --format | --keep-output | --yes | --after | --journal)
        (($# > 1)) || {
          trouble "$1 needs a value"
          return
        }
        option "$1" "$2" || return
        shift
        ;;
      *)
        trouble "there is no option $1; --help lists them"
        return
        ;;
    esac
    shift
  done
}

option() { # NAME VALUE
  case $1 in
    --from) FROM=$2 ;;
    --to) TO=$2 ;;
    --only) ONLY=$2 ;;
    --role) ROLE=$2 ;;
    --in)
      START=$(cd -- "$2" 2>/dev/null && pwd) && [[ -n $START ]] || trouble "--in wants a directory, and $2 is none" || return
      START_SAID=1
      ;;
    --case) CASES+=("$2") ;;
    --keep-output) KEEP_OUTPUT=$2 ;;
    --after) AFTER=$2 ;;
    --journal) JOURNAL=$2 JOURNAL_GIVEN=1 ;;
    --yes)
      IFS=, read -r -a GOT <<<"$2"
      YES+=(${GOT[@]+"${GOT[@]}"})
      ;;
    --timeout)
      [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || trouble '--timeout wants whole seconds, 1 to 999999' || return
      TIMEOUT=$2
      ;;
    --format)
      [[ $2 == tap || $2 == json ]] || trouble '--format is tap or json' || return
      FORMAT=$2
      ;;
    --set)
      if [[ $2 == ?*=* ]]; then
        SET_NAMES+=("${2%%=*}") SET_VALUES+=("${2#*=}")
      elif [[ $2 =~ ^[A-Za-z_][A-Za-z0-9_]*$ && -n ${!2+set} ]]; then
        SET_NAMES+=("$2") SET_VALUES+=("${!2}")
      else
        trouble '--set wants NAME=VALUE, or the NAME of a variable of the environment'
      fi
      ;;
    *) trouble "there is no option $1; --help lists them" ;;
  esac
}

choose_cases() { # CASES: what stands in these branches counts like what stands in none
  local case item found
  for case in ${CASES[@]+"${CASES[@]}"}; do
    found=0
    for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
      [[ -n ${ITEM_CASE[item]} && ${ITEM_CASE[item],,} == "${case,,}" ]] || continue
      ITEM_CASE[item]='' found=1
    done
    ((found)) || trouble "the page has no case $case; --list shows them" || return
  done
}

choose_range() { # FROM, TO, ONLY -> RANGE_FROM, RANGE_TO: indices of steps
  RANGE_FROM=0 RANGE_TO=$((${#STEP_ID[@]} - 1))
  if [[ -n $ONLY ]]; then
    find_step "$ONLY" || return
    RANGE_FROM=$FOUND RANGE_TO=$FOUND
  fi
  if [[ -n $FROM ]]; then
    find_step "$FROM" || return
    RANGE_FROM=$FOUND
  fi
  if [[ -n $TO ]]; then
    find_step "$TO" || return
    RANGE_TO=$FOUND
  fi
  return 0
}

find_step() { # WORD -> FOUND: by id, then by the page's own number, then by place
  local at
  for ((at = 0; at < ${#STEP_ID[@]}; at++)); do
    [[ ${STEP_ID[at]} == "$1" ]] && FOUND=$at && return
  done
  for ((at = 0; at < ${#STEP_ID[@]}; at++)); do
    [[ ${STEP_NUMBER[at]} == "$1" ]] && FOUND=$at && return
  done
  if [[ $1 =~ ^(0|[1-9][0-9]{0,4})$ ]] && (($1 - STEP_BASE >= 0 && $1 - STEP_BASE < ${#STEP_ID[@]})); then
    FOUND=$(($1 - STEP_BASE))
    return
  fi
  trouble "there is no step $1; --list shows them"
}

in_range() { (($1 >= RANGE_FROM && $1 <= RANGE_TO)); }

set_parameters() { # puts the values of --set in the place of the page's own; -> SECRETS: values that are never shown
  local at found name
  for ((found = 0; found < ${#PARAMETER_NAME[@]}; found++)); do
    # What the page shows as a mere word or in brackets is a stand-in for a secret.
    if [[ ${PARAMETER_SECRET[found]} == secret && ${PARAMETER_VALUE[found]} == *[!A-Za-z_]* && ${PARAMETER_VALUE[found]} != [\<\[\{\$]* ]]; then
      SECRETS+=("${PARAMETER_VALUE[found]}")
    fi
  done
  for ((at = 0; at < ${#SET_NAMES[@]}; at++)); do
    name=${SET_NAMES[at]}
    for ((found = 0; found < ${#PARAMETER_NAME[@]}; found++)); do
      [[ ${PARAMETER_NAME[found]} == "$name" ]] && break
    done
    ((found < ${#PARAMETER_NAME[@]})) || trouble "the page has no parameter $name; --list shows them" || return
    fits "${PARAMETER_TYPE[found]}" "${SET_VALUES[at]}" ||
      trouble "$name wants a value of type ${PARAMETER_TYPE[found]}" || return
    NEW_VALUES[found]=${SET_VALUES[at]}
    [[ ${PARAMETER_SECRET[found]} != secret ]] || SECRETS+=("${SET_VALUES[at]}")
  done
  put_values
}
SECRETS=() SET_PARAMETERS=() NEW_VALUES=()

put_values() { # NEW_VALUES, by parameter, in the place of the page's own; empties it
  local found longest
  # The longest first, since one may be a part of another; by way of marks, so that a new value is not taken for an old one.
  while ((${#NEW_VALUES[@]})); do
    longest=''
    for found in "${!NEW_VALUES[@]}"; do
      [[ -z $longest ]] || ((${#PARAMETER_VALUE[found]} > ${#PARAMETER_VALUE[longest]})) || continue
      longest=$found
    done
    replace_value "${PARAMETER_VALUE[longest]}" $'\x01'"$longest"$'\x02'
    PARAMETER_VALUE[longest]=${NEW_VALUES[longest]} PARAMETER_GIVEN[longest]=given
    unset 'NEW_VALUES[longest]'
    SET_PARAMETERS+=("$longest")
  done
  for found in ${SET_PARAMETERS[@]+"${SET_PARAMETERS[@]}"}; do replace_value $'\x01'"$found"$'\x02' "${PARAMETER_VALUE[found]}"; done
}

fits() { # TYPE VALUE: values end up inside commands, so that none may hold a character which means something to a shell
  [[ -n $2 && $2 != *[!A-Za-z0-9._:/@%+,=-]* && $2 != -* ]] || return
  case $1 in
    integer) [[ $2 =~ ^[0-9]+$ ]] ;;
    ip-address) [[ $2 =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ || $2 == *:*:* && $2 != *[!0-9a-fA-F:.]* ]] ;;
    hostname) [[ $2 != *[!A-Za-z0-9._-]* ]] ;;
    path) [[ $2 == /* || $2 == [A-Za-z0-9._]* ]] ;;
    *) return 0 ;;
  esac
}

replace_value() { # OLD NEW: in commands, files, post-conditions and recorded outputs
  local at
  [[ -n $1 ]] || return 0
  for ((at = 0; at < ${#ITEM_TEXT[@]}; at++)); do
    replace_word "${ITEM_TEXT[at]}" "$1" "$2"
    ITEM_TEXT[at]=$REPLACED
    replace_word "${ITEM_CWD[at]}" "$1" "$2"
    ITEM_CWD[at]=$REPLACED
  done
  for ((at = 0; at < ${#POST_WORDS[@]}; at++)); do
    replace_word "${POST_WORDS[at]}" "$1" "$2"
    POST_WORDS[at]=$REPLACED
  done
  for ((at = 0; at < ${#WORDS[@]}; at++)); do
    replace_word "${WORDS[at]}" "$1" "$2"
    # A whole path in the place of a name does not lead on from where the steps begin.
    [[ ${WORDS[at]} != "./$1"* || $2 != /* ]] || REPLACED=${REPLACED#./}
    WORDS[at]=$REPLACED
  done
}

set_later() { # PARAMETER VALUE: one that was not set before
  [[ ${PARAMETER_SECRET[$1]} != secret ]] || SECRETS+=("$2")
  replace_value "${PARAMETER_VALUE[$1]}" "$2"
  PARAMETER_VALUE[$1]=$2 PARAMETER_GIVEN[$1]=given
  SET_PARAMETERS+=("$1")
}

said_again() { # [journal] -> SAID: the options that say where, and the values that were set and no journal keeps, as words for another call
  local at
  SAID=''
  ((!START_SAID)) || printf -v SAID ' --in %q' "$START"
  for at in ${SET_PARAMETERS[@]+"${SET_PARAMETERS[@]}"}; do
    if [[ ${PARAMETER_SECRET[at]} == secret ]]; then
      # One that a person was asked for is asked for again; the environment need not have it.
      [[ -n ${1-} && " ${SET_NAMES[*]-} " != *" ${PARAMETER_NAME[at]} "* ]] || SAID+=" --set ${PARAMETER_NAME[at]}"
    elif [[ -z ${1-} ]]; then
      SAID+=" --set ${PARAMETER_NAME[at]}=${PARAMETER_VALUE[at]}"
    fi
  done
}

# --- stand-ins for values that only the reader knows: nothing that holds one is run, and nothing looked for by one ---

lacks() { # TEXT [ITEM] -> LACKING, the first parameter whose stand-in it holds, and REASON; false for none
  for ((LACKING = 0; LACKING < ${#PARAMETER_NAME[@]}; LACKING++)); do
    [[ ${PARAMETER_GIVEN[LACKING]} == missing && $1 == *"${PARAMETER_VALUE[LACKING]}"* ]] || continue
    replace_word "$1" "${PARAMETER_VALUE[LACKING]}" ''
    [[ $REPLACED != "$1" ]] || continue
    [[ -z ${2-} ]] || ! is_variable "${PARAMETER_VALUE[LACKING]}" "$2" || continue
    REASON="${PARAMETER_NAME[LACKING]} is not set: --set ${PARAMETER_NAME[LACKING]}=VALUE"
    return 0
  done
  return 1
}

item_lacks() { # ITEM -> LACKING, REASON
  case ${ITEM_KIND[$1]} in
    run) lacks "${ITEM_TEXT[$1]}"$'\n'"${ITEM_CWD[$1]}" "$1" ;;
    edit)
      words_of "${ITEM_LINES[$1]}"
      lacks "$(printf '%s\n' "${ITEM_TEXT[$1]}" ${GOT[@]+"${GOT[@]}"})"
      ;;
    *) return 1 ;;
  esac
}

# STAND-IN ITEM: a variable that the item's shell has a value for, or whose want does no harm, as nothing is changed? An inner shell that is not
# open yet can't be asked.
is_variable() {
  local asks
  [[ $1 =~ ^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$ ]] || return
  [[ ${ITEM_EFFECTS[$2]} != read ]] || return 0
  [[ $MODE != dry-run ]] || return
  asks="[ -n \"\${${BASH_REMATCH[1]}:-}\" ]"
  words_of "${ITEM_INSIDE[$2]}"
  if ((${#GOT[@]} == 0)); then
    run_text "$asks" ''
  elif [[ ${#SESSION[@]} == "${#GOT[@]}" && ${ITEM_LANGUAGE[$2]} == sh ]]; then
    session_run "$asks"
  else
    return 0
  fi
  [[ $RUN_STATUS == 0 ]]
}

replace_word() { # TEXT OLD NEW -> REPLACED: where OLD is no part of a longer word, nor the type of what varies in a row
  local rest=$1 before
  REPLACED=''
  while [[ $rest == *"$2"* ]]; do
    before=${rest%%"$2"*}
    rest=${rest:${#before}+${#2}}
    REPLACED+=$before
    if [[ $2 == [A-Za-z0-9]* && $REPLACED == *[A-Za-z0-9] || $2 == *[A-Za-z0-9] && $rest == [A-Za-z0-9]* || $2 == \$*[A-Za-z0-9_] && $rest == [A-Za-z0-9_]* ]] ||
      [[ $REPLACED == *'%{' && $rest == '}'* ]]; then
      REPLACED+=$2
    else
      REPLACED+=$3
    fi
  done
  REPLACED+=$rest
}
