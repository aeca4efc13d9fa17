"""Parses the dbt project ahead of the first run (`make install`)."""

import sys

from dagster_project.transform import TransformError, prepare_manifest


def main() -> int:
    """Write dbt_project/target/manifest.json if it does not fit the files."""
    try:
        prepare_manifest(force="--force" in sys.argv[1:])
    except TransformError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
