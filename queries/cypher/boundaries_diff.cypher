// Which councils became whole or split between two days, and which of their LSOAs went to another system?
// One row a council that changed, with its parts on both days; with include_all the unchanged ones too.
WITH {
    upper: ['county', 'unitary', 'metropolitan_district', 'london_borough'],
    lower: ['district', 'unitary', 'metropolitan_district', 'london_borough'],
    combined: ['combined_authority']
  }[$council] AS kinds,
  COLLECT { // a system got a new area on these days, and nobody counted what moved
    MATCH (:Organisation)-[covers:COVERS]->(:Area {kind: 'system'})
    WHERE $since < covers.start_date AND covers.start_date <= $as_of
      AND NOT EXISTS { MATCH (move:AreaMove) WHERE move.effective_date = covers.start_date }
    RETURN DISTINCT toString(covers.start_date) AS day
    ORDER BY day
  } AS missing
WITH kinds, CASE
    WHEN $system <> 'system' OR $council = 'combined'
      THEN 'moves are counted between systems only, by councils of the upper and lower tier'
    WHEN size(missing) > 0
      THEN 'moves of ' + reduce(days = head(missing), day IN tail(missing) | days + ', ' + day) + ' were not counted'
  END AS unknown
MATCH (body:Organisation)-[:COVERS]->(land:Area)
WHERE land.kind IN kinds
WITH DISTINCT kinds, unknown, body
// Without labels from here on: with them the planner would walk all areas again for each council.
WITH body, unknown,
  COLLECT {
    MATCH (body)-[covers:COVERS]->(council)
    WHERE (covers.start_date IS NULL OR covers.start_date <= $since) AND (covers.end_date IS NULL OR $since < covers.end_date)
      AND council.kind IN kinds
    WITH covers, council
    MATCH (council)-[overlap:OVERLAPS]->(system)
    WHERE overlap.start_date <= $since AND (overlap.end_date IS NULL OR $since < overlap.end_date)
      AND system.kind = CASE $system WHEN 'system' THEN 'system' ELSE 'ccg' END
    WITH covers, council, overlap, system
    MATCH (system)<-[holds:COVERS]-(board)
    WHERE (holds.start_date IS NULL OR holds.start_date <= $since) AND (holds.end_date IS NULL OR $since < holds.end_date)
    WITH covers, council, overlap, system, holds, board
    MATCH (board)-[:HAS_NAME]->(name)
    WHERE (name.shown_from IS NULL OR name.shown_from <= $since) AND (name.shown_until IS NULL OR $since < name.shown_until)
    WITH *, CASE $measure WHEN 'people' THEN overlap.people_share_of_left ELSE overlap.lsoas_share_of_left END AS share
    RETURN {
      gss: council.gss, name: council.name,
      vintage: overlap.vintage, basis: overlap.basis, population_base: overlap.population_base,
      part: {
        system_id: board.id, system_gss: system.gss, system_name: name.name, share: share, people: overlap.people,
        sliver: overlap.lsoas_share_of_left < 1
          AND (coalesce(share < $floor_share, false) OR coalesce(overlap.people < $floor_people, false))
      },
      sources: overlap.source_ids + covers.source_ids + holds.source_ids + name.source_ids
    } AS piece
    ORDER BY share DESC, board.id
  } AS old,
  COLLECT {
    MATCH (body)-[covers:COVERS]->(council)
    WHERE (covers.start_date IS NULL OR covers.start_date <= $as_of) AND (covers.end_date IS NULL OR $as_of < covers.end_date)
      AND council.kind IN kinds
    WITH covers, council
    MATCH (council)-[overlap:OVERLAPS]->(system)
    WHERE overlap.start_date <= $as_of AND (overlap.end_date IS NULL OR $as_of < overlap.end_date)
      AND system.kind = CASE $system WHEN 'system' THEN 'system' ELSE 'ccg' END
    WITH covers, council, overlap, system
    MATCH (system)<-[holds:COVERS]-(board)
    WHERE (holds.start_date IS NULL OR holds.start_date <= $as_of) AND (holds.end_date IS NULL OR $as_of < holds.end_date)
    WITH covers, council, overlap, system, holds, board
    MATCH (board)-[:HAS_NAME]->(name)
    WHERE (name.shown_from IS NULL OR name.shown_from <= $as_of) AND (name.shown_until IS NULL OR $as_of < name.shown_until)
    WITH *, CASE $measure WHEN 'people' THEN overlap.people_share_of_left ELSE overlap.lsoas_share_of_left END AS share
    RETURN {
      gss: council.gss, name: council.name,
      vintage: overlap.vintage, basis: overlap.basis, population_base: overlap.population_base,
      part: {
        system_id: board.id, system_gss: system.gss, system_name: name.name, share: share, people: overlap.people,
        sliver: overlap.lsoas_share_of_left < 1
          AND (coalesce(share < $floor_share, false) OR coalesce(overlap.people < $floor_people, false))
      },
      sources: overlap.source_ids + covers.source_ids + holds.source_ids + name.source_ids
    } AS piece
    ORDER BY share DESC, board.id
  } AS new,
  COLLECT {
    MATCH (body)-[covers:COVERS]->()<-[:WITHIN]-(move)
    WHERE unknown IS NULL AND $since < move.effective_date AND move.effective_date <= $as_of
      AND (covers.start_date IS NULL OR covers.start_date <= move.effective_date)
      AND (covers.end_date IS NULL OR move.effective_date < covers.end_date)
    WITH move
    MATCH (move)-[:FROM]->()<-[left:COVERS]-(source)
    WHERE (left.start_date IS NULL OR left.start_date < move.effective_date)
      AND (left.end_date IS NULL OR move.effective_date <= left.end_date)
    MATCH (move)-[:TO]->()<-[right:COVERS]-(target)
    WHERE (right.start_date IS NULL OR right.start_date <= move.effective_date)
      AND (right.end_date IS NULL OR move.effective_date < right.end_date)
    WITH source.id AS from_system, target.id AS to_system, move,
      EXISTS { (source)-[step:SUCCEEDED_BY]->(target) WHERE step.effective_date = move.effective_date } AS heir
    WITH from_system, to_system, sum(move.lsoas) AS lsoas, sum(move.people) AS people,
      min(CASE WHEN heir THEN 1 ELSE 0 END) = 1 AS heir, collect(move.source_ids) AS cited
    RETURN {
      heir: heir, sources: reduce(ids = [], some IN cited | ids + some),
      move: {from_system: from_system, to_system: to_system, lsoas: lsoas, people: people}
    } AS hand_over
    ORDER BY from_system, to_system
  } AS hand_overs
