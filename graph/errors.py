"""What can go wrong, as one tree; the number is the exit code of the command line.

    NhsGraphError [1]
    ├── AmbiguousSplit [1]      figures of a body with several heirs whose shares nobody gave
    ├── UsageProblem [2]        a word, date, code or option that cannot be answered
    │   └── UnknownName [2]     an organisation or person that is unknown or ambiguous
    ├── SourceProblem [3]       a file that is missing, changed or wrong
    │   ├── RowProblem [3]      one cell: file:line, column, value, what was expected
    │   ├── RowsRejected [3]    more rows that cannot be read than are allowed
    │   └── ChecksFailed [3]    all failed checks of a load at once
    ├── StoreProblem [4]        the database
    │   ├── StoreUnavailable [4]
    │   ├── StoreLocked [4]
    │   ├── HalfLoaded [4]      a load in many steps has not come to its end
    │   ├── StoreIsNewer [4]
    │   ├── QueryFailed [4]
    │   └── AnswerShape [4]     an engine returned other columns than the question promises
    └── ExportProblem [5]

Every error says one sentence with the value (`message`) and the next command to try (`hint`);
its facts stand in `facts`.
"""


class NhsGraphError(Exception):
    """The root: one sentence, one hint, the facts behind them."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.facts = facts


class AmbiguousSplit(NhsGraphError):
    """Figures belong to a body with several heirs, and no source or user says what share each has."""


class UsageProblem(NhsGraphError):
    """The question cannot be asked like this."""

    exit_code = 2


class UnknownName(UsageProblem):
    """No, or more than one, organisation or person answers to a word; `facts["suggestions"]` lists some."""


class SourceProblem(NhsGraphError):
    """A source file is missing, changed or wrong."""

    exit_code = 3


class RowProblem(SourceProblem):
    """One cell of a source file is not what its column promises."""

    def __init__(self, file: str, line: int, column: str, value: str, expected: str) -> None:
        super().__init__(
            f"{file}:{line}: column {column} holds {value!r}, expected {expected}",
            hint=f"correct line {line} of {file} and load again",
            file=file,
            line=line,
            column=column,
            value=value,
            expected=expected,
        )


class RowsRejected(SourceProblem):
    """More rows of a file cannot be read than are allowed; all of them are listed, or `enough` of a hopeless file."""

    def __init__(self, rejects: list[RowProblem], allowed: int, enough: int | None = None) -> None:
        count = len(rejects)
        rows = "1 row was" if count == 1 else f"{count} rows were"
        hint = f"correct them, or add --max-rejects {count} to load the others"
        if enough is not None and count >= enough:
            rows, hint = f"the reading ended when {rows}", "check that the file is of the kind that it was taken for"
        super().__init__(
            f"{rows} rejected and {allowed} are allowed; nothing was loaded; the first: {rejects[0].message}", hint=hint
        )
        self.rejects = rejects


class ChecksFailed(SourceProblem):
    """Facts that contradict each other or the counts a source promises; all of them are listed."""

    def __init__(self, problems: list[str]) -> None:
        shown = "; ".join(problems[:5])
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        super().__init__(f"{len(problems)} checks failed: {shown}{more}", problems=problems)
        self.problems = problems


class StoreProblem(NhsGraphError):
    """The database cannot answer."""

    exit_code = 4


class StoreUnavailable(StoreProblem):
    """No such file, no such server, or it refuses us."""


class StoreLocked(StoreProblem):
    """Another process is writing and did not finish in time."""


class HalfLoaded(StoreProblem):
    """A load that takes many transactions goes on, or was cut off: the store holds a part of a release."""


class StoreIsNewer(StoreProblem):
    """The store was written by a later version of the program."""


class QueryFailed(StoreProblem):
    """The database refused a query."""


class AnswerShape(StoreProblem):
    """An engine returned other columns than the question's row model."""


class ExportProblem(NhsGraphError):
    """A file or picture cannot be written."""

    exit_code = 5
