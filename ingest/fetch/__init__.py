"""Live connectors: answers of vendors' APIs become raw files in the landing folder; reading them is ingest's matter."""

from ingest.fetch.client import FetchError
from ingest.fetch.fetch import connectors, fetch

__all__ = ["FetchError", "connectors", "fetch"]
