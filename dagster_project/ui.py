"""`make ui`: Dagster's web server and daemon on the same runs that the command line made.

Three processes under one: the code server holds the definitions once, the web server and the daemon both ask it.
`dagster dev` works as well; this is what a service manager would start.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from dagster_project.lineage import prepare_lineage, read_lineage
from dagster_project.settings import PROJECT_ROOT

HOST = "127.0.0.1"
LOCATION = "whycall"
MODULE = "dagster_project.definitions"
START_SECONDS = 300
STOP_SECONDS = 20


def dagster_home() -> Path:
    """Return the project's DAGSTER_HOME, with its settings file copied in."""
    home = Path(os.environ.get("DAGSTER_HOME", PROJECT_ROOT / ".dagster_home"))
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "dagster_project" / "dagster.yaml", home / "dagster.yaml")
    return home


def main() -> int:
    """Start the three processes and wait; when one ends or a signal comes, all end."""
    if not read_lineage():
        sys.stdout.write("reading where columns come from (about a minute, once per change of the dbt files) ...\n")
        sys.stdout.flush()
        prepare_lineage()
    home = dagster_home()
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    port = os.environ.get("WHYCALL_UI_PORT", "3000")
    code_port = str(_free_port())
    workspace = home / "workspace.yaml"
    workspace.write_text(
        f"load_from:\n  - grpc_server:\n      host: {HOST}\n      port: {code_port}\n      location_name: {LOCATION}\n",
        encoding="utf-8",
    )
    signal.signal(signal.SIGTERM, _interrupt)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        code = ("code-server", "start", "-m", MODULE, "-h", HOST, "-p", code_port)
        processes.append(_start("dagster", *code, "--use-python-environment-entry-point"))
        _wait_for_port(processes[0], int(code_port))
        processes.append(_start("dagster_webserver", "-w", str(workspace), "-h", HOST, "-p", port))
        processes.append(_start("dagster._daemon", "run", "-w", str(workspace)))
        sys.stdout.write(f"Dagster UI on http://{HOST}:{port} (stop with Ctrl-C)\n")
        sys.stdout.flush()
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(processes)


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    # Ctrl-C must reach this process only, which then stops the others in order
    return subprocess.Popen([sys.executable, "-m", module, *arguments], start_new_session=True)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(processes):
        _signal_group(process, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    for process in reversed(processes):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, end - time.monotonic()))
        # each leads a group of its own: what it has started, runs among it, must not outlive it
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
