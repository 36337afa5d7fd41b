"""The checks behind check.sh that need no tool but Python (PyYAML for the YAML files). Prints one line per finding."""

import argparse
import json
import os
import posixpath
import re
import sys
from pathlib import Path

import dockerfile

try:
    import yaml
except ImportError:
    yaml = None

ROOT = Path(__file__).resolve().parent.parent
problems = []
skips = []


def want(condition, message):
    if not condition:
        problems.append(message)
    return bool(condition)


# ---------------------------------------------------------------------------------------------------------- PromQL

WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool", "inf", "nan"}
# Series that Prometheus makes itself.
OWN = {"up"}


def substitute(expr):
    """Grafana's variables, with the values they have when everything is chosen."""
    for name, value in (("$__rate_interval", "1m"), ("$__interval", "15s"), ("$__range", "10m"), ("$window", "5m"), ("$agent", ".*"), ("$engine", ".*")):
        expr = expr.replace(name, value)
    return expr


def series_in(expr):
    """Every series name of an expression with the labels it is selected by: [(name, {label: (operator, value)})]."""
    expr = substitute(expr)
    found = []
    # Label lists hold names that are no series.
    plain = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", expr)
    plain = re.sub(r"\[[^\]]*\]", " ", plain)
    plain = re.sub(r"\boffset\s+\S+?(?=[\s)]|$)", " ", plain)
    for match in re.finditer(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{(?:[^}\"]|\"(?:[^\"\\]|\\.)*\")*\}|\()?|\"(?:[^\"\\]|\\.)*\"|\d[\w.]*", plain):
        name, behind = match[1], match[2] or ""
        if not name or name.lower() in WORDS or behind == "(":
            continue
        labels = {k: (op, v) for k, op, v in re.findall(r"(\w+)\s*(=~|!~|!=|=)\s*\"((?:[^\"\\]|\\.)*)\"", behind)}
        found.append((name, labels))
    return found


def grouping_in(expr):
    return {label.strip() for group in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expr) for label in group.split(",") if label.strip()}


def divisors_are_guarded(expr):
    """Whether everything that is divided by is "(... > 0)" or a plain number."""
    text = re.sub(r"\"(?:[^\"\\]|\\.)*\"", '""', substitute(expr))
    for match in re.finditer(r"/", text):
        rest = text[match.end():].lstrip()
        if re.match(r"\d", rest):
            continue
        if not rest.startswith("("):
            return False
        depth, end = 0, 0
        for c in rest:
            depth += (c == "(") - (c == ")")
            end += 1
            if depth == 0:
                break
        if not re.search(r">\s*0\s*\)$", rest[:end]):
            return False
    return True


def base(name, documented):
    """The documented series a name belongs to; histograms and summaries have more than one name."""
    if name in documented:
        return name
    for suffix in ("_bucket", "_sum", "_count", "_max"):
        stem = name.removesuffix(suffix)
        if stem != name and stem in documented and documented[stem]["type"].startswith(("histogram", "summary")):
            return stem
    return None


def documented_series():
    """The tables of docs/metrics.md: {series: {type, labels, query}}."""
    out = {}
    for number, line in enumerate((ROOT / "docs/metrics.md").read_text().splitlines(), 1):
        # A code span may hold a bar, so the cells are split outside code only.
        cells = [c.strip() for c in re.split(r"\|(?=(?:[^`]*`[^`]*`)*[^`]*$)", line)]
        if len(cells) != 8 or not re.fullmatch(r"`[a-z_:]+`", cells[1]):
            want(not re.match(r"\|\s*`(kvkeep|jvm|process)_", line), f"docs/metrics.md:{number}: this row does not have six cells")
            continue
        name = cells[1].strip("`")
        want(name not in out, f"docs/metrics.md:{number}: {name} is there twice")
        query = cells[6].strip("`")
        out[name] = {"type": cells[2], "labels": set(re.findall(r"`(\w+)`", cells[3])), "query": query}
        for what, cell in (("type", cells[2]), ("unit", cells[4]), ("meaning", cells[5]), ("query", query)):
            want(cell, f"docs/metrics.md:{number}: {name} has no {what}")
        want("|" not in query, f"docs/metrics.md:{number}: a bar in a query cannot be copied from a table")
        want(name in {base(n, {name: out[name]}) for n, _ in series_in(query)}, f"docs/metrics.md:{number}: the query does not use {name}")
    want(out, "docs/metrics.md: no table of series found")
    return out


def dashboards():
    files = sorted((ROOT / "grafana/dashboards").glob("*.json"))
    want(files, "grafana/dashboards: no dashboard")
    for file in files:
        try:
            yield file, json.loads(file.read_text())
        except ValueError as e:
            problems.append(f"{file.relative_to(ROOT)}: {e}")


def placed(board):
    """Every panel, behind the id of the closed row that it is in: what a closed row holds makes its place when it is opened."""
    for panel in board.get("panels", []):
        yield None, panel
        yield from ((panel.get("id"), one) for one in panel.get("panels", []))


def panels_of(board):
    return (panel for _, panel in placed(board))


def queries():
    """Every query of the dashboards, the alert rules and the metrics page: (where, expression)."""
    out = []
    for file, board in dashboards():
        for panel in panels_of(board):
            for target in panel.get("targets", []):
                out.append((f"{file.relative_to(ROOT)}: {panel.get('title')} {target.get('refId')}", target.get("expr", "")))
    for group in load_yaml("grafana/alerts.yml").get("groups", []):
        for rule in group["rules"]:
            out.append((f"grafana/alerts.yml: {rule.get('alert') or rule.get('record')}", rule["expr"]))
    for name, row in documented_series().items():
        out.append((f"docs/metrics.md: {name}", row["query"]))
    return out


def load_yaml(path):
    if yaml is None:
        return {}
    try:
        return yaml.safe_load((ROOT / path).read_text()) or {}
    except (yaml.YAMLError, OSError) as e:
        problems.append(f"{path}: {e}")
        return {}


# ---------------------------------------------------------------------------------------------------------- checks


def check_metrics():
    documented = documented_series()
    recorded = {r["record"] for g in load_yaml("grafana/alerts.yml").get("groups", []) for r in g["rules"] if "record" in r}
    used = set()
    for where, expr in queries():
        names = series_in(expr)
        want(names, f"{where}: no series in {expr!r}")
        known_labels = {"le", "instance", "job"}
        for name, labels in names:
            if name in recorded or name in OWN:
                known_labels |= {"agent", "engine"}
                continue
            series = base(name, documented)
            if not want(series, f"{where}: {name} is not in docs/metrics.md"):
                continue
            if not where.startswith("docs/"):
                used.add(series)
            known_labels |= documented[series]["labels"]
            for label in labels:
                want(label in documented[series]["labels"] | {"job", "instance", "le"}, f"{where}: {series} has no label {label}")
            if "source" in documented[series]["labels"]:
                want(labels.get("source", ("", ""))[0] == "=", f"{where}: names no single source, so it adds up two counts of the same tokens")
        for label in grouping_in(expr) - known_labels:
            problems.append(f"{where}: no series in it has the label {label}")
        want(divisors_are_guarded(expr), f"{where}: divides by something that may be zero; write (... > 0)")
    if yaml is None:
        skips.append("alert rules, and whether each documented series is used: PyYAML is absent")
        return
    for name in sorted(set(documented) - used):
        problems.append(f"docs/metrics.md: {name} is used by no panel and no alert")


def check_dashboards():
    for file, board in dashboards():
        where = file.relative_to(ROOT)
        variables = {v["name"] for v in board.get("templating", {}).get("list", [])}
        for name in ("datasource", "agent", "engine"):
            want(name in variables, f"{where}: no variable {name}")
        for key in ("uid", "title", "schemaVersion"):
            want(board.get(key), f"{where}: no {key}")
        want(board.get("id") is None, f"{where}: an id belongs to one Grafana only")
        ids, titles, grids = set(), set(), {}
        for inside, panel in placed(board):
            cells = grids.setdefault(inside, {})
            title = panel.get("title") or f"panel {panel.get('id')}"
            want(panel.get("title"), f"{where}: {title} has no title")
            want(panel.get("id") not in ids, f"{where}: {title}: its id is there twice")
            ids.add(panel.get("id"))
            want(title not in titles, f"{where}: {title}: this title is there twice")
            titles.add(title)
            pos = panel.get("gridPos", {})
            if want(all(isinstance(pos.get(k), int) for k in "xywh") and pos["x"] >= 0 and pos["x"] + pos["w"] <= 24, f"{where}: {title}: bad gridPos {pos}"):
                for cell in ((x, y) for x in range(pos["x"], pos["x"] + pos["w"]) for y in range(pos["y"], pos["y"] + pos["h"])):
                    want(cells.setdefault(cell, title) == title, f"{where}: {title} lies over {cells[cell]}")
            if panel.get("type") == "row":
                continue
            description = panel.get("description", "")
            want(re.fullmatch(r"[^.].*[^.]\.", description) and ". " not in description, f"{where}: {title}: its description is not one sentence")
            want(panel.get("fieldConfig", {}).get("defaults", {}).get("unit"), f"{where}: {title} has no unit")
            want(panel.get("targets"), f"{where}: {title} has no query")
            refs = [t.get("refId") for t in panel.get("targets", [])]
            want(len(set(refs)) == len(refs), f"{where}: {title}: two queries have the same refId")
            for part in [panel, *panel.get("targets", [])]:
                want(part.get("datasource", {}).get("uid") == "${datasource}", f"{where}: {title}: the data source is not the variable")
            for target in panel.get("targets", []):
                for name in re.findall(r"\$\{?(\w+)", target.get("expr", "")):
                    want(name in variables or name.startswith("__"), f"{where}: {title}: no variable {name}")


def check_dockerfile():
    where = "docker/Dockerfile"
    try:
        stages = dockerfile.parse((ROOT / where).read_text())
        ignore = dockerfile.Ignore((ROOT / ".dockerignore").read_text())
        final, names = stages[-1], {s.name for s in stages}
        for stage in stages:
            want(stage.image in names or re.search(r":\d+\.\d+\.\d+\S*$", stage.image), f"{where}: {stage.image} is not pinned to one version")
            for step in (s for s in stage.steps if s.word == "COPY"):
                sources, _ = dockerfile.copy_arguments(step)
                if "from" in step.flags:
                    want(step.flags["from"][-1] in names, f"{where}:{step.line}: no stage {step.flags['from'][-1]}")
                    continue
                for source in (posixpath.normpath(s) for s in sources):
                    want((ROOT / source).exists(), f"{where}:{step.line}: {source} does not exist")
                    want(source == "." or not ignore(source), f"{where}:{step.line}: .dockerignore leaves {source} out")
        for source in ("mvnw", ".mvn/wrapper/maven-wrapper.properties", "pom.xml", "proxy-core/src/main/java/x.java", "proxy-server/pom.xml"):
            want(not ignore(source), f".dockerignore leaves {source} out, which the build needs")
        user = final.last("USER")
        want(user and re.match(r"[1-9]\d*(:[1-9]\d*)?$", user.text), f"{where}: the last USER is not a number other than 0")
        entry, cmd = final.last("ENTRYPOINT"), final.last("CMD")
        want(entry and entry.arguments(), f"{where}: ENTRYPOINT is not in exec form, so signals would reach a shell")
        want(cmd and cmd.arguments(), f"{where}: CMD is not in exec form")
        health = dockerfile.healthcheck(final)
        want(health, f"{where}: no HEALTHCHECK")
        if health and entry and cmd and entry.arguments() and cmd.arguments():
            targets = {dockerfile.copy_arguments(s)[1] for s in final.steps if s.word == "COPY"}
            argv = entry.arguments() + cmd.arguments()
            for path in (a for a in argv + health[1] if a.startswith("/opt/")):
                want(path in targets, f"{where}: {path} is used but never copied")
            want(option(argv, "--data-dir") in dockerfile.volumes(final), f"{where}: the data directory is no VOLUME")
            exposed = {p for s in final.steps if s.word == "EXPOSE" for p in s.text.split()}
            for name in ("--listen", "--admin"):
                want((option(argv, name) or "").split(":")[-1] in exposed, f"{where}: the port of {name} is not in EXPOSE")
            admin = (option(argv, "--admin") or "").split(":")[-1]
            want(admin in health[1], f"{where}: HEALTHCHECK does not ask the admin port {admin}")
        return final
    except (ValueError, OSError) as e:
        problems.append(f"{where}: {e}")
        return None


def option(argv, name):
    return next((argv[i + 1] for i, a in enumerate(argv[:-1]) if a == name), None)


def mounts(service, base_dir):
    """The bind mounts and the named volumes of a service: ({target: host path}, {target: volume})."""
    binds, named = {}, {}
    for volume in service.get("volumes", []):
        source, target = volume.split(":")[:2]
        if source.startswith((".", "/", "~")):
            binds[target] = Path(os.path.normpath(base_dir / source))
        else:
            named[target] = source
    return binds, named


def on_host(path, binds):
    """Where a container's path lies on the host, None when no bind mount covers it."""
    for target, host in binds.items():
        if path == target:
            return host
        if path.startswith(target.rstrip("/") + "/"):
            return host / path[len(target.rstrip("/")) + 1:]
    return None


def check_compose(schema, final):
    if yaml is None:
        skips.append("Compose files and provisioning: PyYAML is absent")
        return
    files = ["docker/compose.yaml", "docker/compose.nvidia.yaml"]
    if schema:
        import jsonschema

        rules = json.loads(Path(schema).read_text())
        rules["$schema"] = rules["$schema"].rstrip("#")
        validator = jsonschema.validators.validator_for(rules)(rules)
        for file in files:
            content = load_yaml(file)
            # The older schema was written before Compose files could name their project.
            if "name" not in rules["properties"]:
                content.pop("name", None)
            for error in validator.iter_errors(content):
                problems.append(f"{file}: {'.'.join(map(str, error.absolute_path))}: {error.message}")
    where, compose = files[0], load_yaml(files[0])
    base_dir, services = ROOT / "docker", compose.get("services", {})
    declared, used = set(compose.get("volumes", {})), set()
    for name, service in services.items():
        image = service.get("image", "")
        want("build" in service or re.search(r":v?\d+\.\d+\.\d+$", image), f"{where}: {name}: {image or 'no image'} is not pinned to one version")
        for port in service.get("ports", []):
            want(isinstance(port, str) and re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), f"{where}: {name}: {port} is not published on 127.0.0.1 alone")
        want(service.get("network_mode") != "host" and not service.get("privileged"), f"{where}: {name} has the host's network or rights")
        binds, named = mounts(service, base_dir)
        for host in binds.values():
            want(host.exists(), f"{where}: {name}: {os.path.relpath(host, ROOT)} does not exist")
        for volume in named.values():
            used.add(volume)
            want(volume in declared, f"{where}: {name}: volume {volume} is not declared")
        depends = service.get("depends_on", {})
        for other in depends:
            want(other in services, f"{where}: {name} depends on {other}, which does not exist")
    want(declared <= used, f"{where}: volumes declared but not used: {sorted(declared - used)}")
    for extra in load_yaml(files[1]).get("services", {}):
        want(extra in services, f"{files[1]}: no service {extra} to add to")
    for name in ("ollama", "kvkeep", "prometheus", "grafana"):
        if not want(name in services, f"{where}: no service {name}"):
            return

    kvkeep = services["kvkeep"]
    context = Path(os.path.normpath(base_dir / kvkeep["build"]["context"]))
    want((context / kvkeep["build"]["dockerfile"]).is_file(), f"{where}: kvkeep: no such Dockerfile")
    command = kvkeep.get("command", [])
    admin = (option(command, "--admin") or "").split(":")[-1]
    for name in ("--listen", "--admin"):
        address = option(command, name) or ""
        port = address.split(":")[-1]
        want(address.startswith("0.0.0.0:"), f"{where}: kvkeep: {name} {address} cannot be reached from other containers")
        want(f"127.0.0.1:{port}:{port}" in kvkeep.get("ports", []), f"{where}: kvkeep: the port of {name} is not published")
    data = option(command, "--data-dir")
    want(data in mounts(kvkeep, base_dir)[1], f"{where}: kvkeep: no volume at {data}")
    if final and dockerfile.healthcheck(final):
        want(data in dockerfile.volumes(final), f"{where}: kvkeep: {data} is not the image's volume, so its owner would be root")
        want(admin in dockerfile.healthcheck(final)[1], f"{where}: kvkeep: the image's HEALTHCHECK asks another port than {admin}")

    prometheus = services["prometheus"]
    binds, _ = mounts(prometheus, base_dir)
    config = next((a.split("=", 1)[1] for a in prometheus.get("command", []) if a.startswith("--config.file=")), None)
    host = on_host(config or "", binds)
    scrape = load_yaml("docker/prometheus.yml")
    if want(host and host.is_file(), f"{where}: prometheus: {config} is not mounted"):
        for rules in scrape.get("rule_files", []):
            inside = posixpath.normpath(posixpath.join(posixpath.dirname(config), rules))
            rules_host = on_host(inside, binds)
            want(rules_host and rules_host.is_file(), f"{where}: prometheus: {inside} is not mounted, so there are no alerts")
    targets = [t for job in scrape.get("scrape_configs", []) for c in job.get("static_configs", []) for t in c["targets"]]
    want(targets == [f"kvkeep:{admin}"], f"docker/prometheus.yml: scrapes {targets}, not kvkeep:{admin}")

    grafana = services["grafana"]
    binds, _ = mounts(grafana, base_dir)
    source = (load_yaml("grafana/provisioning/datasources/prometheus.yml").get("datasources") or [{}])[0]
    want(source.get("url") == "http://prometheus:9090", "grafana/provisioning: the data source is not the Prometheus of the Compose file")
    interval = scrape.get("global", {}).get("scrape_interval")
    want(source.get("jsonData", {}).get("timeInterval") == interval, "grafana/provisioning: timeInterval is not scrape_interval of docker/prometheus.yml")
    for _, board in dashboards():
        current = next((v["current"]["value"] for v in board["templating"]["list"] if v["name"] == "datasource"), None)
        want(current == source.get("uid"), f"grafana: the dashboard's data source {current} is not provisioned")
    provider = (load_yaml("grafana/provisioning/dashboards/kvkeep.yml").get("providers") or [{}])[0]
    for path in (provider.get("options", {}).get("path"), grafana["environment"].get("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"), "/etc/grafana/provisioning/datasources"):
        host = on_host(path or "", binds)
        want(host and host.exists(), f"{where}: grafana: {path} is not mounted")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schema", help="the compose-spec JSON schema")
    parser.add_argument("--print-queries", action="store_true", help="print every query as JSON lines, and check nothing")
    parser.add_argument("--rules-from-dashboards", metavar="FILE", help="also write the dashboards' queries as rules, for promtool")
    options = parser.parse_args()
    if options.print_queries:
        for where, expr in queries():
            print(json.dumps({"where": where, "expr": substitute(expr)}))
        return 1 if problems else 0
    if options.rules_from_dashboards:
        # JSON is YAML too, so this needs no library.
        rules = [{"record": "check:query", "expr": substitute(e), "labels": {"n": str(n)}} for n, (w, e) in enumerate(queries()) if ".yml" not in w]
        Path(options.rules_from_dashboards).write_text(json.dumps({"groups": [{"name": "check", "rules": rules}]}, indent=1))
    check_metrics()
    check_dashboards()
    check_compose(options.schema, check_dockerfile())
    for line in skips:
        print(f"skip: {line}")
    for line in dict.fromkeys(problems):
        print(f"FAIL: {line}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
