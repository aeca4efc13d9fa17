"""The classifier's calibration, from what people decided on the random audit."""

import dagster as dg

from dagster_project.defs.failures import readable_failures
from dagster_project.defs.resources import WhycallResource


@dg.asset(
    key=["models", "recalibrated"],
    deps=[["published", "warehouse"]],
    group_name="models",
    kinds={"python"},
)
def recalibrated_model(whycall: WhycallResource) -> dg.MaterializeResult:
    """The warehouse's own model with temperature and thresholds of the audit; the old one where nothing is proven."""
    # imported here: a run of the chain does not need it
    from classifiers.calibration import PRECISION
    from dagster_project.models import warehouse_model
    from dagster_project.pipeline import open_warehouse
    from dagster_project.review.retrain import recalibrate_warehouse

    warehouse = open_warehouse(whycall.settings())
    with readable_failures():
        found = recalibrate_warehouse(warehouse, PRECISION)
    return dg.MaterializeResult(
        metadata={
            "is_moved": found.folder is not None,
            "model_version": warehouse_model(warehouse.directory).name,
            "why": dg.MetadataValue.md("\n\n".join(found.lines)),
        }
    )
