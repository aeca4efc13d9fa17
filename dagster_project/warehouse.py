"""The warehouse folder: build beside, publish by one atomic swap, keep old versions.

DIR/whycall.duckdb          link to the published version; analysts open it read-only
DIR/versions/               the last published files
DIR/build/                  the file a run builds; nobody else opens it
DIR/failed/                 the build of the last failed run, for looking at
DIR/reports/                weekly reports
DIR/runs.jsonl              one line per finished run, failed ones included
DIR/.lock                   held by the one writer

A reader that opened the link keeps its file (the old inode) and is never locked out, because no
writer ever opens a published file.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import duckdb

from dagster_project.settings import ConfigurationError

BUILD_FILE = "whycall_next.duckdb"

_held_locks: dict[Path, tuple[IO[str], int]] = {}


def new_run_id() -> str:
    """Return a run id that sorts by time, for example 20260302T061500Z-3fa9c1."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass(frozen=True)
class Warehouse:
    """A warehouse folder.

    Attributes:
        directory: the folder given as --warehouse.
        memory_limit: DuckDB memory limit of every connection made here.
        threads: DuckDB threads of every connection made here.
    """

    directory: Path
    memory_limit: str = "2GB"
    threads: int = 2

    @property
    def published(self) -> Path:
        """The link that analysts open."""
        return self.directory / "whycall.duckdb"

    @property
    def build(self) -> Path:
        """The file that the current run builds."""
        return self.directory / "build" / BUILD_FILE

    @property
    def temp(self) -> Path:
        """Where DuckDB spills and where landing files are unpacked."""
        return self.directory / "build" / "tmp"

    @property
    def reports(self) -> Path:
        """Where weekly reports lie."""
        return self.directory / "reports"

    @property
    def failed(self) -> Path:
        """Where the build of the last failed run lies."""
        return self.directory / "failed"

    def exists(self) -> bool:
        """Tell whether something was published here."""
        return self.published.exists()

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the one writer's lock; reentrant within the process.

        Raises:
            ConfigurationError: another process is writing; names its process id.
        """
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def acquire(self) -> None:
        """Take the writer's lock, or count up if this process holds it."""
        key = self.directory.resolve()
        if key in _held_locks:
            handle, depth = _held_locks[key]
            _held_locks[key] = (handle, depth + 1)
            return
        handle = _open_lock(self.directory)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            handle.close()
            raise ConfigurationError(
                f"another run is writing to {self.directory} (process {owner}); wait for it to end"
            ) from error
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        _held_locks[key] = (handle, 1)

    def release(self) -> None:
        """Give the writer's lock back when the last holder in this process is done."""
        key = self.directory.resolve()
        handle, depth = _held_locks[key]
        if depth > 1:
            _held_locks[key] = (handle, depth - 1)
            return
        del _held_locks[key]
        handle.close()

    def start_build(self) -> None:
        """Begin a build from a copy of the published file; leftovers of a killed run go."""
        shutil.rmtree(self.build.parent, ignore_errors=True)
        self.temp.mkdir(parents=True)
        if self.exists():
            shutil.copyfile(self.published.resolve(), self.build)

    @contextlib.contextmanager
    def connect_build(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the build file for writing; a build is started if there is none."""
        if not self.temp.is_dir():
            self.start_build()
        with self._connect(self.build, read_only=False) as con:
            yield con

    @contextlib.contextmanager
    def connect_published(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the published file read-only, by its versioned name.

        DuckDB caches open files by path: through the link a process could see an old version.

        Raises:
            ConfigurationError: nothing was published yet.
        """
        if not self.exists():
            raise ConfigurationError(f"nothing published in {self.directory} yet (run `whycall run` or `whycall demo`)")
        with self._connect(self.published.resolve(), read_only=True) as con:
            yield con

    @contextlib.contextmanager
    def _connect(self, path: Path, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "threads": self.threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if not read_only:
            config["temp_directory"] = str(self.temp)
        con = duckdb.connect(str(path), read_only=read_only, config=config)
        try:
            con.execute("set TimeZone = 'UTC'")
            con.execute("set enable_progress_bar = false")
            yield con
        finally:
            con.close()

    def publish(self, run_id: str, keep: int) -> Path:
        """Swap the built file in as the published one; return its versioned path.

        Args:
            run_id: names the version.
            keep: how many versions stay, this one included.
        """
        versions = self.directory / "versions"
        versions.mkdir(exist_ok=True)
        target = versions / f"whycall_{run_id}.duckdb"
        _fsync(self.build)
        os.replace(self.build, target)
        link = self.directory / f".whycall.{run_id}.link"
        link.symlink_to(Path("versions") / target.name)
        os.replace(link, self.published)
        _fsync(self.directory)
        shutil.rmtree(self.build.parent, ignore_errors=True)
        shutil.rmtree(self.failed, ignore_errors=True)
        for old in sorted(versions.glob("whycall_*.duckdb"))[:-keep]:
            if old != target:
                old.unlink()
        return target

    def set_aside(self) -> Path | None:
        """Keep the build of a failed run for looking at; return where it lies."""
        if not self.build.exists():
            return None
        shutil.rmtree(self.failed, ignore_errors=True)
        self.failed.mkdir(parents=True)
        target = self.failed / "whycall_failed.duckdb"
        os.replace(self.build, target)
        wal = self.build.with_name(self.build.name + ".wal")
        if wal.exists():
            os.replace(wal, target.with_name(target.name + ".wal"))
        shutil.rmtree(self.build.parent, ignore_errors=True)
        return target

    def record_run(self, run: dict[str, str | None]) -> None:
        """Append one finished run to runs.jsonl."""
        with (self.directory / "runs.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(run, sort_keys=True) + "\n")

    def runs(self) -> list[dict[str, str | None]]:
        """Return the finished runs, oldest first."""
        path = self.directory / "runs.jsonl"
        if not path.exists():
            return []
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    def hash_key(self) -> bytes:
        """Return the key of the phone and e-mail hashes.

        From WHYCALL_HASH_KEY, else a random key made once and kept beside the warehouse with mode
        600, so that hashes of one warehouse compare and cannot be looked up in a dictionary.
        """
        if configured := os.environ.get("WHYCALL_HASH_KEY"):
            return configured.encode()
        path = self.directory / ".hash_key"
        if not path.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_hex(32))
        return path.read_bytes()


def _open_lock(directory: Path) -> IO[str]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        # a lock file of an earlier run can be opened in a folder that takes no new file
        with tempfile.TemporaryFile(dir=directory):
            return (directory / ".lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write to {directory}: {error.strerror}") from error


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
