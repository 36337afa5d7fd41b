#!/usr/bin/env bash
# Checks everything under docker/ and grafana/ and the metrics page, without a Docker daemon.
#
#   docker/check.sh            what a missing tool would check is skipped, with the reason
#   docker/check.sh --strict   a skip is a failure
#
# Exit code 0 when nothing is wrong.
set -u
cd "$(dirname "$0")/.." || exit 2
strict=${1:-}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
failed=0
skipped=0

ok() { printf 'ok:   %s\n' "$1"; }
fail() { printf 'FAIL: %s\n' "$1"; failed=$((failed + 1)); }
skip() { printf 'skip: %s\n' "$1"; skipped=$((skipped + 1)); }
# Runs a command and shows what it said only when it failed.
run() {
  local what=$1; shift
  if "$@" >"$tmp/out" 2>&1; then ok "$what"; else fail "$what"; sed 's/^/      /' "$tmp/out"; fi
}

command -v python3 >/dev/null || { echo "python3 is needed" >&2; exit 2; }
python=python3
if ! python3 -c 'import yaml, jsonschema' 2>/dev/null; then
  # Into a directory of this run: nothing is installed on the machine.
  if python3 -m venv "$tmp/venv" >/dev/null 2>&1 \
    && timeout 120 "$tmp/venv/bin/pip" -q --disable-pip-version-check install pyyaml jsonschema >"$tmp/out" 2>&1; then
    python=$tmp/venv/bin/python
  else
    skip "Compose files against their schema: PyYAML or jsonschema is absent and could not be installed"
  fi
fi

# The schema of Compose files, from the library that Docker Compose itself reads them with, else from the last Compose
# that was written in Python, whose copy is older and knows fewer keys.
schema=
if "$python" -c 'import yaml, jsonschema' 2>/dev/null; then
  module=github.com/compose-spec/compose-go/v2@v2.16.2
  if command -v go >/dev/null \
    && (cd "$tmp" && GOFLAGS=-mod=mod timeout 120 go mod download -json "$module" >module.json 2>/dev/null); then
    schema=$("$python" -c 'import json, sys; print(json.load(sys.stdin)["Dir"])' <"$tmp/module.json")/schema/compose-spec.json
    ok "Compose schema from $module"
  elif timeout 120 "$python" -m pip -q --disable-pip-version-check download --no-deps --no-binary :none: -d "$tmp" docker-compose==1.29.2 >/dev/null 2>&1 \
    && "$python" -m zipfile -e "$tmp"/docker_compose-1.29.2-*.whl "$tmp/compose" 2>/dev/null; then
    schema=$tmp/compose/compose/config/compose_spec.json
    ok "Compose schema from docker-compose 1.29.2 (the current one needs go)"
  fi
  [[ -n $schema && -f $schema ]] || { schema=; skip "no Compose schema could be had from a package registry; structure is checked all the same"; }
fi

if docker compose version >/dev/null 2>&1; then
  run "docker compose config" docker compose -f docker/compose.yaml config -q
  run "docker compose config, NVIDIA" docker compose -f docker/compose.yaml -f docker/compose.nvidia.yaml config -q
else
  skip "docker compose config: the Compose plugin is absent"
fi

"$python" docker/check.py ${schema:+--schema "$schema"} --rules-from-dashboards "$tmp/queries.yml" >"$tmp/findings" 2>&1
code=$?
cat "$tmp/findings"
skipped=$((skipped + $(grep -c '^skip:' "$tmp/findings")))
if ((code == 0)); then ok "Dockerfile, Compose files, dashboard, provisioning, metric names"; else failed=$((failed + 1)); fi

if command -v promtool >/dev/null; then
  run "promtool check config docker/prometheus.yml" promtool check config docker/prometheus.yml
  run "promtool check rules grafana/alerts.yml" promtool check rules grafana/alerts.yml
  run "promtool test rules grafana/alerts.test.yml" promtool test rules grafana/alerts.test.yml
  [[ -f $tmp/queries.yml ]] && run "promtool check rules, queries of the dashboard and of docs/metrics.md" promtool check rules "$tmp/queries.yml"
else
  skip "scrape configuration, alert rules and their tests, syntax of queries: promtool is absent"
fi

for script in docker/*.sh; do run "bash -n $script" bash -n "$script"; done
if command -v hadolint >/dev/null; then
  run "hadolint docker/Dockerfile" hadolint docker/Dockerfile
else
  skip "hadolint docker/Dockerfile: hadolint is absent"
fi

echo "$failed failed, $skipped skipped"
((failed == 0)) && { [[ $strict != --strict ]] || ((skipped == 0)); }
