// Who held posts in several bodies at once on a day?
// One row a person, the posts by body and role, and the groups or clusters that two of the bodies are members of.
MATCH (person:Person)-[held:HELD]->(post:Post)-[:AT]->(body:Organisation)
WHERE (held.shown_from IS NULL OR held.shown_from <= $as_of) AND (held.shown_until IS NULL OR $as_of < held.shown_until)
WITH *, CASE
    WHEN coalesce(held.stated_from <= $as_of, true) AND coalesce($as_of < held.stated_until, true) THEN 'stated'
    WHEN $as_of < held.stated_from OR held.shown_until IS NOT NULL OR held.stated_until <= held.shown_from
      THEN 'inferred'
    ELSE 'last_known'
  END AS certainty, {year: 4, month: 7, day: 10} AS lengths
ORDER BY body.id, post.role, held.basis, held.id
WITH person, collect(DISTINCT body) AS bodies,
  collect({
    role: post.role, organisation_id: body.id, organisation_name: held.organisation_name, basis: held.basis,
    start_date: left(toString(held.start_date), lengths[held.start_precision]),
    end_date: left(toString(CASE held.end_precision WHEN 'day' THEN held.end_date
      ELSE held.end_date - duration('P1D') END), lengths[held.end_precision]),
    certainty: certainty, appointment_id: held.appointment_id
  }) AS posts,
  collect(held.source_ids) AS cited
WHERE size(bodies) > 1
CALL (bodies) {
  UNWIND bodies AS body
  MATCH (body)-[member:MEMBER_OF]->(joining:Organisation)
  WHERE (member.shown_from IS NULL OR member.shown_from <= $as_of)
    AND (member.shown_until IS NULL OR $as_of < member.shown_until)
  WITH joining, count(DISTINCT body) AS members, collect(member.source_ids) AS said
  WHERE members > 1
  WITH joining, said ORDER BY joining.id
  RETURN collect(joining.id) AS groups, collect(said) AS memberships
}
RETURN
  person.name AS person,
  posts,
  person.id AS person_id,
  groups,
  reduce(ids = [], some IN cited + reduce(all = [], said IN memberships | all + said) | ids + some) AS sources
ORDER BY person, person_id
