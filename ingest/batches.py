"""Groups of files of one source: copied, read together where their headers are equal, and staged."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, folded_contracts
from ingest.copying import Copy, UnreadableFileError, copy_file
from ingest.files import LandedFile
from ingest.ledger import FileAccount, register_files
from ingest.parquet_reader import parquet_rows, parquet_schema, read_parquet
from ingest.readers import csv_header, read_csv, read_jsonl
from ingest.staging import Part, RunStamp, stage_part
from ingest.text_reader import ReaderError, TextFile, drop_part
from ingest.vendors import dialnexa, dialnexa_reader, dialnexa_records
from ingest.vendors.reader import read_vendor_files
from ingest.vendors.spec import vendor_folders

BATCH_BYTES = 256 << 20
BATCH_FILES = 400
COPY_THREADS = 2
GZIP_WEIGHT = 10


@dataclass
class SourceLoad:
    """The state while one source is loaded: its files so far and the accounts of them."""

    contract: Contract
    stamp: RunStamp
    secret: bytes | None = None
    accounts: list[FileAccount] = field(default_factory=list)


def batches(files: Sequence[tuple[int, LandedFile]]) -> Iterator[list[tuple[int, LandedFile]]]:
    """Groups of files that are read together, bounded in number and size."""
    batch: list[tuple[int, LandedFile]] = []
    size = 0
    for item in files:
        weight = item[1].size_bytes * (GZIP_WEIGHT if item[1].format.endswith(".gz") else 1)
        if batch and (len(batch) == BATCH_FILES or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield batch


def stage_batch(
    con: DuckDBPyConnection,
    load: SourceLoad,
    batch: Sequence[tuple[int, LandedFile]],
    folder: Path,
) -> None:
    """Copy the files of one batch and stage those that can be read, grouped by format and header."""
    with ThreadPoolExecutor(COPY_THREADS) as pool:
        copies = list(pool.map(lambda item: copy_file(item[1], folder / f"{item[0]}.part"), batch))
    files = [TextFile.of(number, copy) for (number, _), copy in zip(batch, copies, strict=True)]
    register_files(con, [(file.file_id, file.copy.landed, file.copy.file_hash) for file in files])
    groups: dict[tuple, list[TextFile]] = {}
    for file in files:
        try:
            groups.setdefault(group_key(file.copy), []).append(file)
        except UnreadableFileError as error:
            quarantine_file(con, load, file, str(error))
    for key, members in groups.items():
        stage_group(con, load, key, members)


def group_key(copy: Copy) -> tuple:
    """Files with equal keys can be read by one statement; raises UnreadableFileError."""
    if copy.fault:
        raise UnreadableFileError(copy.fault)
    if copy.landed.format == "parquet":
        return ("parquet", parquet_schema(copy))
    if copy.lines == len(copy.excluded):
        return ("empty",)
    if copy.landed.format.startswith("json"):
        return ("jsonl",)
    return ("csv", csv_header(copy), copy.header_line)


def stage_group(con: DuckDBPyConnection, load: SourceLoad, key: tuple, files: list[TextFile]) -> None:
    """Read and stage files with equal headers; when the engine refuses the group, one by one."""
    if key[0] == "empty":
        load.accounts.extend(account_of(file, 0) for file in files)
        return
    try:
        part = read_group(con, load, key, files)
        rows = rows_read(con, key[0], files)
        stage_part(con, load.contract, part, load.stamp)
        code, reason = part.fault or (None, None)
        for file in files:
            if code and reason and rows[file.file_id] == 0:
                quarantine_file(con, load, file, reason, code)
            else:
                load.accounts.append(account_of(file, rows[file.file_id], reason))
    except ReaderError as error:
        drop_part(con)
        if len(files) == 1:
            quarantine_file(con, load, files[0], f"the engine cannot read it: {error}")
            return
        for file in files:
            stage_group(con, load, key, [file])
    finally:
        drop_part(con)


def read_group(con: DuckDBPyConnection, load: SourceLoad, key: tuple, files: list[TextFile]) -> Part:
    """Read files of one format and header into `part`."""
    contract = load.contract
    if contract.source in vendor_folders():
        return read_vendor_files(con, contract, files, load.stamp)
    if contract.source == dialnexa.SOURCE:
        return dialnexa_reader.read_deliveries(con, contract, files, load.secret)
    if contract.source in folded_contracts():
        read = dialnexa_records.read_export if key[0] == "csv" else dialnexa_records.read_calls
        return read(con, contract, files)
    if key[0] == "csv":
        return read_csv(con, contract, files)
    if key[0] == "jsonl":
        return read_jsonl(con, contract, files)
    return read_parquet(con, contract, files, [column for column, _ in key[1]])


def rows_read(con: DuckDBPyConnection, file_format: str, files: list[TextFile]) -> dict[int, int]:
    """Records by file: counted before typing for text, where every line was found again; the footer's for Parquet."""
    if file_format == "parquet":
        return {file.file_id: parquet_rows(file.copy) for file in files}
    counts = dict.fromkeys((file.file_id for file in files), 0)
    for file_id, rows in con.execute(
        "select _file_id, count(*) from part group by all "
        "union all select file_id, count(*) from quarantined group by all"
    ).fetchall():
        if file_id in counts:
            counts[file_id] += rows
    return counts


def account_of(file: TextFile, rows: int, message: str | None = None) -> FileAccount:
    """The account of one file."""
    return FileAccount(file.file_id, file.copy.landed, file.copy.file_hash, rows, message)


def quarantine_file(
    con: DuckDBPyConnection, load: SourceLoad, file: TextFile, reason: str, code: str = "unreadable_file"
) -> None:
    """A file that cannot be read, or has a wrong header and no row, counts as one row, quarantined."""
    con.execute("delete from quarantined where file_id = ?", [file.file_id])
    con.execute("insert into quarantined values (?, null, ?, ?, ?)", [file.file_id, code, reason, file.copy.header])
    load.accounts.append(account_of(file, 1, reason))
