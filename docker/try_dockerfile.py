"""Does what try-dockerfile.sh describes; that script starts it inside a mount namespace of its own."""

import argparse
import ctypes
import fcntl
import glob
import http.client
import os
import posixpath
import shlex
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path

import dockerfile

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What the machine lends to a stage, besides its files: never its temporary directory.
LENT = ("/proc", "/dev", "/sys")


class Failed(Exception):
    pass


def say(text):
    print(text, flush=True)


def seconds(text):
    unit = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
    number = text.rstrip("mshd")
    return float(number) * unit[text[len(number):] or "s"]


class Root:
    """The file system of one stage: an overlay whose upper directory holds what the steps wrote."""

    def __init__(self, scratch, name):
        self.upper, self.merged = scratch / name / "upper", scratch / name / "merged"
        work = scratch / name / "work"
        for directory in (self.upper, work, self.merged):
            directory.mkdir(parents=True)
        options = f"lowerdir=/,upperdir={self.upper},workdir={work}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, self.merged], check=True)
        for path in LENT:
            subprocess.run(["mount", "--rbind", path, f"{self.merged}{path}"], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.merged / "tmp"], check=True)
        self.cwd, self.env, self.user = "/", {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8"}, None
        java = shutil.which("java")
        # The base image has its java on the path; here it may be anywhere.
        self.env["PATH"] = posixpath.dirname(java) + ":" + PATH
        if "JAVA_HOME" in os.environ:
            self.env["JAVA_HOME"] = os.environ["JAVA_HOME"]
        # How this machine reaches the package registries.
        for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "MAVEN_OPTS", "JAVA_TOOL_OPTIONS", "MVNW_REPOURL"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def on_host(self, path):
        return self.merged / posixpath.join(self.cwd, path).lstrip("/")

    def written(self, path):
        return os.path.lexists(self.upper / path.lstrip("/"))

    def argv(self, command):
        """The command line that runs a command in this stage, as its user."""
        line = ["chroot", str(self.merged)]
        if self.user:
            uid, _, gid = self.user.partition(":")
            # Docker gives a process of another user neither further groups nor any capability that it could use.
            line += ["setpriv", f"--reuid={uid}", f"--regid={gid or uid}", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--"]
        return line + ["sh", "-c", 'cd "$0" && exec "$@"', self.cwd, *command]


def copy_context(context, ignore, source, target):
    """Copies a file or a directory of the build context, without what .dockerignore leaves out."""
    count = 0
    start = context / source
    if start.is_file():
        if ignore(source):
            raise Failed(f"{source} is left out by .dockerignore")
        goal = target / start.name if target.is_dir() else target
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(start, goal)
        return 1
    if not start.is_dir():
        raise Failed(f"{source} is not in the build context")
    for directory, subdirectories, files in os.walk(start):
        for name in files:
            path = Path(directory, name)
            inside = path.relative_to(context).as_posix()
            if not ignore(inside):
                goal = target / path.relative_to(start)
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, goal, follow_symlinks=False)
                count += 1
        # A pattern with "!" may keep a file below an ignored directory, so only these are passed by.
        subdirectories[:] = [d for d in subdirectories if d not in (".git", "target", "node_modules")]
    return count


def build(stage, root, stages, options, ignore):
    for step in stage.steps:
        say(f"  {step.line:3} {step.word} {step.text[:100]}")
        if step.word == "WORKDIR":
            root.cwd = posixpath.join(root.cwd, step.text)
            root.on_host(".").mkdir(parents=True, exist_ok=True)
        elif step.word == "USER":
            root.user = step.text
        elif step.word == "ENV":
            root.env.update(pair.split("=", 1) for pair in shlex.split(step.text))
        elif step.word == "RUN":
            for mount in step.flags.get("mount", []):
                given = dict(part.split("=", 1) for part in mount.split(",") if "=" in part)
                if given.get("type") != "cache":
                    raise Failed(f"line {step.line}: a mount of type {given.get('type')} is not understood here")
                # What the machine has there already shows through the overlay and serves as a filled cache.
                (root.merged / given["target"].lstrip("/")).mkdir(parents=True, exist_ok=True)
            done = subprocess.run(root.argv(step.command()), env=root.env, timeout=options.timeout, stdin=subprocess.DEVNULL)
            if done.returncode:
                raise Failed(f"line {step.line}: exit code {done.returncode}")
        elif step.word == "COPY":
            sources, target = dockerfile.copy_arguments(step)
            into = root.on_host(target)
            if target.endswith("/") or target == "." or len(sources) > 1:
                into.mkdir(parents=True, exist_ok=True)
            if "from" not in step.flags:
                say(f"      {sum(copy_context(options.context, ignore, posixpath.normpath(s), into) for s in sources)} files")
                continue
            other = stages.get(step.flags["from"][-1])
            for source in sources:
                if options.jar and source.endswith(".jar"):
                    start = options.jar
                elif other is None:
                    raise Failed(f"line {step.line}: stage {step.flags['from'][-1]} was not built")
                elif not other.written(source):
                    raise Failed(f"line {step.line}: no step of the other stage wrote {source}")
                else:
                    start = other.merged / source.lstrip("/")
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(start, into)
                say(f"      {start.stat().st_size} bytes")


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        # SIOCSIFFLAGS with IFF_UP: a new network namespace has its loopback switched off.
        fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1))


