// Which posts did a person hold, one after the other, and how did they come into each?
// One row a tenure at one body; moved_how tells a post in the body's own successor and one that simply went on.
MATCH (person:Person {id: $person_id})-[held:HELD]->(post:Post)-[:AT]->(body:Organisation)
WHERE held.taken_up
WITH *, {day: duration('P0D'), month: duration('P1M'), year: duration('P1Y')} AS lengths,
  {day: duration('P0D'), month: duration('P1M-1D'), year: duration('P1Y-1D')} AS rest
WITH *, held.end_date - lengths[held.end_precision] AS first_end
WITH *,
  coalesce(held.start_date, date(held.first_seen), first_end - duration('P1D')) AS begun,
  coalesce(
    held.start_date + rest[held.start_precision],
    date(held.first_seen) + rest[{`4`: 'year', `7`: 'month', `10`: 'day'}[toString(size(held.first_seen))]],
    first_end - duration('P1D')
  ) AS surely_from
WHERE begun <= $as_of
WITH *, CASE WHEN date(held.last_seen) > surely_from THEN date(held.last_seen) ELSE surely_from END AS last_sure
WITH person, collect({
    held: held, role: post.role, body: body, begun: begun, surely_from: surely_from,
    surely_until: coalesce(first_end, last_sure + duration('P1D'))
  }) AS posts
UNWIND posts AS new
WITH *, new.body AS body, new.held AS held, [p IN posts WHERE p.begun < new.begun] AS earlier
WITH *, [p IN earlier WHERE p.surely_until <= new.surely_from] AS ended
WITH *, [old IN ended
  WHERE (held.start_date IS NOT NULL OR held.first_seen IS NOT NULL
      AND (old.held.end_date IS NOT NULL OR coalesce(old.held.shown_until <= new.surely_from, false)))
    AND NOT any(p IN earlier WHERE p.begun > old.begun AND old.surely_until <= p.surely_from)
    AND NOT any(p IN ended WHERE coalesce(p.surely_until > old.held.end_date, false))] AS left_posts
CALL (body, new, left_posts) {
  UNWIND left_posts AS old
  WITH *, old.body AS left_body
  WITH *, CASE WHEN left_body = body THEN EXISTS {
      (body)-[:HAS_KIND]->(k:Classification)
      WHERE k.kind IN ['icb', 'sicbl'] AND old.begun < k.start_date AND k.start_date <= new.surely_from
    } ELSE EXISTS {
      MATCH (left_body)-[steps:SUCCEEDED_BY*1..]->(body)
      WHERE steps[-1].effective_date <= new.surely_from
        AND all(i IN range(1, size(steps) - 1) WHERE steps[i].effective_date >= steps[i - 1].effective_date)
    } END AS heir
  RETURN max(CASE
    WHEN heir THEN 1
    WHEN left_body = body AND old.role = new.role AND NOT coalesce(old.held.end_date < new.begun, false) THEN 2
    ELSE 0
  END) AS how
}
WITH *, CASE
    WHEN held.shown_from > $as_of OR held.shown_until <= $as_of THEN null
    WHEN coalesce(held.stated_from <= $as_of, true) AND coalesce($as_of < held.stated_until, true) THEN 'stated'
    WHEN $as_of < held.stated_from OR held.shown_until IS NOT NULL OR held.stated_until <= held.shown_from
      THEN 'inferred'
    ELSE 'last_known'
  END AS certainty, {year: 4, month: 7, day: 10} AS lengths
RETURN
  person.id AS person_id,
  person.name AS person,
  new.role AS role,
  held.role_label AS role_label,
  body.id AS organisation_id,
  held.organisation_name AS organisation_name,
  held.basis AS basis,
  left(toString(held.start_date), lengths[held.start_precision]) AS start_date,
  left(toString(CASE held.end_precision WHEN 'day' THEN held.end_date ELSE held.end_date - duration('P1D') END),
    lengths[held.end_precision]) AS end_date,
  held.first_seen AS first_seen,
  held.last_seen AS last_seen,
  certainty,
  held.taken_up AS taken_up,
  held.appointment_id AS appointment_id,
  CASE how WHEN 2 THEN 'same_post' WHEN 1 THEN 'successor_body' ELSE 'appointed' END AS moved_how,
  held.source_ids AS sources
ORDER BY new.begun, organisation_id, role, basis, new.surely_until, held.id
