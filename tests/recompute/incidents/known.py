"""What the agent could know when a contact began, and the fields of an escalation packet, one by one."""

from __future__ import annotations

from typing import Any

from .contacts import ESCALATED, SIGNATURES, rosters
from .landing import Contact, Facts, Row


def five_facts(facts: Facts, contact: Contact, had_open_ticket: bool) -> Row:
    """Status of the incident, service, tier, open ticket, and the approved message that was valid."""
    updates = [
        row
        for row in facts.rows["incident_updates"]
        if row["incident_id"] == contact.incident_id and row["at"] <= contact.at
    ]
    updates.sort(key=lambda row: (row["at"], row["update_no"]))
    approved = [row for row in updates if row["approved_message_id"] is not None]
    latest: Any = approved[-1] if approved else None
    if latest and latest["expires_at"] is not None and contact.at > latest["expires_at"]:
        latest = None
    incident = facts.by("incidents", "incident_id")[contact.incident_id]
    customer = facts.by("customers", "customer_id").get(contact.customer_id, {})
    return {
        "incident_stage": updates[-1]["stage"] if updates else None,
        "incident_service": incident["service"],
        "customer_tier": customer.get("tier") or "unknown",
        "had_open_ticket": had_open_ticket,
        "approved_message_id": latest["approved_message_id"] if latest else None,
    }


def packet(facts: Facts, contact: Contact) -> Row:
    """The nine fields of an escalated call; nothing for others."""
    if contact.outcome not in ESCALATED:
        return {}
    incident, call = facts.by("incidents", "incident_id")[contact.incident_id], contact.call
    assert call is not None
    entries = rosters(facts).get((incident["incident_id"], contact.customer_id), [])
    last = max(entries, key=lambda row: (row["added_at"], row["roster_version"]), default={})
    said = sum(row["call_id"] == call["call_id"] for row in facts.rows["call_events"])
    kept = sum(row["call_id"] == call["call_id"] for row in facts.rows["promises"])
    return {
        "packet_has_account": bool(entries),
        "packet_has_product_area": incident["product_area"] is not None,
        "packet_has_error_message": contact.evidence is not None,
        "packet_has_region": contact.dimensions["region"] != "unknown",
        "packet_has_urgency": call["urgency"] is not None,
        "packet_has_business_impact": last.get("impact_level") is not None,
        "packet_has_similar_reports": contact.code in SIGNATURES,
        "packet_has_transcript_link": call["transcript_url"] is not None,
        "packet_has_promise": said <= kept,
    }
