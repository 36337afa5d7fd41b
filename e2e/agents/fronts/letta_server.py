"""Starts Letta's server with a PostgreSQL of its own in the home directory; ends both when it is told to end.

Letta's package holds no migrations, so its tables are made from its classes. Vectors are not used: their columns are text.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

HOME = Path(os.environ["HOME"])
DATA = HOME / "postgres"
# What starts PostgreSQL does so without a shifted clock.
PLAIN = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "FAKETIME")}


def directory():
    """Where PostgreSQL's programs are."""
    found = shutil.which("pg_ctl") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), None)
    return Path(found).resolve().parent if found else sys.exit("there is no PostgreSQL here")


def run(*words):
    """PostgreSQL refuses to run as root; then it runs as the user that its package has made."""
    user = "postgres" if os.getuid() == 0 else None
    subprocess.run([str(word) for word in words], check=True, user=user, env=PLAIN, stdin=subprocess.DEVNULL, cwd="/")


def start_postgres(port):
    DATA.mkdir(exist_ok=True)
    if os.getuid() == 0:
        who = pwd.getpwnam("postgres")
        os.chown(DATA, who.pw_uid, who.pw_gid)
        for parent in [HOME, *HOME.parents]:
            if parent != Path("/") and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)  # so that it gets to its data
    if not (DATA / "PG_VERSION").exists():
        run(directory() / "initdb", "--auth=trust", "--username=letta", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D", DATA)
    options = f"-p {port} -k {DATA} -h 127.0.0.1 -c fsync=off"
    run(directory() / "pg_ctl", "-w", "-D", DATA, "-o", options, "-l", DATA / "log", "start")


def make_tables():
    from pgvector.sqlalchemy import Vector
    from sqlalchemy import create_engine, text
    from sqlalchemy.ext.compiler import compiles

    compiles(Vector, "postgresql")(lambda *_, **__: "TEXT")
    import letta.orm  # noqa: F401, registers the tables
    from letta.orm.base import Base

    database = create_engine(os.environ["LETTA_PG_URI"].split("?")[0].replace("postgresql://", "postgresql+pg8000://"))
    Base.metadata.create_all(database)
    with database.begin() as connection:
        connection.execute(text("CREATE SEQUENCE IF NOT EXISTS message_numbers"))
        connection.execute(text("ALTER TABLE messages ALTER COLUMN sequence_id SET DEFAULT nextval('message_numbers')"))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    os.environ["LETTA_PG_URI"] = f"postgresql://letta@127.0.0.1:{port}/postgres?sslmode=disable"
    start_postgres(port)
    try:
        make_tables()
        server = subprocess.Popen([str(Path(sys.executable).with_name("letta")), "server", "--host", "127.0.0.1", "--port", sys.argv[1]])
        try:
            server.wait()
        finally:
            server.terminate()
            server.wait(20)
    finally:
        run(directory() / "pg_ctl", "-m", "fast", "-D", DATA, "stop")


main()
