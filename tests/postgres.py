"""A throw-away PostgreSQL cluster on a free loopback port, for the tests of the store.

    python tests/postgres.py run COMMAND ...   runs it beside a new cluster, whose URL is in MATCHER_TEST_DATABASE,
                                               removes the cluster, ends with the command's exit code
    python tests/postgres.py start FOLDER      starts one in FOLDER (new) and prints its URL
    python tests/postgres.py stop FOLDER       stops it and removes FOLDER

Ends with 69 where PostgreSQL's programs are not installed. Started by root, it runs as the user postgres.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

UNAVAILABLE = 69
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=120 -c shared_buffers=64MB"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, the newest one; None if PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    folders = [f for f in Path("/usr/lib/postgresql").glob("*/bin") if (f / "initdb").exists()]
    return max(folders, key=lambda f: float(f.parent.name), default=None)


def start(folder: Path) -> str:
    """Make a cluster in `folder`, start it and return the URL of its database."""
    bin_folder = programs()
    if bin_folder is None:
        raise SystemExit(UNAVAILABLE)
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = folder / "data", folder / "log"
    _as_owner([bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' {QUICK}"
    _as_owner([bin_folder / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start"])
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def stop(folder: Path) -> None:
    """Stop the cluster in `folder` and remove the folder."""
    bin_folder = programs()
    if bin_folder and (folder / "data" / "postmaster.pid").exists():
        _as_owner([bin_folder / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"])
    shutil.rmtree(folder)


def run(command: list[str]) -> int:
    """Run `command` beside a cluster of its own; returns the command's exit code."""
    folder = Path(tempfile.mkdtemp(prefix="matcher-postgres-"))
    try:
        url = start(folder)
        return subprocess.run(command, env=os.environ | {"MATCHER_TEST_DATABASE": url}, check=False).returncode
    finally:
        stop(folder)


def _as_owner(command: list[str | Path]) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed: {done.stdout or ''}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", *command] if command:
            sys.exit(run(command))
        case ["start", folder]:
            sys.stdout.write(start(Path(folder).absolute()) + "\n")
        case ["stop", folder]:
            stop(Path(folder).absolute())
        case _:
            sys.exit(f"{__doc__}")
