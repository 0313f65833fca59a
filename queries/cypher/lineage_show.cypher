// Where did a body come from, and who carried it on?
// One row a hand-over that had happened by the day, with the names before and on it; the same code under an earlier
// name is a row of its own. A step back is never later than the one it leads on to.
MATCH (start:Organisation {id: $organisation_id})
CALL (start) {
  MATCH (start)<-[steps:SUCCEEDED_BY*1..]-(:Organisation)
  WHERE $direction <> 'forward'
    AND all(step IN steps WHERE step.effective_date <= $as_of)
    AND all(i IN range(1, size(steps) - 1) WHERE steps[i].effective_date <= steps[i - 1].effective_date)
  RETURN steps[-1] AS step, size(steps) AS depth, 1 AS back
  UNION ALL
  MATCH (start)-[steps:SUCCEEDED_BY*1..]->(:Organisation)
  WHERE $direction <> 'back'
    AND all(step IN steps WHERE step.effective_date <= $as_of)
    AND all(i IN range(1, size(steps) - 1) WHERE steps[i].effective_date >= steps[i - 1].effective_date)
  RETURN steps[-1] AS step, size(steps) AS depth, 0 AS back
}
WITH step, min(depth) AS depth, max(back) = 1 AS parent
WITH step, depth, parent, startNode(step) AS predecessor, endNode(step) AS successor, step.effective_date AS day
MATCH (event:ChangeEvent {id: step.event_id})
WITH *, day - duration('P1D') AS eve
WITH *,
  head(COLLECT {
    MATCH (predecessor)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= eve) AND (n.shown_until IS NULL OR eve < n.shown_until)
    RETURN n ORDER BY n.id LIMIT 1
  }) AS old,
  head(COLLECT {
    MATCH (successor)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= eve) AND (n.shown_until IS NULL OR eve < n.shown_until)
    RETURN n ORDER BY n.id LIMIT 1
  }) AS earlier,
  head(COLLECT {
    MATCH (successor)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= day) AND (n.shown_until IS NULL OR day < n.shown_until)
    RETURN n ORDER BY n.id LIMIT 1
  }) AS new
WITH *,
  parent AND event.kind = 'acquisition' AND EXISTS { (event)-[:ORIGINAL]->(successor) }
    AND coalesce(earlier.name <> new.name, false) AS renamed
UNWIND ['succession'] + CASE WHEN renamed THEN ['same_code_earlier_name'] ELSE [] END AS relation
WITH relation, event, successor, new, day, relation = 'succession' AS succession,
  CASE relation WHEN 'succession' THEN predecessor ELSE successor END AS predecessor,
  CASE relation WHEN 'succession' THEN old ELSE earlier END AS old,
  CASE relation WHEN 'succession' THEN step END AS step,
  min(depth) AS depth
RETURN
  predecessor.id AS predecessor_id,
  old.name AS predecessor_name,
  successor.id AS successor_id,
  new.name AS successor_name,
  day AS effective_date,
  event.kind AS kind,
  event.press_kind AS press_kind,
  relation,
  step.weight AS weight,
  step.weight_basis AS weight_basis,
  event.id AS event_id,
  depth,
  event.source_ids + CASE WHEN succession THEN step.source_ids ELSE old.source_ids + new.source_ids END AS sources
ORDER BY depth, day DESC, successor_id, predecessor_id, event_id
