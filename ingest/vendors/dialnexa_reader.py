"""DialNexa's webhook lines into the view `part`: every generation of envelope, signatures, faults of a delivery."""

import hashlib
import hmac

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract
from ingest.json_depth import MAX_DEPTH, as_json
from ingest.readers import key_twice
from ingest.sql import text
from ingest.staging import Part
from ingest.text_reader import TextFile, read_text
from ingest.typing_rules import RawColumn, hashed
from ingest.vendors.dialnexa import mapping

SIGNATURE_ROWS = 10_000
NO_OBJECT = f"is no JSON object of at most {MAX_DEPTH} levels"


def read_deliveries(con: DuckDBPyConnection, contract: Contract, files: list[TextFile], secret: bytes | None) -> Part:
    """Read webhook lines into `part`; with a secret, every line has to carry a valid signature."""
    read_text(con, files, 1, lines=True)
    con.execute(
        f"""
        create or replace temp table objects as
        with lines as (
            select *, {as_json("c0")} as line from part
        ),

        wrapped as (
            select
                *,
                coalesce(line ->> 'body', line ->> 'raw_body') as body_text,
                coalesce(line ->> 'signature', line ->> 'x-dialnexa-signature',
                    line ->> 'x-nexa-signature') as signature,
            from lines
        ),

        opened as (
            select
                *,
                case
                    when body_text is not null then {as_json("body_text")}
                    when signature is not null or (line -> 'received_at') is not null
                        then json_merge_patch(line, '{{"signature": null, "x-dialnexa-signature": null,
                            "x-nexa-signature": null, "received_at": null}}')
                    else line
                end as body,
            from wrapped
        )

        select
            * exclude (body),
            json(body) as body,
            body -> '$.payload' as payload,
            coalesce({call_object()}) as call,
        from opened
        """
    )
    check_signatures(con, secret)
    con.execute("drop view if exists part")
    # each expression stands here once: every rule of a column refers to its value
    found = ", ".join(f"{sql} as told_{column}" for column, sql in expressions().items())
    con.execute(f"create temp view part as select *, {found} from objects left join signed using (_rid)")
    columns = {column.name: column for column in contract.columns}
    raw = {column: RawColumn(columns[column], f"told_{column}") for column in expressions()}
    return Part(
        raw=raw,
        extra=unmapped(),
        raw_row="c0",
        has_nul=any(file.copy.has_nul for file in files),
        row_fault=delivery_fault(),
    )


def call_object() -> str:
    """SQL: the members that may be the call object, in order."""
    paths = mapping()["call_objects"]
    return ", ".join(f"case when json_type(body, '{path}') = 'OBJECT' then body -> '{path}' end" for path in paths)


def look_up(paths: list[str], keep_json: bool = False) -> str:
    """SQL: the first of some scoped paths that has a value; empty text is none."""
    found = []
    for path in paths:
        scope, member = path.split(".", 1)
        found.append(f"({scope} -> '$.{member}')" if keep_json else f"nullif({scope} ->> '$.{member}', '')")
    return f"coalesce({', '.join(found)})"


def expressions() -> dict[str, str]:
    """SQL of every column of a delivery."""
    fields = mapping()["fields"]
    found = {column: look_up(paths) for column, paths in fields.items()}
    for column in ("analysis", "metadata", "transfer"):
        value = look_up(fields[column])
        found[column] = f"(case when json_type({as_json(value)}) = 'OBJECT' then {value} end)"
    transcript = look_up(fields["transcript"])
    nested = f"json_type(try_cast({transcript} as json)) in ('ARRAY', 'OBJECT')"
    found["transcript"] = (
        f"case when {nested} then {transcript} "
        f"when trim({transcript}) != '' then json_object('_text', {transcript})::varchar end"
    )
    target = f"({found['transfer']}::json ->> '$.destination')"
    numbers = text("{" + ", ".join(f'"{n}": null' for n in mapping()["transfer_numbers"]) + "}")
    found["transfer_target"] = (
        f"case when regexp_full_match({target}, '[+0-9 ()./-]{{6,}}') then {hashed(target, 'phone')} else {target} end"
    )
    # a patch of null is the patch itself, so a delivery without a transfer has to be left alone
    found["transfer"] = (
        f"case when {found['transfer']} is not null "
        f"then json_merge_patch({found['transfer']}::json, {numbers})::varchar end"
    )
    found["outcome"] = outcome()
    attempts = "case when json_type(body, '$.data') = 'ARRAY' then body -> '$.data' end"
    found["attempts"] = f"({attempts})::varchar"
    found["status"] = f"coalesce({found['status']}, {attempts} ->> '$[#-1].status')"
    found["event_at"] = f"coalesce({found['event_at']}, {attempts} ->> '$[#-1].timestamp')"
    found["delivery_id"] = "sha256(body::varchar)"
    return found


