"""The columns of the landing contract that the oracle reads, as plain data.

A column is written `name`, then `!` for a key or `*` for another required column, then `:type`.
Types: text (none written), ts, bool, int, num (a number that cannot be negative), json, or {a|b}
for a closed enumeration.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of one source."""

    name: str
    kind: str
    is_key: bool
    is_required: bool
    allowed: frozenset[str]


@dataclass(frozen=True)
class Source:
    """One landing source: its columns in contract order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be present and filled, keys included."""
        return tuple(column.name for column in self.columns if column.is_required)


def _column(word: str) -> Column:
    """Read one word of the notation above."""
    name, _, kind = word.partition(":")
    allowed: frozenset[str] = frozenset()
    if kind.startswith("{"):
        allowed, kind = frozenset(kind.strip("{}").split("|")), "enum"
    return Column(
        name=name.rstrip("!*"),
        kind=kind or "text",
        is_key=name.endswith("!"),
        is_required=name.endswith(("!", "*")),
        allowed=allowed,
    )


_WORDS = {
    "calls": """
        call_id! source_updated_at*:ts direction*:{inbound|outbound}
        workflow*:{order_support|cart_recovery|ocr_handoff|incident|order_exception} status*
        started_at*:ts answered_at:ts ended_at:ts end_reason channel:{phone|web} source_system
        store_id agent_id agent_version is_test:bool customer_id phone order_id cart_id incident_id
        booking_id parent_call_id match_confidence:num
        identity_method:{phone|email|order_id|postal_code}
        identity_result:{verified|failed|not_asked} owner_id intent_raw
        urgency:{low|normal|high|urgent}
        objection requested_next_step
        routing_decision:{booked|recovered|confirmed|escalated|nurtured|closed|retried|sent_to_review}
        transfer_at:ts
        transfer_status:{connected|no_answer|rejected|hunt_timeout|bridge_failed|customer_disconnected}
        transfer_target customer_confirmed_resolved:bool risk_flags:json talk_seconds:num
        hold_seconds:num wrap_seconds:num human_seconds:num summary transcript_url recording_url
        record_url metadata:json""",
    "call_turns": """
        call_id! turn_no!:int speaker*:{customer|ai|human} text* start_ms:num end_ms:num""",
    "promises": """
        promise_id! source_updated_at*:ts call_id customer_id order_id
        kind*:{refund|replacement|address_change|update|callback|link} promised_at*:ts due_at:ts
        fulfilled_at:ts eligibility_confirmed_at:ts""",
    "customers": """
        customer_id! source_updated_at*:ts segment tier:{standard|silver|gold|vip} lifecycle_stage
        region country timezone email phone first_order_at:ts churned_at:ts""",
    "orders": """
        order_id! source_updated_at*:ts customer_id placed_at*:ts channel store_id brand currency*
        gross:num discount:num net*:num shipping:num tax:num discount_codes:json payment_status
        fulfillment_status cancelled_at:ts promised_ship_by:ts promised_delivery_at:ts service_level
        region country risk_level warehouse_id""",
    "order_items": """
        order_id! line_no!:int sku* category quantity*:num unit_price*:num warehouse_id""",
    "shipments": """
        shipment_id! source_updated_at*:ts order_id* carrier* service warehouse_id region zone
        label_at:ts handover_at:ts promise_original_at:ts promise_current_at:ts first_attempt_at:ts
        delivered_at:ts final_status""",
    "shipment_scans": """
        shipment_id! scan_id! scanned_at*:ts
        status*:{info_received|in_transit|out_for_delivery|attempt_failed|available_for_pickup|exception|returning|returned|delivered|lost}
        raw_code facility region""",
    "tickets": """
        ticket_id! source_updated_at*:ts created_at*:ts system
        channel:{phone|email|chat|web|social|api} customer_id order_id call_id incident_id
        issue_type priority status group assignee_id requested_by_customer:bool
        solved_at:ts closed_at:ts
        merged_into subject description tags:json record_url""",
    "ticket_events": """
        ticket_id! event_id! at*:ts actor_type:{customer|agent|ai|system} field old_value new_value
        is_public:bool""",
    "messages": """
        message_id! source_updated_at*:ts customer_id order_id ticket_id incident_id call_id cart_id
        exception_id channel*:{email|sms|whatsapp|slack|voice|push}
        purpose*:{recap|link|reminder|confirmation|next_step|order_update|incident_update|checkout_link|alert}
        template_id rule_id approved_message_id asserted_order_state asserted_promise_at:ts
        order_state_version is_automatic_recap:bool sent_at*:ts delivered_at:ts failed_at:ts
        clicked_at:ts replied_at:ts acknowledged_at:ts discount_code""",
    "owners": """owner_id! name team kind*:{ai|human|queue} region""",
    "exception_actions": """
        exception_id! action_no!:int order_id* shipment_id exception_type* at*:ts
        step*:{detected|packet_complete|action|written_back|investigated|closed}
        action_type:{notify_customer|internal_task|reroute|escalate} owner_id human_touched:bool
        review_minutes:num evidence_ids:json rule_id""",
}

SOURCES: dict[str, Source] = {
    name: Source(name, tuple(_column(word) for word in words.split())) for name, words in _WORDS.items()
}
