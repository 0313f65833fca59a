// Which health systems cross the borders of councils on a day, strictly and above the floor?
// One row a system with the councils it holds, parts of split councils first; with include_all the coterminous too.
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
WITH *,
  {people: overlap.people_share_of_left, lsoas: overlap.lsoas_share_of_left, area: overlap.area_share_of_left}[$measure] AS share,
  CASE $measure WHEN 'area' THEN overlap.area_share_of_left ELSE overlap.lsoas_share_of_left END = 1 AS whole
WHERE share IS NOT NULL
WITH *,
  NOT whole
    AND (coalesce(share < $floor_share, false) OR coalesce(overlap.people < $floor_people, false)) AS sliver
WITH body.id AS council_id, council, collect({
    board: board, system: system, name: name, overlap: overlap, covers: covers, holds: holds, share: share, whole: whole, sliver: sliver
  }) AS pieces
WITH *, size(pieces) > 1 OR NOT pieces[0].whole AS split, round(reduce(rest = 1.0, piece IN pieces | rest - piece.share), 9) AS outside
WITH council_id, council, pieces,
  split,
  split AND size([piece IN pieces WHERE NOT piece.sliver])
    + CASE WHEN outside > 0.000001 AND NOT coalesce(outside < $floor_share, false) THEN 1 ELSE 0 END > 1 AS split_above
UNWIND pieces AS piece
WITH council_id, council, split, split_above, piece
ORDER BY piece.share = 1, council.name, council_id
WITH piece.board.id AS system_id, piece.system AS system, piece.name AS name,
  sum(CASE WHEN split THEN 1 ELSE 0 END) AS split_councils,
  sum(CASE WHEN split_above AND NOT piece.sliver THEN 1 ELSE 0 END) AS split_councils_above_floor,
  collect({
    council_id: council_id, council_gss: council.gss, council_name: council.name,
    share: piece.share, people: piece.overlap.people, sliver: piece.sliver
  }) AS parts,
  collect(piece.overlap)[0] AS first,
  collect(piece.overlap.source_ids + piece.covers.source_ids + piece.holds.source_ids + piece.name.source_ids) AS cited
WHERE ($system_id IS NULL AND (split_councils > 0 OR $include_all)) OR system_id = $system_id
RETURN
  system_id,
  system.gss AS system_gss,
  name.name AS system_name,
  CASE WHEN split_councils > 0 THEN 'crosses' ELSE 'coterminous' END AS verdict,
  CASE WHEN split_councils_above_floor > 0 THEN 'crosses' ELSE 'coterminous' END AS verdict_above_floor,
  split_councils,
  split_councils_above_floor,
  parts,
  first.vintage AS vintage,
  first.basis AS basis,
  first.population_base AS population_base,
  reduce(ids = [], some IN cited | ids + some) AS sources
ORDER BY system_name, system_id
