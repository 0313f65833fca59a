"""Who was seen in which group of trusts or cluster of boards: two lists of August 2026.

The lists name a cluster by its code, and a group by the heading of its board, which the spec takes to the group's name.
"""

from collections.abc import Iterator

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Fact, Relation
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.groupings import cluster_id, group_id


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """A sighting a membership.

    Raises RowProblem for a group that the spec does not know.
    """
    for file in spec.files:
        column: str = file.settings["column"]
        seen = file.source.vintage
        for line, row in data.rows(file):
            if not row[column]:
                report.left_out(file.id, "in no group or cluster")
                continue
            report.used(file.id)
            if column == "cluster_id":
                body = cluster_id(row[column])
            else:
                name = next(
                    (name for start, name in spec.settings["boards"].items() if row[column].startswith(start)), ""
                )
                if not name:
                    raise RowProblem(file.path, line, column, row[column], "a board that sources/groupings.toml names")
                body = group_id(name)
            yield Relation(
                subject_id=row["ods_code"],
                type="MEMBER_OF",
                object_id=body,
                first_seen=seen,
                last_seen=seen,
                source_ids=(file.id,),
            )
