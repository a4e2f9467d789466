# --- the journal of a guided run: one JSON object a line, only ever appended to, on disk before the guide goes on ---

JOURNAL_LOCK='' JOURNAL_NUMBER=0

boot_id() { # -> BOOT: changes with every start of the host
  BOOT=unknown
  [[ ! -r /proc/sys/kernel/random/boot_id ]] || IFS= read -r BOOT </proc/sys/kernel/random/boot_id
  BOOT=${BOOT//[!0-9a-f-]/}
}

journal_open() { # JOURNAL or its default place; one guide at a time
  local name sum
  if [[ -z $JOURNAL ]]; then
    name=${PAGE_TITLE//[!A-Za-z0-9]/-}
    sum=$(printf '%s' "$PAGE_TITLE" | cksum)
    JOURNAL=${XDG_STATE_HOME:-${HOME:-/var/lib}/.local/state}/runbook/${name:0:60}-${sum%% *}.jsonl
    mkdir -p -- "${JOURNAL%/*}" || return "$TROUBLE"
  fi
  [[ ! -L $JOURNAL && ( ! -e $JOURNAL || -f $JOURNAL && -O $JOURNAL ) ]] || trouble "$JOURNAL is not a file of yours" || return
  boot_id
  journal_lock || return
  (umask 077 && : >>"$JOURNAL") && chmod 600 -- "$JOURNAL" || trouble "$JOURNAL can not be written" || return
  # A line that a crash cut off stays, and ends here.
  if [[ -s $JOURNAL && -n $(tail -c 1 -- "$JOURNAL") ]]; then printf '\n' >>"$JOURNAL"; fi
}

journal_lock() {
  local owner='' boot='' began=''
  if ! (umask 077 && mkdir -- "$JOURNAL.lock") 2>/dev/null; then
    [[ ! -r $JOURNAL.lock/owner ]] || read -r owner boot began <"$JOURNAL.lock/owner"
    if [[ -n $owner && $boot == "$BOOT" ]] && kill -0 "$owner" 2>/dev/null && [[ $began == "$(began_at "$owner")" ]]; then
      trouble "another guide (process $owner) has the journal $JOURNAL"
      return
    fi
    # Its owner is gone, and what it had begun is in the journal.
    [[ -d $JOURNAL.lock && -O $JOURNAL.lock ]] || trouble "$JOURNAL.lock is in the way" || return
  fi
  JOURNAL_LOCK=$JOURNAL.lock
  printf '%s %s %s\n' "$$" "$BOOT" "$(began_at "$$")" >"$JOURNAL_LOCK/owner"
}

began_at() { # PROCESS: prints when it began, in ticks since the boot, since another one may have its number by now; nothing where that is not told
  local stat=''
  [[ ! -r /proc/$1/stat ]] || read -r stat <"/proc/$1/stat"
  # The name, in brackets, may hold anything; the time is the 20th field after it (proc(5)).
  printf '%s\n' "${stat##*) }" | cut -d ' ' -f 20
}

journal_close() {
  [[ -z $JOURNAL_LOCK ]] || rm -rf -- "$JOURNAL_LOCK"
  JOURNAL_LOCK=''
}

journal() { # EVENT ITEM-ID [KEY VALUE]…: on disk when this returns
  local line event=$1 id=$2 now
  shift 2
  JOURNAL_NUMBER=$((JOURNAL_NUMBER + 1))
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  line="{\"event\":\"$event\",\"item\":\"$id\",\"time\":\"$now\",\"boot\":\"$BOOT\""
  while (($# > 1)); do
    json_string "$2"
    line+=",\"$1\":$JSON"
    shift 2
  done
  printf '%s}\n' "$line" >>"$JOURNAL" && sync_file "$JOURNAL" || trouble 'the journal can not be written; nothing more is run'
}

journal_values() { # the values that this run was given: what goes on with it need not be told them again
  local at
  for at in ${SET_PARAMETERS[@]+"${SET_PARAMETERS[@]}"}; do journal_value "$at" || return; done
}

journal_value() { # PARAMETER: no secret is kept
  [[ ${PARAMETER_SECRET[$1]} == secret ]] || journal set '' name "${PARAMETER_NAME[$1]}" value "${PARAMETER_VALUE[$1]}"
}

recall_values() { # puts in the values of the run that goes on, where this one was not given its own
  local at found
  NEW_VALUES=()
  for ((at = 0; at < ${#RECALLED_NAMES[@]}; at++)); do
    for ((found = 0; found < ${#PARAMETER_NAME[@]}; found++)); do
      [[ ${PARAMETER_NAME[found]} == "${RECALLED_NAMES[at]}" && ${PARAMETER_SECRET[found]} != secret ]] || continue
      [[ " ${SET_PARAMETERS[*]-} " != *" $found "* ]] || continue
      ! fits "${PARAMETER_TYPE[found]}" "${RECALLED_VALUES[at]}" || NEW_VALUES[found]=${RECALLED_VALUES[at]}
    done
  done
  put_values
}

# -> LAST_EVENT, LAST_BOOT, LAST_TEXT, LAST_BACKUP: of each item; JOURNAL_PAGE: the checksum of the script that began; RECALLED_*: its values
journal_read() {
  local line event id boot at
  local shape='^\{"event":"([a-z-]+)","item":"([0-9]+\.[0-9]+|)","time":"[0-9TZ:-]+","boot":"([0-9a-f-]*|unknown)"(,.*)?\}$'
  local value=',"name":"([^"\\]+)","value":"([^"\\]+)"$'
  LAST_EVENT=() LAST_BOOT=() LAST_TEXT=() JOURNAL_PAGE='' RECALLED_NAMES=() RECALLED_VALUES=()
  while IFS= read -r line; do
    [[ $line =~ $shape ]] || continue
    event=${BASH_REMATCH[1]} id=${BASH_REMATCH[2]} boot=${BASH_REMATCH[3]}
    if [[ $event == start ]]; then
      JOURNAL_PAGE=${line#*'"script":"'}
      JOURNAL_PAGE=${JOURNAL_PAGE%%\"*}
      LAST_EVENT=() LAST_BOOT=() LAST_TEXT=() RECALLED_NAMES=() RECALLED_VALUES=()
    elif [[ $event == set && ${BASH_REMATCH[4]} =~ $value ]]; then
      RECALLED_NAMES+=("${BASH_REMATCH[1]}") RECALLED_VALUES+=("${BASH_REMATCH[2]}")
    fi
    item_of "$id" || continue
    at=$ITEM
    LAST_EVENT[at]=$event LAST_BOOT[at]=$boot LAST_TEXT[at]=$line
  done <"$JOURNAL"
}

item_of() { # ID -> ITEM
  local at
  for ((at = 0; at < ${#ITEM_ID[@]}; at++)); do
    if [[ ${ITEM_ID[at]} == "$1" && ${ITEM_KIND[at]} != prose ]]; then
      ITEM=$at
      return
    fi
  done
  return 1
}

script_sum() { # -> SUM: what the journal knows this script by: all that it may do
  local sum
  sum=$(printf '%s\n' "$PAGE_TITLE" "$PAGE_REVISION" "${ITEM_ID[@]}" "${ITEM_TEXT[@]}" "${WORDS[@]}" | cksum)
  SUM=${sum// /-}
}
