// Which councils would become whole or split if these systems merged and these councils went to another system?
// One row a council that would change, with its parts now and then; a merged system is named by its parts.
WITH {
    upper: ['county', 'unitary', 'metropolitan_district', 'london_borough'],
    lower: ['district', 'unitary', 'metropolitan_district', 'london_borough'],
    combined: ['combined_authority']
  }[$council] AS kinds
MATCH (body:Organisation)-[covers:COVERS]->(council:Area)-[overlap:OVERLAPS]->(system:Area)<-[holds:COVERS]-(board:Organisation)-[:HAS_NAME]->(name:Name)
WHERE overlap.start_date <= $as_of AND (overlap.end_date IS NULL OR $as_of < overlap.end_date)
  AND (covers.start_date IS NULL OR covers.start_date <= $as_of) AND (covers.end_date IS NULL OR $as_of < covers.end_date)
  AND (holds.start_date IS NULL OR holds.start_date <= $as_of) AND (holds.end_date IS NULL OR $as_of < holds.end_date)
  AND (name.shown_from IS NULL OR name.shown_from <= $as_of) AND (name.shown_until IS NULL OR $as_of < name.shown_until)
  AND system.kind = CASE $system WHEN 'system' THEN 'system' ELSE 'ccg' END
  AND council.kind IN kinds
WITH *, CASE $measure WHEN 'people' THEN overlap.people_share_of_left ELSE overlap.lsoas_share_of_left END AS share,
  last([move IN $moves WHERE move[0] = body.id | move[1]]) AS sent
WITH *, coalesce(head([merge IN $merges WHERE board.id IN merge]), [board.id]) AS home
WITH *, CASE WHEN sent IS NULL THEN home ELSE coalesce(head([merge IN $merges WHERE sent IN merge]), [sent]) END AS group
WITH kinds, collect({
    body: body, covers: covers, council: council, overlap: overlap, system: system, holds: holds, board: board, name: name,
    share: share, home: home, group: group,
    lost: CASE group WHEN home THEN 0.0 ELSE CASE $measure WHEN 'people' THEN overlap.people_share_of_right ELSE overlap.lsoas_share_of_right END END
  }) AS pairs
WITH *, COLLECT { // systems of which all land would go to others: they end, and what goes to an heir has not moved
    UNWIND pairs AS pair
    WITH pair.board.id AS id, sum(pair.lost) AS lost
    WHERE lost > 0.999999
    RETURN id
  } AS ended
UNWIND pairs AS pair
WITH kinds, ended, pair.body AS body, pair.covers AS covers, pair.council AS council, pair.overlap AS overlap, pair.system AS system,
  pair.holds AS holds, pair.board AS board, pair.name AS name, pair.share AS share, pair.home AS home, pair.group AS group
WITH kinds, body, council, group, sum(overlap.people) AS people, sum(overlap.lsoas) AS lsoas, collect({
    moved: group <> home AND size(home) = 1 AND NOT board.id IN ended,
    vintage: overlap.vintage, basis: overlap.basis, population_base: overlap.population_base,
    part: {
      system_id: board.id, system_gss: system.gss, system_name: name.name, share: share, people: overlap.people,
      sliver: overlap.lsoas_share_of_left < 1
        AND (coalesce(share < $floor_share, false) OR coalesce(overlap.people < $floor_people, false))
    },
    sources: overlap.source_ids + covers.source_ids + holds.source_ids + name.source_ids
  }) AS pieces
WITH kinds, body, council, sum(people) AS all_people, sum(lsoas) AS all_lsoas,
  collect({group: group, people: people, lsoas: lsoas}) AS groups, collect(pieces) AS nested
WITH body, council,
  COLLECT {
    UNWIND nested AS pieces
    UNWIND pieces AS piece
    RETURN piece
    ORDER BY piece.part.share DESC, piece.part.system_id
  } AS old,
  COLLECT {
    UNWIND groups AS item
    WITH item, reduce(ids = head(item.group), id IN tail(item.group) | ids + '+' + id) AS group_id,
      CASE $measure WHEN 'people' THEN toFloat(item.people) / all_people ELSE toFloat(item.lsoas) / all_lsoas END AS share,
      COLLECT { // what the systems of the group are called on the map; without labels, so that the search begins at them
        UNWIND range(0, size(item.group) - 1) AS place
        MATCH (board:Organisation {id: item.group[place]})-[holds:COVERS]->(system), (board)-[:HAS_NAME]->(name)
        WHERE (holds.start_date IS NULL OR holds.start_date <= $as_of) AND (holds.end_date IS NULL OR $as_of < holds.end_date)
          AND (name.shown_from IS NULL OR name.shown_from <= $as_of) AND (name.shown_until IS NULL OR $as_of < name.shown_until)
          AND system.kind = CASE $system WHEN 'system' THEN 'system' ELSE 'ccg' END
          AND EXISTS {
            MATCH (system)<-[held:OVERLAPS]-(land)<-[cover:COVERS]-()
            WHERE land.kind IN kinds
              AND held.start_date <= $as_of AND (held.end_date IS NULL OR $as_of < held.end_date)
              AND (cover.start_date IS NULL OR cover.start_date <= $as_of) AND (cover.end_date IS NULL OR $as_of < cover.end_date)
          }
        RETURN {gss: system.gss, name: name.name} AS told
        ORDER BY place
      } AS known
    RETURN {
      system_id: group_id,
      system_gss: reduce(codes = '', told IN known | codes + CASE codes WHEN '' THEN '' ELSE '+' END + told.gss),
      system_name: reduce(names = '', told IN known | names + CASE names WHEN '' THEN '' ELSE ' + ' END + told.name),
      share: share,
      people: item.people,
      sliver: size(groups) > 1 AND (coalesce(share < $floor_share, false) OR coalesce(item.people < $floor_people, false))
    } AS part
    ORDER BY share DESC, group_id
  } AS new
WITH body, council, new, old, head(old) AS first, CASE
    WHEN size(old) > 1 AND size(new) = 1 THEN 'fixed'
    WHEN size(old) = 1 AND size(new) > 1 THEN 'broken'
    WHEN any(piece IN old WHERE piece.moved) THEN 'moved'
    ELSE 'unchanged'
  END AS change
WHERE $include_all OR change <> 'unchanged'
RETURN
  body.id AS council_id,
  council.gss AS council_gss,
  council.name AS council_name,
  change,
  [piece IN old | piece.part] AS before,
  new AS after,
  first.vintage AS vintage,
  first.basis AS basis,
  first.population_base AS population_base,
  reduce(ids = [], piece IN old | ids + piece.sources) AS sources
ORDER BY council_name, council_id
