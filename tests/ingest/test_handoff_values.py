"""The kinds of object and the purposes that a hand-off may name."""

import pytest

from .conftest import Shop

HEADER = "handoff_id,source_updated_at,call_id,destination_system,purpose,object_type,object_id,created_at"
ROW = "h,2025-01-01T00:00:00Z,c,ocr,{purpose},{object_type},1,2025-01-01T00:00:00Z"
OBJECTS = ("order", "product", "customer", "booking", "return", "shipment", "cart", "reservation")
PURPOSES = ("inform_operations", "find_transaction", "handle_exception", "recover_intent")


@pytest.mark.requirement("SD081")
@pytest.mark.parametrize("object_type", OBJECTS)
def test_each_kind_of_object_is_read(shop: Shop, object_type: str) -> None:
    assert read(shop, "handle_exception", object_type) == [("handle_exception", object_type)]


@pytest.mark.requirement("SD083", "SD084", "SD085", "SD086")
@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_purpose_is_read(shop: Shop, purpose: str) -> None:
    assert read(shop, purpose, "order") == [(purpose, "order")]


@pytest.mark.requirement("SD081")
@pytest.mark.parametrize(("purpose", "object_type"), [("chat", "order"), ("find_transaction", "spaceship")])
def test_another_one_is_kept_aside(shop: Shop, purpose: str, object_type: str) -> None:
    assert read(shop, purpose, object_type) == []
    assert shop.quarantine() == [(2, "unknown_value")]


def read(shop: Shop, purpose: str, object_type: str) -> list[tuple[str, str]]:
    shop.put("handoffs/a.csv", f"{HEADER}\n{ROW.format(purpose=purpose, object_type=object_type)}\n")
    shop.load()
    return shop.rows("select purpose, object_type from raw.handoffs")
