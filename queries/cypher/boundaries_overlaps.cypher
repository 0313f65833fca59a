// Which councils and health systems share land on a day, and how much of each?
// One row a pair: LSOAs, people and shares both ways, by the measure asked for; slivers are parts below the floor.
MATCH (body:Organisation)-[covers:COVERS]->(council:Area)-[overlap:OVERLAPS]->(system:Area)<-[holds:COVERS]-(board:Organisation)-[:HAS_NAME]->(name:Name)
WHERE overlap.start_date <= $as_of AND (overlap.end_date IS NULL OR $as_of < overlap.end_date)
  AND (covers.start_date IS NULL OR covers.start_date <= $as_of) AND (covers.end_date IS NULL OR $as_of < covers.end_date)
  AND (holds.start_date IS NULL OR holds.start_date <= $as_of) AND (holds.end_date IS NULL OR $as_of < holds.end_date)
  AND (name.shown_from IS NULL OR name.shown_from <= $as_of) AND (name.shown_until IS NULL OR $as_of < name.shown_until)
  AND system.kind = CASE $system WHEN 'sicbl' THEN 'ccg' ELSE $system END
  AND council.kind IN {
    upper: ['county', 'unitary', 'metropolitan_district', 'london_borough'],
    lower: ['district', 'unitary', 'metropolitan_district', 'london_borough'],
    combined: ['combined_authority'],
    own: ['own']
  }[$council]
  AND ($council_id IS NULL OR body.id = $council_id)
  AND ($system_id IS NULL OR board.id = $system_id)
WITH *,
  {people: overlap.people_share_of_left, lsoas: overlap.lsoas_share_of_left, area: overlap.area_share_of_left}[$measure] AS share_of_council,
  {people: overlap.people_share_of_right, lsoas: overlap.lsoas_share_of_right, area: overlap.area_share_of_right}[$measure] AS share_of_system,
  CASE $measure WHEN 'area' THEN overlap.area_share_of_left ELSE overlap.lsoas_share_of_left END = 1 AS council_whole,
  CASE $measure WHEN 'area' THEN overlap.area_share_of_right ELSE overlap.lsoas_share_of_right END = 1 AS system_whole
WITH *
WHERE share_of_council IS NOT NULL
WITH *,
  NOT council_whole AND (coalesce(share_of_council < $floor_share, false) OR coalesce(overlap.people < $floor_people, false)) AS sliver
RETURN
  body.id AS council_id,
  council.gss AS council_gss,
  council.name AS council_name,
  board.id AS system_id,
  system.gss AS system_gss,
  name.name AS system_name,
  overlap.lsoas AS lsoas,
  overlap.people AS people,
  share_of_council,
  share_of_system,
  $measure AS measure,
  sliver,
  CASE
    WHEN council_whole AND system_whole THEN 'equal'
    WHEN council_whole THEN 'council_within_system'
    WHEN sliver THEN 'sliver'
    WHEN system_whole THEN 'system_within_council'
    ELSE 'partial'
  END AS relation,
  overlap.vintage AS vintage,
  overlap.basis AS basis,
  overlap.population_base AS population_base,
  overlap.source_ids + covers.source_ids + holds.source_ids + name.source_ids AS sources
ORDER BY council_name, council_id, share_of_council DESC, system_id
