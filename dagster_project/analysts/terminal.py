"""The prompt at a terminal: its lines, its history, completion of table names."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from dagster_project.analysts.prompt import DROP, SqlPrompt
from dagster_project.warehouse import Warehouse

PROMPT, CONTINUED = "whycall> ", "      -> "
HISTORY_LINES = 2_000


def run_prompt(warehouse: Warehouse, output_format: str = "table") -> int:
    """Open the prompt on standard input; return the exit code."""
    prompt = SqlPrompt(warehouse, output_format)
    if not sys.stdin.isatty():
        return prompt.run(line.rstrip("\r\n") for line in sys.stdin)
    with line_editing(prompt):
        sys.stdout.write(f"{warehouse.published} (\\help for help)\n")
        prompt.run(*typed_lines())
    # what was mistyped at a terminal was seen there
    return 0


def typed_lines() -> tuple[Iterator[str], Callable[[bool], None]]:
    """Return the lines typed at the terminal, and how to say that a statement is open."""
    is_open = False

    def hint(value: bool) -> None:
        nonlocal is_open
        is_open = value

    def lines() -> Iterator[str]:
        while True:
            try:
                yield input(CONTINUED if is_open else PROMPT)
            except KeyboardInterrupt:
                sys.stdout.write("\n")
                yield DROP
            except EOFError:
                sys.stdout.write("\n")
                return

    return lines(), hint


@contextlib.contextmanager
def line_editing(prompt: SqlPrompt) -> Iterator[None]:
    """Give the terminal a history that is kept, and completion of table names."""
    try:
        import readline
    except ImportError:
        yield
        return
    history = _history_file()
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    names = sorted({word for table in prompt.tables() for word in (table.full_name, table.name)})

    def complete(start: str, number: int) -> str | None:
        found = [name for name in names if name.startswith(start)]
        return found[number] if number < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims(" \t\n,;()=<>+*/")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_history_length(HISTORY_LINES)
        with contextlib.suppress(OSError):
            history.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(history)
            history.chmod(0o600)


def _history_file() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "whycall" / "sql_history"
