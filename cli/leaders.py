"""`nhs-graph leaders`: who leads what, and how sure we are."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from nhs_graph.cli.options import Session, answering, full_date
from nhs_graph.cli.pictures import PICTURES
from nhs_graph.graph.errors import UnknownName, UsageProblem

if TYPE_CHECKING:
    from nhs_graph.queries.leader_checks import FindingRow

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Who leads what, since when, and how sure we are."""


@app.command(name="list")
@answering(graph=True)
def list_(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[ORGANISATION]", help="One body, by code or name.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="The same as the argument.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="chair, chief_executive, any_chair, chief ...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Bodies of a kind: icb, trust ...")] = None,
    all_dates: Annotated[bool, typer.Option("--all-dates", help="Every tenure of any time.")] = False,
) -> None:
    """Who leads which body on a day: stated, inferred, or last known.

    Example: nhs-graph leaders list RMC --as-of 2023-01-15
    """
    from nhs_graph.cli.words import kinds_of, roles_of
    from nhs_graph.queries import leaders as q
    from nhs_graph.queries.resolve import resolve

    if name and organisation:
        raise UsageProblem("the organisation is named twice", hint="leave out --organisation")
    text = name or organisation
    params = q.LeaderParams(
        as_of=session.day,
        organisation_id=resolve(session.opened, text, session.day) if text else None,
        roles=roles_of(session.opened, role) if role else (),
        kinds=kinds_of(kind) if kind else (),
        all_dates=all_dates,
    )
    rows = session.ask(q.LIST, params)
    if hidden := q.not_shown(session.opened, params):
        session.notes.append(f"{hidden} tenures with unknown start not shown; --all-dates lists them")
    session.show(rows, q.LeaderRow)


def _body(session: Session, text: str | None) -> str | None:
    from nhs_graph.queries.resolve import resolve

    return resolve(session.opened, text, session.day) if text else None


@app.command()
@answering(graph=True)
def career(
    session: Session, person: Annotated[str, typer.Argument(metavar="PERSON", help="A name, or the person's id.")]
) -> None:
    """The posts of a person in order, those in the successor of their own body told apart.

    Example: nhs-graph leaders career 'Felicity Cox'
    """
    from nhs_graph.queries import careers as q
    from nhs_graph.queries.people import resolve_person

    found = resolve_person(session.opened, person)
    if untaken := q.not_taken_up(session.opened, found):
        noun = "appointment" if untaken == 1 else "appointments"
        session.notes.append(f"{untaken} {noun} not taken up not shown; leaders list --all-dates lists them")
    session.show(session.ask(q.CAREER, q.CareerParams(person_id=found, as_of=session.day)), q.CareerRow)


@app.command()
@answering(graph=True)
def moves(
    session: Session,
    since: Annotated[
        date | None, typer.Option("--since", parser=full_date, help="Joined on or after this day.")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--until", parser=full_date, help="Joined on or before this day.")
    ] = None,
    from_kind: Annotated[
        str | None, typer.Option("--from-kind", help="Out of bodies of a kind: ccg, trust ...")
    ] = None,
    to_kind: Annotated[str | None, typer.Option("--to-kind", help="Into bodies of a kind: icb ...")] = None,
    person: Annotated[str | None, typer.Option("--person", help="One person, by name or id.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="Out of or into one body.")] = None,
) -> None:
    """Who went from which post to which; staying through a hand-over, promotion and return are told apart.

    Example: nhs-graph leaders moves --person 'Patricia Davies'
    """
    from nhs_graph.cli.words import kinds_of
    from nhs_graph.queries import moves as q
    from nhs_graph.queries.people import resolve_person

    params = q.MoveParams(
        as_of=session.day,
        since=since,
        until=until,
        from_kinds=kinds_of(from_kind) if from_kind else (),
        to_kinds=kinds_of(to_kind) if to_kind else (),
        person_id=resolve_person(session.opened, person) if person else None,
        organisation_id=_body(session, organisation),
    )
    session.show(session.ask(q.MOVES, params), q.MoveRow)


@app.command()
@answering(graph=True)
def joint(session: Session) -> None:
    """Who held posts in several bodies at once: shared chairs, clusters and groups show here.

    Example: nhs-graph leaders joint --as-of 2026-02-01
    """
    from nhs_graph.queries import connections as q

    session.show(session.ask(q.JOINT, q.JointParams(as_of=session.day)), q.JointRow)


@app.command()
@answering()
def succession(
    session: Session,
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="A body, by code or name.")],
    role: Annotated[str, typer.Option("--role", help="chair, chief_executive, any_chair, chief ...")],
) -> None:
    """The holders of a post in order, with gaps and overlaps in days.

    Example: nhs-graph leaders succession REM --role chief_executive
    """
    from nhs_graph.cli.words import roles_of
    from nhs_graph.queries import posts as q
    from nhs_graph.queries.resolve import resolve

    found = resolve(session.opened, organisation, session.day)
    session.show(q.succession(session.opened, found, roles_of(session.opened, role), session.day), q.HolderRow)


