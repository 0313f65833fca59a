"""`nhs-graph demo`: seven short answers from the bundle, each under the command that gives it."""

from collections.abc import Iterable
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhs_graph.cli.options import day

if TYPE_CHECKING:
    from rich.console import Console

    from nhs_graph.graph.store import Store
    from nhs_graph.queries.boundaries import CouncilRow

app = typer.Typer()
WIDTH = 100
BAR = 24
SHADES = (("cyan", "█"), ("magenta", "▒"), ("yellow", "░"))
"""Colour and character of the parts of a bar: either alone tells them apart."""
APRIL_2021, JULY_2022 = date(2021, 4, 1), date(2022, 7, 1)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo keeps its own store.")] = Path(".demo"),
) -> None:
    """Seven short answers from the bundle, in a store of its own.

    Example: nhs-graph demo
    """
    from rich.console import Console

    from nhs_graph.graph.store import open_store
    from nhs_graph.loaders.loading import load_bundle

    today = day(None)
    console = Console(width=WIDTH, highlight=False, soft_wrap=True)
    store = open_store(f"sqlite:{folder / 'demo.db'}", read_only=False)
    try:
        load_bundle(store)
        _split_councils(console, store)
        _whole_again(console, store)
        _lineage(console, store, today)
        _leaders(console, store, today)
        _counts(console, store)
        _unknown(console, store, today)
        _try(console)
    finally:
        store.close()


def _command(console: "Console", text: str) -> None:
    console.print(f"[bold green]$[/] [bold]nhs-graph {text}[/]")


def _split_councils(console: "Console", store: "Store") -> None:
    from nhs_graph.queries import boundaries as b

    _command(console, "boundaries councils --as-of 2021-04-01")
    councils = b.COUNCILS.run(store, b.CouncilParams(as_of=APRIL_2021))
    for row in councils:
        console.print(_council_line(row))
    systems = b.SYSTEMS.run(store, b.SystemParams(as_of=APRIL_2021, include_all=True))
    crossing = sum(row.verdict == "crosses" for row in systems)
    above = sum(row.verdict_above_floor == "crosses" for row in systems)
    told = f"{len(councils)} split, {crossing} of {len(systems)} systems cross ({above} above 2%)"
    vintage = f"{councils[0].vintage}, people {councils[0].population_base}, {councils[0].basis} lookup"
    console.print(f"[bold]{told}[/]  [dim]{vintage}[/]\n")


def _council_line(row: "CouncilRow") -> str:
    bar = "".join(
        f"[{colour}]{character * cells}[/]"
        for (colour, character), cells in zip(cycle(SHADES), _cells([part.share for part in row.parts]), strict=False)
    )
    parts = " · ".join(f"{part.system_id} {100 * part.share:.1f}%" for part in row.parts)
    return f"  {row.council_name:<22} {bar} {parts}"


def _cells(shares: Iterable[float]) -> list[int]:
    """Bar lengths that sum to BAR; a part, however small, is drawn."""
    cells = [max(1, round(share * BAR)) for share in shares]
    cells[0] += BAR - sum(cells)
    return cells


def _whole_again(console: "Console", store: "Store") -> None:
    from nhs_graph.queries import boundaries as b

    _command(console, "boundaries councils Birmingham --as-of 2022-07-01")
    (row,) = b.COUNCILS.run(store, b.CouncilParams(as_of=JULY_2022, council_id="la:BIR"))
    console.print(f"{_council_line(row)}  [bold]{row.verdict}[/]\n")


def _lineage(console: "Console", store: "Store", today: date) -> None:
    from nhs_graph.cli.tree import lineage_tree
    from nhs_graph.queries import lineage as q

    _command(console, "lineage show REM")
    rows = q.SHOW.run(store, q.LineageParams(organisation_id="REM", as_of=today))
    for line in lineage_tree("REM", rows):
        console.print(f"  {line}", markup=False)
    console.print()


def _leaders(console: "Console", store: "Store", today: date) -> None:
    from nhs_graph.queries import leaders as q

    _command(console, "leaders list REM --role chief_executive --all-dates")
    params = q.LeaderParams(as_of=today, organisation_id="REM", roles=("chief_executive",), all_dates=True)
    for row in q.LIST.run(store, params):
        period = f"{row.start_date or 'unknown'} until {row.end_date or 'unknown'}"
        seen = f"seen {row.last_seen}" if row.last_seen else ""
        console.print(f"  {row.person:<18} {row.basis:<12} {period:<26} {seen:<13} {_sure(row.certainty)}".rstrip())
    console.print()


def _sure(certainty: str | None) -> str:
    told = {None: "", "stated": "[green]in post: stated[/]", "last_known": "[yellow]last known, may have left[/]"}
    return told.get(certainty, f"[yellow]{certainty}[/]")


def _counts(console: "Console", store: "Store") -> None:
    from nhs_graph.queries.organisations import list_of

    for as_of in (date(2026, 3, 31), date(2026, 4, 1)):
        _command(console, f"organisation list --kind icb --as-of {as_of}")
        console.print(f"  {len(list_of(store, {'icb'}, as_of))} integrated care boards")
    console.print()


def _unknown(console: "Console", store: "Store", today: date) -> None:
    from nhs_graph.queries import lineage as q

    _command(console, "lineage show RW6 --forward")
    rows = q.SHOW.run(store, q.LineageParams(organisation_id="RW6", direction="forward", as_of=today))
    for row in (row for row in rows if row.depth == 1):
        weight = "unknown" if row.weight is None else f"{row.weight:.0%}"
        told = f"{row.successor_id} {row.successor_name}: share of {row.predecessor_name}"
        console.print(f"  {row.effective_date}  {told} [yellow]{weight}[/]")
    console.print("  no source says how much of it went where, so nothing is guessed\n")


def _try(console: "Console") -> None:
    console.print("[bold]Try with your own council or trust[/] (.venv/bin/nhs-graph):")
    console.print("  nhs-graph boundaries councils Surrey --as-of 2022-07-01\n  nhs-graph organisation search Leeds")
    console.print("  nhs-graph leaders list RMC --as-of 2023-01-15")
