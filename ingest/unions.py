"""The views raw.all_<source>: landed rows united with those of vendors, one row for each key.

One rule for all: of two rows with the same key the one with the newer `source_updated_at` is taken, the landed one on
a tie. Parts follow it: the lines of an order, the turns of a call and the updates of an incident come from the side
whose order, call or incident was taken; facts that add up (scans, events, consents) are united key by key. A shipment,
a message, a customer and an identity are told by several systems or events that each know a part, so their columns
fill up, newest first.
"""

from collections.abc import Iterator

from ingest.contracts import Contract, load_contracts
from ingest.sql import name, names
from ingest.vendors.spec import vendor_tables

FOLDED = {"calls": ("dialnexa",), "call_turns": ("dialnexa",), "consents": ("dialnexa",)}
FOLLOWS = {"call_turns": "calls", "order_items": "orders", "incident_updates": "incidents"}
FILLED = frozenset({"shipments", "messages", "identities", "customers"})


def vendors_of(source: str) -> tuple[str, ...]:
    """Vendors that give rows of a source."""
    return (*FOLDED.get(source, ()), *vendor_tables().get(source, ()))


def union_views() -> Iterator[str]:
    """SQL of raw.all_<source> for every landing source."""
    for source, contract in load_contracts().items():
        yield f"create or replace view raw.{name('all_' + source)} as {union_of(contract)}"


def union_of(contract: Contract) -> str:
    """SQL of one view."""
    landed = f"raw.{name(contract.source)}"
    if not vendors_of(contract.source):
        return f"select * from {landed}"
    if contract.source in FILLED:
        return filled(contract, landed)
    if contract.source in FOLLOWS:
        return following(contract, landed)
    if contract.has_version:
        return newest(contract, landed)
    return added(contract, landed)


def vendor_rows(contract: Contract) -> str:
    """SQL of the rows of all vendors, each key once; what one vendor folds has each key once already."""
    columns = names(contract.table_columns())
    tables = " union all ".join(
        f"select {columns} from raw.{name(f'{vendor}__{contract.source}')}" for vendor in vendors_of(contract.source)
    )
    if not vendor_tables().get(contract.source):
        return tables
    newest_first = "source_updated_at desc, " if contract.has_version else ""
    return (
        f"select {columns} from ({tables}) qualify row_number() over "
        f"(partition by {names(contract.key)} order by {newest_first}_content_hash desc) = 1"
    )


def same_key(contract: Contract) -> str:
    """SQL: landed and vendor row have the same key, by its integer form where there is one."""
    integers = {column: key for key, column in contract.surrogates.items()}
    columns = [integers.get(column, column) for column in contract.key]
    return " and ".join(f"landed.{name(column)} = vendor.{name(column)}" for column in columns)


def newest(contract: Contract, landed: str) -> str:
    """The newer row of a key; the landed one on a tie."""
    columns = contract.table_columns()
    return f"""
        with vendor_rows as (
            {vendor_rows(contract)}
        )

        select {names(columns, "landed")}
        from {landed} as landed
        anti join vendor_rows as vendor
            on {same_key(contract)} and vendor.source_updated_at > landed.source_updated_at
        union all
        select {names(columns, "vendor")}
        from vendor_rows as vendor
        anti join {landed} as landed
            on {same_key(contract)} and landed.source_updated_at >= vendor.source_updated_at
    """


def following(contract: Contract, landed: str) -> str:
    """Parts of the side that won the whole; landed parts of an unknown whole are kept."""
    parent = load_contracts()[FOLLOWS[contract.source]]
    columns = contract.table_columns()
    key = names(parent.key)
    return f"""
        with vendor_won as (
            select {names(parent.key, "vendor")}
            from ({vendor_rows(parent)}) as vendor
            anti join raw.{name(parent.source)} as landed
                on {same_key(parent)} and landed.source_updated_at >= vendor.source_updated_at
        )

        select {names(columns, "landed")}
        from {landed} as landed
        anti join vendor_won using ({key})
        union all
        select {names(columns, "vendor")}
        from ({vendor_rows(contract)}) as vendor
        semi join vendor_won using ({key})
    """


def added(contract: Contract, landed: str) -> str:
    """Every row of every side; the landed one where both tell the same fact."""
    columns = contract.table_columns()
    return f"""
        select {names(columns, "landed")}
        from {landed} as landed
        union all
        select {names(columns, "vendor")}
        from ({vendor_rows(contract)}) as vendor
        anti join {landed} as landed on {same_key(contract)}
    """


def filled(contract: Contract, landed: str) -> str:
    """Where vendors speak of a key, each column is the newest value anybody told; duties are judged on the whole."""
    columns = contract.table_columns()
    rank = "{'at': source_updated_at, 'hash': _content_hash}"
    values = ", ".join(
        f"arg_max({name(column)}, {rank}) as {name(column)}" for column in columns if column not in contract.key
    )
    tables = " union all ".join(
        f"select {names(columns)} from raw.{name(f'{vendor}__{contract.source}')}"
        for vendor in vendors_of(contract.source)
    )
    duties = " and ".join(f"{name(column)} is not null" for column in contract.required)
    return f"""
        with vendor_rows as (
            {tables}
        ),

        pool as (
            select * from vendor_rows
            union all
            select {names(columns, "landed")}
            from {landed} as landed
            semi join vendor_rows as vendor on {same_key(contract)}
        ),

        told as (
            select {names(contract.key)}, {values}
            from pool
            group by {names(contract.key)}
        )

        select {names(columns, "landed")}
        from {landed} as landed
        anti join vendor_rows as vendor on {same_key(contract)}
        union all
        select {names(columns)}
        from told
        where {duties}
    """


def union_names() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(view, source, vendors) of every view, for those who describe them."""
    for source in load_contracts():
        yield f"all_{source}", source, vendors_of(source)
