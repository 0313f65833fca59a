"""Where an answer goes: stdout, or a file that is there whole or not at all."""

import os
import sys
from contextlib import suppress
from pathlib import Path

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
