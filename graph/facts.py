"""The facts of the graph: what is said, when it was so, and who says it (MODEL section 4).

The only place where field names and types stand. SQLite columns, Neo4j properties, CSV headers and JSON keys
are derived from here by schema.py. Dates are compared as stored; `start_precision` and `end_precision` say how
they are printed. `first_seen` and `last_seen` are kept as the source said them (`2016-03`).
"""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, computed_field

from nhs_graph.graph.interval import Interval, Precision, Window
from nhs_graph.graph.names import bare, fold

EventKind = Literal[
    "merger",
    "acquisition",
    "split",
    "dissolution",
    "formation",
    "rename",
    "recode",
    "boundary_change",
    "transfer",
]
EventStatus = Literal["proposed", "completed", "abandoned"]
RelationType = Literal["PART_OF", "LOCATED_IN", "MEMBER_OF", "OPERATES", "COMMISSIONED_BY"]
Basis = Literal["substantive", "interim", "acting", "designate"]


class Fact(BaseModel):
    """Any statement with its sources; `KEY` names the fields that tell it from others of its class."""

    # Models are built on first use: most commands need three of them, not twenty.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    KEY: ClassVar[tuple[str, ...]] = ("id",)

    source_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        """The identity of the fact within its class, as stored in the `id` column."""
        values = self.__dict__
        return "/".join(["" if values[name] is None else str(values[name]) for name in self.KEY])


class Dated(Fact):
    """A fact with a period of its own; an empty end is open, but for a tenure, where it is unknown."""

    start_date: date | None = None
    end_date: date | None = None

    @property
    def interval(self) -> Interval:
        """The stored period."""
        return Interval(self.start_date, self.end_date)


class Partial(Dated):
    """A dated fact whose source may know only the month or the year."""

    start_precision: Precision = "day"
    end_precision: Precision = "day"


class Seen(Partial):
    """A dated fact that may rest on sightings, with its as-of window worked out at load (interval.Window)."""

    first_seen: str | None = None
    last_seen: str | None = None
    shown_from: date | None = None
    stated_from: date | None = None
    stated_until: date | None = None
    shown_until: date | None = None

    @property
    def window(self) -> Window:
        """In which stretch the fact answers, and where it is stated."""
        return Window(self.shown_from, self.stated_from, self.stated_until, self.shown_until)


class Source(Fact):
    """A published thing that facts rest on. `vintage` is the day, month or year that its content speaks of."""

    id: str
    title: str
    publisher: str
    url: str | None = None
    published_on: str | None = None
    retrieved_on: str | None = None
    licence: str
    kind: Literal["register", "statute", "official", "news", "curated"]
    vintage: str | None = None
    sha256: str | None = None
    source_ids: tuple[str, ...] = ()


class Organisation(Partial):
    """A body; its latest name, or None where no file gives one."""

    id: str
    name: str | None = None


class Name(Seen):
    """What a body was called in a period; `folded` and `bare` are the spellings that searches compare."""

    KEY = ("organisation_id", "name", "start_date")

    organisation_id: str
    name: str

    @computed_field  # type: ignore[prop-decorator]  # mypy does not support decorators on top of property
    @property
    def folded(self) -> str:
        """The name without case and punctuation."""
        return fold(self.name)

    @computed_field  # type: ignore[prop-decorator]  # mypy does not support decorators on top of property
    @property
    def bare(self) -> str:
        """The folded name without its legal ending."""
        return bare(self.name)


class Identifier(Dated):
    """A code of a body in a scheme: `ods`, `gss` (of the area it covers), `la-register`, `ods-la`."""

    KEY = ("organisation_id", "scheme", "value", "start_date")

    organisation_id: str
    scheme: Literal["ods", "gss", "la-register", "ods-la"]
    value: str


class Classification(Seen):
    """Which kind (kinds.py) a body was in a period, and the ODS role code that says so."""

    KEY = ("organisation_id", "kind", "start_date")

    organisation_id: str
    kind: str
    role_code: str | None = None


class Relation(Seen):
    """A dated link between two bodies, from the narrower to the wider one."""

    KEY = ("subject_id", "type", "object_id", "start_date")

    subject_id: str
    type: RelationType
    object_id: str


class Area(Dated):
    """A piece of land under its GSS code. `kind` is a council kind, `system`, `ccg` or a kind of region."""

    KEY = ("gss",)

    gss: str
    kind: str
    name: str


class Coverage(Dated):
    """Which area a body covers in a period."""

    KEY = ("organisation_id", "gss", "start_date")

    organisation_id: str
    gss: str


