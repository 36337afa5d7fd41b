#!/bin/sh
# Prepares a directory with a real llama.cpp server and tiny random-weight models.
#
#   setup.sh DIR        afterwards: DIR/venv, DIR/server.py and DIR/NAME.gguf for each model
#
# Run it again at any time: it does only what is missing. Exit 3 says that this computer cannot have it.
# PYTHON names another interpreter than python3 (3.10 or newer).
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

wanted_packages=$(cksum <"$here/requirements.txt")
wanted_models="$wanted_packages $(cksum <"$here/make_model.py")"

if ! is_done "$dir/venv/.stamp" "$wanted_packages"; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
        || unavailable "needs Python 3.10 or newer as '$python' (set PYTHON to name another)"
    echo "setup.sh: installing packages into $dir/venv"
    "$python" -m venv --clear "$dir/venv" >"$dir/setup.log" 2>&1 \
        || unavailable "cannot create a venv (on Debian: python3-venv); see $dir/setup.log"
    "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
        -r "$here/requirements.txt" >>"$dir/setup.log" 2>&1 \
        || unavailable "cannot install the packages of requirements.txt; see $dir/setup.log"
    "$dir/venv/bin/python" -c 'import xllamacpp' >>"$dir/setup.log" 2>&1 \
        || unavailable "the xllamacpp wheel does not load on this computer; see $dir/setup.log"
    echo "$wanted_packages" >"$dir/venv/.stamp"
fi

if ! is_done "$dir/models.stamp" "$wanted_models" \
    || [ ! -f "$dir/dense.gguf" ] || [ ! -f "$dir/tools-first.gguf" ] \
    || [ ! -f "$dir/sliding.gguf" ] || [ ! -f "$dir/hybrid.gguf" ]; then
    echo "setup.sh: making the models"
    "$dir/venv/bin/python" "$here/make_model.py" "$dir"
    echo "$wanted_models" >"$dir/models.stamp"
fi

cmp -s "$here/server.py" "$dir/server.py" || cp "$here/server.py" "$dir/server.py"
echo "setup.sh: ready; export KVKEEP_LLAMA_DIR=$dir"
