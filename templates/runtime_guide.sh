# --- guide: leads a person through the page, step by step, across crashes and reboots ---

BOLD='' DIM='' PLAIN='' GREEN='' RED=''

guide() {
  local item status=0
  guide_input || return
  guide_looks
  journal_open || return
  journal_read
  if ((RESUME)); then
    guide_resume || return
    if [[ -f $JOURNAL.state && ! -L $JOURNAL.state && -O $JOURNAL.state ]]; then cp -- "$JOURNAL.state" "$WORK/state"; fi
  else
    journal start '' script "$SUM" page "$PAGE_TITLE" || return
    journal_values || return
    LAST_EVENT=()
  fi
  item=$(guide_next -1)
  if [[ $item == none ]]; then
    journal end ''
    say 'Nothing is left to do.'
    return 0
  fi
  GUIDE_STEP=-1
  while [[ $item != none ]]; do
    guide_item "$item"
    status=$?
    case $status in
      0) item=$(guide_next "$item") ;;
      10) item=$(guide_back "$item") ;;
      11)
        journal quit '' at "${ITEM_ID[item]}"
        said_again journal
        printable "${BASH_SOURCE[0]:-verify.sh} --guide --resume${JOURNAL_GIVEN:+ --journal $JOURNAL}$SAID"
        say '' "Go on with: bash $PRINTABLE"
        return "$WAITING"
        ;;
      *) return "$status" ;;
    esac
  done
  session_leave 0
  journal end ''
  say '' "${GREEN}All steps are done.${PLAIN} Whether the host stands where the page ends: bash verify.sh"
}

guide_input() { # the answers: from where the script does not come from
  if [[ -n ${BASH_SOURCE[0]:-} && ! ${BASH_SOURCE[0]} -ef /dev/stdin ]]; then
    exec 5<&0
  elif { : </dev/tty; } 2>/dev/null; then
    exec 5</dev/tty
  else
    trouble '--guide needs a terminal, or the script as a file'
  fi
}

