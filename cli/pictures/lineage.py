"""A lineage as lives in time: a bar a body, its names above it, curves where one was carried on by another."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from nhs_graph.cli.pictures.canvas import MARGIN, Picture, Point
from nhs_graph.cli.pictures.palette import FILLS, HAIR, INK, QUIET, Fill
from nhs_graph.cli.pictures.text import fitted, width

if TYPE_CHECKING:
    from nhs_graph.queries.lifelines import Called, Lifeline
    from nhs_graph.queries.lineage import LineageRow

ROOM_FOR_DATES, LANE, BAR = 250.0, 46.0, 12.0
"""Pixels right of the day, a body's height, and that of its bar."""
OWN, OWN_EARLIER, OTHER = FILLS[0], FILLS[2], Fill("#d4d4d4")
ARROW, HEAD = 14.0, 10.0
"""Pixels that a label keeps right of an arrow that comes down beside it, and above a bar for the heads of arrows."""
RECORD = "https://directory.spineservices.nhs.uk/ORD/2-0-0/organisations/"


class LineagePicture:
    """Bodies in lanes, ancestors above the subject and heirs below it."""

    def __init__(self, subject: str, lives: "dict[str, Lifeline]", rows: "Sequence[LineageRow]", as_of: date) -> None:
        self._subject, self._lives, self._as_of = subject, lives, as_of
        self._steps = [row for row in rows if row.relation == "succession"]
        self._first = min(life.start for life in lives.values())
        others = len(lives) - 1
        self.picture = Picture(
            f"{subject} {_last_name(lives[subject])}",
            f"Lineage as of {as_of}: {others} other bod{'y' if others == 1 else 'ies'}. "
            "Dashed curves: share unknown. Dashed edges: start unknown.",
            "Each bar is a body from its start to its end; curves lead from a body to those that carried it on.",
        )
        self._top = self.picture.top + 24
        self._lanes = {code: self._top + LANE * place for place, code in enumerate(self._order())}

    def drawn(self) -> Picture:
        """The whole picture."""
        self._axis()
        for code, top in self._lanes.items():
            self._life(self._lives[code], top)
        for row in self._steps:
            self._curve(row)
        for code, top in self._lanes.items():
            self._label(self._lives[code], top + 18 - HEAD)
            self._dates(code)
        fills = [(OWN, f"{self._subject}, latest name")]
        fills += [(OWN_EARLIER, "under earlier names")] if len(self._lives[self._subject].names) > 1 else []
        fills += [(OTHER, "other bodies")] if len(self._lives) > 1 else []
        self.picture.legend(MARGIN, self.picture.bottom + 14, fills)
        return self.picture

    def _order(self) -> list[str]:
        """Who passes on stands above who carries on."""
        placed: dict[str, None] = {}

        def place(code: str, *, back: bool) -> None:
            if code in placed:
                return
            if back:
                for other in self._next(code, back=True):
                    if other not in pending:
                        pending.add(other)
                        place(other, back=True)
            placed[code] = None
            if not back:
                for other in self._next(code, back=False):
                    place(other, back=False)

        pending = {self._subject}
        place(self._subject, back=True)
        for other in self._next(self._subject, back=False):
            place(other, back=False)
        for code in self._lives:
            placed.setdefault(code)
        return list(placed)

    def _next(self, code: str, *, back: bool) -> list[str]:
        near = [row for row in self._steps if code == (row.successor_id if back else row.predecessor_id)]
        near.sort(key=lambda row: (row.effective_date, row.predecessor_id, row.successor_id))
        return list(dict.fromkeys(row.predecessor_id if back else row.successor_id for row in near))

    def _x(self, day: date) -> float:
        wide = self.picture.width - 2 * MARGIN - ROOM_FOR_DATES
        span = max((self._as_of - self._first).days, 1)
        return MARGIN + wide * (day - self._first).days / span

    def _axis(self) -> None:
        bottom = self._top + LANE * len(self._lanes)
        span = self._as_of.year - self._first.year
        every = next(step for step in (1, 2, 5, 10, 50) if span / step <= 14)
        for year in range(self._first.year + 1, self._as_of.year + 1):
            if year % every == 0:
                x = self._x(date(year, 1, 1))
                self.picture.line([(x, self._top - 6), (x, bottom)], colour=HAIR, thick=0.5)
                self.picture.text(x, self._top - 10, str(year), size=10, anchor="middle", colour=QUIET)

    def _life(self, life: "Lifeline", top: float) -> None:
        own = life.id == self._subject
        left, y = self._x(life.start), top + 18
        tip = f"{life.id}: {_start(life)} to {life.end}"
        self.picture.rect(left, y, max(self._x(life.end) - left, 2), BAR, OWN if own else OTHER, tip=tip)
        if not life.start_known:
            self.picture.line([(left, y - 2), (left, y + BAR + 2)], colour=INK, dash="2 2", tip="start unknown")
        for place, called in enumerate(life.names):
            last = place == len(life.names) - 1
            x, end = self._x(called.start), self._x(called.end)
            told = f"{called.name}\n{_start(called)} to {called.end}"
            fill = (OWN if last else OWN_EARLIER) if own else OTHER
            self.picture.rect(x, y, max(end - x, 2), BAR, fill, stroke=QUIET if place else "none", thick=0.5, tip=told)

    def _label(self, life: "Lifeline", y: float) -> None:
        """Code and names above the bar, each name as far as the next one begins."""
        left, edge = self._x(life.start), self.picture.width - MARGIN
        x, names = left + self._clear(life, life.start), life.names
        need = width(life.id, 12, bold=True) + 8 + (width(names[-1].name, 11) if names else 80)
        if len(names) < 2 and x + need > edge:
            # A body that began late has little room to its right: its label ends where its bar begins, or at the edge.
            x = left - 6 - need if left - 6 - need > MARGIN else max(MARGIN, edge - need)
        self.picture.text(x, y, life.id, size=12, bold=True, halo=True, link=_record(life.id), tip=_told(life))
        after = x + width(life.id, 12, bold=True) + 8
        if not names:
            self.picture.text(after, y, "name unknown", size=11, colour=QUIET, halo=True)
        for place, called in enumerate(names):
            start = max(after, self._x(called.start) + self._clear(life, called.start)) if place else after
            until = self._x(names[place + 1].start) - 8 if place + 1 < len(names) else edge
            text = fitted(called.name, until - start, 11)
            if len(text) > 3:
                self.picture.text(start, y, text, size=11, halo=True, tip=f"{called.name}\nfrom {_start(called)}")

    def _clear(self, life: "Lifeline", day: date) -> float:
        """Pixels that a label keeps from a day, for the arrows that come down on it."""
        met = any(row.successor_id == life.id and row.effective_date == day for row in self._steps)
        return ARROW if met else 0.0

    def _curve(self, row: "LineageRow") -> None:
        x = self._x(row.effective_date)
        y, end = (self._lanes[code] + 18 + BAR / 2 for code in (row.predecessor_id, row.successor_id))
        edge = end - BAR / 2 if end > y else end + BAR / 2
        told = f"{row.predecessor_id} to {row.successor_id}\n{_became(row.effective_date, [row])}"
        points = _bezier((x, y), (x + 16, y), (x + 6, (y + edge) / 2), (x + 6, edge))
        self.picture.line(points, colour=INK, thick=1.2, arrow=True, dash="4 3" if row.weight is None else "", tip=told)

    def _dates(self, code: str) -> None:
        """What became of a body, right of its bar."""
        steps = [row for row in self._steps if row.predecessor_id == code]
        if not steps:
            return
        days = {row.effective_date for row in steps}
        told = "; ".join(_became(day, [row for row in steps if row.effective_date == day]) for day in sorted(days))
        x = self._x(max(days)) + 22
        text = fitted(told, self.picture.width - MARGIN - x, 10)
        self.picture.text(x, self._lanes[code] + 18 + BAR - 2, text, size=10, colour=QUIET, halo=True, tip=told)


