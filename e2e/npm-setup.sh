#!/bin/sh
# Installs the Node packages of a kit, in pinned versions; the kits' own setup.sh call it.
#
#   npm-setup.sh KIT DIR        afterwards: DIR/node_modules as KIT/package-lock.json has it
#
# It does only what is missing. Exit 3 says that this computer cannot have them.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: npm-setup.sh KIT DIR" >&2
    exit 2
fi
kit=$(CDPATH='' cd -- "$1" && pwd)
mkdir -p -- "$2"
dir=$(CDPATH='' cd -- "$2" && pwd)

unavailable() {
    echo "setup.sh: $1" >&2
    exit 3
}

# The stamp holds the checksum of what node_modules was made from, and is written last: half a result has none.
wanted=$(cat "$kit/package.json" "$kit/package-lock.json" | cksum)
if [ -f "$dir/node_modules/.stamp" ] && [ "$(cat "$dir/node_modules/.stamp")" = "$wanted" ]; then
    exit 0
fi
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
    || unavailable "needs Node 20 or newer as 'node'"
command -v npm >/dev/null || unavailable "needs npm"
echo "setup.sh: installing Node packages into $dir/node_modules"
cp "$kit/package.json" "$kit/package-lock.json" "$dir/"
(cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund >"$dir/setup-node.log" 2>&1) \
    || unavailable "cannot install the packages of package.json; see $dir/setup-node.log"
echo "$wanted" >"$dir/node_modules/.stamp"