guide_looks() {
  if [[ -t 1 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' PLAIN=$'\e[0m' GREEN=$'\e[32m' RED=$'\e[31m'
  fi
}

say() { # LINE…: our own words
  printf '%s\n' "$@"
}

show() { # PREFIX LINE…: the page's or a command's words
  local prefix=$1 line
  shift
  for line in "$@"; do
    printable "$line"
    printf '%s%s%s\n' "$prefix" "$PRINTABLE" "$PLAIN"
  done
}

settled() { # ITEM: does the journal say that nothing is to be done about it?
  case ${LAST_EVENT[$1]:-} in
    holds | done | skip | ran) return 0 ;;
    *) return 1 ;;
  esac
}

guide_next() { # ITEM -> prints the first one after it that is not settled
  local item
  for ((item = $1 + 1; item < ${#ITEM_ID[@]}; item++)); do
    if counts_here "$item" && ! settled "$item"; then
      printf '%d\n' "$item"
      return
    fi
  done
  printf 'none\n'
}

guide_back() { # ITEM -> prints the one before it
  local item
  for ((item = $1 - 1; item >= 0; item--)); do
    if counts_here "$item"; then
      printf '%d\n' "$item"
      return
    fi
  done
  printf '%d\n' "$1"
}

guide_resume() {
  local item
  [[ -n $JOURNAL_PAGE ]] || trouble "the journal $JOURNAL has no run to go on with" || return
  [[ $JOURNAL_PAGE == "$SUM" ]] ||
    trouble 'the journal is of another script: the page changed since; begin anew without --resume' || return
  journal resume '' script "$SUM" || return
  recall_values
  journal_values || return
  for ((item = 0; item < ${#ITEM_ID[@]}; item++)); do
    [[ ${LAST_EVENT[item]:-} == begin ]] || continue
    describe "$item"
    if restarts "$item" && [[ ${LAST_BOOT[item]} != "$BOOT" ]]; then
      say "The host was restarted: ${ITEM_ID[item]} $DESCRIPTION"
      journal 'done' "${ITEM_ID[item]}" by reboot || return
      LAST_EVENT[item]='done'
    fi
  done
}

restarts() { # ITEM: does it restart the host?
  [[ ,${ITEM_EFFECTS[$1]}, == *,power,* || ${ITEM_KIND[$1]} == manual && ${ITEM_EFFECTS[$1]} == reboot ]]
}

guide_step() { # STEP
  local step=$1 item
  GUIDE_STEP=$step
  one_line "${STEP_TITLE[step]}"
  say '' "${BOLD}Step $((step + STEP_BASE)): $PRINTABLE${PLAIN}"
}

guide_prose() { # ITEM: what the page says right before it
  local item
  for ((item = $1 - 1; item >= 0 && ITEM_STEP[item] == ITEM_STEP[$1]; item--)); do
    [[ ${ITEM_KIND[item]} == prose ]] || break
  done
  for ((item = item + 1; item < $1; item++)); do
    words_of "${ITEM_LINES[item]}"
    show "  $DIM" ${GOT[@]+"${GOT[@]}"}
  done
}

guide_item() { # ITEM: 0 go on, 10 back, 11 quit
  local item=$1 answer
  ((ITEM_STEP[item] == GUIDE_STEP)) || guide_step "${ITEM_STEP[item]}"
  guide_prose "$item"
  guide_show "$item"
  if restarts "$item" && [[ ${ITEM_KIND[item]} == manual ]]; then guide_settle "$item" begin || return 11; fi
  while :; do
    guide_ask "$item" || {
      say ''
      return 11
    }
    case $ANSWER in
      r | run | y | yes)
        [[ ${ITEM_KIND[item]} != manual ]] || continue
        guide_do "$item"
        answer=$?
        ((answer == 12)) || return "$answer"
        ;;
      e | edit)
        [[ ${ITEM_KIND[item]} == run ]] || continue
        guide_edit_command "$item" || return 11
        ;;
      s | skip)
        guide_settle "$item" skip
        return
        ;;
      d | 'done')
        guide_settle "$item" 'done' by hand
        return
        ;;
      b | back) return 10 ;;
      u | undo) guide_undo "$item" ;;
      q | quit) return 11 ;;
      *) guide_help ;;
    esac
  done
}

guide_help() {
  say '  run (r)   run it, or make the edit         done (d)  it was done by hand' \
    '  edit (e)  change the command first         skip (s)  leave it out' \
    '  undo (u)  take an edit back                back (b)  the one before      quit (q)  go on another time'
}

guide_settle() { # ITEM EVENT [KEY VALUE]…
  local item=$1 event=$2
  shift 2
  journal "$event" "${ITEM_ID[item]}" "$@" || return
  LAST_EVENT[item]=$event LAST_BOOT[item]=$BOOT
}

guide_show() { # ITEM
  local item=$1 post
  describe "$item"
  say '' "${BOLD}${ITEM_ID[item]}  $DESCRIPTION${PLAIN}"
  if [[ ${ITEM_KIND[item]} == run ]]; then
    [[ ${ITEM_TEXT[item]} != *$'\n'* ]] || show '       ' "${ITEM_TEXT[item]}"
    say "     effect: ${ITEM_EFFECTS[item]//,/, }"
    [[ -z ${ITEM_CWD[item]} ]] || show '     in: ' "${ITEM_CWD[item]}"
    guide_show_session "$item"
    if enters "$item"; then
      without_terminal "${ITEM_TEXT[item]}"
      [[ $FED == "${ITEM_TEXT[item]}" ]] || show '     run without a terminal as: ' "$FED"
    fi
    words_of "${ITEM_ROWS[item]}"
    show_rows ${GOT[@]+"${GOT[@]}"}
  fi
  if item_lacks "$item"; then show '     not set yet: ' "${PARAMETER_NAME[LACKING]}, for ${PARAMETER_VALUE[LACKING]}"; fi
  if other_host "$item"; then show '     not here: ' "$REASON"; fi
  [[ -z ${ITEM_CASE[item]} ]] || show '     only in the case: ' "${ITEM_CASE[item]}"
  for post in ${ITEM_POSTS[item]}; do
    post_words "$post"
    say "     then: $PRINTABLE"
  done
  if [[ ${ITEM_KIND[item]} == edit ]]; then
    if edit_plan "$item"; then edit_diff && show '     ' ${DETAIL[@]+"${DETAIL[@]}"}; else show '     by hand: ' "$REASON"; fi
  fi
  if [[ ${LAST_EVENT[item]:-} == begin ]]; then
    say "     ${RED}It had begun when the guide was ended, and may have happened or not.${PLAIN}"
  elif [[ -n ${LAST_EVENT[item]:-} ]]; then
    say "     so far: ${LAST_EVENT[item]}"
  fi
}

guide_show_session() { # ITEM: the shells that must be entered for it first
  local open="${SESSION[*]-}" inside
  words_of "${ITEM_INSIDE[$1]}"
  [[ "${GOT[*]-}" != "$open" ]] || return 0
  for inside in ${GOT[@]+"${GOT[@]}"}; do show '     entered first: ' "$inside"; done
}

show_rows() { # ROW…: what the page recorded, holes as <type>
  local row rest hole='%{'
  (($# == 0)) || say '     prints:'
  for row in "$@"; do
    case $row in
      '= '*)
        row=${row#= }
        while [[ $row == *"$hole"* ]]; do
          rest=${row#*"$hole"}
          row="${row%%"$hole"*}<${rest%%\}*}>${rest#*\}}"
        done
        ;;
      \*) row='…' ;;
      *) continue ;;
    esac
    # %XX is how a row spells other bytes.
    row=${row//\\/\\\\}
    printf -v row '%b' "${row//%/\\x}"
    show '       ' "$row"
  done
}

guide_ask() { # ITEM -> ANSWER; false at the end of the input
  local choice='run, edit, skip, done, back, quit'
  case ${ITEM_KIND[$1]} in
    manual) choice='done, skip, back, quit' ;;
    edit) choice='run, skip, done, undo, back, quit' ;;
    *) ;;
  esac
  printf '%s' "     [$choice] > "
  IFS= read -r -u 5 ANSWER || return
  [[ -t 5 ]] || printf '\n'
}

