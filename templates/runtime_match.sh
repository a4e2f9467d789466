# --- comparing what a command printed with what the page recorded ---

read_output() { # FILE -> OUTPUT (at most OUTPUT_LIMIT bytes, no NUL)
  OUTPUT=''
  if IFS= read -r -d '' -n "$OUTPUT_LIMIT" OUTPUT <"$1" && ((${#OUTPUT} < OUTPUT_LIMIT)); then
    # It stopped at a NUL.
    OUTPUT=$(head -c "$OUTPUT_LIMIT" -- "$1" | tr -d '\000')
  fi
}

matches() { # ITEM -> DETAIL when it does not: compares standard output, then both outputs as a terminal would mix them
  local item=$1 out
  same_lines "${ITEM_ROWS[item]}" && return
  words_of "${ITEM_ROWS[item]}"
  read_output "$RUN_OUT"
  out=$OUTPUT
  printf '%s\n' ${GOT[@]+"${GOT[@]}"} >"$WORK/pattern"
  read_output "$RUN_ERR"
  matches_text "$out" && return
  local detail=(${DETAIL[@]+"${DETAIL[@]}"})
  if [[ -n $OUTPUT ]]; then
    matches_text "$OUTPUT$out" && return
    matches_text "${out:+${out%$'\n'}$'\n'}$OUTPUT" && return
    [[ -n $out ]] || return
  fi
  DETAIL=(${detail[@]+"${detail[@]}"})
  return 1
}

same_lines() { # "START COUNT": was printed, byte by byte, what these rows say, and have they no holes? Then match_program need not be asked.
  local row=${1% *} line lines
  # A line that holds a NUL comes without its end, and is never the same.
  mapfile -n $((${1#* } + 1)) lines <"$RUN_OUT"
  ((${#lines[@]} == ${1#* })) || return
  for line in ${lines[@]+"${lines[@]}"}; do
    [[ "= $line" == "${WORDS[row]}"$'\n' && $line != *%* ]] || return
    row=$((row + 1))
  done
}

matches_text() { # TEXT
  DETAIL=()
  [[ -e $WORK/match.awk ]] || match_program >"$WORK/match.awk"
  printf '%s' "$1" >"$WORK/actual"
  LC_ALL=C awk -f "$WORK/match.awk" "$WORK/pattern" "$WORK/actual" >"$WORK/mismatch" 2>&1 && return
  # Whatever went wrong with the matcher itself is told like a difference: it does not hold.
  mapfile -t -n 20 DETAIL <"$WORK/mismatch"
  return 1
}

fits_status() { # EXPECTED ACTUAL
  case $1 in
    nonzero) [[ $2 != 0 ]] ;;
    '') [[ $2 == 0 ]] ;;
    *) [[ $2 == "$1" ]] ;;
  esac
}

first_lines() { # FILE COUNT -> DETAIL: what was printed, for the reader
  DETAIL=()
  mapfile -t -n "$2" DETAIL < <(head -c 20000 -- "$1" | tr -d '\000')
}

is_relative() { [[ $1 == . || $1 == .. || $1 == ./* || $1 == ../* ]]; } # PATH: one from where the steps begin?

# Where what a post-condition looks at would be, nobody said; found here it counts all the same, but missing here it may be elsewhere.
is_elsewhere() { # POST STATUS, with its operands in GOT -> UNTOLD
  if ! is_relative "${GOT[0]-}"; then
    case ${POST_KIND[$1]} in
      copied | moved | same_file | unpacked | fetched | newer) is_relative "${GOT[1]-}" || return ;;
      thing) is_relative "${GOT[2]-}" || return ;;
      value) is_relative "${GOT[3]-}" || return ;;
      *) return 1 ;;
    esac
  fi
  if [[ $MODE != check ]]; then
    # Where an inner shell stands is not known, nor where a command of a person's own has led.
    ((ASTRAY)) || [[ ${ITEM_INSIDE[${POST_ITEM[$1]}]} != '0 0' || $MODE == dry-run ]]
  elif ((START_SAID)); then
    return 1
  else
    UNTOLD='it is not here; --in DIR says where the steps begin'
    [[ $2 == 1 || -n ${POST_NOT[$1]} ]]
  fi
}

post_holds() { # POST: 0 it holds, 1 it does not, else it can't be told, and UNTOLD says why
  local status
  words_of "${POST_ARGS[$1]}"
  UNTOLD='this host has no way to tell'
  if ! declare -F "post_${POST_KIND[$1]}" >/dev/null; then return 4; fi
  if ((${#PARAMETER_NAME[@]})) && lacks "$(printf '%s\n' ${GOT[@]+"${GOT[@]}"})"; then
    UNTOLD=$REASON
    return 4
  fi
  ({ ((!START_SAID)) || cd -- "$START"; } && "post_${POST_KIND[$1]}" ${GOT[@]+"${GOT[@]}"}) </dev/null >/dev/null 2>&1 9>"$WORK/untold"
  status=$?
  UNTOLD=$(tail -n 1 -- "$WORK/untold")
  UNTOLD=${UNTOLD:-this host has no way to tell}
  ((status <= 1)) || return 4
  if is_elsewhere "$1" "$status"; then return 4; fi
  [[ -z ${POST_NOT[$1]} ]] || status=$((1 - status))
  return "$status"
}
