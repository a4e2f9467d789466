# --- apply: runs what was allowed, and stops where a person is needed ---

APPLY_RUNS=0
apply() {
  local item step=-1 status=0
  [[ -z $KEEP_OUTPUT ]] || mkdir -p -- "$KEEP_OUTPUT" || return "$TROUBLE"
  check_yes || return
  find_after || return
  if [[ -n $JOURNAL_GIVEN ]]; then apply_journal || return; fi
  report_start ''
  for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
    counts_here "$item" && ((item > AFTER_ITEM)) || continue
    ((ITEM_STEP[item] == step)) || report_step "${ITEM_STEP[item]}"
    step=${ITEM_STEP[item]}
    apply_item "$item"
    status=$?
    ((status == 0)) || break
  done
  session_leave 0
  if [[ -n $JOURNAL_LOCK ]] && ((status == 0)); then journal end ''; fi
  report_plan
  case $status in
    0) report_end 'all of it is done' ;;
    1) report_end "stopped at ${ITEM_ID[item]}: it does not hold" ;;
    *) ;;
  esac
  return "$status"
}

check_yes() { # is each word of --yes an effect or a step?
  local word
  for word in ${YES[@]+"${YES[@]}"}; do
    case $word in
      read | create | modify | delete | service | package | network | kernel | power | interactive) ;;
      exec | unknown)
        trouble "--yes $word is not possible: name the step, so that you have seen its commands"
        return
        ;;
      *) find_step "$word" || return ;;
    esac
  done
}

find_after() { # -> AFTER_ITEM
  local item
  AFTER_ITEM=-1
  [[ -n $AFTER ]] || return 0
  for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
    if [[ ${ITEM_ID[item]} == "$AFTER" && ${ITEM_KIND[item]} != prose ]]; then
      AFTER_ITEM=$item
      return
    fi
  done
  trouble "there is no $AFTER; --list shows them"
}

