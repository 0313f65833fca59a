// Who leads which body on a day, since when, and how sure are we?
// One row a tenure at one body; with all_dates every tenure of any time. Dates are printed as their source said them.
MATCH (person:Person)-[held:HELD]->(post:Post)-[:AT]->(body:Organisation)
WHERE ($organisation_id IS NULL OR body.id = $organisation_id)
  AND (size($roles) = 0 OR post.role IN $roles)
  AND (size($kinds) = 0 OR EXISTS {
    (body)-[:HAS_KIND]->(k:Classification)
    WHERE k.kind IN $kinds AND ($all_dates
      OR (k.shown_from IS NULL OR k.shown_from <= $as_of) AND (k.shown_until IS NULL OR $as_of < k.shown_until))
  })
WITH *, CASE
    WHEN held.shown_from > $as_of OR held.shown_until <= $as_of THEN null
    WHEN coalesce(held.stated_from <= $as_of, true) AND coalesce($as_of < held.stated_until, true) THEN 'stated'
    WHEN $as_of < held.stated_from OR held.shown_until IS NOT NULL OR held.stated_until <= held.shown_from
      THEN 'inferred'
    ELSE 'last_known'
  END AS certainty
WHERE $all_dates OR certainty IS NOT NULL
WITH *, {year: 4, month: 7, day: 10} AS lengths
WITH *,
  left(toString(held.start_date), lengths[held.start_precision]) AS start_date,
  left(toString(CASE held.end_precision WHEN 'day' THEN held.end_date ELSE held.end_date - duration('P1D') END),
    lengths[held.end_precision]) AS end_date
RETURN
  person.id AS person_id,
  person.name AS person,
  post.role AS role,
  held.role_label AS role_label,
  body.id AS organisation_id,
  held.organisation_name AS organisation_name,
  held.basis AS basis,
  start_date,
  end_date,
  held.first_seen AS first_seen,
  held.last_seen AS last_seen,
  certainty,
  held.taken_up AS taken_up,
  held.appointment_id AS appointment_id,
  held.source_ids AS sources
ORDER BY organisation_id, role, coalesce(start_date, first_seen, end_date, ''), person_id, basis,
  coalesce(end_date, ''), coalesce(start_date, ''), coalesce(first_seen, '')
