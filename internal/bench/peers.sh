#!/usr/bin/env bash
# Fetches and builds the programs that kbtriage is compared with, into
# $WORK/peers. Sources: Debian packages, the npm registry, the Go module proxy.
#
#   WORK=FOLDER internal/bench/peers.sh [ripgrep|ripgrep_debian|vectorscan|clips|expr|winevtx|velocidex]...
#
# Without a name: all of them. What cannot be had is said, and the rest goes on.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WORK=${WORK:-$(mktemp -d -t kbtriage-bench.XXXXXX)}
peers=$WORK/peers
mkdir -p "$peers"

# debian PACKAGE FILE: the package is there, or can be installed.
debian() {
  [ -e "$2" ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1
  fi
  [ -e "$2" ] || { echo "peers: $2 is missing; as root: apt-get install $1" >&2; return 1; }
}

# npm_package NAME@VERSION: in $peers/npm. No script of a package is run.
npm_package() {
  command -v npm >/dev/null || { echo "peers: npm is missing, no $1" >&2; return 1; }
  mkdir -p "$peers/npm"
  [ -e "$peers/npm/package.json" ] || echo '{"private": true}' >"$peers/npm/package.json"
  (cd "$peers/npm" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error "$1" >/dev/null) || { echo "peers: npm has no $1" >&2; return 1; }
}

# The package that editors take ripgrep from carries the program itself.
ripgrep() {
  local arch
  case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) echo "peers: no ripgrep of npm for $(uname -m)" >&2; return 1 ;;
  esac
  npm_package "@vscode/ripgrep-linux-$arch@1.18.0" && ln -sf "$peers/npm/node_modules/@vscode/ripgrep-linux-$arch/bin/rg" "$peers/rg"
}

ripgrep_debian() { debian ripgrep /usr/bin/rg && ln -sf /usr/bin/rg "$peers/rg-debian"; }

vectorscan() { debian libvectorscan-dev /usr/include/hs/hs.h && cc -O2 -o "$peers/vectorscan" "$here/vectorscan.c" -lhs; }

clips() { debian clips /usr/bin/clips && (cd "$here/peers" && go build -o "$peers/clipsgen" ./clips); }

expr() { (cd "$here/peers" && go build -o "$peers/exprloop" ./exprloop); }

velocidex() { (cd "$here/peers" && go build -o "$peers/velocidex" ./velocidex); }

winevtx() {
  command -v node >/dev/null || { echo "peers: node is missing, no winevtx" >&2; return 1; }
  npm_package winevtx@0.1.2 && cp "$here/winevtx.mjs" "$peers/npm/winevtx.mjs"
}

[ $# -gt 0 ] || set -- ripgrep ripgrep_debian vectorscan clips expr velocidex winevtx
status=0
for peer in "$@"; do
  if [ "$(type -t "$peer")" = function ] && "$peer"; then
    echo "peers: $peer is ready" >&2
  else
    echo "peers: $peer is left out" >&2
    status=1
  fi
done
exit $status
