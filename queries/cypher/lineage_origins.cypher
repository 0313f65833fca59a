// Where did a body come from, all the way back?
// One row an ancestor, under its last name before it passed on; the earlier self of an acquirer that took a new name is
// a row of its own. A share is the part of the ancestor that came to the body, null where it is not known.
MATCH (:Organisation {id: $organisation_id})<-[back:SUCCEEDED_BY*1..]-(:Organisation)
WHERE all(step IN back WHERE step.effective_date <= $as_of)
  AND all(i IN range(1, size(back) - 1) WHERE back[i].effective_date <= back[i - 1].effective_date)
WITH reverse(back) AS trail, startNode(back[-1]) AS predecessor, endNode(back[-1]) AS successor, back[-1] AS first
WITH *, first.effective_date AS day, first.effective_date - duration('P1D') AS eve
WITH *,
  EXISTS { (:ChangeEvent {id: first.event_id, kind: 'acquisition'})-[:ORIGINAL]->(successor) } AND coalesce(
    head(COLLECT {
      MATCH (successor)-[:HAS_NAME]->(n:Name)
      WHERE (n.shown_from IS NULL OR n.shown_from <= eve) AND (n.shown_until IS NULL OR eve < n.shown_until)
      RETURN n.name ORDER BY n.id LIMIT 1
    }) <> head(COLLECT {
      MATCH (successor)-[:HAS_NAME]->(n:Name)
      WHERE (n.shown_from IS NULL OR n.shown_from <= day) AND (n.shown_until IS NULL OR day < n.shown_until)
      RETURN n.name ORDER BY n.id LIMIT 1
    }), false) AS renamed
UNWIND ['succession'] + CASE WHEN renamed THEN ['same_code_earlier_name'] ELSE [] END AS relation
WITH relation, day, size(trail) AS steps,
  CASE relation WHEN 'succession' THEN predecessor ELSE successor END AS origin,
  CASE relation WHEN 'succession' THEN trail ELSE trail[1..] END AS trail,
  CASE relation WHEN 'succession' THEN null ELSE day END AS self_until
WITH relation, origin, self_until, min(steps) AS depth, max(day) AS day, collect(DISTINCT trail) AS trails
CALL (trails) {
  UNWIND trails AS trail
  CALL (trail) {
    UNWIND range(0, size(trail) - 1) AS i
    WITH trail, i, trail[i] AS step, startNode(trail[i]) AS body, [earlier IN trail[..i] | startNode(earlier).id] AS passed
    MATCH (body)-[other:SUCCEEDED_BY]->(:Organisation)
    WHERE other.effective_date <= $as_of AND NOT other IN trail[..i]
      AND (i = 0 OR other.effective_date >= trail[i - 1].effective_date)
    WITH i, step, other,
      any(code IN passed WHERE code IN other.whole_parts) AS whole,
      any(code IN passed WHERE code IN other.other_parts) AS none,
      head([code IN passed WHERE any(s IN other.part_shares WHERE split(s, '=')[0] = code)]) AS part
    WITH i, step, collect({
      own: other = step,
      part: CASE WHEN whole THEN 1.0 WHEN none THEN 0.0
        ELSE coalesce(head([s IN other.part_shares WHERE split(s, '=')[0] = part | toFloat(split(s, '=')[1])]), other.weight) END,
      basis: CASE WHEN whole OR none THEN 'its whole area went one way' ELSE other.weight_basis END
    }) AS others
    WITH i, head([o IN others WHERE o.own]) AS own,
      all(o IN others WHERE o.part IS NOT NULL)
        AND abs(reduce(sum = 0.0, o IN others | sum + o.part) - 1) <= 0.000001 AS known
    ORDER BY i
    RETURN all(k IN collect(coalesce(known, false)) WHERE k) AS known,
      reduce(share = 1.0, part IN collect(own.part) | share * part) AS share,
      collect(own.basis) AS bases
  }
  RETURN CASE WHEN all(k IN collect(known) WHERE k) THEN sum(share) END AS share,
    reduce(all_bases = [], b IN collect(bases) | all_bases + b) AS bases
}
WITH *, day - duration('P1D') AS eve, {year: 4, month: 7, day: 10} AS lengths
WITH *,
  head(COLLECT {
    MATCH (origin)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= eve) AND (n.shown_until IS NULL OR eve < n.shown_until)
    RETURN n ORDER BY n.id LIMIT 1
  }) AS called
RETURN
  origin.id AS id,
  called.name AS name,
  left(toString(origin.start_date), lengths[origin.start_precision]) AS start_date,
  CASE
    WHEN self_until IS NOT NULL THEN toString(self_until)
    WHEN origin.end_precision = 'day' THEN toString(origin.end_date)
    ELSE left(toString(origin.end_date - duration('P1D')), lengths[origin.end_precision])
  END AS end_date,
  depth,
  NOT EXISTS {
    MATCH (origin)<-[older:SUCCEEDED_BY]-(:Organisation)
    WHERE older.effective_date <= CASE WHEN self_until IS NULL THEN day ELSE eve END
  } AS root,
  relation,
  share,
  CASE WHEN share IS NOT NULL THEN bases END AS share_basis,
  reduce(ids = origin.source_ids + coalesce(called.source_ids, []),
    way IN trails | reduce(more = ids, step IN way | more + step.source_ids)) AS sources
ORDER BY depth, id, relation, coalesce(end_date, '')
