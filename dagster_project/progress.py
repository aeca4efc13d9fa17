"""One place to say how a run is going; the command line listens, everything else is silent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, str], None]

_listeners: list[Listener] = []


def report(step: str, text: str) -> None:
    """Tell every listener what a step is doing.

    Args:
        step: the step's name, for example "ingest".
        text: one line for people.
    """
    for listener in _listeners:
        listener(step, text)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener(step, text)` for every report inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
