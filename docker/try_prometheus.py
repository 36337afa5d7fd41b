"""The questions that try-prometheus.sh asks: ADDRESS of Prometheus, SECONDS to collect, --all."""

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import check

# A proxy set for the machine is not meant for 127.0.0.1.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(address, path, **parameters):
    query = urllib.parse.urlencode(parameters)
    try:
        with opener.open(f"{address}/api/v1/{path}?{query}", timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as e:
        return json.load(e)


def wait_for_target(address, limit):
    """The health of the target, once it was scraped; None when Prometheus or the target did not come up in time."""
    last = "Prometheus does not answer"
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            targets = ask(address, "targets")["data"]["activeTargets"]
            if targets and targets[0]["health"] == "up":
                return targets[0]
            last = targets[0]["lastError"] if targets else "no target"
        except (OSError, ValueError):
            pass
        time.sleep(0.5)
    print(f"FAIL: the target is not up: {last}")
    return None


def compare_with_page(address):
    """Whether the series that kvkeep shows are those of docs/metrics.md, with those labels and of that type."""
    failed = []
    documented = check.documented_series()
    types = ask(address, "targets/metadata")["data"]
    types = {t["metric"]: t["type"] for t in types}
    shown = {}
    for series in ask(address, "series", **{"match[]": '{job="kvkeep"}'})["data"]:
        name = series.pop("__name__")
        shown.setdefault(name, set()).update(k for k in series if k not in ("job", "instance", "le", "quantile"))
    seen = set()
    for name, labels in sorted(shown.items()):
        series = check.base(name, documented)
        if series is None:
            if name.startswith("kvkeep_"):
                failed.append(f"{name}{sorted(labels)} is not in docs/metrics.md")
            continue
        seen.add(series)
        row = documented[series]
        if labels != row["labels"]:
            failed.append(f"{name} has the labels {sorted(labels)}, docs/metrics.md says {sorted(row['labels'])}")
        # In the newer text format a counter is announced without its suffix.
        kind = types.get(series) or types.get(re.sub(r"_total$", "", series)) or types.get(re.sub(r"_info$", "", series))
        if kind and kind != row["type"].split(",")[0] and (kind, row["type"]) != ("info", "gauge"):
            failed.append(f"{series} is a {kind}, docs/metrics.md says {row['type']}")
    absent = sorted(set(documented) - seen)
    print(f"series: {len(seen)} of {len(documented)} documented ones are shown")
    for name in absent:
        print(f"  not shown (yet): {name}")
    return failed


def alerts_without_series(address, alerts):
    """Of each alert, the series that it is about and that are not there; shares of nothing are not."""
    missing = []
    for where, expr in alerts.items():
        for name, labels in check.series_in(expr):
            selector = name + "{" + ",".join(f'{k}{op}"{v}"' for k, (op, v) in labels.items()) + "}"
            if not ask(address, "query", query=selector)["data"]["result"]:
                missing.append(f"{where}: no series {selector}")
    return missing


def main():
    address, collect, everything = sys.argv[1], float(sys.argv[2]), "--all" in sys.argv[3:]
    target = wait_for_target(address, 30)
    if target is None:
        return 1
    print(f"target {target['scrapeUrl']} is up; collecting for {collect:g} s")
    time.sleep(collect)
    failed = compare_with_page(address)

    asked = []
    for where, expr in check.queries():
        if not where.startswith("grafana/alerts"):
            asked.append((where, check.substitute(expr)))
    # The first evaluation of each group comes somewhere within its interval.
    end = time.monotonic() + 30
    while True:
        rules = [r for g in ask(address, "rules")["data"]["groups"] for r in g["rules"]]
        if all(r["health"] != "unknown" for r in rules) or time.monotonic() > end:
            break
        time.sleep(1)
    for rule in rules:
        asked.append((f"rule {rule['name']}", rule["query"]))
        if rule["health"] != "ok":
            failed.append(f"rule {rule['name']} is {rule['health']}: {rule.get('lastError', 'not evaluated')}")
    if not rules:
        failed.append("Prometheus loaded no rules")
    for _, board in check.dashboards():
        for variable in board["templating"]["list"]:
            match = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable.get("definition", ""))
            if match:
                values = ask(address, f"label/{match[2]}/values", **{"match[]": match[1]})["data"]
                print(f"variable {variable['name']}: {values}")

    alerts = {f"rule {rule['name']}": rule["query"] for rule in rules if rule["type"] == "alerting"}
    empty, not_a_number = [], []
    for where, expr in asked:
        answer = ask(address, "query", query=expr)
        if answer["status"] != "success":
            failed.append(f"{where}: {answer.get('error')}")
            print(f"error   {where}: {expr}")
            continue
        result = answer["data"]["result"]
        print(f"{len(result):4} series  {where}: {' '.join(expr.split())}")
        if not result:
            empty.append(where)
        for sample in result:
            if sample["value"][1] in ("NaN", "+Inf", "-Inf"):
                not_a_number.append(f"{where}: {sample['value'][1]}")
    print(f"\n{len(asked)} queries, {len(empty)} of them with an empty result:")
    for where in empty:
        print(f"  {where}")
    if everything:
        # An alert is silent while all is well; then its series show that it could speak.
        failed += [f"{where}: no data" for where in empty if where not in alerts and not where.startswith("docs/")]
        failed += alerts_without_series(address, alerts)
    # The page's quantiles are plain on purpose and give NaN when nothing happened; a panel or a rule must not.
    failed += [f"{line}, which a panel would show" for line in not_a_number if not line.startswith("docs/")]
    failing = [a["labels"]["alertname"] for a in ask(address, "alerts")["data"]["alerts"]]
    print(f"alerts firing or pending: {failing or 'none'}")
    for line in failed + check.problems:
        print(f"FAIL: {line}")
    return 1 if failed or check.problems else 0


if __name__ == "__main__":
    sys.exit(main())
