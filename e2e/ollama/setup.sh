#!/bin/sh
# Prepares a directory with Ollama, built from its Go module, and the tiny models of e2e/llama.
#
#   setup.sh DIR LLAMA_DIR      afterwards: DIR/ollama, DIR/lib/ollama/llama-server, DIR/models
#
# LLAMA_DIR is what e2e/llama/setup.sh has made. Needs Go 1.26 or newer and a C compiler. Run it again at any time: it
# does only what is missing.
set -eu

version=0.34.0

if [ $# -ne 2 ]; then
    echo "usage: setup.sh DIR LLAMA_DIR" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
llama=$(CDPATH='' cd -- "$2" && pwd)
mkdir -p -- "$1/lib/ollama"
dir=$(CDPATH='' cd -- "$1" && pwd)

if [ ! -x "$dir/ollama" ] || ! "$dir/ollama" --version 2>&1 | grep -qF "$version"; then
    echo "setup.sh: building Ollama $version"
    GOBIN=$dir CGO_ENABLED=1 GOFLAGS=-buildvcs=false \
        go install -ldflags "-X=github.com/ollama/ollama/version.Version=$version" "github.com/ollama/ollama@v$version"
fi

# Ollama looks for its helpers beside itself. A model that is made without quantizing is copied as it is.
cp "$here/runner.py" "$llama/server.py" "$dir/lib/ollama/"
cat >"$dir/lib/ollama/llama-server" <<END
#!/bin/sh
exec "$llama/venv/bin/python" "$dir/lib/ollama/runner.py" "\$@"
END
cat >"$dir/lib/ollama/llama-quantize" <<'END'
#!/bin/sh
while [ $# -gt 2 ] && case $1 in -*) true ;; *) false ;; esac; do shift; done
exec cp -- "$1" "$2"
END
chmod +x "$dir/lib/ollama/llama-server" "$dir/lib/ollama/llama-quantize"

"$here/start.sh" "$dir" 127.0.0.1:22299 >"$dir/setup.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for name in dense sliding hybrid; do
    printf 'FROM %s\nPARAMETER num_ctx 65536\nPARAMETER num_thread 1\n' "$llama/$name.gguf" >"$dir/Modelfile"
    tries=0
    until OLLAMA_HOST=127.0.0.1:22299 "$dir/ollama" create "tiny-$name" -f "$dir/Modelfile" >>"$dir/create.log" 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge 20 ]; then
            echo "setup.sh: cannot make tiny-$name; see $dir/create.log" >&2
            exit 1
        fi
        sleep 1
    done
done
echo "setup.sh: ready; start it with e2e/ollama/start.sh $dir 127.0.0.1:11434"
