"""One streaming pass over a landed file: hash, unpack, normalise, count; the copy has a harmless name.

Only the copies reach the engine, so a file name with a quote or a glob in it is never part of a query. What this
pass counts is the independent side of the accounting: every physical line has to be found again as a row.
"""

import errno
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ingest.errors import IngestError
from ingest.files import CHUNK_BYTES, LandedFile, refuse

MAX_UNPACKED_BYTES = 1 << 30
MAX_UNPACKED_RATIO = 200
UTF8_BOM = b"\xef\xbb\xbf"
OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
NUL_ESCAPE = b"\\u0000"


@dataclass(frozen=True)
class Copy:
    """A landed file under a safe name, with the counts of its physical lines.

    `excluded` are line numbers from 1 that hold no record: blank lines (the header is in `header_line`).
    """

    landed: LandedFile
    file_hash: str
    path: Path | None
    lines: int = 0
    excluded: tuple[int, ...] = ()
    has_quote: bool = False
    has_nul: bool = False
    ends_with_newline: bool = True
    header: str | None = None
    header_line: int = 0
    fault: str | None = None


@dataclass
class LineScan:
    """Running counts over normalised text, chunk by chunk."""

    lines: int = 0
    blank: list[int] = field(default_factory=list)
    has_quote: bool = False
    has_nul: bool = False
    last: bytes = b"\n"
    tail: bytes = b""

    def add(self, chunk: bytes) -> None:
        """Count the line ends and note the empty lines of one chunk."""
        joined = self.last + chunk
        if b"\n\n" in joined:
            position, line = 1, self.lines + 1
            for match in re.finditer(rb"\n(?=\n)", joined):
                line += joined.count(b"\n", position, match.start() + 1)
                position = match.start() + 1
                self.blank.append(line)
        self.lines += chunk.count(b"\n")
        self.has_quote = self.has_quote or b'"' in chunk
        self.has_nul = self.has_nul or b"\0" in chunk or NUL_ESCAPE in self.tail + chunk
        self.last, self.tail = chunk[-1:], chunk[-5:]

    @property
    def physical_lines(self) -> int:
        """Lines so far, the last one also without a line end."""
        return self.lines + (self.last != b"\n")


def copy_file(landed: LandedFile, target: Path) -> Copy:
    """Copy one file to `target`; faults of its content are told in `Copy.fault`, never raised."""
    digest = hashlib.sha256()
    try:
        with landed.path.open("rb") as stream:
            chunks = hashed_chunks(stream, digest)
            if landed.format == "parquet":
                write_plain(chunks, target)
                return Copy(landed, digest.hexdigest(), target)
            scan, first, fault = LineScan(), b"", None
            try:
                text = unpacked(chunks) if landed.format.endswith(".gz") else chunks
                first = write_text(text, target, scan)
            except UnreadableFileError as error:
                fault = str(error)
            for _ in chunks:
                pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise IngestError(
                f"No space left in {target.parent} for a copy of {landed.file}; free some space and run again."
            ) from error
        refuse(error)
    if first.startswith(OTHER_BOMS):
        fault = "the file is UTF-16; write it as UTF-8"
    return with_header(landed, digest.hexdigest(), target, scan, fault)


class UnreadableFileError(Exception):
    """The content of a file cannot be read at all."""


def hashed_chunks(stream: BinaryIO, digest: "hashlib._Hash") -> Iterator[bytes]:
    """Yield the raw chunks of a stream and feed each to the digest."""
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
        yield chunk


def write_plain(chunks: Iterator[bytes], target: Path) -> None:
    """Write chunks unchanged."""
    with target.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)


def unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Gunzip a stream of one or more members; refuse broken, cut and exploding streams."""
    inflater, packed, plain, open_member = zlib.decompressobj(31), 0, 0, False
    for chunk in chunks:
        packed += len(chunk)
        data, part = chunk, b""
        while data or len(part) == CHUNK_BYTES:
            try:
                part = inflater.decompress(data, CHUNK_BYTES)
            except zlib.error as error:
                raise UnreadableFileError(f"not a readable gzip stream: {error}") from error
            open_member = not inflater.eof
            plain += len(part)
            if plain > MAX_UNPACKED_BYTES and plain > packed * MAX_UNPACKED_RATIO:
                raise UnreadableFileError("the gzip stream grows over 200 times and over 1 GB")
            yield part
            data = inflater.unconsumed_tail
            if inflater.eof:
                data = inflater.unused_data.lstrip(b"\0")
                inflater, part = zlib.decompressobj(31), b""
    if open_member:
        raise UnreadableFileError("the gzip stream is cut off")


def write_text(chunks: Iterator[bytes], target: Path, scan: LineScan) -> bytes:
    """Write text with LF line ends and no byte order mark; return the first bytes of the file."""
    first, held = b"", b""
    with target.open("wb") as out:
        for chunk in chunks:
            data = held + chunk
            if not first:
                if len(data) < len(UTF8_BOM):
                    held = data
                    continue
                first = data[:3]
                data = data.removeprefix(UTF8_BOM)
            held = b""
            if b"\r" in data:
                held = b"\r" if data.endswith(b"\r") else b""
                data = data.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if data:
                scan.add(data)
                out.write(data)
        if held:
            rest = held.replace(b"\r", b"\n")
            scan.add(rest)
            out.write(rest)
    return first or held


def with_header(landed: LandedFile, file_hash: str, target: Path, scan: LineScan, fault: str | None) -> Copy:
    """Finish a text copy: for CSV find the header line, the first that is not blank."""
    header, header_line = None, 0
    blank = set(scan.blank)
    if landed.format.startswith("csv") and not fault and len(blank) < scan.physical_lines:
        header_line = next(n for n in range(1, scan.physical_lines + 1) if n not in blank)
        with target.open("rb") as stream:
            for _ in range(header_line):
                raw = stream.readline(CHUNK_BYTES)
        try:
            header = raw.decode("utf-8").removesuffix("\n")
        except UnicodeDecodeError:
            fault = "the header line is not UTF-8"
        if "\0" in (header or ""):
            fault = "the header line holds a NUL character"
    return Copy(
        landed,
        file_hash,
        target,
        lines=scan.physical_lines,
        excluded=tuple(scan.blank),
        has_quote=scan.has_quote,
        has_nul=scan.has_nul,
        ends_with_newline=scan.last == b"\n",
        header=header,
        header_line=header_line,
        fault=fault,
    )
