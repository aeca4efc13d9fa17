"""Export to BigQuery with Google's own client: each week replaced whole, exactly one copy of it.

Imports the client, which takes seconds: import this package only where it is needed.
"""

from dagster_project.delivery.bigquery.export import Delivery, export_bigquery
from dagster_project.delivery.bigquery.target import Patience, Target, connect

__all__ = ["Delivery", "Patience", "Target", "connect", "export_bigquery"]
