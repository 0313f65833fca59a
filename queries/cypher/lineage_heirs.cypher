// Who carries a body on, and what share of it?
// One row an heir: the end of a trail of successions in the order of time. A share is the sum over its trails; it is
// null where the steps onward from a body on the way do not account for the whole of that body.
MATCH (start:Organisation {id: $organisation_id})
MATCH (start)-[trail:SUCCEEDED_BY*0..]->(heir:Organisation)
WHERE all(step IN trail WHERE step.effective_date <= $as_of)
  AND all(i IN range(1, size(trail) - 1) WHERE trail[i].effective_date >= trail[i - 1].effective_date)
  AND NOT EXISTS {
    MATCH (heir)-[next:SUCCEEDED_BY]->(:Organisation)
    WHERE next.effective_date <= $as_of AND NOT next IN trail
      AND (size(trail) = 0 OR next.effective_date >= trail[-1].effective_date)
  }
  AND (heir.end_date IS NULL OR $as_of < heir.end_date)
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
WITH heir, trail, known, share, bases,
  [$organisation_id] + [step IN trail | endNode(step).id] AS path
ORDER BY size(path), path
WITH heir, head(collect(path)) AS path, collect(path) AS paths, collect(trail) AS trails,
  CASE WHEN all(k IN collect(known) WHERE k) THEN sum(share) END AS share,
  reduce(all_bases = [], b IN collect(bases) | all_bases + b) AS bases
WHERE share IS NULL OR share <> 0
RETURN
  heir.id AS id,
  head(COLLECT {
    MATCH (heir)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= $as_of) AND (n.shown_until IS NULL OR $as_of < n.shown_until)
    RETURN n.name ORDER BY n.id LIMIT 1
  }) AS name,
  share,
  CASE WHEN share IS NOT NULL THEN bases END AS share_basis,
  path,
  COLLECT {
    UNWIND paths AS way
    UNWIND way AS code
    MATCH (:Organisation {id: code})-[:HAS_KIND]->(k:Classification {kind: 'sicbl'})
    WHERE code <> heir.id
      AND (k.shown_from IS NULL OR k.shown_from <= $as_of) AND (k.shown_until IS NULL OR $as_of < k.shown_until)
    RETURN DISTINCT code
  } AS locations,
  reduce(ids = heir.source_ids, way IN trails | reduce(more = ids, step IN way | more + step.source_ids)) AS sources
ORDER BY share IS NULL, -round(coalesce(share, 0.0), 6), id