class Overlap(Dated):
    """How much of a council's area (left) and a health area (right) is shared, from one lookup or from polygons.

    Shares are between 0 and 1, `people` are persons of the population base, `lsoas` whole LSOAs. `vintage`
    names both sides (`STP21 x LAD21`); `basis` says whether the lookup is the publisher's own. Of an area of a user's
    own, on either side, only the land is measured; an area whose rest is a sliver of drawing has a share of exactly 1.
    """

    KEY = ("left_gss", "right_gss", "vintage")

    left_gss: str
    right_gss: str
    lsoas: int | None = None
    people: int | None = None
    area_km2: float | None = None
    people_share_of_left: float | None = None
    people_share_of_right: float | None = None
    lsoas_share_of_left: float | None = None
    lsoas_share_of_right: float | None = None
    area_share_of_left: float | None = None
    area_share_of_right: float | None = None
    population_base: str
    vintage: str
    basis: Literal["official", "derived", "polygons"]


class AreaMove(Fact):
    """LSOAs and people of one council that went from one system's area to another's on a hand-over day."""

    KEY = ("council_gss", "from_gss", "to_gss", "effective_date")

    council_gss: str
    from_gss: str
    to_gss: str
    lsoas: int
    people: int
    population_base: str
    effective_date: date


class ChangeEvent(Fact):
    """Something that happened to bodies. `kind` is the legal term, `press_kind` what newspapers called it.

    `rule` names the rule that typed it, or `curated`. A proposed or abandoned event makes no succession.
    """

    id: str
    kind: EventKind
    status: EventStatus
    effective_date: date | None = None
    effective_precision: Precision = "day"
    announced_date: date | None = None
    announced_precision: Precision = "day"
    legal_basis: str | None = None
    press_kind: str | None = None
    rule: str


class Party(Fact):
    """A body that an event starts from (`original`) or leads to (`result`); an acquirer is both."""

    KEY = ("event_id", "organisation_id", "side")

    event_id: str
    organisation_id: str
    side: Literal["original", "result"]


class Succession(Fact):
    """One body carries on (part of) another from a day on. `weight` is its share, or None when no basis is known.

    The weights of a body's successions sum to 1, or none is known. `whole_parts` are earlier bodies whose whole area
    came here, `other_parts` those whose area went to another heir: their share is 1 and 0, whatever the weight. Those
    whose area went to several heirs have shares of their own (`part_shares`, each written `05L=0.351414848`).
    """

    KEY = ("predecessor_id", "successor_id")

    predecessor_id: str
    successor_id: str
    effective_date: date
    event_id: str
    weight: float | None = None
    weight_basis: str | None = None
    whole_parts: tuple[str, ...] = ()
    other_parts: tuple[str, ...] = ()
    part_shares: tuple[str, ...] = ()


class Person(Fact):
    """Someone who held a public post: the name, and nothing else about them."""

    id: str
    name: str
    honorific: str | None = None
    other_names: tuple[str, ...] = ()


class Post(Fact):
    """A role (roles.py) at a body."""

    KEY = ("organisation_id", "role")

    organisation_id: str
    role: str


class Tenure(Seen):
    """Who held a post, when and on what footing. An empty end is unknown, never "still in post"."""

    KEY = ("person_id", "organisation_id", "role", "basis", "start_date", "end_date", "first_seen")

    person_id: str
    organisation_id: str
    role: str
    role_label: str
    organisation_name: str
    basis: Basis
    appointment_id: str | None = None
    taken_up: bool = True


class Claim(Fact):
    """What somebody said, and the question that can test it: a statement, never structure."""

    id: str
    text: str
    said_by: str
    said_on: date
    said_precision: Precision = "day"
    subject_ids: tuple[str, ...] = ()
    topic: str
    query: str | None = None
    params: str | None = None
    expected: str | None = None


class Conflict(Fact):
    """Two sources say different things of the same; the first value is the one used (MODEL rule 2)."""

    KEY = ("organisation_id", "fact", "value_a", "value_b")

    organisation_id: str
    fact: str
    value_a: str
    source_a: str
    value_b: str
    source_b: str


class OwnFile(Fact):
    """A file that a user loaded on top of the bundle: which reader read it, and the facts that it states.

    They are kept as they were read (`content`, one JSON text a line), so that the file can be taken out again whole.
    """

    id: str
    name: str
    reader: str
    sha256: str
    content: str


FACTS: tuple[type[Fact], ...] = (
    Source,
    Organisation,
    Name,
    Identifier,
    Classification,
    Relation,
    Area,
    Coverage,
    Overlap,
    AreaMove,
    ChangeEvent,
    Party,
    Succession,
    Person,
    Post,
    Tenure,
    Claim,
    Conflict,
    OwnFile,
)
