#!/bin/sh
# Prepares a directory with the components that Grafana draws with, what bundles them, and the driver of the browser, in
# pinned versions.
#
#   setup.sh DIR        afterwards: DIR/node_modules
#
# Run it again at any time: it does only what is missing. Exit 3 says that this computer cannot have them.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: setup.sh DIR" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p -- "$1"
dir=$(CDPATH='' cd -- "$1" && pwd)

unavailable() {
    echo "setup.sh: $1" >&2
    exit 3
}

# The stamp holds the checksum of what node_modules was made from, and is written last: half a result has none.
wanted=$(cat "$here/package.json" "$here/package-lock.json" | cksum)
if ! { [ -f "$dir/node_modules/.stamp" ] && [ "$(cat "$dir/node_modules/.stamp")" = "$wanted" ]; }; then
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
        || unavailable "needs Node 20 or newer as 'node'"
    command -v npm >/dev/null || unavailable "needs npm"
    echo "setup.sh: installing Node packages into $dir/node_modules"
    cp "$here/package.json" "$here/package-lock.json" "$dir/"
    (cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund >"$dir/setup.log" 2>&1) \
        || unavailable "cannot install the packages of package.json; see $dir/setup.log"
    echo "$wanted" >"$dir/node_modules/.stamp"
fi

echo "setup.sh: ready; export KVKEEP_GRAFANA_DIR=$dir"