@app.command()
@answering()
def vacancies(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[ORGANISATION]", help="One body, by code or name.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="chair, chief_executive ...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Bodies of a kind: icb, trust ...")] = None,
) -> None:
    """Posts without a known substantive holder: only acting, nobody known since the last one left, or unknown.

    Example: nhs-graph leaders vacancies --kind icb --role chair
    """
    from nhs_graph.cli.words import kinds_of, roles_of
    from nhs_graph.queries import posts as q

    rows = q.vacancies(
        session.opened,
        session.day,
        _body(session, name),
        roles_of(session.opened, role) if role else (),
        kinds_of(kind) if kind else (),
    )
    session.show(rows, q.VacancyRow)


@app.command()
@answering()
def bridges(
    session: Session,
    event: Annotated[str | None, typer.Argument(metavar="[EVENT_ID]", help="One event; default all.")] = None,
) -> None:
    """Who led both a body that ended in a merger and the body that carried it on.

    Example: nhs-graph leaders bridges trust-2026-04-01-ry3
    """
    from nhs_graph.queries import connections as q

    if event and not q.known_event(session.opened, event):
        raise UsageProblem(f"no event is called {event!r}", hint="nhs-graph lineage show RY3 -f json names events")
    session.show(q.bridges(session.opened, session.day, event), q.BridgeRow)


@app.command()
@answering()
def central(session: Session) -> None:
    """The people who connect most organisations.

    Example: nhs-graph leaders central --limit 10
    """
    from nhs_graph.queries import connections as q

    session.show(q.central(session.opened, session.day), q.CentralRow)


@app.command()
@answering(as_of=False)
def check(
    session: Session,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A list of your own, without loading it.")
    ] = None,
) -> None:
    """What is doubtful in the list: namesakes, two holders at once, dates outside the body's life. Exit 1 if any.

    Example: nhs-graph leaders check
    """
    from nhs_graph.queries import leader_checks as q

    rows = _file_findings(file) if file else q.findings(session.opened)
    session.show(rows, q.FindingRow)
    if rows:
        raise typer.Exit(1)


def _file_findings(file: Path) -> "list[FindingRow]":
    """The findings that a file adds to those of the bundle, and its rows that cannot be read."""
    from nhs_graph.graph.store import open_store
    from nhs_graph.loaders.loading import load_bundle, load_files
    from nhs_graph.queries import leader_checks as q

    store = open_store("sqlite::memory:", read_only=False)
    load_bundle(store)
    before = set(q.findings(store))
    rejects = load_files(store, [file], max_rejects=10**9).rejects
    bad = [q.bad_row(problem.message) for problem in rejects]
    return [*bad, *(row for row in q.findings(store) if row not in before)]


