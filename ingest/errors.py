"""The errors a caller has to expect from ingest."""


class IngestError(Exception):
    """The landing folder cannot be loaded; the message is one line that says what to do."""


class AccountingError(IngestError):
    """Rows that were read cannot be found again: nothing may be published from this load."""
