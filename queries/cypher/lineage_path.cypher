// By which hand-overs did one body come to another?
// One row a hand-over on any trail of successions in the order of time from the one to the other; none: not connected.
MATCH (:Organisation {id: $from_id})-[trail:SUCCEEDED_BY*1..]->(:Organisation {id: $to_id})
WHERE all(step IN trail WHERE step.effective_date <= $as_of)
  AND all(i IN range(1, size(trail) - 1) WHERE trail[i].effective_date >= trail[i - 1].effective_date)
UNWIND range(1, size(trail)) AS place
WITH trail[place - 1] AS step, min(place) AS depth
WITH step, depth, startNode(step) AS predecessor, endNode(step) AS successor, step.effective_date AS day
MATCH (event:ChangeEvent {id: step.event_id})
WITH *, day - duration('P1D') AS eve
WITH *,
  head(COLLECT {
    MATCH (predecessor)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= eve) AND (n.shown_until IS NULL OR eve < n.shown_until)
    RETURN n.name ORDER BY n.id LIMIT 1
  }) AS old,
  head(COLLECT {
    MATCH (successor)-[:HAS_NAME]->(n:Name)
    WHERE (n.shown_from IS NULL OR n.shown_from <= day) AND (n.shown_until IS NULL OR day < n.shown_until)
    RETURN n.name ORDER BY n.id LIMIT 1
  }) AS new
RETURN
  predecessor.id AS predecessor_id,
  old AS predecessor_name,
  successor.id AS successor_id,
  new AS successor_name,
  day AS effective_date,
  event.kind AS kind,
  event.press_kind AS press_kind,
  'succession' AS relation,
  step.weight AS weight,
  step.weight_basis AS weight_basis,
  event.id AS event_id,
  depth,
  event.source_ids + step.source_ids AS sources
ORDER BY depth, day DESC, successor_id, predecessor_id, event_id