guide_edit_command() { # ITEM: another text for this run
  local text
  printf '     command: '
  if [[ -t 5 ]]; then
    printable "${ITEM_TEXT[$1]}"
    # A text with a secret in it is not shown again, not even to be changed.
    [[ $PRINTABLE == "${ITEM_TEXT[$1]}" ]] || PRINTABLE=''
    IFS= read -r -e -i "$PRINTABLE" -u 5 text || return
  else
    IFS= read -r -u 5 text || return
  fi
  [[ -n $text ]] || return 0
  ITEM_TEXT[$1]=$text ITEM_EFFECTS[$1]=unknown ASTRAY=1
  guide_show "$1"
}

guide_value() { # PARAMETER: asks for it; false when nothing that fits is given
  local value='' hidden=()
  if [[ ${PARAMETER_SECRET[$1]} == secret && -t 5 ]]; then hidden=(-s); fi
  show '     ' "${PARAMETER_NAME[$1]}, for ${PARAMETER_VALUE[$1]} (${PARAMETER_TYPE[$1]}):"
  printf '     > '
  IFS= read -r ${hidden[@]+"${hidden[@]}"} -u 5 value
  [[ -t 5 && -z ${hidden[*]-} ]] || printf '\n'
  if ! fits "${PARAMETER_TYPE[$1]}" "$value"; then
    say "     it wants a value of type ${PARAMETER_TYPE[$1]}, of letters, digits and ._:/@%+,=-"
    return 1
  fi
  set_later "$1" "$value"
  journal_value "$1" || return
}

