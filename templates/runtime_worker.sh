# --- running commands: one shell of their own carries directory, variables and functions from command to command ---
#
# It reads what to do from a pipe and writes each exit status to another. A command runs there as if typed: `exit`, `exec`, `set`
# and `trap` may end or change that shell, never this one; when it ends, the next one starts with the state before the command.

WORKER='' WORKER_FRESH=0 RUN_NUMBER=0 OUTPUT_LIMIT=1048576
RUN_STATUS='' RUN_END='' RUN_OUT='' RUN_ERR=''

worker_start() {
  [[ -p $WORK/to ]] || mkfifo -m 600 -- "$WORK/to" "$WORK/from" "$WORK/pause" || return
  # Opened for reading and writing, a pipe that nobody writes to: read -t on it is a pause without another process.
  exec 9<>"$WORK/pause"
  set -m
  (
    trap - INT TERM HUP PIPE
    ((!START_SAID)) || cd -- "$START" || exit
    if [[ $KEPT_LC_ALL == unset ]]; then unset LC_ALL; else LC_ALL=$KEPT_LC_ALL; fi
    exec bash --noprofile --norc -s <"$WORK/to" >/dev/null 2>&1 4>"$WORK/from" 5<&- 6>&- 7>&- 8>&- 9>&-
  ) &
  WORKER=$!
  set +m
  exec 7>"$WORK/to" 8<"$WORK/from"
  worker_send 'shopt -s expand_aliases'
  if [[ ! -e $WORK/state ]] && ! declare -F echo && ! declare -F pwd && ! declare -F true && ! declare -F false; then WORKER_FRESH=1; fi
  if [[ -e $WORK/state ]]; then worker_send ". $(printf '%q' "$WORK/state") 2>/dev/null"; fi
}

worker_send() { printf '%s\n' "$1" >&7; }

worker_stop() {
  [[ -n $WORKER ]] || return 0
  # Nobody reads any more: the shell ends by itself, what it left in the background stays.
  exec 7>&- 8<&-
  ((${#SESSION[@]} == 0)) || session_closed
  wait "$WORKER" 2>/dev/null
  WORKER=''
}

# TEXT DIRECTORY INPUT -> RUN_STATUS, RUN_END (done, ended, timeout, flood), and the files RUN_OUT, RUN_ERR
run_text() {
  local text=$1 directory=$2 input=${3:-/dev/null} quoted out err
  [[ -n $WORKER ]] || worker_start || return
  RUN_NUMBER=$((RUN_NUMBER + 1))
  RUN_OUT=$WORK/$RUN_NUMBER.out RUN_ERR=$WORK/$RUN_NUMBER.err
  printf -v quoted '%q' "$text"
  printf -v out '%q' "$RUN_OUT"
  printf -v err '%q' "$RUN_ERR"
  printf -v input '%q' "$input"
  WORKER_FRESH=0
  [[ -z $directory ]] || printf -v directory '\\builtin cd -- %q && ' "$directory"
  # A command that ends its shell leaves nobody to read the rest.
  trap '' PIPE
  : >"$RUN_OUT"
  : >"$RUN_ERR"
  {
    worker_keep
    # Whatever names the command defined: an assignment turns POSIX mode on, where `unset` is found before functions; with it the
    # one name goes that would stand between us and the builtins.
    printf '%s\n' \
      "{ ${directory}\\builtin eval $quoted; } <$input >$out 2>$err 4>&-" \
      "__status=\$? POSIXLY_CORRECT=y; \\unset -f builtin; \\unset POSIXLY_CORRECT" \
      "\\builtin set +aefkmtuvxCEHT -B +o pipefail; \\builtin trap - DEBUG ERR RETURN EXIT; \\builtin printf '%s %s\\n' $RUN_NUMBER \"\$__status\" >&4" \
      "\\builtin unset __status; \\builtin shopt -s expand_aliases"
  } >&7 2>/dev/null
  trap - PIPE
  if ((${ON_SESSION:-0})); then
    SESSION_OUT=$RUN_OUT SESSION_ERR=$RUN_ERR
    return
  fi
  await
}

# --- many commands at once: those that neither change nor end their shell, nor take long, in a shell that nothing has changed yet ---

AHEAD=() AHEAD_LIMIT=64

is_plain() { # TEXT: a builtin that only prints, with words as they are, or with one in quotes?
  local words=$1
  case $words in
    pwd | true | false) return 0 ;;
    'echo "'*'"' | "echo '"*"'") words=${words:6:-1} ;;
    'echo '*) [[ $words != *[\;\(\)]* ]] || return ;;
    *) return 1 ;;
  esac
  [[ $words != *[!A-Za-z0-9\ ./_:,\;\(\)@%+=-]* ]]
}

