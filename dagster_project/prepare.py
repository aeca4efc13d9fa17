"""Pays the one-time costs at install: parses the dbt project, compiles the text kernel."""

import sys

from dagster_project.transform import TransformError, prepare_manifest


def main() -> int:
    """Write the manifest in dbt_project/target if it does not fit; fill numba's cache."""
    try:
        prepare_manifest(force="--force" in sys.argv[1:])
    except TransformError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    from classifiers import ReasonCodeClassifier
    from dagster_project.settings import MODEL_DIR

    ReasonCodeClassifier.load(MODEL_DIR).predict(["where is my order"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
