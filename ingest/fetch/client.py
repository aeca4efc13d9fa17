"""One request at a time to a vendor's API: waits when told to, tries again what may pass, gives up on the rest."""

import json
import math
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

TRIES = 6
TIMEOUT_SECONDS = 60
LONGEST_WAIT_SECONDS = 300.0
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class FetchError(Exception):
    """The API cannot be read; the message is one line that says what to do."""


@dataclass(frozen=True)
class Answer:
    """An answer as sent, as parsed, and the link to the next page if it names one."""

    body: bytes
    content: Any
    next_link: str | None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The secret stands in a header, so no answer may send it elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing."""


def get(url: str, headers: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Answer:
    """Ask for a page; raise FetchError when it is refused for good or too often."""
    shown = url.split("?", 1)[0]
    opener = urllib.request.build_opener(_NoRedirect)
    told = ""
    for attempt in range(TRIES):
        request = urllib.request.Request(url, headers={"Accept": "application/json", **headers})
        try:
            with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                body = response.read()
                return Answer(body, json.loads(body), next_link(response.headers.get_all("Link") or []))
        except urllib.error.HTTPError as error:
            if error.code not in PASSING:
                raise FetchError(f"{shown} answers {error.code}: {advice(error.code)}.") from error
            told, wait = f"answers {error.code}", waiting_time(error.headers.get("Retry-After"), attempt)
        except (OSError, HTTPException, ValueError) as error:
            told, wait = f"cannot be read ({error})", waiting_time(None, attempt)
        if attempt < TRIES - 1:
            sleep(wait)
    raise FetchError(f"{shown} {told}, {TRIES} times; what was fetched is kept, try again later.")


def advice(code: int) -> str:
    """What to do about a refusal."""
    if code in (401, 403):
        return "the secret is missing, wrong or lacks a permission"
    return (
        "check the address of the API" if code in (301, 302, 307, 308, 404) else "the API does not accept the request"
    )


def waiting_time(retry_after: str | None, attempt: int) -> float:
    """Seconds to wait: as told in seconds or as a date, else doubling from one second."""
    seconds = 2.0**attempt
    if retry_after:
        try:
            seconds = float(retry_after)
        except ValueError:
            with suppress(ValueError, TypeError):
                seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    if not math.isfinite(seconds):
        seconds = 2.0**attempt
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def next_link(headers: list[str]) -> str | None:
    """The address of the next page in a Link header."""
    for part in ",".join(headers).split(","):
        address, _, parameters = part.partition(";")
        if "rel=next" in parameters.replace('"', "").replace(" ", ""):
            return address.strip().removeprefix("<").removesuffix(">")
    return None
