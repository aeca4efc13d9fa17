"""Fetch what is new: page by page into the landing folder, with the place to go on from after each page."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import yaml

from ingest.fetch.client import Answer, FetchError, get


@cache
def connectors() -> Mapping[str, Mapping[str, Any]]:
    """The declared connectors by name."""
    return yaml.safe_load((Path(__file__).parent / "connectors.yml").read_text(encoding="utf-8"))


def fetch(
    name: str,
    landing: Path,
    state_folder: Path,
    environment: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Land every page that is new since the last time; return how many. Raises FetchError.

    The state is written after each page is landed, so a fetch that was cut off goes on where it was; a page that was
    landed and not noted is landed again, which ingest counts as duplicates.
    """
    told = connectors()[name]
    base = required(environment, told["address"]).rstrip("/")
    secret = required(environment, told["secret"])
    headers = {header: value.format(secret=secret) for header, value in told["header"].items()}
    state_file = state_folder / f"{name}.json"
    state = read_state(state_file)
    pages = 0
    url: str | None = state.get("next") or base + told["path"] + "?" + urlencode(first_parameters(told, state))
    while url:
        if urlsplit(url)[:2] != urlsplit(base)[:2]:
            raise FetchError(
                f"{name}: the next page lies at another address than {told['address']}; nothing was asked."
            )
        answer = get(url, headers, sleep)
        records = records_of(told, answer.content)
        following = next_url(told, base, url, answer, len(records), state)
        if records:
            land(landing / told["folder"], f"{name}_{state['pages']:08d}.json", answer.body)
            pages += 1
        state["pages"] += 1
        state["seen"] = max([state["seen"], *times_of(told, records)])
        state["next"] = following
        if following is None:
            state["since"] = state["seen"]
        write_state(state_file, state)
        url = following
    return pages


def required(environment: Mapping[str, str], variable: str) -> str:
    """A setting from the environment."""
    value = environment.get(variable, "").strip()
    if not value:
        raise FetchError(f"Set {variable} in the environment.")
    return value


def read_state(path: Path) -> dict[str, Any]:
    """Where the last fetch stopped; an unreadable state starts from the beginning, at the price of duplicates."""
    state = {"pages": 0, "seen": "", "since": "", "next": None, "cursor": None}
    try:
        return state | json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return state


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Replace the state in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(state, indent=1), encoding="utf-8")
    part.replace(path)


def land(folder: Path, file: str, body: bytes) -> None:
    """Write the answer as sent, in one step and never over another file."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file
    while target.exists():
        target = target.with_name("again_" + target.name)
    part = target.with_suffix(".part")
    part.write_bytes(body)
    part.replace(target)


def first_parameters(told: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the first page: everything, or what changed since the last complete fetch."""
    parameters = dict(told["parameters"])
    if told["paging"] == "page":
        parameters[told["page_parameter"]] = 1
    if told["paging"] == "cursor" and state["cursor"]:
        return parameters | {told["cursor_parameter"]: state["cursor"]}
    since = told["since"]
    moment = datetime.fromtimestamp(0, UTC)
    if state["since"]:
        moment = datetime.fromisoformat(state["since"]) - timedelta(hours=since["overlap_hours"])
    if since["form"] == "epoch":
        parameters[since["parameter"]] = int(moment.timestamp())
    elif state["since"]:
        parameters[since["parameter"]] = moment.isoformat().replace("+00:00", "Z")
    return parameters


def records_of(told: Mapping[str, Any], content: Any) -> list[Any]:
    """The records of a page, in whichever envelope; raise FetchError when it holds none and no list either."""
    if isinstance(content, dict):
        content = next((content[member] for member in told["records"] if isinstance(content.get(member), list)), None)
    if not isinstance(content, list):
        raise FetchError(f"{told['path']} answers without a list of {' or '.join(told['records'])}.")
    return content


def times_of(told: Mapping[str, Any], records: list[Any]) -> list[str]:
    """The times of the records in one form that sorts; what is no time counts for nothing."""
    found = []
    for record in records:
        value = next((record[m] for m in told["time"] if isinstance(record, dict) and record.get(m)), None)
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            continue
        found.append((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat())
    return found


def next_url(
    told: Mapping[str, Any], base: str, url: str, answer: Answer, count: int, state: dict[str, Any]
) -> str | None:
    """Address of the page after this one; null at the end."""
    if told["paging"] == "next_link":
        return answer.next_link
    if told["paging"] == "cursor":
        cursor = answer.content.get(told["cursor_at"])
        state["cursor"] = cursor or state["cursor"]
        if answer.content.get(told["end_at"]) or not cursor:
            return None
        parameters = told["parameters"] | {told["cursor_parameter"]: cursor}
        return base + told["path"] + "?" + urlencode(parameters)
    if count < told["page_size"]:
        return None
    query = dict(part.split("=", 1) for part in urlsplit(url).query.split("&"))
    query[told["page_parameter"]] = str(int(query[told["page_parameter"]]) + 1)
    return url.split("?", 1)[0] + "?" + "&".join(f"{key}={value}" for key, value in query.items())
