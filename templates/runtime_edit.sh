# --- changes to files ---

# How a line is found that says the same with another value: by what stands before the first "=", or it must be there as it is.
edit_program() {
  cat <<'AWK'
function key(line,  at) {
  at = index(line, "=")
  if (at < 2) return ""
  line = substr(line, 1, at - 1)
  gsub(/^[ \t]+|[ \t]+$/, "", line)
  return line ~ /^[#;]/ ? "" : line
}
function trimmed(line) { gsub(/^[ \t]+|[ \t]+$/, "", line); return line }
BEGIN { while ((getline line < wanted) > 0) want[++n] = line; close(wanted) }
{ old[++m] = $0 }
END {
  for (i = 1; i <= m; i++) { at[trimmed(old[i])] = i; if (key(old[i]) != "") keyed[key(old[i])] = i }
  for (j = 1; j <= n; j++) {
    if (trimmed(want[j]) == "" || trimmed(want[j]) in at) continue
    k = op == "append" ? "" : key(want[j])
    if (k != "" && k in keyed) old[keyed[k]] = want[j]
    else added[++a] = want[j]
  }
  for (i = 1; i <= m; i++) print old[i]
  for (i = 1; i <= a; i++) print added[i]
}
AWK
}

# ITEM -> NEW_FILE (what the file would hold), or REASON why that can't be told; TARGET is the file itself behind links
edit_plan() {
  local item=$1
  TARGET=${ITEM_TEXT[item]} NEW_FILE=$WORK/new REASON=''
  [[ $TARGET == /* ]] || {
    REASON="the page does not say where the file ${TARGET:-it means} is"
    return 1
  }
  [[ -d $TARGET ]] && REASON='there is a directory of that name' && return 1
  [[ ! -L $TARGET ]] || TARGET=$(readlink -m -- "$TARGET")
  words_of "${ITEM_LINES[item]}"
  printf '%s\n' ${GOT[@]+"${GOT[@]}"} >"$WORK/wanted"
  case ${ITEM_STATUS[item]} in
    create | replace)
      [[ -z ${ITEM_GAPS[item]} ]] || {
        REASON='the page leaves out parts of the file'
        return 1
      }
      cp -- "$WORK/wanted" "$NEW_FILE"
      ;;
    append | set)
      [[ ! -e $TARGET || -r $TARGET ]] || {
        REASON='the file can not be read'
        return 1
      }
      if [[ -e $TARGET ]]; then cat -- "$TARGET" >"$WORK/old"; else : >"$WORK/old"; fi
      LC_ALL=C awk -v "wanted=$WORK/wanted" -v "op=${ITEM_STATUS[item]}" "$(edit_program)" "$WORK/old" >"$NEW_FILE"
      ;;
    *)
      REASON='the page gives a patch; apply it by hand'
      return 1
      ;;
  esac
}

edit_in_place() { [[ -e $TARGET ]] && cmp -s -- "$NEW_FILE" "$TARGET"; } # does the file hold it already?

edit_diff() { # -> DETAIL: what would change, a line each
  local old=/dev/null
  [[ ! -e $TARGET ]] || old=$TARGET
  DETAIL=()
  if command -v diff >/dev/null; then
    mapfile -t -n 200 DETAIL < <(diff -u -- "$old" "$NEW_FILE" | tail -n +3)
  else
    mapfile -t -n 200 DETAIL < <(LC_ALL=C awk 'NR == FNR { was[$0]++; next } !was[$0]-- { print "+" $0 }' "$old" "$NEW_FILE")
  fi
}

edit_apply() { # ITEM -> BACKUP: the file as it was (empty when there was none); all or nothing
  local new=$TARGET.runbook-new n=1
  BACKUP=''
  if [[ -e $TARGET ]]; then
    BACKUP=$TARGET.before-${ITEM_ID[$1]}
    while [[ -e $BACKUP ]]; do
      n=$((n + 1))
      BACKUP=$TARGET.before-${ITEM_ID[$1]}.$n
    done
    cp -p -- "$TARGET" "$BACKUP" && cp -p -- "$TARGET" "$new" || return
  fi
  cat -- "$NEW_FILE" >"$new" && sync_file "$new" && mv -f -- "$new" "$TARGET"
}

edit_undo() { # TARGET BACKUP
  if [[ -z $2 ]]; then
    rm -f -- "$1"
  else
    cp -p -- "$2" "$1.runbook-new" && mv -f -- "$1.runbook-new" "$1" && rm -f -- "$2"
  fi
}

sync_file() { sync -- "$1" 2>/dev/null || sync; }
