"""What lies in the landing folder: files of known sources, and everything else by name."""

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingest.contracts import all_contracts, load_vendor_contracts
from ingest.errors import IngestError

CHUNK_BYTES = 1 << 20
FORMATS = {
    ".csv": "csv",
    ".csv.gz": "csv.gz",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl.gz",
    ".parquet": "parquet",
}
# API answers are kept as documents; only vendor folders read them
VENDOR_FORMATS = {".json": "json", ".json.gz": "json.gz", ".ndjson": "jsonl", ".ndjson.gz": "jsonl.gz"}
HASHING_THREADS = 2


@dataclass(frozen=True)
class LandedFile:
    """One file of a known source; `file` is its path relative to the landing folder."""

    source: str
    file: str
    path: Path
    format: str
    size_bytes: int
    file_hash: str | None = None


@dataclass(frozen=True)
class UnknownPath:
    """A folder or file nobody reads: its name, why, and how many files it holds."""

    path: str
    reason: str
    files: int


@dataclass(frozen=True)
class Landing:
    """The listing of a landing folder."""

    files: tuple[LandedFile, ...]
    unknown: tuple[UnknownPath, ...]


def readable_name(path: str) -> str:
    """File names may hold bytes that are no text; show those escaped."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def format_of(file_name: str) -> str | None:
    """Format by ending, in any case; None when the ending is not read."""
    lowered = file_name.lower()
    return next((value for ending, value in FORMATS.items() if lowered.endswith(ending)), None)


def vendor_format_of(source: str, file_name: str) -> str | None:
    """Format of a file in a vendor folder: exports as CSV, deliveries as JSON lines, API answers also as documents."""
    found = format_of(file_name)
    if source.endswith("_export"):
        return found if found is not None and found.startswith("csv") else None
    if source.endswith("_webhooks"):
        return found if found is not None and found.startswith("jsonl") else None
    lowered = file_name.lower()
    documents = next((value for ending, value in VENDOR_FORMATS.items() if lowered.endswith(ending)), None)
    return documents or (found if found is not None and found.startswith("jsonl") else None)


def walk(folder: Path, onerror: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """All files below a folder in a stable order; a link to a folder is named like a file and not followed."""
    for parent, folders, file_names in os.walk(folder, onerror=onerror):
        folders.sort()
        links = [folder for folder in folders if (Path(parent) / folder).is_symlink()]
        for file_name in sorted([*file_names, *links]):
            yield Path(parent) / file_name


def refuse(error: OSError) -> None:
    """Turn an unreadable folder into one clear line."""
    raise IngestError(f"Cannot read {error.filename}: {error.strerror}; give this user read access to it.") from error


def list_landing(landing: Path) -> Landing:
    """List the files of all known sources, and what is not known; raise IngestError if unreadable."""
    if not landing.is_dir():
        raise IngestError(f"The landing folder {landing} does not exist; create it or pass another with --landing.")
    try:
        entries = sorted(landing.iterdir())
    except OSError as error:
        refuse(error)
        raise
    contracts = all_contracts()
    files: list[LandedFile] = []
    unknown: list[UnknownPath] = []
    for entry in entries:
        name = readable_name(entry.name)
        if not entry.is_dir():
            unknown.append(UnknownPath(name, "not in a source folder", 1))
        elif entry.name not in contracts:
            unknown.append(UnknownPath(name, "unknown source folder", sum(1 for _ in walk(entry))))
        else:
            list_source(landing, entry.name, files, unknown)
    return Landing(tuple(files), tuple(unknown))


def list_source(landing: Path, source: str, files: list[LandedFile], unknown: list[UnknownPath]) -> None:
    """Append the files of one source folder to `files`, those with another ending to `unknown`."""
    for path in walk(landing / source, onerror=refuse):
        file = readable_name(path.relative_to(landing).as_posix())
        is_vendor = source in load_vendor_contracts()
        file_format = vendor_format_of(source, path.name) if is_vendor else format_of(path.name)
        if not path.is_file():
            unknown.append(UnknownPath(file, "not a regular file", 1))
        elif file_format is None:
            unknown.append(UnknownPath(file, "unknown ending", 1))
        else:
            files.append(LandedFile(source, file, path, file_format, path.stat().st_size))


def hash_file(path: Path) -> str:
    """SHA-256 of a file, read in chunks; raise IngestError when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        refuse(error)
    return digest.hexdigest()


def hash_files(files: list[LandedFile]) -> list[str]:
    """Hashes of many files, two at a time: hashing leaves the interpreter lock."""
    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        return list(pool.map(hash_file, (file.path for file in files)))
