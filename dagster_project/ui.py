"""`make ui`: Dagster's web server and daemon on the same runs that the command line made."""

import os
import shutil
import sys
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT


def dagster_home() -> Path:
    """Return the project's DAGSTER_HOME, with its settings file copied in."""
    home = Path(os.environ.get("DAGSTER_HOME", PROJECT_ROOT / ".dagster_home"))
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "dagster_project" / "dagster.yaml", home / "dagster.yaml")
    return home


def main() -> None:
    """Become `dagster dev`, so that a signal to this process stops server and daemon too."""
    os.environ["DAGSTER_HOME"] = str(dagster_home())
    port = os.environ.get("WHYCALL_UI_PORT", "3000")
    sys.stdout.write(f"Dagster UI on http://127.0.0.1:{port} (stop with Ctrl-C)\n")
    sys.stdout.flush()
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "dagster_project.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        port,
    ]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
