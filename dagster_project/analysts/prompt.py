"""`whycall sql`: SQL on the published file, read-only, statement by statement, at a terminal or from a pipe."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from dagster_project.analysts.statements import is_blank, is_complete
from dagster_project.analysts.tables import TablePage, published_tables, read_manifest
from dagster_project.queries import lock_down, write_rows
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

# stands for Ctrl-C among the typed lines
DROP = "\x03"
HELP = r"""SQL ends with ; and may take several lines. Nothing can be changed.
  \d            tables and what one row is
  \d TABLE      columns of a table and what they mean
  \e            example queries          \e 3   show the third
  \help         this                     \q     leave (or Ctrl-D); Ctrl-C drops what was typed"""


class SqlPrompt:
    """A session: a connection that follows publications, and what has been typed of the current statement."""

    def __init__(self, warehouse: Warehouse, output_format: str = "table") -> None:
        """Prepare a session; nothing is opened yet."""
        self._warehouse = warehouse
        self._format = output_format
        self._holder = contextlib.ExitStack()
        self._con: duckdb.DuckDBPyConnection | None = None
        self._version: Path | None = None
        self.failures = 0

    def run(self, lines: Iterator[str], show_hint: Callable[[bool], None] = lambda is_open: None) -> int:
        """Execute what the lines hold; return 0, or 2 if a statement failed.

        Args:
            lines: without their line ends; the end of them ends the session.
            show_hint: told after each line whether a statement is open.
        """
        typed: list[str] = []
        with self._holder:
            self._connect()
            for line in lines:
                if line == DROP:
                    typed.clear()
                elif not typed and line.lstrip().startswith("\\"):
                    if not self._command(line.split()):
                        return 0
                else:
                    typed.append(line)
                    text = "\n".join(typed)
                    if is_complete(text) or is_blank(text):
                        self._execute(text)
                        typed.clear()
                show_hint(bool(typed))
            # the last statement of a file may leave its semicolon out
            self._execute("\n".join(typed))
        return 2 if self.failures else 0

    def tables(self) -> list[TablePage]:
        """Return the published tables with their descriptions."""
        return published_tables(read_manifest())

    def _connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to what is published now; a publication since the last statement is followed."""
        version = self._warehouse.published.resolve()
        if self._con is None or version != self._version:
            if self._con is not None:
                self._say("a new version was published; reading it from here on")
            self._holder.close()
            self._con = self._holder.enter_context(self._warehouse.connect_published())
            lock_down(self._con)
            self._version = version
        return self._con

    def _execute(self, text: str) -> None:
        if is_blank(text):
            return
        try:
            con = self._connect()
            for statement in con.extract_statements(text):
                relation = con.sql(statement.query)
                if relation is not None:
                    write_rows(relation, self._format, None)
        except (duckdb.Error, ConfigurationError) as error:
            self._fail(str(error))
        except (KeyboardInterrupt, RuntimeError):
            # the engine says RuntimeError when Ctrl-C stops a query
            self._fail("interrupted")
        sys.stdout.flush()

    def _command(self, words: list[str]) -> bool:
        """Run a command that begins with a backslash; return False to leave."""
        name, arguments = words[0].lstrip()[1:], words[1:]
        if name in ("q", "quit", "exit"):
            return False
        if name in ("d", "dt", "tables"):
            self._describe(arguments)
        elif name in ("e", "examples"):
            self._show_examples(arguments)
        elif name in ("h", "help", "?"):
            self._describe(arguments) if arguments else self._print(HELP)
        else:
            self._fail(f"unknown command \\{name} (\\help lists them)")
        return True

    def _describe(self, arguments: list[str]) -> None:
        tables = self.tables()
        if not arguments:
            width = max((len(table.full_name) for table in tables), default=0)
            for table in tables:
                self._print(f"{table.full_name:<{width}}  {table.grain}")
            return
        wanted = arguments[0].rstrip(";").removeprefix("marts.")
        for table in tables:
            if table.name == wanted:
                self._print(table.description)
                width = max(len(column.name) for column in table.columns)
                for column in table.columns:
                    self._print(f"  {column.name:<{width}}  {column.data_type:<12}  {column.description}")
                return
        self._fail(f"no published table {arguments[0]} (\\d lists them)")

    def _show_examples(self, arguments: list[str]) -> None:
        from dagster_project.analysts.examples import read_examples

        examples = read_examples()
        if arguments and arguments[0].isdecimal() and 1 <= int(arguments[0]) <= len(examples):
            self._print(examples[int(arguments[0]) - 1].sql)
            return
        for number, example in enumerate(examples, start=1):
            self._print(f"{number:>3}  {example.question}")

    def _print(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def _say(self, text: str) -> None:
        sys.stderr.write(f"whycall: {text}\n")
        sys.stderr.flush()

    def _fail(self, text: str) -> None:
        """Show an error as one line; what the engine draws below it would need the statement beside it."""
        self.failures += 1
        self._say(" ".join(text.split("\n\nLINE")[0].split()))
