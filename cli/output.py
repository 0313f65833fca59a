"""Where an answer goes: stdout, or a file that is there whole or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfile, copyfileobj
from tempfile import NamedTemporaryFile
from typing import TextIO, cast

from nhs_graph.graph.errors import ExportProblem


def write(text: str, target: Path | None) -> None:
    """Write an answer.

    Raises ExportProblem when the file cannot be written.
    """
    if target:
        write_file(target, text.encode())
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        close_pipe()


def close_pipe() -> int:
    """Send what is still to come nowhere: whoever read stdout, such as `head`, has seen enough. Exit code 0."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


@contextmanager
def drafted(target: Path | None) -> Iterator[TextIO]:
    """A text file for an answer of any length: it goes to its target when the block ends, and nowhere when it fails.

    Raises ExportProblem when the file cannot be written.
    """
    try:
        folder = target.parent if target else None
        with NamedTemporaryFile("w+", dir=folder, prefix=".nhs-graph-", encoding="utf-8", newline="") as draft:
            yield cast("TextIO", draft)
            draft.flush()
            if target:
                # A hard link would not replace an older file; a copy under a second name is renamed over it.
                second = Path(f"{draft.name}.done")
                copyfile(draft.name, second)
                second.replace(target)
            else:
                draft.seek(0)
                copyfileobj(draft, sys.stdout)
                sys.stdout.flush()
    except BrokenPipeError:
        close_pipe()
    except OSError as error:
        raise ExportProblem(
            f"{target or 'the answer'} cannot be written: {error.strerror}",
            hint="name a file in a folder of yours with -o",
        ) from error


def note(text: str) -> None:
    """One line on stderr."""
    print(text, file=sys.stderr)


def write_file(target: Path, content: bytes) -> None:
    """Write a file, all or nothing.

    Raises ExportProblem when it cannot be written.
    """
    # In the same folder, so that the last step is one rename.
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        raise ExportProblem(
            f"{target} cannot be written: {error.strerror}", hint="name a file in a folder of yours with -o"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
