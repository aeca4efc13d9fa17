"""What people decided goes back into the warehouse's own model, and a run uses it."""

import shutil

import pytest

from classifiers.gold import mark, write_sheet
from dagster_project.defs.automation import monday_recalibration
from dagster_project.models import adopt, load_classifier, warehouse_model
from dagster_project.review import retrain as retrain_module
from dagster_project.review.gold import reviewed_texts
from dagster_project.review.retrain import FROZEN_NAME, is_frozen, recalibrate_warehouse, retrain
from dagster_project.settings import MODEL_DIR, ConfigurationError, Settings
from dagster_project.warehouse import Warehouse
from tests.dagster_project.conftest import whycall


def test_a_third_of_the_decisions_is_never_trained_on(published, monkeypatch):
    seen = {}

    def catch(decided, sets, old, output, force, pseudo):
        seen.update(decided=decided, sets=sets, old=old)
        raise InterruptedError

    monkeypatch.setattr(retrain_module, "train_with_decisions", catch)
    with pytest.raises(InterruptedError):
        retrain(Warehouse(published), published / "unused", [], force=False)
    (gold,) = seen["sets"]
    assert gold.name == FROZEN_NAME
    assert seen["old"] == MODEL_DIR
    items = reviewed_texts(Warehouse(published)).texts
    assert 0.25 < len(gold.texts) / len(items) < 0.42
    assert not set(gold.texts) & set(seen["decided"].texts)
    assert {item.text for item in items if is_frozen(item.item_id)} == set(gold.texts)


def test_nothing_moves_and_it_says_so(published):
    found = recalibrate_warehouse(Warehouse(published), 0.9)
    assert found.folder is None
    assert found.lines[-1] == "nothing moves"
    assert warehouse_model(published) == MODEL_DIR


def test_a_recalibrated_model_is_the_warehouses_own(copy_of_published):
    found = recalibrate_warehouse(Warehouse(copy_of_published), 0.97)
    assert found.folder is not None
    assert found.folder == copy_of_published / "models" / found.folder.name
    settings = Settings(copy_of_published, copy_of_published)
    own, shipped = load_classifier(settings), load_classifier(Settings(copy_of_published, copy_of_published / "other"))
    assert own.model_version == found.folder.name != shipped.model_version
    assert load_classifier(Settings(copy_of_published, copy_of_published, model=MODEL_DIR)).model_version == (
        shipped.model_version
    )
    again = recalibrate_warehouse(Warehouse(copy_of_published), 0.97)
    assert again.folder is None or again.folder != found.folder


def test_calls_that_the_model_was_trained_on_do_not_calibrate_it(copy_of_published):
    warehouse = Warehouse(copy_of_published)
    texts = [item.text for item in reviewed_texts(warehouse).texts]
    folder = copy_of_published / "models" / "own"
    shutil.copytree(MODEL_DIR, folder)
    write_sheet(folder, texts, [None] * len(texts))
    assert len({mark(text) for text in texts}) == len(texts)
    (copy_of_published / "models" / "current").symlink_to("own")
    before = int(recalibrate_warehouse(Warehouse(copy_of_published), 0.9).lines[0].split()[0])
    (copy_of_published / "models" / "current").unlink()
    without = int(recalibrate_warehouse(Warehouse(copy_of_published), 0.9).lines[0].split()[0])
    assert before < 0.5 * without


def test_a_model_that_is_not_written_changes_nothing(tmp_path):
    warehouse = Warehouse(tmp_path)

    def fails(folder):
        (folder / "half").write_text("")
        raise KeyError

    with pytest.raises(KeyError):
        adopt(warehouse, fails)
    assert warehouse_model(tmp_path) == MODEL_DIR
    assert list((tmp_path / "models").iterdir()) == []
    assert adopt(warehouse, lambda folder: "v1") == tmp_path / "models" / "v1"
    assert warehouse_model(tmp_path) == (tmp_path / "models" / "v1").resolve()


def test_a_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot read the model in"):
        load_classifier(Settings(tmp_path, tmp_path, model=tmp_path / "none"))


def test_the_weekly_schedule_recalibrates():
    assert monday_recalibration.job_name == "recalibration_only"
    assert monday_recalibration.cron_schedule == "30 7 * * 1"


def test_one_of_two_kinds_of_labels_is_needed(tmp_path):
    assert whycall("train").code == 2
    done = whycall("train", "--from-reviews", tmp_path)
    assert done.code == 2
    assert "nothing published" in done.err
