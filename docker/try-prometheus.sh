#!/usr/bin/env bash
# Starts a Prometheus of its own with the shipped scrape configuration and alert rules, lets it scrape a running kvkeep,
# and sends it every query of the dashboard, the alert rules and docs/metrics.md.
#
#   docker/try-prometheus.sh HOST:PORT [SECONDS [--all]]
#
# HOST:PORT is kvkeep's admin address. SECONDS, 30 if left out, is how long samples are collected first; send requests
# through kvkeep meanwhile, or most results are empty. With --all no result may be empty but that of an alert, all of whose
# series must be there; e2e/prometheus/run.py sends traffic that makes them all. Prometheus listens on a free port of 127.0.0.1 and ends with this
# script. Exit code 1 when a query or a rule fails or when series are not as docs/metrics.md says; 3 without prometheus.
set -u
cd "$(dirname "$0")/.." || exit 2
admin=${1:?the admin address of kvkeep, HOST:PORT}
collect=${2:-30}
all=${3:-}
command -v prometheus >/dev/null || { echo "skip: prometheus is absent"; exit 3; }
command -v python3 >/dev/null || { echo "skip: python3 is absent"; exit 3; }

tmp=$(mktemp -d) || exit 2
pid=
end() {
  if [[ -n $pid ]]; then kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; fi
  rm -rf "$tmp"
}
trap end EXIT
trap 'exit 130' INT TERM

# The same two directories as in the repository, because the configuration names the rules by a relative path.
mkdir "$tmp/docker" "$tmp/grafana"
cp grafana/alerts.yml "$tmp/grafana/"
sed "s|targets: .* # <- the admin address of kvkeep|targets: [\"$admin\"]|" docker/prometheus.yml >"$tmp/docker/prometheus.yml"
grep -qF "targets: [\"$admin\"]" "$tmp/docker/prometheus.yml" || { echo "FAIL: docker/prometheus.yml has lost its marked line"; exit 1; }

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
prometheus --config.file="$tmp/docker/prometheus.yml" --storage.tsdb.path="$tmp/data" \
  --web.listen-address="127.0.0.1:$port" --log.level=warn >"$tmp/log" 2>&1 &
pid=$!
timeout $((collect + 120)) python3 docker/try_prometheus.py "http://127.0.0.1:$port" "$collect" $all
code=$?
if ((code != 0)); then echo "--- the end of Prometheus' log"; tail -n 5 "$tmp/log"; fi
exit "$code"
