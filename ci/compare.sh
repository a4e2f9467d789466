#!/usr/bin/env bash
# What changed of the pages in $CONTENT since the commit $BASE, or without one since their lock: as annotations on standard output, as a
# report in $GITHUB_STEP_SUMMARY. Exit code 1 when something did and FAIL_ON_DRIFT=true, 2 when pages can't be compared.
set -euo pipefail
old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
if [[ -n ${BASE:-} ]]; then
  git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth 1 origin "$BASE"
  if ! git cat-file -e "$BASE:$CONTENT" 2>/dev/null; then
    echo "there is no $CONTENT in $BASE: nothing to compare with"
    exit 0
  fi
  git archive --output "$old/base.tar" "$BASE" -- "$CONTENT"
  tar -xf "$old/base.tar" -C "$old"
  how=(--against "$old/$CONTENT")
elif [[ -f $CONTENT/runbook.lock ]]; then
  how=(--lock "$CONTENT/runbook.lock")
else
  echo "there is neither a base nor $CONTENT/runbook.lock: nothing to compare with"
  exit 0
fi
code=0
runbook drift --offline "${how[@]}" --format markdown -o "$old/report.md" "$CONTENT" || code=$?
((code <= 1)) || exit "$code"
cat "$old/report.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
runbook drift --offline "${how[@]}" --format github "$CONTENT" 2>/dev/null || ((code == 1))
((code)) && drift=true || drift=false
echo "drift=$drift" >>"${GITHUB_OUTPUT:-/dev/null}"
[[ $drift = false || ${FAIL_ON_DRIFT:-} != true ]]
