"""Files that are there whole or not at all: written beside their place, and moved in at the end."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from nhs_graph.graph.errors import ExportProblem


@contextmanager
def new_file(target: Path) -> Generator[Path, None, None]:
    """Where to write a file; it takes the place of `target` when all went well.

    Raises ExportProblem when it cannot be written.
    """
    target = target.absolute()
    # In the same folder, so that the last step is one rename.
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(target)
    except OSError as error:
        raise _problem(target, error, "name a file in a folder of yours") from error
    finally:
        with suppress(OSError):
            draft.unlink()


@contextmanager
def new_folder(target: Path) -> Generator[Path, None, None]:
    """An empty folder to write to; it becomes `target`, or its files join and replace those that are there.

    Raises ExportProblem when it cannot be written.
    """
    target = target.absolute()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.mkdir()
        yield draft
        if not target.exists():
            draft.rename(target)
            return
        for path in sorted(draft.rglob("*")):
            place = target / path.relative_to(draft)
            if path.is_dir():
                place.mkdir(exist_ok=True)
            else:
                path.replace(place)
    except OSError as error:
        raise _problem(target, error, "name a folder in a folder of yours") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _problem(target: Path, error: OSError, hint: str) -> ExportProblem:
    return ExportProblem(f"{target} cannot be written: {error.strerror or error}", hint=hint, path=target)
