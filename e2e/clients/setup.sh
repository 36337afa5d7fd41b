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

# The stamp holds the checksum of what the environment was made from, and is written last: half a result has none.
wanted_python=$(cksum <"$here/requirements.txt")
if ! { [ -f "$dir/venv/.stamp" ] && [ "$(cat "$dir/venv/.stamp")" = "$wanted_python" ]; }; then
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

"$here/../npm-setup.sh" "$here" "$dir"
echo "setup.sh: ready; export KVKEEP_CLIENTS_DIR=$dir"
