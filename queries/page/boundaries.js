// Councils and health systems that share land (MODEL "Boundary measures"): shares by people, slivers below 2%.
const FLOOR = 0.02;
const TIERS = { upper: new Set(DATA.tiers.upper), lower: new Set(DATA.tiers.lower) };
const isCouncil = gss => Object.values(TIERS).some(kinds => kinds.has(AREA.get(gss)?.kind));
const isSystem = gss => AREA.get(gss)?.kind === "system";

// The areas of a body on a day, each with the other side of its overlaps, the largest part first.
function sharing(id, day) {
  const areas = all(COVERS, id).filter(cover => inForce(cover, day)).map(cover => cover.gss);
  return areas.map(gss => {
    const council = isCouncil(gss), [mine, other] = council ? ["left", "right"] : ["right", "left"];
    const fits = fact => inForce(fact, day) && (council ? isSystem(fact.right_gss)
      : isSystem(gss) && TIERS.upper.has(AREA.get(fact.left_gss)?.kind));
    const rows = all(council ? LEFT : RIGHT, gss).filter(fits).map(fact => ({ fact, gss: fact[other + "_gss"],
      mine: fact["people_share_of_" + mine], theirs: fact["people_share_of_" + other],
      body: bodyOf(fact[other + "_gss"], day) }));
    return { gss, council, rows: rows.sort((a, b) => b.mine - a.mine) };
  }).filter(({ rows }) => rows.length);
}

function shares(id, day) {
  const found = sharing(id, day).map(({ gss, council, rows }) => {
    const other = council ? "health system" : "council", first = rows[0].fact;
    const heads = ["name", "share of the " + (council ? "council" : "system"),
      "share of the " + (council ? "system" : "council"), "people", "sources"];
    const lines = rows.map(row => ({ gss: row.gss, cells: [row.body ? link(row.body, day) : AREA.get(row.gss).name,
      shareBar(row.mine), percent(row.theirs), row.fact.people.toLocaleString("en-GB"), cite(row.fact)] }));
    const text = quiet(`${rows.length} ${other}${rows.length > 1 ? "s" : ""}, by the ${first.basis} lookup`
      + ` ${first.vintage}, people: ${first.population_base}`);
    const tier = !council || TIERS.upper.has(AREA.get(gss).kind) ? "upper" : "lower";
    const picture = council && rows.length < 2 ? null : mapOf(day, tier, gss);
    return [text, make("div", { class: "beside" }, picture, table(heads, lines, council ? "Systems" : "Councils"))];
  });
  const council = all(COVERS, id).some(cover => isCouncil(cover.gss));
  return found.length ? part("shares", (council ? "Health systems" : "Councils") + " that share its land on " + day,
    make("div", { id: "shares" }, found)) : null;
}

function shareBar(share) {
  const bar = make("span", { class: "fill" });
  bar.style.width = 100 * share + "%";
  return make("div", { class: "share" }, make("span", { class: "amount" }, percent(share)),
    make("span", { class: "meter", "aria-hidden": "true" }, bar));
}

// ---- every council with its systems on a day
function councilsOn(day, tier) {
  const rows = [];
  for (const [gss, overlaps] of LEFT) {
    if (!TIERS[tier].has(AREA.get(gss)?.kind)) continue;
    const parts = overlaps.filter(fact => inForce(fact, day) && isSystem(fact.right_gss));
    parts.sort((a, b) => b.people_share_of_left - a.people_share_of_left);
    if (!parts.length) continue;
    const above = parts.filter(fact => fact.people_share_of_left >= FLOOR).length;
    rows.push({ gss, parts, split: parts.length > 1, slivers: parts.length > 1 && above < 2 });
  }
  return rows.sort((a, b) => areaName(a.gss, day).localeCompare(areaName(b.gss, day)));
}
const areaName = (gss, day) => bodyOf(gss, day) ? nameOn(bodyOf(gss, day), day) : AREA.get(gss)?.name || gss;

