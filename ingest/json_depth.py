"""How deep JSON may be nested: some functions of the engine recurse, and a line of open brackets ends the process.

Depth is measured on the text, before anything looks into it.
"""

from ingest.sql import text

MAX_DEPTH = 100

NO_BRACKETS = r'"((?s:\\.)|[^"\\])*"|[^\[\]{}]'
NESTED_LEVELS = r"(\[" * MAX_DEPTH + r"\])*" * MAX_DEPTH


def too_deep(value: str) -> str:
    """SQL: the JSON text is nested over MAX_DEPTH levels deep.

    Each test is dearer than the one before and sees only what passed it; a conjunction may be evaluated in any order.
    """
    brackets = f"translate(regexp_replace({value}, {text(NO_BRACKETS)}, '', 'g'), '{{}}', '[]')"
    return (
        f"(case when coalesce(strlen({value}), 0) <= {2 * MAX_DEPTH} then false "
        f"when strlen({value}) - strlen(translate({value}, '[{{', '')) <= {MAX_DEPTH} then false "
        f"else not regexp_full_match({brackets}, {text(NESTED_LEVELS)}) end)"
    )


def as_json(value: str) -> str:
    """SQL: text as JSON; null when it is none or nested too deep."""
    return f"(case when not {too_deep(value)} then try_cast({value} as json) end)"
