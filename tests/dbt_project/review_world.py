"""A shop of three thousand calls whose truth, classifier errors and reviewers are planted.

WISMO is accepted too often (three in ten belong to REFUND_ASK), abstentions are mostly
ORD.CHANGE.CANCEL, and one in five calls without a reason has one. Every call that the random audit
draws is decided by ann, who is always right; bob has read many of them before her and slips.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from tests.dbt_project.world import CALL, World, instant

START, WEEKS, CALLS = "2026-01-05T00:00:00Z", 10, 3000
AS_OF = "2026-03-18T00:00:00Z"
SHARES = {
    "WISMO": 0.30,
    "REFUND_ASK": 0.15,
    "ORD.CHANGE.CANCEL": 0.20,
    "PAY.CHECKOUT.PAYMENT_FAILED": 0.15,
    "PRO.CODE.PROMO_CODE_FAILS": 0.05,
    "NO_REASON_STATED": 0.15,
}
SLIP = 0.15


@dataclass(frozen=True)
class PlantedCall:
    """One call: what it is, what the classifier says, what its first three codes are."""

    call_id: str
    started_at: datetime
    true_code: str
    status: str
    code: str | None
    confidence: float
    top: str


def planted_calls(seed: int = 1) -> list[PlantedCall]:
    """Draw the calls, their truth and the classifier's errors."""
    draw = random.Random(seed)
    codes, weights = list(SHARES), list(SHARES.values())
    calls = []
    for number in range(CALLS):
        true_code = draw.choices(codes, weights)[0]
        guess, status = true_code, "accepted"
        u = draw.random()
        if true_code == "REFUND_ASK" and u < 0.5:
            guess = "WISMO"
        elif true_code == "ORD.CHANGE.CANCEL" and u < 0.5:
            status = "abstained"
            guess = true_code if draw.random() < 0.6 else "REFUND_ASK"
        elif true_code == "NO_REASON_STATED":
            status = "no_reason_stated"
        elif u > 0.95:
            status, guess = "no_reason_stated", "NO_REASON_STATED"
        elif u > 0.92:
            guess = draw.choice(codes[:5])
        calls.append(
            PlantedCall(
                call_id=f"p{number}",
                started_at=instant(START) + timedelta(minutes=number * WEEKS * 7 * 1440 / CALLS),
                true_code=true_code,
                status=status,
                code=guess if status == "accepted" else None,
                confidence=round(draw.uniform(0.85, 1), 4),
                top=guess,
            )
        )
    return calls


def build_world(path: Path, calls: list[PlantedCall]) -> World:
    """Write the calls, their tags and the reviewers' decisions into raw tables."""
    world = World.create(path, AS_OF)
    add_many(
        world,
        "calls",
        [
            {
                **CALL,
                "call_id": call.call_id,
                "started_at": call.started_at,
                "ended_at": call.started_at + timedelta(minutes=2),
                "source_updated_at": call.started_at,
                "is_test": False,
            }
            for call in calls
        ],
    )
    add_many(
        world,
        "call_turns",
        [{"call_id": call.call_id, "turn_no": 1, "speaker": "customer", "text": "hello"} for call in calls],
    )
    add_many(
        world,
        "reason_tags",
        [
            {
                "call_id": call.call_id,
                "rank": 1,
                "code": call.code,
                "status": call.status,
                "confidence": call.confidence,
                "top3": f'[{{"code": "{call.top}", "confidence": 0.5}}]',
                "taxonomy_version": "t1",
                "model_version": "m1",
            }
            for call in calls
        ],
    )
    drawn = {
        row[0]
        for row in world.con.execute("select call_id from raw.calls where call_key % 1000000 < 100000").fetchall()
    }
    add_many(world, "review_decisions", _decisions([call for call in calls if call.call_id in drawn]))
    return world


def _decisions(calls: list[PlantedCall]) -> list[dict[str, object]]:
    draw = random.Random(2)
    rows: list[dict[str, object]] = []
    for call in calls:
        readings = [("ann", 30, call.true_code)]
        if draw.random() < 0.6:
            slipped = draw.random() < SLIP
            readings.append(("bob", 3, draw.choice(list(SHARES)) if slipped else call.true_code))
        for reviewer, hours, code in readings:
            is_state = code == "NO_REASON_STATED"
            rows.append(
                {
                    "decision_id": f"{reviewer}-{call.call_id}",
                    "queue": "reason_codes",
                    "item_id": call.call_id,
                    "reviewer_id": reviewer,
                    "at": call.started_at + timedelta(hours=hours),
                    "decision": "no_reason_stated" if is_state else "corrected",
                    "code_after": None if is_state else code,
                }
            )
    return rows


def add_many(world: World, table: str, rows: list[dict[str, object]]) -> None:
    """Insert many rows at once; calls get their integer key."""
    world.con.register("rows_to_add", pa.Table.from_pylist(rows))
    key = ", (md5_number_lower(call_id) >> 1)::bigint as call_key" if "call_id" in rows[0] else ""
    world.con.execute(f"insert into raw.{table} by name select *{key} from rows_to_add")
    world.con.unregister("rows_to_add")
