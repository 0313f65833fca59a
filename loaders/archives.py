"""Files inside zip files inside zip files, as the register's releases come, and how much of them is read at most.

A release of half a gigabyte is packed about ten to one. What unpacks to more than a hundred times its size, or to more
than `MOST` bytes, is no release: it is refused before it fills memory or disk.
"""

import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from nhs_graph.graph.errors import SourceProblem

MOST = 8 << 30
RATIO = 100
SMALL = 10 << 20
"""Up to this size the ratio does not matter: a small file of equal rows packs well."""
DEPTH = 3
MEMBERS = 1000
_ZIP = b"PK\x03\x04"


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, BinaryIO]]:
    """The file itself, or the wanted files of a zip file at any depth up to three: their names, and open streams.

    Raises SourceProblem for a file that cannot be read, and for a zip file that is broken, locked, too large or too
    deep.
    """
    try:
        with path.open("rb") as handle:
            start = handle.read(4)
            handle.seek(0)
            if start == _ZIP:
                yield from _unpacked(str(path), handle, wanted, DEPTH)
            else:
                yield str(path), handle
    except OSError as error:
        raise SourceProblem(f"{path} cannot be read: {error.strerror or error}", hint="check the path") from error


def _unpacked(
    name: str, handle: IO[bytes], wanted: Callable[[str], bool], depth: int
) -> Iterator[tuple[str, BinaryIO]]:
    if depth == 0:
        raise SourceProblem(f"{name} is a zip file in a zip file, {DEPTH} deep", hint="unpack it yourself")
    with _unpacking(name):
        archive = zipfile.ZipFile(handle)
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MEMBERS:
            raise SourceProblem(f"{name} holds {len(entries)} files, more than {MEMBERS}", hint="unpack it yourself")
        for entry in sorted(entries, key=lambda entry: entry.filename):
            inner = f"{name}/{entry.filename}"
            nested = entry.filename.lower().endswith(".zip")
            if not nested and not wanted(entry.filename):
                continue
            _bounded(inner, entry)
            with _unpacking(inner):
                opened = archive.open(entry)
            with opened:
                if nested:
                    with _unpacking(inner), tempfile.TemporaryFile() as copy:
                        while block := opened.read(1 << 20):
                            copy.write(block)
                        copy.seek(0)
                        yield from _unpacked(inner, copy, wanted, depth - 1)
                else:
                    yield inner, cast("BinaryIO", _Checked(inner, opened))


def _bounded(name: str, entry: zipfile.ZipInfo) -> None:
    """A zip file's reader never gives more bytes than the entry announces, so what it announces is what counts."""
    if entry.file_size > MOST:
        raise SourceProblem(f"{name} unpacks to {entry.file_size} bytes, more than {MOST}", hint="this is no release")
    if entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise SourceProblem(
            f"{name} unpacks to more than {RATIO} times its size, as no release does", hint="fetch it again"
        )


class _Checked:
    """A stream whose broken bytes are our errors."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name, self._stream = name, stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        with _unpacking(self._name):
            return self._stream.read(size)


@contextmanager
def _unpacking(name: str) -> Iterator[None]:
    """Turns what zipfile says of broken and locked files into ours."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceProblem(f"{name} cannot be unpacked: {error}", hint="fetch it again") from error
