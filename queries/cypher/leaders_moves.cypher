// Who moved from which post to which, and who stayed through a hand-over?
// One row a post left and a later one joined with nothing in between; a post surely held beside another is no move.
MATCH (person:Person)-[held:HELD]->(post:Post)-[:AT]->(body:Organisation)
WHERE held.taken_up AND ($person_id IS NULL OR person.id = $person_id)
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
WITH *, [p IN posts WHERE p.begun < new.begun] AS earlier
WITH *, [p IN earlier WHERE p.surely_until <= new.surely_from] AS ended
UNWIND ended AS old
WITH *, coalesce(old.held.shown_until <= new.surely_from, false) AS known_left
WHERE (new.held.start_date IS NOT NULL
    OR new.held.first_seen IS NOT NULL AND (old.held.end_date IS NOT NULL OR known_left))
  AND NOT any(p IN earlier WHERE p.begun > old.begun AND old.surely_until <= p.surely_from)
  AND NOT any(p IN ended WHERE coalesce(p.surely_until > old.held.end_date, false))
WITH *, old.body AS left_body, new.body AS joined_body
WITH *,
  left_body = joined_body AS same_body,
  left_body = joined_body OR any(p IN posts
    WHERE p.body = left_body AND coalesce(p.held.appointment_id = new.held.appointment_id, false)) AS stays,
  coalesce(old.held.end_date < new.begun, false) AS away,
  CASE WHEN left_body = joined_body THEN EXISTS {
      (joined_body)-[:HAS_KIND]->(k:Classification)
      WHERE k.kind IN ['icb', 'sicbl'] AND old.begun < k.start_date AND k.start_date <= new.surely_from
    } ELSE EXISTS {
      MATCH (left_body)-[steps:SUCCEEDED_BY*1..]->(joined_body)
      WHERE steps[-1].effective_date <= new.surely_from
        AND all(i IN range(1, size(steps) - 1) WHERE steps[i].effective_date >= steps[i - 1].effective_date)
    } END AS heir
WITH *, CASE
    WHEN same_body AND away THEN 'return'
    WHEN heir THEN 'successor_body'
    WHEN stays AND old.role = new.role THEN null
    WHEN stays THEN 'promotion'
    WHEN any(p IN posts WHERE p.body = joined_body AND p.begun < old.begun) THEN 'return'
    ELSE 'move'
  END AS kind,
  CASE WHEN old.begun > old.surely_until - duration('P1D') THEN old.begun
    ELSE old.surely_until - duration('P1D') END AS last_day
WHERE kind IS NOT NULL
  AND ($organisation_id IS NULL OR $organisation_id IN [left_body.id, joined_body.id])
  AND ($since IS NULL OR new.begun >= $since)
  AND ($until IS NULL OR new.begun <= $until)
  AND (size($from_kinds) = 0 OR EXISTS {
    (left_body)-[:HAS_KIND]->(k:Classification)
    WHERE k.kind IN $from_kinds
      AND (k.shown_from IS NULL OR k.shown_from <= last_day) AND (k.shown_until IS NULL OR last_day < k.shown_until)
  })
  AND (size($to_kinds) = 0 OR EXISTS {
    (joined_body)-[:HAS_KIND]->(k:Classification)
    WHERE k.kind IN $to_kinds AND (k.shown_from IS NULL OR k.shown_from <= new.surely_from)
      AND (k.shown_until IS NULL OR new.surely_from < k.shown_until)
  })
WITH *, {year: 4, month: 7, day: 10} AS lengths, old.held AS before, new.held AS after
RETURN
  person.id AS person_id,
  person.name AS person,
  left_body.id AS from_organisation_id,
  before.organisation_name AS from_organisation_name,
  old.role AS from_role,
  joined_body.id AS to_organisation_id,
  after.organisation_name AS to_organisation_name,
  new.role AS to_role,
  left(toString(CASE before.end_precision WHEN 'day' THEN before.end_date
    ELSE before.end_date - duration('P1D') END), lengths[before.end_precision]) AS left,
  left(toString(after.start_date), lengths[after.start_precision]) AS joined,
  CASE WHEN before.end_precision = 'day' AND after.start_precision = 'day'
    THEN duration.inDays(before.end_date, after.start_date).days END AS gap_days,
  kind,
  CASE
    WHEN before.end_date <= after.start_date THEN 'stated'
    WHEN before.end_date IS NOT NULL OR known_left THEN 'inferred'
    ELSE 'last_known'
  END AS certainty,
  before.source_ids + after.source_ids AS sources
ORDER BY person_id, new.begun, to_organisation_id, to_role, new.surely_until, after.id,
  old.begun, from_organisation_id, from_role, old.surely_until, before.id
