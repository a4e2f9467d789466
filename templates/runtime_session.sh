# --- commands inside another shell: fed to the command that enters it, and to nothing else ---

# The entering commands that are open, the file that the outermost prints to, and how much of it was read.
SESSION=() SESSION_LANGUAGE=() SESSION_SEEN=0 SESSION_SEEN_ERR=0 SESSION_REPLY='' MARK=''

enters() { # ITEM: do the commands after it run inside it?
  local next=$(($1 + 1))
  local own="${ITEM_INSIDE[$1]}"
  while ((next < ${#ITEM_ID[@]})) && [[ ${ITEM_KIND[next]} != run ]]; do next=$((next + 1)); done
  ((next < ${#ITEM_ID[@]})) || return
  words_of "$own"
  local depth=${#GOT[@]}
  words_of "${ITEM_INSIDE[next]}"
  ((${#GOT[@]} == depth + 1)) && [[ ${GOT[depth]} == "${ITEM_TEXT[$1]}" ]]
}

without_terminal() { # TEXT -> FED: the entering command as it is run here, where there is no terminal
  local -a words
  local word last=''
  FED=$1
  case $1 in
    *[\'\"\\\$\`\;\&\|\<\>\(\)$'\n']*) return 0 ;;
    *) ;;
  esac
  read -r -a words <<<"$1"
  case " $1 " in
    *' docker exec '* | *' docker run '* | *' podman exec '* | *' podman run '* | *' kubectl exec '*)
      FED=''
      for word in "${words[@]}"; do
        case $word in
          -it | -ti | -itu) word=-i ;;
          -t | --tty) continue ;;
          *) ;;
        esac
        FED+="${FED:+ }$word"
      done
      ;;
    ' python '* | ' python3 '*) ((${#words[@]} > 1)) || FED="$1 -i -u -q" ;;
    ' mysql '* | ' mariadb '*) FED="${words[0]} --unbuffered --table --force${1#"${words[0]}"}" ;;
    *)
      last=${words[0]}
      [[ $last != ssh ]] || FED="ssh -T${1#ssh}"
      ;;
  esac
}

language_of() { # TEXT -> LANGUAGE: what the entered program reads
  local -a words
  read -r -a words <<<"$1"
  case ${words[0]:-} in
    mysql | mariadb) LANGUAGE=mysql ;;
    psql) LANGUAGE=psql ;;
    python | python3 | python2) LANGUAGE=python ;;
    sqlite3) LANGUAGE=sqlite ;;
    *) LANGUAGE=sh ;;
  esac
}

marker() { # LANGUAGE NUMBER -> MARKER: a line which makes that program print MARK, NUMBER and where it can its last status
  case $1 in
    mysql) MARKER="\\! echo; echo $MARK $2 0" ;;
    psql) MARKER="\\echo"$'\n'"\\echo $MARK $2 0" ;;
    python) MARKER="print('\\n$MARK $2 0', flush=True)" ;;
    sqlite) MARKER=".print \"\\n$MARK $2 0\"" ;;
    *) MARKER="printf '\\n%s %s %s\\n' $MARK $2 \"\$?\"" ;;
  esac
}

feed() { printf '%s\n' "$1" >&6; }

