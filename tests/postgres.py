"""A PostgreSQL server of the tests' own: from the distribution's package, in a private folder, gone at the end."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

OWNER, RUNTIME = "surveyapp_owner", "surveyapp_app"
_QUICK = "-c autovacuum=off -c max_wal_size=128MB"
"""A vacuum would make the round of a thousand small databases. ``fsync`` stays on: without it the service refuses to start."""


class NoServer(Exception):
    """There is no PostgreSQL on this machine."""


class Server:
    """A running server: ``address`` of a database for a role."""

    host, superuser = "127.0.0.1", "postgres"

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self.folder, self.port, self.password = str(folder), port, password

    def address(self, database: str, role: str = RUNTIME) -> str:
        """The URL of a database as a role sees it."""
        return f"postgresql://{role}:{self.password}@{self.host}:{self.port}/{database}"

    def run(self, *statements: str) -> str:
        """Run statements as the superuser; returns the server's version."""
        address = {"host": self.folder, "port": self.port, "user": self.superuser, "dbname": "postgres"}
        with psycopg.connect(**address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
            return str(connection.execute("SHOW server_version").fetchone()[0])

    def create(self, name: str, template: str) -> None:
        """A copy of a migrated database, copied file by file: half as long as through the log of what is written."""
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY file_copy")

    def drop(self, name: str) -> None:
        """Remove a database, whoever may still be connected."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def make_roles(self) -> None:
        """The role that migrates and the role that serves."""
        for role in (OWNER, RUNTIME):
            self.run(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{self.password}'")


def programs() -> Path:
    """The newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    if config := shutil.which("pg_config"):
        folder = Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        if (folder / "initdb").exists():
            return folder
    raise NoServer


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, give it its roles, and remove every trace of it at the end."""
    folder, password = Path(tempfile.mkdtemp(prefix="surveyapp-pg-")), secrets.token_hex(16)
    bin_, data, port = programs(), folder / "data", _free_port()
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in (folder, folder / "password"):
            os.chown(path, user.pw_uid, user.pw_gid)
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=80 {_QUICK}"
    )
    control = [str(bin_ / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    initdb = [str(bin_ / "initdb"), "-D", str(data), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
    try:
        _quietly([*initdb, "--auth-host=scram-sha-256", "--auth-local=trust", f"--pwfile={folder / 'password'}"])
        _quietly([*control, "-o", options, "start"])
        running = Server(folder, port, password)
        running.control, running.options = control, options  # for the tests that take the server away
        running.make_roles()
        yield running
    finally:
        subprocess.run(_as_postgres([*control, "-m", "immediate", "stop"]), capture_output=True, check=False, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def _quietly(command: list[str]) -> None:
    subprocess.run(_as_postgres(command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