allowed() { # ITEM -> REASON: the yes that it needs and does not have
  local effect word step=${ITEM_STEP[$1]}
  for word in ${YES[@]+"${YES[@]}"}; do
    if [[ $word == "${STEP_ID[step]}" || -n ${STEP_NUMBER[step]} && $word == "${STEP_NUMBER[step]}" ]]; then return 0; fi
  done
  for effect in ${ITEM_EFFECTS[$1]//,/ }; do
    [[ $effect != read ]] || continue
    if [[ $effect == unknown || $effect == exec ]]; then
      REASON="--yes ${STEP_ID[step]}"
      return 1
    fi
    for word in ${YES[@]+"${YES[@]}"}; do [[ $word == "$effect" ]] && continue 2; done
    REASON="--yes $effect"
    return 1
  done
  [[ ${ITEM_LANGUAGE[$1]} == sh ]] || {
    REASON="--yes ${STEP_ID[step]}"
    return 1
  }
}

how_to_go_on() { # ITEM WHY OPTION: stops here; DONE-AFTER says which item is then behind
  local words="bash verify.sh --apply" word yes=''
  for word in ${YES[@]+"${YES[@]}"}; do yes+="${yes:+,}$word"; done
  said_again
  words+="${yes:+ --yes $yes}$SAID"
  report_end "waiting at ${ITEM_ID[$1]}: $2" "go on with: $words $3"
  return "$WAITING"
}

last_before() { # ITEM -> BEFORE: an option that starts at ITEM again
  local item
  BEFORE=''
  for ((item = $1 - 1; item >= 0; item--)); do
    if [[ ${ITEM_KIND[item]} != prose ]]; then
      BEFORE="--after ${ITEM_ID[item]} "
      return
    fi
  done
}

apply_item() { # ITEM
  local item=$1
  describe "$item"
  DETAIL=()
  if [[ -n $JOURNAL_LOCK ]] && settled "$item"; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "the journal says: ${LAST_EVENT[item]}"
  elif [[ -n $JOURNAL_LOCK && ${LAST_EVENT[item]:-} == begin && ${ITEM_KIND[item]} != manual ]]; then
    how_to_go_on "$item" 'it had begun when the last run was ended, and may have happened or not; look, then' "--after ${ITEM_ID[item]}"
  elif [[ -n ${ITEM_CASE[item]} ]]; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "only in the case: ${ITEM_CASE[item]}"
  elif other_host "$item"; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
  elif [[ ${ITEM_KIND[item]} == manual ]]; then
    if restarts "$item"; then apply_note "$item" begin; fi
    how_to_go_on "$item" "by hand: ${ITEM_TEXT[item]}" "--after ${ITEM_ID[item]}"
  elif item_lacks "$item"; then
    last_before "$item"
    how_to_go_on "$item" "${PARAMETER_NAME[LACKING]} is not set" "$BEFORE--set ${PARAMETER_NAME[LACKING]}=VALUE"
  elif already "$item"; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" 'it is so already'
  elif ! allowed "$item"; then
    last_before "$item"
    how_to_go_on "$item" "it needs a yes: $DESCRIPTION" "$BEFORE$REASON"
  elif [[ ${ITEM_KIND[item]} == edit ]]; then
    apply_edit "$item"
  else
    apply_run "$item"
  fi
}

already() { # ITEM: do all its post-conditions hold, and would they tell the difference?
  local posts counted=0
  for posts in ${ITEM_POSTS[$1]}; do
    if [[ ${POST_BEFORE[posts]} == any ]] || ! post_holds "$posts"; then return 1; fi
    counted=$((counted + 1))
  done
  ((counted))
}

apply_edit() { # ITEM
  local item=$1
  if ! edit_plan "$item"; then
    how_to_go_on "$item" "edit ${ITEM_TEXT[item]} by hand ($REASON)" "--after ${ITEM_ID[item]}"
  elif edit_in_place; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" 'it is so already'
  elif apply_note "$item" begin && edit_apply "$item"; then
    apply_note "$item" holds target "$TARGET" backup "$BACKUP"
    apply_posts "$item" "${BACKUP:+the file as it was: $BACKUP}"
  else
    report fails "${ITEM_ID[item]}" "$DESCRIPTION" 'the file could not be written'
    return 1
  fi
}

apply_run() { # ITEM
  local item=$1
  apply_note "$item" begin || return
  apply_command "$item"
  keep_output "$item"
  judge "$item"
  if [[ $VERDICT == none ]]; then judge_status "$item"; fi
  if [[ $VERDICT == fails ]]; then
    apply_note "$item" fails status "$RUN_STATUS"
    report fails "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
    return 1
  fi
  apply_posts "$item" '' || return
  # A host that restarts is no proof yet that it did.
  restarts "$item" || apply_note "$item" holds
  if [[ ,${ITEM_EFFECTS[item]}, == *,power,* ]]; then
    how_to_go_on "$item" 'the host restarts' "--after ${ITEM_ID[item]}"
  fi
}

apply_journal() {
  journal_open || return
  journal_read
  if ((RESUME)); then
    guide_resume
  else
    LAST_EVENT=()
    journal start '' script "$SUM" page "$PAGE_TITLE" && journal_values
  fi
}

apply_note() { # ITEM EVENT [KEY VALUE]…
  [[ -z $JOURNAL_LOCK ]] || guide_settle "$@"
}

apply_command() { # ITEM -> RUN_*
  local item=$1
  session_to "$item" || return 0
  if enters "$item"; then
    directory_of "$item"
    session_enter "${ITEM_TEXT[item]}" "$DIRECTORY" || return 0
    without_terminal "${ITEM_TEXT[item]}"
    [[ $FED == "${ITEM_TEXT[item]}" ]] || {
      one_line "$FED"
      DESCRIPTION+="  (run as: $PRINTABLE)"
    }
  elif ((${#SESSION[@]})); then
    session_run "${ITEM_TEXT[item]}"
  else
    run_item "$item"
  fi
}

judge_status() { # ITEM: nothing was recorded; what changes something must at least end well
  if [[ $RUN_STATUS == 0 ]] || { [[ ${ITEM_EFFECTS[$1]} == read ]] && [[ $RUN_STATUS == 1 ]]; }; then
    VERDICT=holds
  else
    VERDICT=fails REASON="it ended with status $RUN_STATUS"
    first_lines "$RUN_ERR" 10
  fi
}

apply_posts() { # ITEM WORDS
  local item=$1 posts
  for posts in ${ITEM_POSTS[item]}; do
    # What holds after a restart can't be seen before it.
    ! restarts "$item" || continue
    post_holds "$posts"
    if (($? == 1)); then
      DETAIL=("${POST_WORDS[posts]}")
      report fails "${ITEM_ID[item]}" "$DESCRIPTION" 'it ran, but this does not hold after it'
      return 1
    fi
  done
  DETAIL=()
  report holds "${ITEM_ID[item]}" "$DESCRIPTION" "$2"
}

dry_run() {
  local item step=-1 status=0
  check_yes || return
  find_after || return
  for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
    counts_here "$item" && ((item > AFTER_ITEM)) || continue
    ((ITEM_STEP[item] == step)) || report_step "${ITEM_STEP[item]}"
    step=${ITEM_STEP[item]}
    describe "$item"
    dry_item "$item" || status=$WAITING
  done
  return "$status"
}

dry_item() { # ITEM; false when apply would stop there
  local item=$1 what=runs line stops=0
  DETAIL=()
  if [[ -n ${ITEM_CASE[item]} ]]; then
    what="skips, only in the case ${ITEM_CASE[item]}"
  elif other_host "$item"; then
    what="skips, $REASON"
  elif [[ ${ITEM_KIND[item]} == manual ]]; then
    what='stops, by hand' stops=1
  elif item_lacks "$item"; then
    what="stops, $REASON" stops=1
  elif already "$item"; then
    what='skips, it is so already'
  elif ! allowed "$item"; then
    what="stops, needs $REASON" stops=1
  elif [[ ${ITEM_KIND[item]} == edit ]]; then
    if edit_plan "$item"; then edit_diff; else what="stops, $REASON" stops=1; fi
  fi
  one_line "$what"
  printf '%-5s %s  [%s]\n' "${ITEM_ID[item]}" "$DESCRIPTION" "$PRINTABLE"
  for line in ${DETAIL[@]+"${DETAIL[@]}"}; do
    printable "$line"
    printf '      %s\n' "$PRINTABLE"
  done
  return "$stops"
}
