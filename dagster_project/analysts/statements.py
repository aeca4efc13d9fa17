"""Where a statement that is being typed ends."""

import re

# what may hold a semicolon without ending a statement: strings, quoted names, comments, dollar quotes
_QUIET = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$",
    re.DOTALL,
)
_OPEN = re.compile(r"['\"]|/\*|\$\w*\$")


def is_complete(text: str) -> bool:
    """Tell whether the text ends with a semicolon that ends a statement."""
    rest = _QUIET.sub(" ", text)
    return not _OPEN.search(rest) and rest.rstrip().endswith(";")


def is_blank(text: str) -> bool:
    """Tell whether the text holds nothing but spaces, comments and semicolons."""
    comments = re.sub(r"--[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    return not comments.replace(";", " ").strip()
