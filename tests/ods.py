"""Small releases of the register, made for tests in the documented shape."""

from collections.abc import Sequence
from pathlib import Path

ROOT = "2.16.840.1.113883.2.1.3.2.4.18.48"


def date(start: str = "", end: str = "", kind: str = "Operational") -> str:
    """A Date element."""
    last = f'<End value="{end}"/>' if end else ""
    return f'<Date><Type value="{kind}"/><Start value="{start}"/>{last}</Date>'


def org_id(code: str) -> str:
    """An OrgId element."""
    return f'<OrgId root="{ROOT}" assigningAuthorityName="HSCIC" extension="{code}"/>'


def role(code: str, dates: str, *, primary: bool = False) -> str:
    """A Role element."""
    flag = ' primaryRole="true"' if primary else ""
    return f'<Role id="{code}" uniqueRoleId="1"{flag}>{dates}<Status value="Active"/></Role>'


def rel(code: str, target: str, dates: str, target_role: str = "RO197") -> str:
    """A Rel element."""
    end = f'<Target>{org_id(target)}<PrimaryRoleId id="{target_role}" uniqueRoleId="2"/></Target>'
    return f'<Rel id="{code}" uniqueRelId="3">{dates}<Status value="Active"/>{end}</Rel>'


def succ(kind: str, target: str, day: str, target_role: str = "RO177") -> str:
    """A Succ element."""
    end = f'<Target>{org_id(target)}<PrimaryRoleId id="{target_role}" uniqueRoleId="2"/></Target>'
    return f'<Succ uniqueSuccId="4">{date(day, kind="Legal")}<Type>{kind}</Type>{end}</Succ>'


def record(
    code: str,
    name: str,
    dates: str,
    roles: Sequence[str] = (),
    rels: Sequence[str] = (),
    succs: Sequence[str] = (),
    *,
    stub: bool = False,
) -> str:
    """An Organisation element."""
    flag = ' refOnly="true"' if stub else ""
    parts = [
        f"<Name>{name}</Name>{dates}{org_id(code)}",
        '<Status value="Active"/><LastChangeDate value="2020-01-01"/>',
    ]
    for tag, inside in (("Roles", roles), ("Rels", rels), ("Succs", succs)):
        if inside:
            parts.append(f"<{tag}>{''.join(inside)}</{tag}>")
    return f'<Organisation orgRecordClass="RC1"{flag}>{"".join(parts)}</Organisation>'


def practice(
    code: str, name: str, start: str = "2000-01-01", end: str = "", rels: Sequence[str] = (), succs: Sequence[str] = ()
) -> str:
    """A practice."""
    life = date(start, end)
    return record(code, name, life, [role("RO177", life, primary=True), role("RO76", life)], rels, succs)


def release(records: Sequence[str], published: str, kind: str = "Full") -> str:
    """A whole release."""
    inside = "\n".join(records)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<HSCOrgRefData:OrgRefData xmlns:HSCOrgRefData="http://refdata.hscic.gov.uk/org/v2-0-0">\n'
        f'<Manifest><Version value="2-0-0"/><PublicationType value="{kind}"/>'
        f'<PublicationDate value="{published}"/><RecordCount value="{len(records)}"/></Manifest>\n'
        "<CodeSystems/>\n<Organisations>\n"
        f"{inside}\n</Organisations>\n</HSCOrgRefData:OrgRefData>\n"
    )


def written(folder: Path, name: str, text: str) -> Path:
    """The text as a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