session_to() { # ITEM: opens and closes shells until those are open that ITEM runs inside; RUN_* tell when one can't be opened
  local depth=0 at
  words_of "${ITEM_INSIDE[$1]}"
  local wanted=(${GOT[@]+"${GOT[@]}"})
  while ((depth < ${#wanted[@]} && depth < ${#SESSION[@]})) && [[ ${wanted[depth]} == "${SESSION[depth]}" ]]; do
    depth=$((depth + 1))
  done
  session_leave "$depth"
  for ((at = depth; at < ${#wanted[@]}; at++)); do
    # The item's own directory is one in there.
    session_enter "${wanted[at]}" '' || return
  done
}

session_enter() { # TEXT DIRECTORY
  local depth=${#SESSION[@]}
  without_terminal "$1"
  language_of "$1"
  if ((depth == 0)); then
    [[ -p $WORK/session ]] || mkfifo -m 600 -- "$WORK/session" || return
    exec 6<>"$WORK/session"
    printf -v MARK 'mark-%04x%04x%04x' "$RANDOM" "$RANDOM" "$RANDOM"
    SESSION_SEEN=0 SESSION_SEEN_ERR=0
    ON_SESSION=1 run_text "$FED" "$2" "$WORK/session"
  else
    feed "$FED"
  fi
  SESSION+=("$1") SESSION_LANGUAGE+=("$LANGUAGE")
  session_await "$LANGUAGE" again && return
  SESSION=("${SESSION[@]:0:depth}")
  return 1
}

session_run() { # TEXT: as run_text does, inside the innermost open shell
  local language=${SESSION_LANGUAGE[${#SESSION[@]} - 1]} quoted
  if [[ $language == sh ]]; then
    # The command must not read what is meant for its shell.
    quoted="'${1//\'/\'\\\'\'}'"
    feed "eval $quoted </dev/null"
  else
    feed "$1"
  fi
  session_await "$language"
}

# LANGUAGE [again]: asks the shell to print the mark, and waits for it -> RUN_STATUS, RUN_END, RUN_OUT, RUN_ERR
session_await() {
  local start=$SECONDS number rest found=0 polls=0
  RUN_NUMBER_IN=$((${RUN_NUMBER_IN:-0} + 1))
  number=$RUN_NUMBER_IN
  RUN_STATUS='' RUN_END=''
  marker "$1" "$number"
  [[ ${2:-} != again ]] || pause 0.1
  feed "$MARKER"
  while ((SECONDS - start <= TIMEOUT)); do
    read_output "$SESSION_OUT"
    rest=${OUTPUT:SESSION_SEEN}
    if [[ $rest == *"$MARK $number "*$'\n'* ]]; then
      found=1
      break
    fi
    # A shell that reads ahead may have lost the line to the one inside.
    polls=$((polls + 1))
    [[ ${2:-} != again ]] || ((polls % 40)) || feed "$MARKER"
    session_ended && return 1
    pause 0.05
  done
  if ((!found)); then
    worker_kill
    session_closed
    RUN_END=timeout
    return 1
  fi
  session_split "$rest" "$number"
}

session_split() { # TEXT NUMBER: what stands before the mark goes to RUN_OUT
  local before=${1%%"$MARK $2 "*} after=${1#*"$MARK $2 "}
  RUN_STATUS=${after%%$'\n'*} RUN_END='done'
  SESSION_SEEN=$((SESSION_SEEN + ${#before} + ${#MARK} + ${#2} + ${#RUN_STATUS} + 3))
  # Marks that were asked for more than once.
  while [[ $before == *$'\n'"$MARK "*$'\n'* ]]; do
    after=${before#*$'\n'"$MARK "}
    before=${before%%$'\n'"$MARK "*}${after#*$'\n'}
  done
  RUN_OUT=$WORK/in.out RUN_ERR=$WORK/in.err
  printf '%s' "${before%$'\n'}" >"$RUN_OUT"
  read_output "$SESSION_ERR"
  printf '%s' "${OUTPUT:SESSION_SEEN_ERR}" >"$RUN_ERR"
  SESSION_SEEN_ERR=${#OUTPUT}
}

session_ended() { # did the outermost shell end by itself?
  local part='' status
  IFS= read -r -t 0.01 -u 8 part
  status=$?
  SESSION_REPLY+=$part
  if ((status == 0)); then
    RUN_STATUS=${SESSION_REPLY#* } RUN_END=ended SESSION_REPLY=''
  elif ((status <= 128)); then
    worker_ended
  else
    return 1
  fi
  RUN_OUT=$SESSION_OUT RUN_ERR=$SESSION_ERR
  session_closed
}

session_closed() {
  SESSION=() SESSION_LANGUAGE=()
  exec 6>&-
}

session_leave() { # DEPTH: ends the open shells down to DEPTH
  local depth=${#SESSION[@]}
  ((depth > $1)) || return 0
  while ((depth > $1 && depth > 1)); do
    depth=$((depth - 1))
    case ${SESSION_LANGUAGE[depth]} in
      mysql | psql) feed '\q' ;;
      python) feed 'exit()' ;;
      sqlite) feed '.quit' ;;
      *) feed 'exit' ;;
    esac
    SESSION=("${SESSION[@]:0:depth}") SESSION_LANGUAGE=("${SESSION_LANGUAGE[@]:0:depth}")
    session_await "${SESSION_LANGUAGE[depth - 1]}" again || return
  done
  (($1 == 0)) || return 0
  session_closed
  await
}
