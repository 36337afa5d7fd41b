#!/bin/sh
# start.sh DIR PORT      serves the directory that setup.sh made, until it is killed by its process id
#
# Ready when GET /health answers 200, about a minute later: the imports take it.
set -eu
dir=$(CDPATH='' cd -- "$1" && pwd)
export VLLM_TARGET_DEVICE=cpu VLLM_CPU_KVCACHE_SPACE=2 VLLM_CPU_OMP_THREADS_BIND=nobind OMP_NUM_THREADS=1
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1
exec "$dir/venv/bin/vllm" serve "$dir/tiny" --served-model-name tiny --load-format dummy --dtype bfloat16 \
    --host 127.0.0.1 --port "$2" --max-model-len 65536 --enforce-eager \
    --enable-prefix-caching --enable-prompt-tokens-details --enable-auto-tool-choice --tool-call-parser hermes
