#!/bin/bash
# In a sandbox, whoever asks is root already, and the host's sudo can't work: this takes its options, and becomes whom it is asked to become.

user=root own=0
while (($#)); do
  case $1 in
    -u | --user | -g | --group | -p | --prompt | -C | -h | -r | -t | -T | -D | -R)
      [[ $1 != -u && $1 != --user ]] || user=${2:-}
      shift
      ;;
    -u*) user=${1#-u} ;;
    --user=*) user=${1#*=} ;;
    -i | -s | --login | --shell) own=1 ;;
    --)
      shift
      break
      ;;
    -*) ;; # -E, -H, -n and the like: nothing is asked, and the environment stays
    ?*=*) export "${1?}" ;;
    *) break ;;
  esac
  shift
done
if ((own)) && (($#)); then
  set -- /bin/bash -c 'exec "$@"' bash "$@"
elif ((!$#)); then
  ((own)) || exit 0
  set -- /bin/bash
fi
[[ $user != root && $user != '#0' ]] || exec "$@"
user=${user#\#}
group=$(id -g -- "$user") || exit
exec setpriv --reuid "$user" --regid "$group" --init-groups -- "$@"
