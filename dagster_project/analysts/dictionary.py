"""`make docs`: the data dictionary, one self-contained page made of the dbt manifest and nothing else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project import __version__, transform
from dagster_project.analysts.examples import Example, read_examples
from dagster_project.analysts.tables import TablePage, published_tables, read_manifest
from dagster_project.lineage import prepare_lineage

PAGE = transform.TARGET_DIR / "data_dictionary.html"
_TEMPLATES = Path(__file__).parent


def render_dictionary(tables: list[TablePage], examples: list[Example]) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = {table.name for table in tables}
    return environment.get_template("dictionary.html.j2").render(
        tables=tables, examples=examples, published=names, version=__version__
    )


def write_dictionary(path: Path = PAGE) -> Path:
    """Write the page; the lineage of columns is made first if the dbt files have changed."""
    transform.prepare_manifest()
    read_manifest.cache_clear()
    tables = published_tables(read_manifest(), prepare_lineage())
    path.write_text(render_dictionary(tables, read_examples()), encoding="utf-8")
    return path
