
# --- in a sandbox: --apply does all of the page from scratch; what can't be shown there is left out, and told ---
#
# Above stand NOT_HERE, the effects that have no meaning there, and NOT_SHOWN, the kinds of post-conditions that look at what a sandbox
# does not have. After each thing done a line is awaited, so that the files can be looked at from outside.

apply() {
  local item step=-1
  [[ -z $KEEP_OUTPUT ]] || mkdir -p -- "$KEEP_OUTPUT" || return "$TROUBLE"
  report_start ''
  for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
    counts_here "$item" || continue
    ((ITEM_STEP[item] == step)) || report_step "${ITEM_STEP[item]}"
    step=${ITEM_STEP[item]}
    prove_item "$item"
    printf '{"event":"pause","id":"%s"}\n' "${ITEM_ID[item]}"
    IFS= read -r _ || return "$TROUBLE"
  done
  session_leave 0
  report_end "$VERDICT_HOLDS held, $VERDICT_FAILS did not, $VERDICT_SKIPS left out"
  ((VERDICT_FAILS == 0))
}

LEFT_OUT=''
leave_out() { # ITEM REASON
  DETAIL=()
  report skips "${ITEM_ID[$1]}" "$DESCRIPTION" "not provable in a sandbox: $2"
  LEFT_OUT=${LEFT_OUT:-${ITEM_ID[$1]}}
}

failed() { # ITEM DESCRIPTION REASON: it counts, unless something that it may need was left out
  if [[ -z $LEFT_OUT ]]; then
    report fails "${ITEM_ID[$1]}" "$2" "$3"
  else
    report skips "${ITEM_ID[$1]}" "$2" "not provable in a sandbox: it fails, and $LEFT_OUT was left out; $3"
  fi
}

prove_item() { # ITEM
  local item=$1
  describe "$item"
  DETAIL=()
  if [[ -n ${ITEM_CASE[item]} ]]; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "only in the case: ${ITEM_CASE[item]}"
  elif other_host "$item"; then
    report skips "${ITEM_ID[item]}" "$DESCRIPTION" "$REASON"
  elif has_no_meaning "$item"; then
    leave_out "$item" "$REASON"
  elif item_lacks "$item"; then
    leave_out "$item" "$REASON"
  elif [[ ${ITEM_KIND[item]} == edit ]]; then
    prove_edit "$item"
  else
    prove_run "$item"
  fi
}

has_no_meaning() { # ITEM -> REASON
  local effect posts
  if [[ ${ITEM_KIND[$1]} == manual ]]; then
    REASON='a person does it'
    return
  fi
  for effect in "${NOT_HERE[@]}"; do
    if [[ ,${ITEM_EFFECTS[$1]}, == *,$effect,* ]]; then
      REASON="effect: $effect"
      return
    fi
  done
  if [[ ,${ITEM_EFFECTS[$1]}, == *,interactive,* ]] && ! enters "$1"; then
    REASON='it asks at a terminal'
    return
  fi
  # A command all of whose results are of such a kind.
  [[ -n ${ITEM_POSTS[$1]} ]] || return
  for posts in ${ITEM_POSTS[$1]}; do
    is_not_shown "$posts" || return
    post_words "$posts"
    REASON="then $PRINTABLE"
  done
}

is_not_shown() { # POST
  local kind
  for kind in "${NOT_SHOWN[@]}"; do
    [[ ${POST_KIND[$1]} != "$kind" ]] || return 0
  done
  return 1
}

prove_edit() { # ITEM
  local item=$1
  if ! edit_plan "$item"; then
    leave_out "$item" "$REASON"
  elif edit_in_place || edit_write; then
    report holds "${ITEM_ID[item]}" "$DESCRIPTION" ''
    prove_posts "$item"
  else
    failed "$item" "$DESCRIPTION" 'the file could not be written'
  fi
}

edit_write() { # without a backup: there is nothing to lose
  local new=$TARGET.runbook-new
  [[ ! -e $TARGET ]] || cp -p -- "$TARGET" "$new" || return
  cat -- "$NEW_FILE" >"$new" && mv -f -- "$new" "$TARGET"
}

prove_run() { # ITEM
  local item=$1
  apply_command "$item"
  keep_output "$item"
  # A program that is known by its name, and that this machine does not have.
  if [[ $RUN_STATUS == 127 && ,${ITEM_EFFECTS[item]}, != *,unknown,* ]]; then
    leave_out "$item" 'it needs a program that this host does not have'
    return
  fi
  judge "$item"
  if [[ $VERDICT == none ]]; then judge_status "$item"; fi
  if [[ $VERDICT == fails ]]; then
    failed "$item" "$DESCRIPTION" "$REASON"
  else
    DETAIL=()
    report holds "${ITEM_ID[item]}" "$DESCRIPTION" ''
    prove_posts "$item"
  fi
}

prove_posts() { # ITEM
  local posts id=${ITEM_ID[$1]}
  DETAIL=()
  for posts in ${ITEM_POSTS[$1]}; do
    post_words "$posts"
    if is_not_shown "$posts"; then
      report skips "$id" "then: $PRINTABLE" 'not provable in a sandbox'
      continue
    fi
    post_holds "$posts"
    case $? in
      0) report holds "$id" "then: $PRINTABLE" '' ;;
      1) failed "$1" "then: $PRINTABLE" 'it ran, but this does not hold after it' ;;
      *) report skips "$id" "then: $PRINTABLE" "$UNTOLD" ;;
    esac
  done
}