def run_image(final, root, options):
    """Starts what the image would start. Runs in a network namespace of its own."""
    loopback_up()
    # compose.yaml runs the image read-only but for its volumes and /tmp.
    for volume in dockerfile.volumes(final):
        directory = f"{root.merged}{volume}"
        subprocess.run(["mount", "--bind", directory, directory], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", root.merged], check=True)
    entry, cmd = final.last("ENTRYPOINT").command(), final.last("CMD").command()
    flags, health = dockerfile.healthcheck(final)
    argv = entry + cmd
    admin = argv[argv.index("--admin") + 1].rsplit(":", 1)[1]
    timeout = seconds(flags.get("timeout", "30s"))

    def healthy():
        try:
            return subprocess.run(root.argv(health), env=root.env, timeout=timeout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    if healthy():
        raise Failed("HEALTHCHECK passes before anything was started")
    say(f"start: {' '.join(argv)}")
    process = subprocess.Popen(root.argv(argv), env=root.env, stdin=subprocess.DEVNULL)
    try:
        began = time.monotonic()
        while not healthy():
            if process.poll() is not None:
                raise Failed(f"it ended by itself with exit code {process.returncode}")
            if time.monotonic() - began > options.ready:
                raise Failed(f"HEALTHCHECK did not pass within {options.ready} s")
            time.sleep(0.3)
        say(f"ok: HEALTHCHECK passed after {time.monotonic() - began:.1f} s")
        connection = http.client.HTTPConnection("127.0.0.1", int(admin), timeout=5)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        if answer.status != 200:
            raise Failed(f"/healthz answered {answer.status}")
        say(f"ok: GET /healthz on port {admin}: 200 {answer.read(80)!r}")
        connection.close()
        status = Path(f"/proc/{process.pid}/status").read_text()
        uid = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
        if uid == "0" or not root.user or uid != root.user.split(":")[0]:
            raise Failed(f"it runs as user {uid}, USER is {root.user}")
        say(f"ok: it runs as user {uid}")
        for volume in dockerfile.volumes(final):
            directory = root.merged / volume.lstrip("/")
            info = directory.stat()
            if str(info.st_uid) != uid or stat.S_IMODE(info.st_mode) & 0o077:
                raise Failed(f"{volume} belongs to {info.st_uid}, mode {stat.S_IMODE(info.st_mode):o}")
            say(f"ok: {volume} belongs to it alone and holds {sorted(os.listdir(directory))[:8]}")
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        try:
            process.wait(options.stop)
        except subprocess.TimeoutExpired:
            raise Failed(f"SIGTERM did not end it within {options.stop} s, with no request open") from None
        # A JVM that ends because of SIGTERM reports 143.
        if process.returncode not in (0, 143, -signal.SIGTERM):
            raise Failed(f"exit code {process.returncode} after SIGTERM")
        say(f"ok: SIGTERM ended it after {time.monotonic() - began:.1f} s with exit code {process.returncode}")
        if healthy():
            raise Failed("HEALTHCHECK still passes although nothing runs any more")
        say("ok: HEALTHCHECK fails now")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def main():
    parser = argparse.ArgumentParser(prog="try-dockerfile.sh")
    parser.add_argument("--context", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--jar", type=Path)
    parser.add_argument("--plan", action="store_true")
    parser.add_argument("--timeout", type=float, default=1200, help="seconds for one RUN step")
    parser.add_argument("--ready", type=float, default=60, help="seconds until HEALTHCHECK must pass")
    parser.add_argument("--stop", type=float, default=30, help="seconds to end after SIGTERM")
    parser.add_argument("--scratch", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.context = options.context.resolve()
    try:
        parsed = dockerfile.parse((options.context / "docker/Dockerfile").read_text())
        ignore = dockerfile.Ignore((options.context / ".dockerignore").read_text())
        if options.plan:
            for stage in parsed:
                say(f"stage {stage.name}, from {stage.image}")
                for step in stage.steps:
                    say(f"  {step.line:3} {step.word} {step.flags or ''} {step.text}")
            return 0
        if options.jar and not options.jar.is_file():
            raise Failed(f"{options.jar} does not exist")
        stages = {}
        for stage in parsed:
            if options.jar and stage is not parsed[-1]:
                say(f"stage {stage.name}: skipped, the jar is given")
                continue
            say(f"stage {stage.name}: this machine's file system in place of {stage.image}")
            stages[stage.name] = Root(options.scratch, stage.name)
            build(stage, stages[stage.name], stages, options, ignore)
        final, root = parsed[-1], stages[parsed[-1].name]
        written = sorted(p[len(str(root.upper)):] for p in glob.glob(f"{root.upper}/**", recursive=True) if os.path.isfile(p))
        say(f"files of the image above its base: {', '.join(written)}")
        # The child gets an empty network; this process keeps the machine's.
        child = os.fork()
        if child == 0:
            code = 1
            try:
                if ctypes.CDLL(None).unshare(0x40000000):  # CLONE_NEWNET
                    raise Failed("no network namespace")
                run_image(final, root, options)
                code = 0
            except (Failed, ValueError, OSError, subprocess.SubprocessError) as e:
                say(f"FAIL: {e}")
            finally:
                sys.stdout.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        say("all is well" if code == 0 else "not well")
        return code
    except (Failed, ValueError, OSError, subprocess.SubprocessError) as e:
        say(f"FAIL: {e}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
