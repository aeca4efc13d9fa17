"""One full object of every vendor folder, and the envelopes in which its vendor sends such objects."""

from collections.abc import Callable
from typing import Any

from .test_vendor_formats import ORDER, TICKET, TRACKING
from .test_vendor_refunds import REFUND, money_set
from .vendor_bodies import CHARGE, CHECKOUT, GORGIAS, HUBSPOT, INCIDENT, KLAVIYO, OCR, TRACKER, stripe_event

PROFILE = {"type": "profile", "id": "p1", "attributes": {"email": "a@example.com", "phone_number": "+4917612345678"}}
OBJECTS: dict[str, dict[str, Any]] = {
    "shopify_orders": ORDER
    | {
        "checkout_token": "tok",
        "refunds": [REFUND],
        "transactions": [
            {
                "id": 3, "kind": "sale", "status": "success", "amount": "26.00", "currency": "EUR",
                "amount_set": money_set("30.00", "26.00"), "processed_at": "2025-05-01T10:00:01Z", "gateway": "stripe",
                "authorization": "ch_1", "receipt": {"payment_intent": "pi_1"},
            }
        ],
    },
    "shopify_checkouts": CHECKOUT,
    "zendesk_tickets": TICKET | {"via": {"channel": "email", "source": {"from": {"address": "ann@example.com"}}}},
    "gorgias_tickets": GORGIAS | {"customer": {"id": 5, "external_id": "77", "email": "ann@example.com",
                                               "channels": [{"type": "phone", "address": "+4917612345678"}]}},
    "aftership_trackings": TRACKING | {"order_id": "1001"},
    "easypost_trackers": TRACKER,
    "statuspage_incidents": INCIDENT,
    "hubspot_contacts": HUBSPOT["results"][0],
    "stripe_events": stripe_event("charge.succeeded", CHARGE | {"customer": "cus_1", "refunded": False}),
    "klaviyo_events": KLAVIYO["data"][0] | {"attributes": {
        "datetime": "2025-05-01T10:00:00+00:00", "metric_name": "Received SMS",
        "event_properties": {"$message": "m1", "$flow": "f1", "order_id": "1001"}}},
    "ocrwebservice_results": OCR,
}  # fmt: skip

Wrap = Callable[[list[dict[str, Any]]], Any]
# [] where the envelope holds several objects; the others hold the first one
WRAPPED: dict[str, tuple[str, Wrap]] = {
    "shopify page []": ("shopify_orders", lambda told: {"orders": told}),
    "shopify single": ("shopify_orders", lambda told: {"order": told[0]}),
    "shopify list []": ("shopify_orders", lambda told: told),
    "shopify webhook": ("shopify_orders", lambda told: {"x-shopify-topic": "orders/updated", "body": told[0]}),
    "checkouts page []": ("shopify_checkouts", lambda told: {"checkouts": told}),
    "zendesk page []": ("zendesk_tickets", lambda told: {"tickets": told, "next_page": None, "count": 3}),
    "zendesk incremental []": (
        "zendesk_tickets",
        lambda told: {
            "tickets": told,
            "users": [{"id": 77, "role": "end-user", "email": "ann@example.com", "created_at": "2025-05-01T00:00:00Z"}],
            "end_of_stream": True, "after_cursor": "x", "end_time": 1,
        },
    ),
    "zendesk single": ("zendesk_tickets", lambda told: {"ticket": told[0]}),
    "zendesk search []": ("zendesk_tickets", lambda told: {"results": told, "facets": None}),
    "zendesk webhook": ("zendesk_tickets", lambda told: {"type": "zen:event-type:ticket.created", "detail": told[0]}),
    "gorgias page []": ("gorgias_tickets", lambda told: {"data": told, "object": "list", "meta": {}}),
    "gorgias single": ("gorgias_tickets", lambda told: told[0]),
    "aftership 4 page []": ("aftership_trackings", lambda told: {"meta": {"code": 200}, "data": {"trackings": told}}),
    "aftership 4 single": ("aftership_trackings", lambda told: {"meta": {"code": 200}, "data": {"tracking": told[0]}}),
    "aftership 2024 single": ("aftership_trackings", lambda told: {"meta": {"code": 200}, "data": told[0]}),
    "aftership webhook": (
        "aftership_trackings",
        lambda told: {"ts": 1, "event": "tracking_update", "event_id": "e", "msg": told[0]},
    ),
    "easypost page []": ("easypost_trackers", lambda told: {"trackers": told, "has_more": False}),
    "easypost event": (
        "easypost_trackers",
        lambda told: {"id": "evt_1", "object": "Event", "description": "tracker.updated", "result": told[0]},
    ),
    "hubspot 3 page []": ("hubspot_contacts", lambda told: {"results": told, "paging": {"next": {"after": "1"}}}),
    "hubspot 3 batch []": ("hubspot_contacts", lambda told: {"status": "COMPLETE", "results": told}),
    "hubspot 1 page []": ("hubspot_contacts", lambda told: {"contacts": told, "has-more": False, "vid-offset": 1}),
    "klaviyo page []": ("klaviyo_events", lambda told: {"data": told, "included": [PROFILE], "links": {"next": None}}),
    "klaviyo single": ("klaviyo_events", lambda told: {"data": told[0], "included": [PROFILE]}),
    "stripe list []": ("stripe_events", lambda told: {"object": "list", "data": told, "has_more": False, "url": "/v1"}),
    "stripe single": ("stripe_events", lambda told: told[0]),
    "statuspage page []": ("statuspage_incidents", lambda told: {"page": {"id": "p"}, "incidents": told}),
    "statuspage webhook": (
        "statuspage_incidents",
        lambda told: {"meta": {"unsubscribe": "x"}, "page": {"id": "p"}, "incident": told[0]},
    ),
}  # fmt: skip
