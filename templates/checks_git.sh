# Post-conditions about repositories: what is checked out, branches and tags are read from the files themselves, so that it does not
# matter whose they are and nothing that they set is run; what needs git is asked of it, 2 where it refuses.

post_git_dir() { # DIRECTORY: what git keeps of the repository that it is in, in $REPLY
  local at
  post_path "$1"
  [ -d "$REPLY" ] || { post_missing "$REPLY"; return; }
  at=$(cd -- "$REPLY" 2>/dev/null && pwd -P) || return 2
  until [ -e "$at/.git" ] || { [ -f "$at/HEAD" ] && [ -d "$at/refs" ]; }; do
    [ "$at" != / ] || return 1
    at=$(dirname -- "$at")
  done
  REPLY=$at
  [ ! -d "$at/.git" ] || REPLY=$at/.git
  if [ -f "$at/.git" ]; then # a submodule or another working tree
    REPLY=$(sed -n 's/^gitdir: //p' "$at/.git")
    case $REPLY in /*) ;; *) REPLY=$at/$REPLY ;; esac
  fi
  [ -r "$REPLY/HEAD" ] && [ ! -d "$REPLY/reftable" ] || return 2
}

post_git_common() { # DIRECTORY: the same, of all its working trees
  local common
  post_git_dir "$1" || return
  [ -f "$REPLY/commondir" ] || return 0
  common=$(cat -- "$REPLY/commondir")
  case $common in
    /*) REPLY=$common ;;
    *) REPLY=$REPLY/$common ;;
  esac
}

post_git_on() { # DIRECTORY BRANCH
  post_git_dir "$1" || return
  [ "$(cat -- "$REPLY/HEAD")" = "ref: refs/heads/$2" ]
}

post_git_ref() { # DIRECTORY REF
  post_git_common "$1" || return
  [ ! -f "$REPLY/$2" ] || return 0
  awk '{ print $2 }' "$REPLY/packed-refs" 2>/dev/null | grep -qFx -- "$2"
}

post_git_at() { # DIRECTORY NAME: a branch is checked out, or the commit of a tag or of what else has that name
  local directory wanted
  post_git_ref "$1" "refs/heads/$2"
  case $? in
    0) post_git_on "$1" "$2"; return ;;
    2) return 2 ;;
  esac
  post_git_dir "$1" || return
  post_path "$1"
  directory=$REPLY
  post_git_asked "$directory" rev-parse --quiet --verify "$2^{commit}" || {
    [ "$?" -eq 1 ] && [ ! -e "$directory/$2" ] && return 1 # else it may have been a file that was taken back
    return 2
  }
  wanted=$REPLY
  post_git_asked "$directory" rev-parse --quiet --verify 'HEAD^{commit}' || return
  [ "$REPLY" = "$wanted" ]
}

post_git_asked() { # DIRECTORY ARG…: what git says, in $REPLY
  post_needs git || return 2
  REPLY=$(GIT_OPTIONAL_LOCKS=0 timeout 10 git --no-pager -c core.fsmonitor=false -C "$1" "${@:2}" </dev/null 2>/dev/null)
}

post_git_setting() { # DIRECTORY (or file) KEY VALUE
  local file
  post_path "$1"
  file=$REPLY
  if [ ! -f "$file" ]; then
    post_git_common "$1" || return
    file=$REPLY/config
  fi
  [ -r "$file" ] && post_needs git || return 2
  post_path "$3"
  git config --file "$file" --get-all "$2" 2>/dev/null | grep -qFx -e "$3" -e "$REPLY"
}

post_git_tracked() { # PATH
  local directory path
  post_path "$1"
  path=$REPLY
  directory=$(dirname -- "$path")
  post_git_dir "$directory" || return
  post_git_asked "$directory" --literal-pathspecs ls-files --error-unmatch -- "$(basename -- "$path")"
  case $? in
    0) return 0 ;;
    1) return 1 ;;
    *) return 2 ;;
  esac
}

post_git_committed() { # DIRECTORY SUBJECT
  local directory
  post_git_dir "$1" || return
  post_path "$1"
  directory=$REPLY
  post_git_asked "$directory" rev-parse --quiet --verify 'HEAD^{commit}' || { [ "$?" -eq 1 ] && return 1 || return 2; }
  post_git_asked "$directory" log --format=%s --fixed-strings --grep="$2" --max-count=100 || return 2
  grep -qFx -- "$2" <<<"$REPLY"
}

post_git_merged() { # DIRECTORY NAME
  local directory
  post_git_dir "$1" || return
  post_path "$1"
  directory=$REPLY
  post_git_asked "$directory" rev-parse --quiet --verify "$2^{commit}" || return 2
  post_git_asked "$directory" merge-base --is-ancestor "$REPLY" HEAD
  case $? in
    0) return 0 ;;
    1) return 1 ;;
    *) return 2 ;;
  esac
}

post_git_pushed() { # DIRECTORY [REMOTE BRANCH THERE]: by what is known here of the other; without them the branch that is checked out
  local directory ours
  post_git_dir "$1" || return
  post_path "$1"
  directory=$REPLY
  post_git_asked "$directory" rev-parse --quiet --verify "$(post_git_name heads "${2:+$3}" HEAD)" || return 2
  ours=$REPLY
  post_git_asked "$directory" rev-parse --quiet --verify "$(post_git_name remotes "${2:+$2/$4}" "@{push}")" || return 1
  [ "$REPLY" = "$ours" ]
}

post_git_name() { # KIND NAME ELSE: the whole name of a ref, or what stands for it
  if [ -n "$2" ]; then printf '%s' "refs/$1/$2"; else printf '%s' "$3"; fi
}

post_git_submodules() { # DIRECTORY: those that were made known to this working tree; 1 when none were
  local top config key found=''
  post_path "$1"
  post_git_asked "$REPLY" rev-parse --show-toplevel || { post_git_dir "$1" && return 2; return; }
  top=$REPLY
  [ -r "$top/.gitmodules" ] || return 1
  post_git_common "$1" || return
  config=$REPLY/config
  while read -r key _; do
    key=${key#submodule.}
    post_git_asked "$top" config --file "$top/.gitmodules" --get "submodule.${key%.url}.path" || continue
    [ -e "$top/$REPLY/.git" ] || return 1
    found=1
  done < <(git config --file "$config" --get-regexp '^submodule\..*\.url$' 2>/dev/null)
  [ -n "$found" ]
}
