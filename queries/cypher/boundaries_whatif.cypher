// Which councils would become whole or split if these systems merged and these councils went to another system?
// One row a council that would change, with its parts now and then; a merged system is named by its parts.
MATCH (body:Organisation)-[covers:COVERS]->(council:Area)-[overlap:OVERLAPS]->(system:Area)<-[holds:COVERS]-(board:Organisation)-[:HAS_NAME]->(name:Name)
WHERE overlap.start_date <= $as_of AND (overlap.end_date IS NULL OR $as_of < overlap.end_date)
  AND (covers.start_date IS NULL OR covers.start_date <= $as_of) AND (covers.end_date IS NULL OR $as_of < covers.end_date)
  AND (holds.start_date IS NULL OR holds.start_date <= $as_of) AND (holds.end_date IS NULL OR $as_of < holds.end_date)
  AND (name.shown_from IS NULL OR name.shown_from <= $as_of) AND (name.shown_until IS NULL OR $as_of < name.shown_until)
  AND system.kind = CASE $system WHEN 'system' THEN 'system' ELSE 'ccg' END
  AND council.kind IN {
    upper: ['county', 'unitary', 'metropolitan_district', 'london_borough'],
    lower: ['district', 'unitary', 'metropolitan_district', 'london_borough'],
    combined: ['combined_authority']
  }[$council]
WITH *, CASE $measure WHEN 'people' THEN overlap.people_share_of_left ELSE overlap.lsoas_share_of_left END AS share,
  last([move IN $moves WHERE move[0] = body.id | move[1]]) AS sent
WITH *, coalesce(head([merge IN $merges WHERE board.id IN merge]), [board.id]) AS home
WITH *, CASE WHEN sent IS NULL THEN home ELSE coalesce(head([merge IN $merges WHERE sent IN merge]), [sent]) END AS group
ORDER BY share DESC, board.id
WITH collect({
    body: body.id, gss: council.gss, name: council.name, people: overlap.people, lsoas: overlap.lsoas,
    group: group, sent: group <> home,
    vintage: overlap.vintage, basis: overlap.basis, population_base: overlap.population_base,
    part: {
      system_id: board.id, system_gss: system.gss, system_name: name.name, share: share, people: overlap.people,
      sliver: overlap.lsoas_share_of_left < 1
        AND (coalesce(share < $floor_share, false) OR coalesce(overlap.people < $floor_people, false))
    },
    sources: overlap.source_ids + covers.source_ids + holds.source_ids + name.source_ids
  }) AS pieces
UNWIND pieces AS piece
WITH pieces, piece.body AS body, piece.group AS group, sum(piece.people) AS people, sum(piece.lsoas) AS lsoas
WITH pieces, body, collect({group: group, people: people, lsoas: lsoas}) AS groups,
  sum(people) AS all_people, sum(lsoas) AS all_lsoas
UNWIND groups AS item
WITH pieces, body, item, size(groups) AS number,
  CASE $measure WHEN 'people' THEN toFloat(item.people) / all_people ELSE toFloat(item.lsoas) / all_lsoas END AS share,
  [id IN item.group | head([piece IN pieces WHERE piece.part.system_id = id | piece.part])] AS found
WITH *, [part IN found WHERE part IS NOT NULL] AS known,
  reduce(ids = head(item.group), id IN tail(item.group) | ids + '+' + id) AS group_id
ORDER BY share DESC, group_id
WITH pieces, body, collect({
    system_id: group_id,
    system_gss: reduce(codes = '', part IN known | codes + CASE codes WHEN '' THEN '' ELSE '+' END + part.system_gss),
    system_name: reduce(names = '', part IN known | names + CASE names WHEN '' THEN '' ELSE ' + ' END + part.system_name),
    share: share,
    people: item.people,
    sliver: number > 1 AND (coalesce(share < $floor_share, false) OR coalesce(item.people < $floor_people, false))
  }) AS new
WITH body, new, [piece IN pieces WHERE piece.body = body] AS old
WITH body, new, old, head(old) AS first, CASE
    WHEN size(old) > 1 AND size(new) = 1 THEN 'fixed'
    WHEN size(old) = 1 AND size(new) > 1 THEN 'broken'
    WHEN any(piece IN old WHERE piece.sent) THEN 'moved'
    ELSE 'unchanged'
  END AS change
WHERE $include_all OR change <> 'unchanged'
RETURN
  body AS council_id,
  first.gss AS council_gss,
  first.name AS council_name,
  change,
  [piece IN old | piece.part] AS before,
  new AS after,
  first.vintage AS vintage,
  first.basis AS basis,
  first.population_base AS population_base,
  reduce(ids = [], piece IN old | ids + piece.sources) AS sources
ORDER BY council_name, council_id