def outcome() -> str:
    """SQL: the members of an outcome post that are there; a contradiction keeps nothing else."""
    members = ", ".join(f"'{m}', {look_up([f'call.{m}', f'body.{m}'], True)}" for m in mapping()["outcome"])
    kept = f"nullif(json_merge_patch('{{}}', json_object({members})), '{{}}'::json)"
    return f"case when {contradiction()} then '{{\"contradiction\": true}}' else ({kept})::varchar end"


def contradiction() -> str:
    """SQL: the body says both that the matter is resolved and that a human has to follow up."""
    yes = "in ('true', '1', 'yes')"
    resolved = look_up(["call.resolved", "body.resolved"])
    human = look_up(["call.needs_human_follow_up", "body.needs_human_follow_up"])
    return f"coalesce(lower({resolved}) {yes} and lower({human}) {yes}, false)"


def unmapped() -> str:
    """SQL: members of the call object that no column takes, as JSON."""
    fields = mapping()["fields"]
    taken = {path.split(".")[1] for paths in fields.values() for path in paths}
    taken |= {*mapping()["outcome"], "event", "event_type", "payload", "data", "session_id", "timestamp"}
    known = text("{" + ", ".join(f'"{member}": null' for member in sorted(taken)) + "}")
    return f"nullif(json_merge_patch(call, {known}), '{{}}'::json)"


def delivery_fault() -> str:
    """SQL for {code, reason} of a line that is no delivery, is not signed, or names no call."""
    fields = mapping()["fields"]
    call_id = look_up(fields["call_id"])
    event = look_up(fields["event"])
    only_outcome = " and ".join(
        f"{look_up(fields[column])} is null" for column in ("event", "status", "transcript", "initiated_at")
    )
    faults = [
        ("coalesce(json_type(line), '') != 'OBJECT'", "unreadable_line", f"the line {NO_OBJECT}"),
        ("coalesce(json_type(body), '') != 'OBJECT'", "unreadable_line", f"the body {NO_OBJECT}"),
        (key_twice("json_keys(line)"), "unreadable_line", "a key stands twice"),
        (key_twice("json_keys(body)"), "unreadable_line", "a key stands twice in the body"),
        ("not coalesce(is_signed, true)", "bad_signature", "the signature is missing or does not verify"),
        (
            f"coalesce({call_id}, '') = '' and not ({is_verification(event)})",
            "missing_key",
            "the delivery names no call id",
        ),
        (
            f"{contradiction()} and {only_outcome}",
            "contradiction",
            "the outcome is both resolved and in need of a human",
        ),
    ]
    return (
        "case "
        + " ".join(f"when {when} then {{'code': {text(code)}, 'reason': {text(told)}}}" for when, code, told in faults)
        + " end"
    )


def is_verification(event: str) -> str:
    """SQL: the delivery only tests the address; it is counted and otherwise ignored."""
    return f"coalesce({event} = 'verification', false) or ({event} is null and (body -> 'message') is not null)"


def check_signatures(con: DuckDBPyConnection, secret: bytes | None) -> None:
    """`signed`: for each line whether its signature verifies; empty without a secret.

    DuckDB has no constant-time comparison, so this one check leaves the engine: lines come in batches, only
    the verdict goes back.
    """
    con.execute("create or replace temp table signed (_rid bigint, is_signed boolean)")
    if secret is None:
        return
    lines = con.execute("select _rid, signature, coalesce(body_text, body::varchar), payload::varchar from objects")
    verdicts: list[tuple[list[int], list[bool]]] = []
    while rows := lines.fetchmany(SIGNATURE_ROWS):
        signed = [verifies(secret, signature, (body, payload)) for _, signature, body, payload in rows]
        verdicts.append(([row[0] for row in rows], signed))
    for rids, signed in verdicts:
        con.execute("insert into signed select unnest(?::bigint[]), unnest(?::boolean[])", [rids, signed])


def verifies(secret: bytes, signature: str | None, candidates: tuple[str | None, ...]) -> bool:
    """True when the signature is that of the raw body, or of its inner payload."""
    if not signature:
        return False
    given = signature.strip().lower().removeprefix("sha256=").encode()
    return any(
        hmac.compare_digest(hmac.new(secret, body.encode(), hashlib.sha256).hexdigest().encode(), given)
        for body in candidates
        if body is not None
    )
