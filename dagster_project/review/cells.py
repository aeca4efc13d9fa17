"""Cells of a sheet that a spreadsheet program will open: no text may become a formula, no key may change unseen."""

import hashlib
import re

# a program may split a cell at other separators than ours, so what follows one counts as a beginning too
_BEGINNING = "^|[,;|\\t\\r\\n\"']"
_FORMULA = re.compile(f"({_BEGINNING})(\\s*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
_NEUTRALISED = re.compile(f"({_BEGINNING})(\\s*)'(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def neutralise(text: str) -> str:
    """Return the text so that no spreadsheet program reads it, or a part of it, as a formula.

    An apostrophe goes before = + - @ (also in full width) at the beginning and after a separator or quote; control
    characters, tab and carriage return among them, become one space.
    """
    return _FORMULA.sub(r"\1\2'", _CONTROL.sub(" ", text))


def restore(text: str) -> str:
    """Return what was neutralised, apart from control characters, as it was."""
    return _NEUTRALISED.sub(r"\1\2", text)


def row_check(item_id: str, code_before: str, model_version: str, item_type: str = "call") -> str:
    """Return a short text that changes when a key of the row was changed by hand or by a program.

    It begins with a letter, so that no program takes it for a number.
    """
    keys = (item_id, code_before, model_version) if item_type == "call" else (item_id, item_type)
    digest = hashlib.sha256("\n".join(keys).encode())
    return f"k{digest.hexdigest()[:11]}"
