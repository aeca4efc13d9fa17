"""What the pages say is what the code does."""

import csv
import re
from pathlib import Path

import click

from dagster_project.cli import main
from dagster_project.docs import CONTRACT_PAGE, METRICS_PAGE, metric_definitions, render_contract, render_metrics
from dagster_project.settings import PROJECT_ROOT

README = PROJECT_ROOT / "README.md"


def test_the_contract_page_is_made_from_the_contracts():
    assert CONTRACT_PAGE.read_text() == render_contract(), "run `make docs`"


def test_the_metrics_page_is_made_from_the_definitions():
    assert METRICS_PAGE.read_text() == render_metrics(), "run `make docs`"


def test_metric_ids_are_unique():
    ids = [item["id"] for item in metric_definitions()]
    assert len(ids) == len(set(ids))


def test_every_command_has_help_and_stands_in_the_readme():
    text = README.read_text()
    for name, command in main.commands.items():
        assert command.help
        assert f"whycall {name}" in text, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help or option.name == "output_format", (name, option.name)


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (PROJECT_ROOT / "Makefile").read_text(), re.M))
    named = re.findall(r"^make ([a-z]+)|`make ([a-z]+)", README.read_text(), re.M)
    assert {name for pair in named for name in pair if name} <= targets


def test_folders_of_the_readme_exist():
    for folder in re.findall(r"^\| `([a-z_]+/)`", README.read_text(), re.M):
        assert (PROJECT_ROOT / folder).is_dir(), folder


def test_linked_files_exist():
    for page in PROJECT_ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_taxonomy_of_data_and_of_dbt_is_one():
    ours = PROJECT_ROOT / "data" / "taxonomy" / "reason_codes.csv"
    seed = PROJECT_ROOT / "dbt_project" / "seeds" / "reason_codes.csv"
    assert rows(ours) == rows(seed)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
