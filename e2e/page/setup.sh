#!/bin/sh
# Prepares a directory with the driver of the browser and the accessibility audit, in pinned versions.
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
"$here/../npm-setup.sh" "$here" "$1"
echo "setup.sh: ready; export KVKEEP_PAGE_DIR=$(CDPATH='' cd -- "$1" && pwd)"
