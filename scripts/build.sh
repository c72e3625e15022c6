# SPDX-FileCopyrightText: The Linnet authors
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by check and demo: configures and builds one preset, saying what it does.

step() { printf '== %s\n' "$*"; }

# build PRESET [-D...] [--target TARGET...]: quiet when nothing changed, the compiler's words when it fails.
build() {
  local preset=$1 log options=()
  shift
  while [[ ${1:-} == -D* ]]; do
    options+=("$1")
    shift
  done
  step "building: $preset"
  log=$(mktemp)
  if ! cmake --preset "$preset" "${options[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    echo "configuring the preset '$preset' failed; the reason is above" >&2
    exit 1
  fi
  rm -f "$log"
  # Ninja's status line is rewritten on a terminal; in a log, one line in fifty is enough.
  if [[ -t 1 ]]; then
    cmake --build --preset "$preset" "$@" || { echo "building '$preset' failed" >&2; exit 1; }
  else
    cmake --build --preset "$preset" "$@" 2>&1 |
      awk '/^\[[0-9]+\/[0-9]+\]/ { if (NR % 50 == 0) print; next } { print }' ||
      { echo "building '$preset' failed" >&2; exit 1; }
  fi
}
