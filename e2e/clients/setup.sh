#!/bin/sh
# Prepares a directory with the official client libraries for Python and Node, in pinned versions.
#
#   setup.sh DIR        afterwards: DIR/venv and DIR/node_modules
#
# Run it again at any time: it does only what is missing. Exit 3 says that this computer cannot have them.
# PYTHON names another interpreter than python3 (3.10 or newer); Node has to be 20 or newer.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: setup.sh DIR" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p -- "$1"
dir=$(CDPATH='' cd -- "$1" && pwd)
python=${PYTHON:-python3}

unavailable() {
    echo "setup.sh: $1" >&2
    exit 3
}

# A stamp holds the checksum of what a result was made from, and is written last: half a result has none.
is_done() {
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

wanted_python=$(cksum <"$here/requirements.txt")
wanted_node=$(cat "$here/package.json" "$here/package-lock.json" | cksum)

if ! is_done "$dir/venv/.stamp" "$wanted_python"; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
        || unavailable "needs Python 3.10 or newer as '$python' (set PYTHON to name another)"
    echo "setup.sh: installing Python packages into $dir/venv"
    "$python" -m venv --clear "$dir/venv" >"$dir/setup.log" 2>&1 \
        || unavailable "cannot create a venv (on Debian: python3-venv); see $dir/setup.log"
    "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
        -r "$here/requirements.txt" >>"$dir/setup.log" 2>&1 \
        || unavailable "cannot install the packages of requirements.txt; see $dir/setup.log"
    echo "$wanted_python" >"$dir/venv/.stamp"
fi

if ! is_done "$dir/node_modules/.stamp" "$wanted_node"; then
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
        || unavailable "needs Node 20 or newer as 'node'"
    command -v npm >/dev/null || unavailable "needs npm"
    echo "setup.sh: installing Node packages into $dir/node_modules"
    cp "$here/package.json" "$here/package-lock.json" "$dir/"
    (cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund >"$dir/setup-node.log" 2>&1) \
        || unavailable "cannot install the packages of package.json; see $dir/setup-node.log"
    echo "$wanted_node" >"$dir/node_modules/.stamp"
fi

echo "setup.sh: ready; export KVKEEP_CLIENTS_DIR=$dir"
