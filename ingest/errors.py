"""The one error a caller has to expect from ingest."""


class IngestError(Exception):
    """The landing folder cannot be loaded; the message is one line that says what to do."""