run_ahead() { # ITEM…: all of them in one go -> AHEAD of each, when all print byte by byte what the page recorded; else nothing is said
  local item row at end out lines=() wanted=() mark=$RANDOM$RANDOM$RANDOM
  for item in "$@"; do
    lines+=("${ITEM_TEXT[item]}" "printf '%s\n' \"$mark \$?\"")
    # One by one: a slice of a long array is found by counting from its start.
    for ((at = ${ITEM_ROWS[item]% *}, end = at + ${ITEM_ROWS[item]#* }; at < end; at++)); do wanted+=("${WORDS[at]}"); done
    wanted+=("= $mark ${ITEM_STATUS[item]}")
  done
  # In a file: a shell reads what comes through a pipe byte by byte.
  printf '%s\n' "${lines[@]}" >"$WORK/ahead.sh"
  printf -v out '%q' "$WORK/ahead"
  RUN_NUMBER=$((RUN_NUMBER + 1)) RUN_OUT=$WORK/ahead.out RUN_ERR=$WORK/ahead.err
  worker_send ". $out.sh </dev/null >$out.out 2>$out.err 4>&-; printf '%s 0\n' $RUN_NUMBER >&4"
  await
  [[ $RUN_END == 'done' && ! -s $RUN_ERR ]] || return
  mapfile lines <"$RUN_OUT"
  ((${#lines[@]} == ${#wanted[@]})) || return
  at=0
  for row in "${wanted[@]}"; do
    [[ "= ${lines[at]}" == "$row"$'\n' && $row != *%* ]] || return
    at=$((at + 1))
  done
  for item in "$@"; do AHEAD[item]=holds; done
}

worker_keep() { # the state to come back to when the command ends its shell
  local file
  printf -v file '%q' "$WORK/state"
  printf '%s\n' "{ \\builtin declare -p; \\builtin declare -f; \\builtin declare -F; \\builtin alias -p; \\builtin printf 'cd -- %q\\n' \"\$PWD\"; \\builtin umask -p; } >$file 2>/dev/null 4>&-"
}

await() { # -> RUN_STATUS, RUN_END
  local reply='' part='' slice=0.05 waited=0 start=$SECONDS
  RUN_STATUS='' RUN_END=''
  while :; do
    if IFS= read -r -t "$slice" -u 8 part; then
      reply+=$part
      if [[ ${reply%% *} != "$RUN_NUMBER" ]]; then
        reply=''
        continue
      fi
      RUN_STATUS=${reply#* } RUN_END='done'
      # Where nothing more can be started, one look at what was printed may outlast the command and its time.
      if ((SECONDS - start > TIMEOUT)); then
        worker_kill
        RUN_END=timeout
      fi
      break
    elif (($? <= 128)); then
      worker_ended
      break
    fi
    # The time may be over in the middle of a line.
    reply+=$part
    waited=$((waited + 1)) slice=0.1
    if ((SECONDS - start > TIMEOUT)); then
      worker_kill
      RUN_END=timeout
      break
    elif flooding; then
      worker_kill
      RUN_END=flood
      break
    fi
  done
  # Without a pause there was no time for much.
  if ((waited)) && flooding; then cut_output; fi
  return 0
}

worker_ended() { # the shell closed its pipe: it has ended, or it became another program
  local start=$SECONDS
  while kill -0 "$WORKER" 2>/dev/null; do
    if ((SECONDS - start > TIMEOUT)); then
      worker_kill
      RUN_END=timeout
      return
    fi
    if flooding; then
      worker_kill
      RUN_END=flood
      return
    fi
    pause 0.05
  done
  wait "$WORKER" 2>/dev/null
  RUN_STATUS=$? RUN_END=ended
  exec 7>&- 8<&-
  WORKER=''
}

worker_kill() { # the shell with all that it started and that stayed in its group
  local tries
  kill -TERM -- "-$WORKER" 2>/dev/null
  kill -CONT -- "-$WORKER" 2>/dev/null
  for tries in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 -- "-$WORKER" 2>/dev/null || break
    ((tries == 1)) || pause 0.1
  done
  kill -KILL -- "-$WORKER" 2>/dev/null
  exec 7>&- 8<&-
  wait "$WORKER" 2>/dev/null
  RUN_STATUS=$?
  WORKER=''
}

pause() { read -r -t "$1" -u 9 || :; }

flooding() { # has the command printed more than we keep?
  local size
  for size in $(stat -c %s -- "$RUN_OUT" "$RUN_ERR" 2>/dev/null); do
    ((size <= OUTPUT_LIMIT)) || return 0
  done
  return 1
}

cut_output() {
  local file
  for file in "$RUN_OUT" "$RUN_ERR"; do
    head -c "$OUTPUT_LIMIT" -- "$file" >"$file.cut" && mv -f -- "$file.cut" "$file"
  done
}

keep_output() { # ITEM
  local id=${ITEM_ID[$1]}
  [[ -n $KEEP_OUTPUT ]] || return 0
  (
    umask 077
    # What they are of, for whoever takes them for a new recording.
    printf '%s\n%s\n' "$PAGE_TITLE" "$PAGE_REVISION" >"$KEEP_OUTPUT/page" &&
      printf '%s\n' "${ITEM_TEXT[$1]}" >"$KEEP_OUTPUT/$id.command" &&
      cp -- "$RUN_OUT" "$KEEP_OUTPUT/$id.out" && cp -- "$RUN_ERR" "$KEEP_OUTPUT/$id.err"
  )
}
