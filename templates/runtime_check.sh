# --- check: does the host stand where the page, or one of its steps, ends? ---

# For each item, what was seen: holds, fails, or nothing.
SEEN=() SEEN_POST=()

changes_host() { # ITEM: may what it says change this host?
  local effects=",${ITEM_EFFECTS[$1]},"
  if other_host "$1"; then return 1; fi
  case ${ITEM_KIND[$1]} in
    prose) return 1 ;;
    manual | edit) return 0 ;;
    *) ;;
  esac
  [[ ${ITEM_LANGUAGE[$1]} == sh ]] || return 0
  effects=${effects//,read,/,} effects=${effects//,network,/,} effects=${effects//,interactive,/,}
  [[ -n ${effects//,/} || ,${ITEM_EFFECTS[$1]}, != *,read,* ]]
}

why_not_run() { # ITEM -> REASON why check does not run it; false when it does
  if [[ ${ITEM_EFFECTS[$1]} != read ]]; then
    REASON="effect: ${ITEM_EFFECTS[$1]//,/, }; check runs only what is known to read"
  elif [[ ${ITEM_LANGUAGE[$1]} != sh ]]; then
    REASON="it is for another program: ${ITEM_LANGUAGE[$1]}"
  elif [[ ${ITEM_INSIDE[$1]} != '0 0' ]]; then
    words_of "${ITEM_INSIDE[$1]}"
    REASON="it runs inside: ${GOT[${#GOT[@]} - 1]}"
  elif item_lacks "$1"; then
    return 0
  elif ! ((START_SAID)) && is_relative "${ITEM_CWD[$1]}" && [[ ! -d $START/${ITEM_CWD[$1]} ]]; then
    REASON="it runs in ${ITEM_CWD[$1]}, which is not here; --in DIR says where the steps begin"
  else
    other_host "$1"
  fi
}

other_host() { # ITEM -> REASON
  local wanted=${ITEM_HOST[$1]} at
  [[ -n $wanted ]] || return
  if [[ -n $ROLE ]]; then
    REASON="it is for host $wanted, this is $ROLE"
    [[ $wanted != "$ROLE" ]]
    return
  fi
  for ((at = 0; at < ${#ITEM_HOST[@]}; at++)); do
    if [[ -n ${ITEM_HOST[at]} && ${ITEM_HOST[at]} != "$wanted" ]]; then
      REASON="it is for host $wanted, one of several; --role HOST says which this is"
      return 0
    fi
  done
  return 1
}

last_change() { # STEP -> LAST: the last item up to the end of STEP that may change the host, -1 for none
  local item
  LAST=-1
  for ((item = 0; item < ${#ITEM_ID[@]} && ITEM_STEP[item] <= $1; item++)); do
    [[ ${ITEM_KIND[item]} != run || ${ITEM_EFFECTS[item]} != read ]] || continue
    if [[ -z ${ITEM_CASE[item]} ]] && changes_host "$item"; then LAST=$item; fi
  done
}

check() {
  local item planned=0 step=-1 posts items=()
  [[ -z $KEEP_OUTPUT ]] || mkdir -p -- "$KEEP_OUTPUT" || return "$TROUBLE"
  for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
    ((ITEM_STEP[item] >= RANGE_FROM && ITEM_STEP[item] <= RANGE_TO)) && [[ ${ITEM_KIND[item]} != prose ]] || continue
    items+=("$item")
    for posts in ${ITEM_POSTS[item]}; do planned=$((planned + 1)); done
  done
  report_start "$((planned + ${#items[@]}))"
  last_change "$RANGE_TO"
  for item in ${items[@]+"${items[@]}"}; do
    ((ITEM_STEP[item] == step)) || report_step "${ITEM_STEP[item]}"
    step=${ITEM_STEP[item]}
    check_item "$item"
    [[ -z ${ITEM_POSTS[item]} ]] || check_posts "$item"
  done
  check_end
}

counts_here() { # ITEM
  in_range "${ITEM_STEP[$1]}" && [[ ${ITEM_KIND[$1]} != prose ]]
}

check_item() { # ITEM
  local item=$1
  describe "$item"
  DETAIL=()
  case ${ITEM_KIND[item]} in
    manual) report skips "${ITEM_ID[item]}" "$DESCRIPTION" 'a person does it' ;;
    edit) check_edit "$item" ;;
    *)
      if [[ -z ${AHEAD[item]:-} ]] && why_not_run "$item"; then
        report skips "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
      else
        check_run "$item"
      fi
      ;;
  esac
}

check_edit() { # ITEM: is it in place? Its own post-conditions, where it has them, say it better.
  local item=$1
  if [[ -n ${ITEM_POSTS[item]} ]]; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" 'what it leaves is looked at next'
  elif item_lacks "$item" || ! edit_plan "$item"; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
  elif [[ -n ${ITEM_CASE[item]} ]]; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "only in the case: ${ITEM_CASE[item]}"
  elif edit_in_place; then
    SEEN[item]=holds
    report holds "${ITEM_ID[item]}" "$DESCRIPTION" ''
  elif edited_later "$item"; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" 'does not count, the file is edited again later'
  else
    SEEN[item]=fails
    edit_diff
    report fails "${ITEM_ID[item]}" "$DESCRIPTION" 'the file does not hold it'
  fi
}

edited_later() { # ITEM: by another edit that replaces the whole, or sets the same name
  local item word names=' '
  words_of "${ITEM_LINES[$1]}"
  for word in ${GOT[@]+"${GOT[@]}"}; do names+="${word%%=*} "; done
  for ((item = $1 + 1; item < ${#ITEM_ID[@]} && ITEM_STEP[item] <= RANGE_TO; item++)); do
    [[ ${ITEM_KIND[item]} == edit && ${ITEM_TEXT[item]} == "${ITEM_TEXT[$1]}" ]] || continue
    [[ ${ITEM_STATUS[item]} == set || ${ITEM_STATUS[item]} == append ]] || return 0
    words_of "${ITEM_LINES[item]}"
    for word in ${GOT[@]+"${GOT[@]}"}; do [[ $names != *" ${word%%=*} "* ]] || return 0; done
  done
  return 1
}

check_run() { # ITEM
  local item=$1
  ((item < LOOKED_AHEAD)) || look_ahead "$item"
  if [[ -n ${AHEAD[item]:-} ]]; then
    VERDICT=holds REASON=''
  else
    run_item "$item"
    require_room
    keep_output "$item"
    judge "$item"
  fi
  if [[ $VERDICT == none ]]; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
    return
  fi
  SEEN[item]=$VERDICT
  if [[ -n ${ITEM_CASE[item]} ]]; then
    shown "$item" "only in the case: ${ITEM_CASE[item]}"
  elif ((item < LAST)); then
    shown "$item" 'what comes later changes the host'
  else
    report "$VERDICT" "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
  fi
}

require_room() { # what a command printed counts only when there was room for it
  printf '%4096s' '' 2>/dev/null >"$WORK/room" && return
  trouble "no space left in ${WORK%/*} for what commands print: make room, or set TMPDIR"
  exit "$TROUBLE"
}

LOOKED_AHEAD=0
look_ahead() { # ITEM -> LOOKED_AHEAD: it and those after it, as far as they may be run at once, are run
  local item=$1 items=()
  LOOKED_AHEAD=$((item + 1))
  [[ -n $WORKER ]] || worker_start || return
  ((WORKER_FRESH)) && [[ -z $KEEP_OUTPUT ]] || return
  for ((; item < ${#ITEM_ID[@]} && ${#items[@]} < AHEAD_LIMIT && ITEM_STEP[item] <= RANGE_TO; item++)); do
    case "${ITEM_KIND[item]} ${ITEM_EFFECTS[item]} ${ITEM_LANGUAGE[item]}, inside ${ITEM_INSIDE[item]}, in ${ITEM_CWD[item]} on ${ITEM_HOST[item]}, ${ITEM_ROWS[item]#* }" in
      prose*) ;;
      'run read sh, inside 0 0, in  on , '[1-9]*)
        is_plain "${ITEM_TEXT[item]}" || break
        items+=("$item")
        ;;
      *) break ;;
    esac
  done
  ((${#items[@]} > 1)) || return
  LOOKED_AHEAD=$item
  run_ahead "${items[@]}"
}

shown() { # ITEM WHY: seen, but it does not count
  local verdict=$VERDICT
  [[ $verdict == holds ]] && DETAIL=()
  case $verdict in
    holds) report skips "${ITEM_ID[$1]}" "$DESCRIPTION" "does not count, $2; it holds" ;;
    *) report skips "${ITEM_ID[$1]}" "$DESCRIPTION" "does not count, $2; now: $REASON" ;;
  esac
}

run_item() { # ITEM
  directory_of "$1"
  run_text "${ITEM_TEXT[$1]}" "$DIRECTORY"
}

# Whether the shell may have left the way of the page's commands: once a person has typed another in the place of one.
ASTRAY=0

directory_of() { # ITEM -> DIRECTORY: where it is typed, empty for wherever the commands before have led
  DIRECTORY=${ITEM_CWD[$1]}
  case $DIRECTORY in
    \~) DIRECTORY=${HOME:-/} ;;
    \~/*) DIRECTORY=${HOME:-}/${DIRECTORY#\~/} ;;
    . | .. | ./* | ../*) if ((ASTRAY)); then DIRECTORY=''; else DIRECTORY=$START/$DIRECTORY; fi ;;
    /*) ;;
    *) DIRECTORY='' ;;
  esac
}

judge() { # ITEM -> VERDICT holds|fails|none, REASON, DETAIL
  local item=$1 count=${ITEM_ROWS[$1]#* }
  VERDICT=fails REASON='' DETAIL=()
  case $RUN_END in
    timeout) REASON="no end after $TIMEOUT s; it was ended with all that it started" ;;
    flood) REASON="it printed more than $OUTPUT_LIMIT bytes and was ended" ;;
    *) judge_output "$item" "$count" ;;
  esac
  if [[ $VERDICT == fails ]] && ((${#DETAIL[@]} == 0)); then
    first_lines "$RUN_ERR" 10
    ((${#DETAIL[@]})) || first_lines "$RUN_OUT" 10
  fi
}

judge_output() { # ITEM COUNT
  if ((RUN_STATUS == 126 || RUN_STATUS == 127)); then
    REASON="it could not be run (status $RUN_STATUS)"
  elif (($2 == 0)); then
    VERDICT=none REASON="the page records no output to compare; it ended with status $RUN_STATUS"
  elif ! matches "$1"; then
    REASON='it prints something else than the page recorded'
  elif ! fits_status "${ITEM_STATUS[$1]}" "$RUN_STATUS"; then
    REASON="it prints what the page recorded, but its status is $RUN_STATUS"
    DETAIL=('')
  else
    VERDICT=holds
  fi
}

post_counts() { # POST STEP: up to the end of STEP
  local until=${POST_UNTIL[$1]}
  [[ -z ${ITEM_CASE[${POST_ITEM[$1]}]} ]] || return
  [[ $until == end ]] || ((${until%.*} - STEP_BASE > $2))
}

check_posts() { # ITEM
  local posts status id=${ITEM_ID[$1]}
  for posts in ${ITEM_POSTS[$1]}; do
    post_words "$posts"
    DETAIL=()
    if other_host "$1"; then
      report skips "$id" "then: $PRINTABLE" "$REASON"
      continue
    fi
    post_holds "$posts"
    status=$?
    SEEN_POST[posts]=$status
    if ((status > 1)); then
      report skips "$id" "then: $PRINTABLE" "$UNTOLD"
    elif ! post_counts "$posts" "$RANGE_TO"; then
      report skips "$id" "then: $PRINTABLE" "does not count, it is replaced later (${POST_UNTIL[posts]})"
    elif ((status == 0)); then
      report holds "$id" "then: $PRINTABLE" ''
    else
      report fails "$id" "then: $PRINTABLE" 'it does not hold'
    fi
  done
}

find_furthest() { # -> FURTHEST: the last step at whose end all that counts there holds, -1 for none
  local item=0 step posts read_held=0 read_failed=0 held=0 failed=0 over=()
  FURTHEST=-1
  for ((step = 0; step <= RANGE_TO; step++)); do
    for posts in ${over[step]:-}; do
      if ((SEEN_POST[posts])); then failed=$((failed - 1)); else held=$((held - 1)); fi
    done
    for ((; item < ${#ITEM_ID[@]} && ITEM_STEP[item] == step; item++)); do
      case ${ITEM_CASE[item]:+case}${ITEM_KIND[item]}${SEEN[item]:-} in
        case*) continue ;;
        runholds) read_held=1 ;;
        runfails) read_failed=1 ;;
        editholds) held=$((held + 1)) ;;
        editfails) failed=$((failed + 1)) ;;
        *) ;;
      esac
      # What was read before says nothing about the host after a change.
      if [[ ${ITEM_EFFECTS[item]} != read ]] && changes_host "$item"; then read_held=0 read_failed=0; fi
      for posts in ${ITEM_POSTS[item]}; do furthest_post "$posts"; done
    done
    if ((step >= RANGE_FROM && held + read_held && !failed && !read_failed)); then FURTHEST=$step; fi
  done
}

furthest_post() { # POST: counts it for find_furthest, up to the step that replaces it
  local until=${POST_UNTIL[$1]}
  [[ ${SEEN_POST[$1]:-} == [01] ]] || return 0
  if [[ $until != end ]]; then
    until=$((${until%.*} - STEP_BASE))
    ((until > step)) || return 0
    over[until]+=" $1"
  fi
  if ((SEEN_POST[$1])); then failed=$((failed + 1)); else held=$((held + 1)); fi
}

check_end() {
  find_furthest
  if ((VERDICT_HOLDS + VERDICT_FAILS == 0)); then
    report_end 'nothing here could be checked'
    return "$WAITING"
  fi
  if ((FURTHEST < 0)); then
    report_end 'at the end of no step all holds'
  else
    one_line "${STEP_TITLE[FURTHEST]}"
    report_end "all holds as at the end of step $((FURTHEST + STEP_BASE)): $PRINTABLE"
  fi
  ((VERDICT_FAILS == 0))
}
