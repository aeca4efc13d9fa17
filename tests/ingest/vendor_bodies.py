"""One body of every vendor folder, in the shape its documentation shows."""

from typing import Any

from .test_vendor_formats import ORDER, TICKET, TRACKING

CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 1230,
    "currency": "eur",
    "created": 1746093600,
    "metadata": {"order_id": "1001"},
    "payment_method_details": {"type": "card"},
}


def stripe_event(kind: str, body: dict, at: int = 1746093600) -> dict:
    return {"id": f"evt_{kind}_{at}", "object": "event", "type": kind, "created": at, "data": {"object": body}}


MESSAGE = {
    "id": 31,
    "ticket_id": 12,
    "channel": "email",
    "created_datetime": "2025-05-03T09:00:00.201204+00:00",
    "from_agent": False,
    "public": True,
    "body_text": "where is it",
}
GORGIAS = {
    "id": 12,
    "channel": "instagram-direct-message",
    "created_datetime": "2025-05-03T09:00:00.201204+00:00",
    "updated_datetime": "2025-05-03T09:40:00+00:00",
    "customer": {"id": 5, "external_id": "77"},
    "from_agent": False,
    "status": "closed",
    "closed_datetime": "2025-05-03T09:40:00+00:00",
    "subject": "late",
    "tags": [{"id": 1, "name": "urgent"}],
    "messages": [MESSAGE, MESSAGE | {"id": 32, "from_agent": True}],
}
INCIDENT = {
    "id": "i1",
    "name": "API down",
    "status": "resolved",
    "impact": "major",
    "created_at": "2025-05-01T00:00:00.000Z",
    "updated_at": "2025-05-01T03:00:00Z",
    "started_at": "2025-04-30T23:55:00Z",
    "resolved_at": "2025-05-01T03:00:00Z",
    "components": [{"id": "c", "name": "Checkout"}],
    "incident_updates": [
        {"id": "u3", "status": "resolved", "body": "fixed", "created_at": "2025-05-01T03:00:00Z"},
        {"id": "u2", "status": "update", "body": "still looking", "created_at": "2025-05-01T01:00:00Z"},
        {"id": "u1", "status": "identified", "body": "cause", "created_at": "2025-05-01T00:10:00Z"},
    ],
}


def klaviyo_event(number: int, metric: str, at: str) -> dict:
    return {
        "type": "event",
        "id": f"e{number}",
        "attributes": {"datetime": at, "event_properties": {"$message": "m1", "$flow": "f1"}},
        "relationships": {"profile": {"data": {"id": "p1"}}, "metric": {"data": {"id": metric}}},
    }


KLAVIYO = {
    "data": [
        klaviyo_event(1, "R", "2025-05-01T10:00:00+00:00"),
        klaviyo_event(2, "C", "2025-05-01T11:00:00+00:00"),
        klaviyo_event(3, "P", "2025-05-01T12:00:00+00:00"),
    ],
    "included": [
        {"type": "metric", "id": "R", "attributes": {"name": "Received SMS"}},
        {"type": "metric", "id": "C", "attributes": {"name": "Clicked SMS"}},
        {"type": "metric", "id": "P", "attributes": {"name": "Placed Order"}},
    ],
}
HUBSPOT = {
    "results": [
        {
            "id": "51",
            "properties": {"email": "Ann@Example.com", "lifecyclestage": "Customer", "loyalty_tier": "Platinum"},
            "updatedAt": "2025-05-01T03:04:05.678Z",
        }
    ]
}
CHECKOUT = {
    "id": 450,
    "token": "tok",
    "created_at": "2025-05-01T07:05:27-04:00",
    "updated_at": "2025-05-01T07:15:27-04:00",
    "currency": "USD",
    "subtotal_price": "398.00",
    "email": "bob@example.com",
    "customer": {"id": 77},
    "line_items": [{"sku": "A", "price": "199.00"}, {"sku": "B", "price": "199.00"}],
    "completed_at": None,
}
OCR = {
    "call_id": "c9",
    "received_at": "2025-05-05T00:00:00Z",
    "body": {
        "ErrorMessage": "",
        "OCRText": [["TOTAL 12", "page two"], ["zone two"]],
        "OutputFileUrl": "",
        "TaskDescription": '{"document_id": "d1", "kind": "receipt", "order_id": "1001"}',
    },
}
TRACKER = {
    "id": "trk_1",
    "object": "Tracker",
    "tracking_code": "EZ1",
    "carrier": "USPS",
    "status": "delivered",
    "created_at": "2025-05-01T00:00:00Z",
    "tracking_details": [
        {"status": "delivered", "datetime": "2025-05-02T00:00:00Z", "tracking_location": {"city": "X"}}
    ],
}
BODIES: dict[str, Any] = {
    "shopify_orders": {"orders": [ORDER]},
    "shopify_checkouts": {"checkouts": [CHECKOUT]},
    "zendesk_tickets": {"tickets": [TICKET]},
    "gorgias_tickets": GORGIAS,
    "aftership_trackings": {"data": {"trackings": [TRACKING]}},
    "easypost_trackers": {"trackers": [TRACKER], "has_more": False},
    "hubspot_contacts": HUBSPOT,
    "klaviyo_events": KLAVIYO,
    "stripe_events": {"object": "list", "data": [stripe_event("charge.succeeded", CHARGE)]},
    "statuspage_incidents": {"page": {"id": "p"}, "incidents": [INCIDENT]},
    "ocrwebservice_results": OCR,
    "dialnexa_calls": {
        "data": [{"id": "k1", "status": "completed", "createdAt": "2025-05-01T10:00:00Z", "duration": 60}]
    },
}
