// Which councils lay in more than one health system on a day, and with what parts?
// One row a council, its parts the largest first; with include_all the whole councils too.
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
WITH *,
  {people: overlap.people_share_of_left, lsoas: overlap.lsoas_share_of_left, area: overlap.area_share_of_left}[$measure] AS share,
  CASE $measure WHEN 'area' THEN overlap.area_share_of_left ELSE overlap.lsoas_share_of_left END = 1 AS whole
WHERE share IS NOT NULL
WITH *,
  NOT whole
    AND (coalesce(share < $floor_share, false) OR coalesce(overlap.people < $floor_people, false)) AS sliver
ORDER BY share DESC, board.id
WITH body, council, count(*) AS systems,
  sum(CASE WHEN sliver THEN 0 ELSE 1 END) AS systems_above_floor,
  collect({
    system_id: board.id, system_gss: system.gss, system_name: name.name,
    share: share, people: overlap.people, sliver: sliver
  }) AS parts,
  min(CASE WHEN whole THEN 1 ELSE 0 END) = 1 AS whole,
  collect(overlap)[0] AS first,
  collect(overlap.source_ids + covers.source_ids + holds.source_ids + name.source_ids) AS cited
WHERE systems > 1 OR NOT whole OR $include_all OR $council_id IS NOT NULL
RETURN
  body.id AS council_id,
  council.gss AS council_gss,
  council.name AS council_name,
  CASE WHEN systems > 1 OR NOT whole THEN 'split' ELSE 'whole' END AS verdict,
  systems,
  systems_above_floor,
  parts,
  first.vintage AS vintage,
  first.basis AS basis,
  first.population_base AS population_base,
  reduce(ids = [], some IN cited | ids + some) AS sources
ORDER BY council_name, council_id
