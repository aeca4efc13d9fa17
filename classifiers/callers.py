"""Who calls, taken out of what they say: a theme is no name, and a report names nobody.

Only introductions are recognised ("it's Carla", "my name is carla mendez"): they are how a name comes
into a call. A name elsewhere in a sentence stays; telling names from towns and brands would take a
model of its own. The same rule stands in the dbt macro `without_identifiers`.
"""

import re

_NAME = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ][\w'’-]*"
_CAPITALISED = re.compile(rf"(\b(?i:my name(?:['’]s| is)|this is|it['’]s|it is|i['’]m|i am) )({_NAME}(?: {_NAME})*)")
_AFTER_NAME_IS = re.compile(r"(\bmy name(?:['’]s| is) )([^\W\d_][\w'’-]*)", re.IGNORECASE)


def without_names(text: str, blank: str = "[name]") -> str:
    """Return the text with the names of introductions replaced.

    Args:
        text: what was said.
        blank: what stands in place of a name.
    """
    blanked = _CAPITALISED.sub(lambda found: found[1] + blank, text)
    return _AFTER_NAME_IS.sub(lambda found: found[1] + blank, blanked)