@app.command()
@answering(picture=PICTURES)
def draw(
    session: Session,
    subject: Annotated[str, typer.Argument(metavar="PERSON|ID", help="A person, or a body by code or name.")],
    role: Annotated[str | None, typer.Option("--role", help="Of a body, only these posts: chair ...")] = None,
) -> None:
    """The posts of a person, or the holders of a body's posts, on a line of time.

    Example: nhs-graph leaders draw REM -o rem-leaders.svg
    """
    from nhs_graph.cli.pictures.timeline import timeline
    from nhs_graph.cli.words import roles_of
    from nhs_graph.queries import timelines as q
    from nhs_graph.queries.organisations import name_of

    person, body = _subject(session, subject)
    if person and role:
        raise UsageProblem(f"{subject!r} is a person, and --role is about the posts of a body", hint="leave it out")
    if person:
        lanes = q.of_person(session.opened, person, session.day)
        title = f"The posts of {lanes[0][0].person}" if lanes else ""
    else:
        roles = roles_of(session.opened, role) if role else ()
        lanes = q.of_body(session.opened, body, roles, session.day)
        title = f"Who led {name_of(session.opened, body, session.day) or body} ({body})"
    if not lanes:
        raise UsageProblem(
            f"no post of {subject!r} is known by {session.day}", hint="nhs-graph leaders list --all-dates lists posts"
        )
    rows = [row for lane in lanes for row in lane]
    session.draw(timeline(title, lanes, session.day, of_person=bool(person)), rows)


@app.command()
@answering(picture=PICTURES)
def network(
    session: Session,
    organisation: Annotated[str | None, typer.Option("--organisation", help="Around one body.")] = None,
    within: Annotated[
        str | None, typer.Option("--within", help="Bodies that are or were under this one: a region, a system.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Bodies of a kind: icb, trust ...")] = None,
    role: Annotated[str | None, typer.Option("--role", help="chair, chief_executive, any_chair, chief ...")] = None,
    since: Annotated[
        date | None, typer.Option("--since", parser=full_date, help="Posts held on this day or later.")
    ] = None,
    until: Annotated[date | None, typer.Option("--until", parser=full_date, help="Posts begun by this day.")] = None,
) -> None:
    """The bodies that people joined by leading one and then, or also, another.

    Example: nhs-graph leaders network --within Y62 --since 2022-07-01 -o north-west.svg
    """
    from nhs_graph.cli.pictures.network import network as drawn
    from nhs_graph.cli.words import kinds_of, roles_of
    from nhs_graph.queries import connections as q
    from nhs_graph.queries.organisations import name_of

    scope = q.Scope(
        roles=roles_of(session.opened, role) if role else (),
        kinds=kinds_of(kind) if kind else (),
        within=_body(session, within),
        since=since,
        until=until,
        organisation_id=_body(session, organisation),
    )
    rows = q.network(session.opened, session.day, scope)
    if not rows:
        raise UsageProblem("nobody is known who led two such bodies", hint="ask for more: a wider kind, more years")
    center, above = (
        name_of(session.opened, body, session.day) if body else None for body in (scope.organisation_id, scope.within)
    )
    words = [
        f"around {center}" if center else "",
        f"under {above}" if above else "",
        f"of the kind {kind}" if kind else "",
        f"with posts of the role {role}" if role else "",
        f"with posts held since {since}" if since else "",
        f"with posts begun by {until}" if until else "",
    ]
    session.draw(drawn(rows, session.day, ", ".join(word for word in words if word)), rows)


def _subject(session: Session, text: str) -> tuple[str, str]:
    """The person or the body that a word means; the other is empty.

    Raises UnknownName with what comes near among both.
    """
    from nhs_graph.queries.people import resolve_person
    from nhs_graph.queries.resolve import resolve

    try:
        return resolve_person(session.opened, text), ""
    except UnknownName as person:
        try:
            return "", resolve(session.opened, text, session.day)
        except UnknownName as body:
            near = [*cast("list[str]", person.facts["suggestions"]), *cast("list[str]", body.facts["suggestions"])]
            raise UnknownName(
                f"no person or organisation is called {text!r}", hint=body.hint, suggestions=near
            ) from body
