# Post-conditions about what build systems and managers of packages leave in a project, as those above.

post_configured() { # DIRECTORY SCRIPT: of a script by Autoconf, which leaves config.status
  local directory
  post_path "$1"
  directory=$REPLY
  post_path "$2"
  [ -r "$REPLY" ] || { post_missing "$REPLY"; return; }
  grep -qF config.status "$REPLY" || return 2
  [ -f "$directory/config.status" ]
}

post_node_root() { # DIRECTORY: the project it is in, by npm's rule, in $REPLY
  post_path "$1"
  [ -d "$REPLY" ] || { post_missing "$REPLY"; return; }
  REPLY=$(cd -- "$REPLY" 2>/dev/null && pwd -P) || return 2
  until [ -e "$REPLY/package.json" ] || [ -d "$REPLY/node_modules" ]; do
    [ "$REPLY" != / ] || return 1
    REPLY=$(dirname -- "$REPLY")
  done
}

post_node_modules() { # DIRECTORY: 2 where nothing is needed
  post_node_root "$1" || return
  [ ! -d "$REPLY/node_modules" ] && [ ! -e "$REPLY/.pnp.cjs" ] || return 0
  grep -qi 'dependencies"' "$REPLY/package.json" 2>/dev/null || return 2
  return 1
}

post_node_package() { # DIRECTORY PACKAGE
  post_node_root "$1" || return
  [ ! -e "$REPLY/.pnp.cjs" ] || return 2
  [ -d "$REPLY/node_modules/$2" ]
}

post_vendored() { # DIRECTORY: 2 where composer.json names another place than vendor
  post_path "$1"
  [ -e "$REPLY/composer.json" ] || { post_missing "$REPLY/composer.json"; return; }
  ! grep -qF '"vendor-dir"' "$REPLY/composer.json" || return 2
  [ -f "$REPLY/vendor/autoload.php" ]
}
