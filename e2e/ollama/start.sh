#!/bin/sh
# start.sh DIR HOST:PORT      serves the directory that setup.sh made, until it is killed by its process id
set -eu
dir=$(CDPATH='' cd -- "$1" && pwd)
export OLLAMA_HOST="$2" OLLAMA_MODELS="$dir/models" OLLAMA_NO_CLOUD=1 OLLAMA_KEEP_ALIVE=-1 OLLAMA_DEBUG=1
exec "$dir/ollama" serve