def _became(day: date, rows: "Sequence[LineageRow]") -> str:
    if len(rows) == 1:
        weight = rows[0].weight
        share = ", share unknown" if weight is None else "" if weight == 1 else f", {100 * weight:.1f}%"
        return f"{day} {rows[0].kind}{share}"
    shares = ["?" if row.weight is None else f"{100 * row.weight:.1f}%" for row in rows]
    return f"{day} {', '.join(f'{row.successor_id} {share}' for row, share in zip(rows, shares, strict=True))}"


def _record(code: str) -> str:
    """The public record of a body of the register."""
    return "" if ":" in code else f"{RECORD}{code}"


def _told(life: "Lifeline") -> str:
    return "\n".join([life.id, *(f"{called.name}: {_start(called)} to {called.end}" for called in life.names)])


def _start(lasting: "Lifeline | Called") -> str:
    return str(lasting.start) if lasting.start_known else "start unknown"


def _last_name(life: "Lifeline") -> str:
    return life.names[-1].name if life.names else "name unknown"


def _bezier(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    """A cubic curve as a line of many points."""

    def at(t: float) -> Point:
        parts = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        return _weighed(parts, (a, b, c, d))

    return [at(i / 16) for i in range(17)]


def _weighed(parts: Iterable[float], points: Sequence[Point]) -> Point:
    pairs = list(zip(parts, points, strict=True))
    return sum(part * x for part, (x, _) in pairs), sum(part * y for part, (_, y) in pairs)
