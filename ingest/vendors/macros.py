"""How single values of a vendor's JSON become the text that the typing rules of the contracts judge.

Nothing is repaired silently: a value that is none of the known forms stays as it is, and the typing rules refuse it.
"""

from duckdb import DuckDBPyConnection

NESTED = "\x1a"
ZERO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF"
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
RFC_FORMS = "['%a, %d %b %Y %H:%M:%S %z', '%d %b %Y %H:%M:%S %z', '%a %b %d %H:%M:%S %z %Y']"

SPACED_FORM = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)? ?(UTC|[+-]\d{2}:?\d{2})"

FIRST = ("vendor_moment(m)", "vendor_value(j)", "vendor_text(j)", "vendor_told(j, p)", "vendor_added(t)")

MACROS = {
    # null, and the empty values that some senders write for it, are absent
    "vendor_value(j)": "case when j is null or j::varchar in ('null', '{}', '[]', '\"\"') then null else j end",
    # an object or a list where one value belongs is marked, so that it can be told and never read as text
    "vendor_text(j)": "case when json_type(j) in ('OBJECT', 'ARRAY') then chr(26) || j::varchar else j ->> '$' end",
    "vendor_label(j)": "case when json_type(j) in ('OBJECT', 'ARRAY', 'BOOLEAN') "
    "then chr(26) || j::varchar else j ->> '$' end",
    "vendor_json(j)": "case when json_type(j) = 'VARCHAR' then j ->> '$' else j::varchar end",
    "vendor_word(t)": "regexp_replace(lower(trim(t)), '[ -]+', '_', 'g')",
    "vendor_code(t)": "regexp_replace(upper(trim(t)), '[ -]+', '_', 'g')",
    # epoch seconds, milliseconds, microseconds; mail dates; `2024-01-01 10:00:00 +0200` and `... UTC`; else as it is
    "vendor_time(t)": f"""case
        when regexp_full_match(trim(t), '\\d{{9,10}}(\\.\\d+)?')
            then vendor_moment(to_timestamp(try_cast(trim(t) as double)))
        when regexp_full_match(trim(t), '\\d{{12,13}}(\\.0)?')
            then vendor_moment(make_timestamptz(try_cast(try_cast(trim(t) as double) as bigint) * 1000))
        when regexp_full_match(trim(t), '\\d{{15,16}}')
            then vendor_moment(make_timestamptz(try_cast(trim(t) as bigint)))
        when regexp_full_match(trim(t), '([A-Z][a-z]{{2}},? )?.*[A-Z][a-z]{{2}} .*\\d{{4}}.*')
            then coalesce(vendor_moment(try_strptime(
                regexp_replace(trim(t), '\\b(GMT|UTC|Z)$', '+0000'), {RFC_FORMS})), t)
        when regexp_full_match(trim(t), '{SPACED_FORM}')
            then regexp_replace(replace(trim(t), 'UTC', 'Z'), ' (Z|[+-])', '\\1')
        else trim(t)
    end""",
    "vendor_moment(m)": "strftime(m, '%Y-%m-%dT%H:%M:%S.%fZ')",
    # whole minor units as a decimal amount; anything else keeps its text and is refused as no amount
    "vendor_minor(t, c)": f"""case
        when t is null then null
        when not regexp_full_match(t, '-?\\d{{1,15}}') then t || ' minor units'
        when list_contains(string_split('{ZERO_DECIMALS}', ' '), upper(c)) then t
        when list_contains(string_split('{THREE_DECIMALS}', ' '), upper(c))
            then (t::decimal(18, 0) * 0.001::decimal(4, 3))::varchar
        else (t::decimal(18, 0) * 0.01::decimal(3, 2))::varchar
    end""",
    # the sum of a list of amounts, those that are there; one that is no amount makes the whole sum unreadable
    "vendor_added(t)": """case
        when len(t) = 0 then null
        when len(list_filter(t, lambda e: not regexp_full_match(e, '[+-]?(\\d+\\.?\\d*|\\.\\d+)'))) > 0 then t::varchar
        else coalesce(
            list_aggregate(list_transform(t, lambda e: try_cast(e as decimal(18, 4))), 'sum')::varchar, t::varchar)
        end""",
    "vendor_told(j, p)": "list_filter(json_extract_string(j, '$[*]' || p), lambda e: e is not null and e != '')",
    "vendor_sum(j)": "vendor_added(vendor_told(j, ''))",
    # of objects with money (`amount`, `amount_set`): the sum of member m, and of n where it is there, in the shop's
    # currency when all tell it, else in the one they share; unreadable when they share none, null when one lacks m
    "vendor_total(j, m, n)": """case
        when j is null or json_array_length(j) = 0 then null
        when len(vendor_told(j, '.' || m || '_set.shop_money.amount')) = json_array_length(j)
            then vendor_added(list_concat(
            vendor_told(j, '.' || m || '_set.shop_money.amount'), vendor_told(j, '.' || n || '_set.shop_money.amount')))
        when len(vendor_told(j, '.' || m)) < json_array_length(j) then null
        when len(list_distinct(vendor_told(j, '.currency'))) > 1 then j::varchar
        else vendor_added(list_concat(vendor_told(j, '.' || m), vendor_told(j, '.' || n)))
        end""",
    # one object is a list of one; a text is kept, for the currency beside the list
    "vendor_list(j)": "case when json_type(j) = 'OBJECT' then json_array(j) "
    "when json_type(j) in ('ARRAY', 'VARCHAR') then j end",
    "vendor_total_currency(j, m)": """case
        when json_type(j) = 'VARCHAR' then j ->> '$'
        when j is null or json_array_length(j) = 0 then null
        when len(vendor_told(j, '.' || m || '_set.shop_money.amount')) = json_array_length(j)
            then json_extract_string(j, '$[0].' || m || '_set.shop_money.currency_code')
        else vendor_text(vendor_value(json_extract(j, '$[0].currency')))
        end""",
    "vendor_negated(t)": "case when regexp_full_match(t, '[+-]?(\\d+\\.?\\d*|\\.\\d+)') "
    "then coalesce((-try_cast(t as decimal(18, 4)))::varchar, t) else t end",
    # addresses, numbers and what is named like them do not stay in members nobody knows
    "vendor_masked(j)": r"""regexp_replace(regexp_replace(regexp_replace(j::varchar,
        '"([^"]*(phone|mobile|e-?mail|e_mail)[^"]*)"\s*:\s*"([^"\\]|\\.)*"', '"\1":"(withheld)"', 'gi'),
        '[^\s"<>@\\:,]+@[^\s"<>@\\,]+\.[A-Za-z]{2,}', '(e-mail)', 'g'),
        '\+\d[\d ().-]{6,}\d', '(number)', 'g')""",
}


def create_macros(con: DuckDBPyConnection) -> None:
    """Create the temporary macros; those that others use come first."""
    for signature in sorted(MACROS, key=lambda name: name not in FIRST):
        con.execute(f"create or replace temp macro {signature} as {MACROS[signature]}")
