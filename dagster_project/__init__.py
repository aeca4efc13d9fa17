"""whycall's conductor: orders the steps, judges the result, publishes and reports."""

__version__ = "0.1.0"