WITH *, head(old) AS earlier, head(new) AS later
WHERE size(old) + size(new) > 0
WITH *, coalesce(later, earlier) AS known, CASE
    WHEN earlier IS NULL THEN 'began'
    WHEN later IS NULL THEN 'ended'
    WHEN size(old) > 1 AND size(new) = 1 THEN 'fixed'
    WHEN size(old) = 1 AND size(new) > 1 THEN 'broken'
    WHEN any(hand_over IN hand_overs WHERE NOT hand_over.heir) THEN 'moved'
    ELSE 'unchanged'
  END AS change
WHERE $include_all OR change <> 'unchanged'
RETURN
  body.id AS council_id,
  known.gss AS council_gss,
  known.name AS council_name,
  change,
  [piece IN old | piece.part] AS before,
  [piece IN new | piece.part] AS after,
  CASE WHEN unknown IS NULL THEN [hand_over IN hand_overs | hand_over.move] END AS moved,
  unknown AS moved_unknown,
  CASE WHEN earlier.vintage <> later.vintage THEN earlier.vintage + ' to ' + later.vintage ELSE known.vintage END AS vintage,
  CASE WHEN earlier.basis <> later.basis THEN earlier.basis + ' to ' + later.basis ELSE known.basis END AS basis,
  CASE WHEN earlier.population_base <> later.population_base THEN earlier.population_base + ' to ' + later.population_base ELSE known.population_base END AS population_base,
  reduce(ids = [], piece IN old + new + hand_overs | ids + piece.sources) AS sources
ORDER BY council_name, council_id
