// Where a body came from and who carried it on, by the rules of queries/lineage.py.
const GENERATIONS = 3;

// A step may lead on to one before it (looking back) or after it (looking forward), never against time.
function stepsFrom(id, day, back) {
  const levels = [], seen = new Set();
  let frontier = [{ here: id, last: null }];
  while (frontier.length) {
    const level = [];
    for (const { here, last } of frontier) {
      for (const step of all(back ? PARENTS : HEIRS, here)) {
        const late = last && (back ? step.effective_date > last : step.effective_date < last);
        if (step.effective_date > day || late || seen.has(step)) continue;
        seen.add(step);
        level.push({ step, here, other: back ? step.predecessor_id : step.successor_id });
      }
    }
    if (level.length) levels.push(level);
    frontier = level.map(({ step, other }) => ({ here: other, last: step.effective_date }));
  }
  return levels;
}

// An acquirer that took a new name: one body, whose earlier self stands beside the body it took over.
function earlierName(step) {
  const event = EVENT.get(step.event_id), id = step.successor_id;
  const original = all(PARTIES, step.event_id).some(p => p.side === "original" && p.organisation_id === id);
  if (event?.kind !== "acquisition" || !original) return null;
  const old = nameFact(id, before(step.effective_date)), now = nameFact(id, step.effective_date);
  return old && now && old.name !== now.name ? old : null;
}

function stepWords(step) {
  const share = step.weight === null ? ", share unknown" : step.weight < 1 ? ", " + percent(step.weight) : "";
  return step.effective_date + " " + words(EVENT.get(step.event_id)?.kind || "hand-over") + share;
}

// Columns of boxes: generations before to the left, after to the right; each body once, with all its lines.
function generations(id, day, back) {
  const columns = [], lines = [], placed = new Map([[id, null]]);
  stepsFrom(id, day, back).forEach((level, depth) => {
    const column = [];
    for (const { step, here, other } of level) {
      const old = back ? earlierName(step) : null, self = here + " earlier";
      if (old && !placed.has(self)) {
        placed.set(self, { key: self, id: here, name: old.name, why: step.effective_date + " same code, earlier name",
          day: before(step.effective_date), facts: [old, step] });
        column.push(placed.get(self));
        lines.push({ from: self, to: here, sure: true });
      }
      if (!placed.has(other)) {
        const when = back ? before(step.effective_date) : step.effective_date;
        const name = nameOn(other, when), why = stepWords(step);
        const item = { key: other, id: other, name, why, day: when, facts: [step] };
        placed.set(other, item);
        column.push(item);
      }
      lines.push({ from: here, to: other, sure: step.weight !== null });
    }
    if (column.length) columns.push(column.map(item => ({ ...item, depth: depth + 1, back })));
  });
  return { columns, lines };
}

function lineage(id, day, whole, toggle) {
  const back = generations(id, day, true), forward = generations(id, day, false);
  const deep = Math.max(back.columns.length, forward.columns.length);
  if (!deep) {
    return part("lineage", "Lineage", quiet(`No merger, split or other hand-over had happened by ${day},`
      + " as far as is known."));
  }
  const shown = whole ? deep : GENERATIONS;
  const earlier = back.columns.slice(0, shown).reverse(), later = forward.columns.slice(0, shown);
  const self = { key: id, id, name: nameOn(id, day), why: "on " + day, day, self: true, facts: [] };
  const columns = [...earlier, [self], ...later];
  const hidden = [...back.columns.slice(shown), ...forward.columns.slice(shown)].flat().length;
  const more = deep > GENERATIONS ? make("button", { type: "button", id: "deeper", "aria-expanded": String(whole) },
    whole ? `Show ${GENERATIONS} generations only` : `Show ${hidden} more from earlier or later generations`) : null;
  more?.addEventListener("click", toggle);
  return part("lineage", "Lineage",
    quiet("What it came from, and who carried it on; each under its name at the hand-over."),
    lineagePicture(columns, [...back.lines, ...forward.lines], earlier.length), more);
}

function lineagePicture(columns, lines, own) {
  const tall = Math.max(...columns.map(column => column.length)) * BOX.down, at = new Map();
  columns.forEach((column, x) => column.forEach((item, y) => {
    const place = { x: x * BOX.across, y: (tall - column.length * BOX.down) / 2 + y * BOX.down, item };
    if (!at.has(item.key) || item.self) at.set(item.key, place);
  }));
  const wide = columns.length * BOX.across - (BOX.across - BOX.width);
  const drawn = lines.filter(({ from, to }) => at.has(from) && at.has(to))
    .map(({ from, to, sure }) => curve(at.get(from), at.get(to), BOX.width, { class: sure ? "" : "unsure" }));
  // Nearest first, as one reads: the body, what it came from, who carried it on.
  const order = [...at.values()].sort((a, b) => Math.abs(a.x / BOX.across - own) - Math.abs(b.x / BOX.across - own)
    || a.x - b.x || a.y - b.y);
  const items = order.map(({ x, y, item }) => {
    const told = item.self ? null : make("span", { class: "way" }, item.back ? "came from " : "went to ");
    const name = make("a", { href: address(bodyKey(item.id), item.day), title: item.name }, item.id + " " + item.name);
    const box = make("li", { class: "box " + (item.self ? "self" : ""), "data-depth": item.depth || 0,
      "data-group": groupOf(item.id, item.day) }, told, name, make("small", {}, item.why, " ", cite(...item.facts)));
    return standing(box, x, y);
  });
  return framed("Picture of the lineage", wide, tall, own * BOX.across + BOX.width / 2, drawn,
    make("ul", { id: "lineage", class: "picture" }, items));
}