guide_do() { # ITEM: 0 go on, 11 quit, 12 ask again
  local item=$1
  if item_lacks "$item"; then
    while item_lacks "$item"; do guide_value "$LACKING" || return 12; done
    guide_show "$item"
    return 12
  fi
  describe "$item"
  if [[ ${ITEM_KIND[item]} == edit ]]; then
    guide_do_edit "$item"
    return
  fi
  # On disk before it runs: what was begun is never taken for undone.
  guide_settle "$item" begin command "${ITEM_TEXT[item]}" || return 11
  apply_command "$item"
  keep_output "$item"
  judge "$item"
  [[ $VERDICT != none ]] || judge_status "$item"
  guide_output
  guide_posts "$item"
  if [[ $VERDICT == holds ]]; then
    guide_settle "$item" holds status "$RUN_STATUS"
    say "     ${GREEN}holds${PLAIN}"
    guide_keep_state
    return 0
  fi
  guide_settle "$item" fails status "$RUN_STATUS" reason "$REASON"
  one_line "$REASON"
  say "     ${RED}does not hold: $PRINTABLE${PLAIN}"
  show '       ' ${DETAIL[@]+"${DETAIL[@]}"}
  guide_keep_state
  return 12
}

guide_output() {
  local lines=()
  mapfile -t -n 40 lines < <(head -c 20000 -- "$RUN_OUT" | tr -d '\000')
  show '     | ' ${lines[@]+"${lines[@]}"}
  mapfile -t -n 20 lines < <(head -c 20000 -- "$RUN_ERR" | tr -d '\000')
  show '     ! ' ${lines[@]+"${lines[@]}"}
}

guide_posts() { # ITEM: a post-condition that does not hold makes the verdict
  local post
  [[ $VERDICT == holds ]] && ! restarts "$1" || return 0
  for post in ${ITEM_POSTS[$1]}; do
    post_holds "$post"
    if (($? == 1)); then
      VERDICT=fails REASON="it ran, but this does not hold after it: ${POST_WORDS[post]}" DETAIL=()
      return
    fi
  done
}

guide_do_edit() { # ITEM
  local item=$1
  if ! edit_plan "$item"; then
    show '     by hand: ' "$REASON"
    return 12
  elif edit_in_place; then
    say '     it is so already'
    guide_settle "$item" holds
    return
  fi
  guide_settle "$item" begin target "$TARGET" || return 11
  if edit_apply "$item"; then
    guide_settle "$item" holds target "$TARGET" backup "$BACKUP"
    GUIDE_BACKUP[item]=$BACKUP GUIDE_TARGET[item]=$TARGET
    show '     changed; as it was: ' "${BACKUP:-no file}"
    return 0
  fi
  guide_settle "$item" fails reason 'not written'
  say "     ${RED}the file could not be written${PLAIN}"
  return 12
}

GUIDE_BACKUP=() GUIDE_TARGET=()
guide_undo() { # ITEM
  local item=$1
  if [[ ${ITEM_KIND[item]} != edit ]]; then
    say '     only edits of files can be undone'
  elif [[ -z ${GUIDE_TARGET[item]:-} ]] && ! guide_recall "$item"; then
    say '     this guide made no edit there'
  elif edit_undo "${GUIDE_TARGET[item]}" "${GUIDE_BACKUP[item]}"; then
    guide_settle "$item" undo
    GUIDE_TARGET[item]=''
    say '     undone'
    guide_show "$item"
  else
    say "     ${RED}the file could not be put back${PLAIN}"
  fi
}

guide_recall() { # ITEM -> GUIDE_TARGET, GUIDE_BACKUP of an earlier run, from the journal
  local line=${LAST_TEXT[$1]:-}
  [[ ${LAST_EVENT[$1]:-} == holds && $line == *'"target":"'*'"backup":"'* ]] || return
  GUIDE_TARGET[$1]=${line#*'"target":"'}
  GUIDE_TARGET[$1]=${GUIDE_TARGET[$1]%%\"*}
  GUIDE_BACKUP[$1]=${line#*'"backup":"'}
  GUIDE_BACKUP[$1]=${GUIDE_BACKUP[$1]%%\"*}
  [[ ${GUIDE_TARGET[$1]} == /* && ${GUIDE_TARGET[$1]} != *\\* ]]
}

guide_keep_state() { # variables, directory and functions, for --resume
  [[ -n $WORKER && ${#SESSION[@]} == 0 ]] || return 0
  run_text ':' ''
  (umask 077 && cp -- "$WORK/state" "$JOURNAL.state") 2>/dev/null || :
}
