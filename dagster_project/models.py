"""Which model a run uses: the one that is named, else the warehouse's own, else the shipped one.

Retraining and recalibration put a model into WAREHOUSE/models/<its version> and point the link `current` at
it. Earlier ones stay; without the link the shipped model is used again.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from classifiers import ReasonCodeClassifier
from classifiers.call_opinion import CallClassifier, WithSecondOpinion
from classifiers.second_opinion import SecondOpinion
from classifiers.semantic import SemanticUnavailableError, weights_path
from dagster_project.settings import MODEL_DIR, OPINION_DIR, ConfigurationError, Settings
from dagster_project.warehouse import Warehouse

CURRENT = "current"


def load_classifier(settings: Settings) -> CallClassifier:
    """Load the model of a run, with the second opinion if that is asked for.

    Raises:
        ConfigurationError: the model cannot be read, or its second opinion is not there.
    """
    folder = settings.model or warehouse_model(settings.warehouse)
    return with_opinion(folder) if settings.second_opinion else load_model(folder)


def load_model(folder: Path) -> ReasonCodeClassifier:
    """Load a model.

    Raises:
        ConfigurationError: it is not there, or cannot be read.
    """
    try:
        return ReasonCodeClassifier.load(folder)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"cannot read the model in {folder}: {error}") from error


def with_opinion(folder: Path) -> WithSecondOpinion:
    """Load a model with its second opinion: beside it, else the one of the shipped model.

    Raises:
        ConfigurationError: the extra is not installed, or the model has no second opinion.
    """
    try:
        weights_path()
    except SemanticUnavailableError as error:
        raise ConfigurationError(str(error)) from error
    model = load_model(folder)
    for place in (folder, OPINION_DIR):
        try:
            return WithSecondOpinion(model, SecondOpinion.load(place))
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, OSError) as error:
            raise ConfigurationError(str(error)) from error
    raise ConfigurationError(f"the model in {folder} has no second opinion")


def warehouse_model(warehouse: Path) -> Path:
    """Return the warehouse's own model, else the shipped one."""
    own = warehouse / "models" / CURRENT
    return own.resolve() if own.exists() else MODEL_DIR


def adopt(warehouse: Warehouse, write: Callable[[Path], str]) -> Path:
    """Let a model be written beside the others and make it the warehouse's own; return its folder.

    Args:
        warehouse: whose model it becomes.
        write: writes the model into the folder it is given and returns its version; nothing changes if it fails.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    models = warehouse.directory / "models"
    part = models / ".part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            target = models / write(part)
            if not target.exists():
                part.rename(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        link = models / ".link"
        link.unlink(missing_ok=True)
        link.symlink_to(target.name)
        link.replace(models / CURRENT)
    except OSError as error:
        raise ConfigurationError(f"cannot write {models}: {error.strerror}") from error
    return target
