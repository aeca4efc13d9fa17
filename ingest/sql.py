"""Quoting for the few places where a value or name has to stand inside SQL text."""

from collections.abc import Iterable


def name(identifier: str) -> str:
    """Quote an identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a text value."""
    return "'" + value.replace("'", "''") + "'"


def names(identifiers: Iterable[str], prefix: str = "") -> str:
    """Comma separated quoted identifiers, each with the table alias `prefix` when given."""
    dot = f"{prefix}." if prefix else ""
    return ", ".join(dot + name(identifier) for identifier in identifiers)
