"""`whycall classify` and `whycall train`: the classifier without and with a warehouse."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dagster_project.errors import one_line_errors
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("source", type=_PATH)
@click.option("--output", type=_PATH, help="File; default standard output.")
@click.option("--model", type=_PATH, help="Folder of a model; default the shipped one.")
@click.option("--second-opinion", is_flag=True, help="Ask the sentence encoder about unsure calls (make semantic).")
def classify(source: Path, output: Path | None, model: Path | None, second_opinion: bool) -> None:
    """Classify JSON lines {id, text} or {id, turns: [{speaker, text}]}."""
    from dagster_project.classify_file import classify_file

    with one_line_errors():
        classify_file(source, output, model, second_opinion)


@click.command()
@click.option("--corpus", type=_PATH, help="Folder with CSV or JSON lines: your own codes.")
@click.option("--from-reviews", "reviews", type=_PATH, help="Warehouse folder: the shipped codes and its decisions.")
@click.option("--output", type=_PATH, help="Folder of the model; default CORPUS/model, or the warehouse's own model.")
@click.option("--gold", type=_PATH, multiple=True, help="CSV text,code to judge on and never train on; repeatable.")
@click.option("--pseudo", type=_PATH, help="Texts, one a line, for the second opinion to label (make semantic).")
@click.option("--force", is_flag=True, help="Replace the model even if the new one is worse; its card says so.")
def train(
    corpus: Path | None,
    reviews: Path | None,
    output: Path | None,
    gold: tuple[Path, ...],
    pseudo: Path | None,
    force: bool,
) -> None:
    """Train a classifier on your own labels, or again on what reviewers decided.

    Exit code 1: the new model is worse than the one it would replace, which stays.
    """
    with one_line_errors():
        if (corpus is None) == (reviews is None):
            raise ConfigurationError("give one of --corpus DIR (your own codes) and --from-reviews WAREHOUSE")
        with _model_errors():
            from classifiers.gold import read_gold
            from classifiers.train_labelled import train_labelled

            sets = [read_gold(path) for path in gold]
            texts = _unlabelled(pseudo)
            if corpus is not None:
                summary = train_labelled(corpus, output or corpus / "model", sets, force, texts)
            else:
                from dagster_project.review.retrain import retrain

                assert reviews is not None
                summary = retrain(Warehouse(reviews), output, sets, force, texts)
    for line in summary.lines():
        click.echo(line)


def _unlabelled(path: Path | None) -> list[str]:
    """Texts for the second opinion; asks for the extra before minutes of training, not after."""
    if path is None:
        return []
    from classifiers.pseudo import read_texts
    from classifiers.semantic import SemanticUnavailableError, weights_path

    try:
        weights_path()
    except SemanticUnavailableError as error:
        raise ConfigurationError(str(error)) from error
    return read_texts(path)


@contextmanager
def _model_errors() -> Iterator[None]:
    """Show what training cannot work with as one line; a refused model exits with 1."""
    from classifiers.gate import GateError

    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is missing; install the extra: whycall[train]") from error
    except GateError as error:
        click.echo(f"whycall: {error}", err=True)
        sys.exit(1)
    except (ValueError, OSError) as error:
        raise ConfigurationError(str(error)) from error
