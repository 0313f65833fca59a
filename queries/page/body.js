// One body on a day.
function bodyView(id, day, state, changed) {
  const body = BODY.get(id), kind = kindOn(id, day), name = nameFact(id, day), sure = name && certainty(name, day);
  const gone = body.end_date && body.end_date <= day, early = body.start_date && body.start_date > day;
  const told = early ? "not yet founded" : gone ? "closed" : kind ? words(kind.kind) : "kind unknown";
  // The head cites first: sources are numbered as they are read.
  const lead = make("p", { class: "lead" }, make("strong", {}, id), " · ", told, " · ", period(body),
    sure && sure !== "stated" ? [" · this name is ", sureMark(sure)] : "", " ", cite(body));
  const parts = [
    lineage(id, day, state.whole, () => changed(null, "deeper")), leaders(id, day), shares(id, day),
    network(bodyKey(id), nameOn(id, day), day, state.open, changed), record(id, day), events(id, day),
  ].filter(Boolean).flat();
  const inside = parts.map(section => make("a", { href: "#" + section.id, "data-part": section.id },
    section.querySelector("h3").textContent.replace(/ (on|by) \d{4}-\d\d-\d\d$/, "")));
  return [
    make("h2", { "data-group": groupOf(id, day) }, nameOn(id, day)),
    lead,
    make("nav", { class: "inside", "aria-label": "On this page" }, inside),
    ...parts,
  ];
}

function record(id, day) {
  const rows = [...all(NAMES, id).map(name => ["name", name.name, name]),
    ...all(KINDS, id).map(kind => ["kind", words(kind.kind), kind])];
  const codes = all(CODES, id).map(code => ({ now: inForce(code, day), cells: [words(code.scheme) + " code", code.value,
    code.start_date || code.end_date ? period(code) : "", cite(code)] }));
  return part("record", "Names, kinds and codes", table(["what", "value", "when", "sources"], [
    ...rows.map(([what, value, fact]) => ({ now: certainty(fact, day),
      cells: [what, value, period(fact), cite(fact)] })), ...codes], "Names, kinds and codes"));
}

function events(id, day) {
  const known = event => event.status === "completed" ? event.effective_date && event.effective_date <= day
    : (event.announced_date || event.effective_date || "9") <= day;
  const found = [...new Set(all(MINE, id).map(p => EVENT.get(p.event_id)))].filter(event => event && known(event));
  if (!found.length) return null;
  found.sort((a, b) => (a.effective_date || "").localeCompare(b.effective_date || ""));
  const side = (event, name) => all(PARTIES, event.id).filter(p => p.side === name)
    .flatMap((p, i) => [i ? ", " : "", link(p.organisation_id, day)]);
  const press = event => event.press_kind && event.press_kind !== event.kind
    ? ", the press said " + words(event.press_kind) : "";
  return part("events", "Events by " + day, table(["date", "what", "from", "to", "sources"], found.map(event => ({
    cells: [make("time", {}, event.effective_date || "date unknown"),
      words(event.kind) + (event.status === "completed" ? "" : ", " + event.status) + press(event),
      side(event, "original"), side(event, "result"), cite(event)] })), "Events"));
}

function bodyChanges(id) {
  const areas = all(COVERS, id).map(cover => cover.gss);
  const land = areas.flatMap(gss => [...all(LEFT, gss), ...all(RIGHT, gss)]);
  return changesOf([BODY.get(id)], all(NAMES, id), all(KINDS, id), all(OUT, id), all(IN, id), all(HELD, id),
    all(PARENTS, id), all(HEIRS, id), all(MINE, id).map(p => EVENT.get(p.event_id)).filter(Boolean), land);
}
