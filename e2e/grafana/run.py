"""Draws the shipped dashboard: kvkeep before a scripted engine, the traffic of agents, a real Prometheus, and Grafana's own
components in a browser. Each row becomes a picture, dark and light, to be looked at.

  python3 e2e/grafana/run.py [SECONDS [DIR]]

SECONDS, 180 if left out, is how long traffic runs first; DIR, kvkeep-dashboard in the temporary directory if left out, takes
the pictures. It needs prometheus, node and java on the PATH, proxy-server/target/kvkeep.jar, and KVKEEP_GRAFANA_DIR as setup.sh prepared it. All
that it starts listens on 127.0.0.1 and ends with it. Exit code 0 when nothing is wrong; 3 when something is absent.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "prometheus"))

import engine
import run as scraped
import traffic


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 180
    pictures = sys.argv[2] if len(sys.argv) > 2 else str(pathlib.Path(tempfile.gettempdir()) / "kvkeep-dashboard")
    installed = os.environ.get("KVKEEP_GRAFANA_DIR")
    for tool in ("prometheus", "node", "java"):
        if not shutil.which(tool):
            print(f"skip: {tool} is absent")
            return 3
    if not installed or not pathlib.Path(installed, "node_modules/.stamp").exists():
        print("skip: KVKEEP_GRAFANA_DIR names no directory that e2e/grafana/setup.sh prepared")
        return 3
    if not scraped.JAR.exists():
        print(f"skip: {scraped.JAR} is absent; ./mvnw -DskipTests package makes it")
        return 3
    typed = subprocess.run(["node", str(HERE / "types.mjs")], check=False)
    with tempfile.TemporaryDirectory() as name:
        tmp = pathlib.Path(name)
        log = tmp / "log"
        scripted = engine.Engine()
        (tmp / "kvkeep.yaml").write_text(scraped.GOOD)
        command = ["java", "-Xmx96m", "-jar", str(scraped.JAR), "serve", "--config", str(tmp / "kvkeep.yaml"), "--data-dir", str(tmp / "data")]
        command += ["--engine", scripted.url, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("KVKEEP_")}
        running = []
        try:
            with log.open("w") as out:
                running.append(subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment))
            base, admin = scraped.wait_for("kvkeep greets", scraped.START_SECONDS, lambda: scraped.addresses(log))
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            scrape = (scraped.ROOT / "docker/prometheus.yml").read_text().replace("kvkeep:11436", admin)
            (tmp / "prometheus.yml").write_text(scrape.replace("../grafana/", f"{scraped.ROOT}/grafana/"))
            command = ["prometheus", f"--config.file={tmp}/prometheus.yml", f"--storage.tsdb.path={tmp}/samples", f"--web.listen-address=127.0.0.1:{port}"]
            running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            end_traffic = traffic.start(base)
            time.sleep(seconds)
            command = ["node", str(HERE / "draw.mjs"), "--prometheus", f"http://127.0.0.1:{port}", "--minutes", str(seconds / 60), "--out", pictures]
            drawn = subprocess.run(command, check=False)
            end_traffic()
        finally:
            for process in reversed(running):
                stop(process)
    return drawn.returncode or typed.returncode


if __name__ == "__main__":
    sys.exit(main())
