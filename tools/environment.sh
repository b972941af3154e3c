# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by run, test, dev and tools/*: where things are, and the tools that tools/setup fetched, first on PATH.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/.cache
if [[ -x $cache/node/node_modules/.bin/node ]]; then
  PATH=$cache/node/node_modules/.bin:$PATH
fi
export PATH
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1  # the browser tests use Debian's Chromium

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# stamp_of FILE…: one hash over names and contents; a missing file counts by its name.
stamp_of() {
  local file
  for file in "$@"; do
    printf '%s\n' "${file#"$root"/}"
    [[ -f $file ]] && cat -- "$file"
  done | sha256sum | cut -c1-32
}
# unless_stamped NAME HASH: succeeds (so: do the work) when NAME was last done for another hash.
unless_stamped() { [[ "$(cat "$cache/stamps/$1" 2>/dev/null)" != "$2" ]]; }
stamp() {
  mkdir -p "$cache/stamps"
  printf '%s\n' "$2" >"$cache/stamps/$1"
}