const TIER_WORDS = { upper: "Counties, unitaries and boroughs", lower: "Districts, unitaries and boroughs" };

function splitView(day, tier) {
  const rows = councilsOn(day, tier), split = rows.filter(row => row.split);
  const tiers = make("nav", { class: "inside", "aria-label": "Which councils" },
    Object.entries(TIER_WORDS).map(([name, told]) =>
      make("a", { href: address(name === "upper" ? "split" : "split/lower", day),
        "aria-current": name === tier ? "page" : null }, told)));
  if (!rows.length) return [make("h2", {}, "Split councils on " + day), tiers, nearest(day, tier)];
  const picture = mapOf(day, tier);
  const above = split.filter(row => !row.slivers).length, first = rows[0].parts[0];
  return [
    make("h2", {}, `${split.length} ${split.length === 1 ? "council lies" : "councils lie"} in more than one health`,
       " system on ", make("time", {}, day)),
    tiers,
    make("p", { class: "lead" }, `Of ${rows.length} ${tier}-tier councils. ${above} of them still do when parts below `
      + `${100 * FLOOR}% of the council are left out. By the ${first.basis} lookup ${first.vintage}, people: `
      + `${first.population_base}.`),
    picture ? "" : noMap(tier),
    make("div", { class: "beside even" }, picture, splitTable(split, day, picture)),
  ];
}

function splitTable(split, day, picture) {
  if (!split.length) return quiet("No council is split.");
  const tint = (fact, i) => picture?.tints.get(fact.right_gss) ?? i;
  return table(["council", "parts, by people", "sources"], split.map(({ gss, parts, slivers }) => {
    const body = bodyOf(gss, day);
    const near = make("button", { type: "button", class: "near", "aria-label": "Show on the map: " + areaName(gss, day),
      title: "Show on the map" }, "map");
    near.addEventListener("click", () => picture.zoomTo(gss));
    return { gss, cells: [
      [body ? link(body, day) : AREA.get(gss).name, " ", picture ? near : "",
        slivers ? make("small", { class: "note" }, " only slivers lie elsewhere") : ""],
      [make("div", { class: "bar", "aria-hidden": "true" }, parts.map((fact, i) => barPiece(fact, tint(fact, i)))),
        make("ul", { class: "parts" }, parts.map(fact => {
          const system = bodyOf(fact.right_gss, day);
          return make("li", {}, make("span", { class: "amount" }, percent(fact.people_share_of_left)), " ",
            system ? link(system, day) : AREA.get(fact.right_gss)?.name || fact.right_gss);
        }))],
      cite(...parts)] };
  }), "Split councils");
}

function barPiece(fact, tint) {
  const piece = make("span", { class: "tint" + tint });
  piece.style.width = 100 * fact.people_share_of_left + "%";
  return piece;
}

function noMap(tier) {
  return quiet(`There is no map of this day: outlines of ${tier}-tier councils are known from `
    + `${DATA.atlas.begins[tier]} on. The list rests on lookups, not on outlines.`);
}

// No lookup of the day: the nearest ones are named, so that a missing map never looks like "none is split".
function nearest(day, tier) {
  const facts = T.overlap.filter(fact => TIERS[tier].has(AREA.get(fact.left_gss)?.kind) && isSystem(fact.right_gss));
  const earlier = facts.map(fact => fact.end_date).filter(end => end && end <= day).sort().at(-1);
  const later = facts.map(fact => fact.start_date).filter(start => start > day).sort()[0];
  const days = [earlier && before(earlier), later].filter(Boolean);
  const key = tier === "upper" ? "split" : "split/lower";
  return make("p", {}, `No map and no lookup covers ${day}: which councils were split is unknown. `,
    days.length ? "Nearest: " : "",
    days.map((near, i) => [i ? ", " : "", make("a", { href: address(key, near) }, near)]));
}

const splitChanges = tier => changesOf(T.overlap.filter(fact => TIERS[tier].has(AREA.get(fact.left_gss)?.kind)
  && isSystem(fact.right_gss)));
