// The network around a body or a person on a day: boxes in columns, opened one by one. What stands, stands still:
// a box that opens puts its neighbours into the nearest free place of the next column.
const LIMIT = 5, HEAD = 24, GAP = 12;
const SAID = {
  PART_OF: ["part of", "has part"], LOCATED_IN: ["located in", "located here"],
  MEMBER_OF: ["member of", "has member"], OPERATES: ["operates", "operated by"],
  COMMISSIONED_BY: ["commissioned by", "commissions"],
};
const groupOf = (id, day) => DATA.groups[kindOn(id, day)?.kind || all(KINDS, id).at(-1)?.kind] || "other";

// What stands around: groups in a fixed order, each with the side on which it begins.
function around(key, day) {
  return key.startsWith("person/") ? aroundPerson(decodeURIComponent(key.slice(7)), day)
    : aroundBody(decodeURIComponent(key), day);
}

function aroundPerson(id, day) {
  const items = posts(all(CAREER, id), day).map(({ tenure, sure }) => bodyItem(tenure.organisation_id, day,
    words(tenure.role_label), sure, tenure));
  return grouped([["posts", "posts on this day", "right", items]]);
}

function aroundBody(id, day) {
  const done = step => step.effective_date <= day;
  const from = all(PARENTS, id).filter(done).map(step => bodyItem(step.predecessor_id, before(step.effective_date),
    stepWords(step), "stated", step));
  const to = all(HEIRS, id).filter(done).map(step => bodyItem(step.successor_id, day, stepWords(step), "stated",
    step));
  const wider = [], narrower = [];
  for (const [type, [out, into]] of Object.entries(SAID)) {
    const near = (rows, field) => rows.filter(row => row.type === type && certainty(row, day))
      .map(row => bodyItem(row[field], day, row.start_date ? "from " + row.start_date : "",
        certainty(row, day), row));
    wider.push([type, out, "left", near(all(OUT, id), "object_id")]);
    narrower.push(["of_" + type, into, "right", near(all(IN, id), "subject_id")]);
  }
  const land = sharing(id, day).flatMap(({ council, rows }) => rows.map(row => [council, row]));
  const shared = [true, false].map(council => [council ? "systems" : "councils",
    council ? "health systems on its land" : "councils on its land", "right",
    land.filter(([own, row]) => own === council && row.body).map(([, row]) => bodyItem(row.body, day,
      percent(row.mine) + (council ? " of the council" : " of the system"), "stated", row.fact))]);
  const people = posts(all(HELD, id), day).map(({ tenure, sure }) => ({ key: personKey(tenure.person_id), sure,
    name: personName(tenure.person_id), why: words(tenure.role_label), fact: tenure, group: "person", day }));
  return grouped([["from", "came from", "left", from], ...wider, ["leaders", "leaders", "left", people],
    ["to", "carried on by", "right", to], ...narrower, ...shared]);
}

function bodyItem(id, day, why, sure, fact) {
  const told = id + (why && " · ") + why;
  return { key: bodyKey(id), name: nameOn(id, day), why: told, sure, fact, group: groupOf(id, day), day };
}

function grouped(groups) {
  return groups.filter(([, , , items]) => items.length).map(([id, title, side, items]) => {
    const once = [...new Map(items.map(item => [item.key, item])).values()];
    if (id !== "systems" && id !== "councils") once.sort((a, b) => a.name.localeCompare(b.name));
    return { id, title, side, items: once };
  });
}

// ---- where everything stands
class Places {
  constructor(key, day, open) {
    this.day = day;
    this.at = new Map();
    this.lines = [];
    this.taken = new Map();
    const group = key.startsWith("person/") ? "person" : groupOf(decodeURIComponent(key), day);
    const root = { key, group, column: 0, children: [] };
    this.at.set(key, root);
    const sides = ["left", "right"].map(side => around(key, day).filter(group => group.side === side));
    const heights = sides.map(groups => this.blocks(root, groups, -1).reduce((sum, block) => sum + block.tall, 0));
    const tall = Math.max(...heights, BOX.height);
    root.y = (tall - BOX.height) / 2;
    sides.forEach((groups, i) => this.put(root, groups, i ? 1 : -1, (tall - heights[i]) / 2));
    for (const opened of open) this.open(opened);
  }

  // A group of boxes that are not there yet, cut at LIMIT; the box "n more" is an item as well.
  blocks(parent, groups) {
    return groups.map(group => {
      const fresh = group.items.filter(item => !this.at.has(item.key));
      const few = fresh.length > LIMIT + 1 ? fresh.slice(0, LIMIT) : fresh, rest = fresh.slice(few.length);
      const items = rest.length ? [...few, { key: `${parent.key}*${group.id}`, more: rest, group, parent }] : few;
      return { group, items, tall: items.length ? HEAD + items.length * BOX.down + GAP : 0 };
    }).filter(block => block.items.length);
  }

  put(parent, groups, side, top) {
    let y = top;
    for (const block of this.blocks(parent, groups)) {
      const heading = { title: block.group.title, column: parent.column + side, y, boxes: [] };
      parent.children.push(heading);
      y = this.stack(heading, parent, block.items, y + HEAD, side) + GAP;
    }
    if (y > top) this.take(parent.column + side, top, y);
  }

  stack(heading, parent, items, top, side) {
    items.forEach((item, i) => {
      const place = { ...item, parent, side, column: parent.column + side, y: top + i * BOX.down, children: [] };
      this.at.set(item.key, place);
      heading.boxes.push(place);
      this.lines.push({ from: parent.key, to: item.key, sure: !item.sure || item.sure === "stated" });
    });
    return top + items.length * BOX.down;
  }

  open(key) {
    const node = this.at.get(key);
    if (!node || node.opened || node.column === 0) return;
    node.opened = true;
    if (node.more) {
      const fresh = node.more.filter(item => !this.at.has(item.key)), tall = HEAD + fresh.length * BOX.down + GAP;
      const top = this.free(node.column, node.y, tall);
      const heading = { title: node.group.title + ", more", column: node.column, y: top, boxes: [] };
      node.children.push(heading);
      this.stack(heading, node.parent, fresh, top + HEAD, node.side);
      this.take(node.column, top, top + tall);
      return;
    }
    const groups = around(key, this.day);
    for (const item of groups.flatMap(group => group.items)) {
      if (!this.at.has(item.key) || this.joined(key, item.key)) continue;
      this.lines.push({ from: key, to: item.key, sure: item.sure === "stated" });
    }
    const tall = this.blocks(node, groups).reduce((sum, block) => sum + block.tall, 0);
    this.put(node, groups, node.side, this.free(node.column + node.side, node.y + BOX.height / 2 - tall / 2, tall));
  }

  joined(a, b) {
    return this.lines.some(({ from, to }) => (from === a && to === b) || (from === b && to === a));
  }

  take(column, top, bottom) {
    this.taken.set(column, [...(this.taken.get(column) || []), [top, bottom]]);
  }

  // The top nearest to the wanted one at which nothing is taken, never above the picture.
  free(column, wanted, tall) {
    const taken = this.taken.get(column) || [];
    const tops = [Math.max(wanted, 0), 0, ...taken.flatMap(([top, bottom]) => [top - tall, bottom])];
    return tops.filter(top => top >= 0 && taken.every(([a, b]) => top + tall <= a || b <= top))
      .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b)[0];
  }

  hidden(node) {
    return around(node.key, this.day).flatMap(group => group.items).filter(item => !this.at.has(item.key)).length;
  }
}

// ---- the picture
function network(key, name, day, open, changed) {
  const places = new Places(key, day, open), boxes = [...places.at.values()];
  if (boxes.length < 2) return null;
  const least = Math.min(...boxes.map(box => box.column)), most = Math.max(...boxes.map(box => box.column));
  const x = column => (column - least) * BOX.across;
  for (const box of boxes) box.x = x(box.column);
  const tall = Math.max(...boxes.map(box => box.y)) + BOX.height + GAP, wide = x(most) + BOX.width;
  const lines = places.lines.map(({ from, to, sure }) => curve(places.at.get(from), places.at.get(to), BOX.width,
    { class: sure ? "" : "unsure" }));
  const root = places.at.get(key);
  const list = make("ul", { class: "picture", id: "net" }, branch({ ...root, name, why: "on " + day, day }));

  function branch(node) {
    const shown = standing(make("div", { class: "box " + (node.key === key ? "self" : ""), "data-key": node.key,
      "data-group": node.group }, inside(node)), node.x, node.y);
    return make("li", {}, shown, node.children.map(heading => [
      standing(make("p", { class: "head" }, heading.title), x(heading.column), heading.y),
      make("ul", { "aria-label": heading.title }, heading.boxes.map(branch))]));
  }
  function inside(node) {
    if (node.more) return opener(node, node.opened ? "fewer" : node.more.length + " more", node.group.title);
    const sure = node.sure && node.sure !== "stated" ? ", " + node.sure : "";
    const count = node.column && !node.opened ? places.hidden(node) : 0;
    const said = make("a", { href: address(node.key, day), title: node.name }, node.name);
    return [said, make("small", { title: node.why + sure }, node.why, sure, " ", node.fact ? cite(node.fact) : ""),
      count || node.opened ? opener(node, node.opened ? "−" : "+", node.opened ? "close " + node.name
        : `${count} more around ${node.name}`) : null];
  }
  function opener(node, sign, label) {
    const button = make("button", { type: "button", class: "open", "aria-expanded": String(Boolean(node.opened)),
      "aria-label": node.more ? `${sign}: ${label}` : label, "data-open": node.key, title: label }, sign);
    button.addEventListener("click", () => changed(node.opened ? without(node.key) : [...open, node.key], node.key));
    return button;
  }
  // What was opened inside a box closes with it.
  function without(closed) {
    const inner = box => box && (box.key === closed || inner(box.parent && places.at.get(box.parent.key)));
    return open.filter(other => places.at.has(other) && !inner(places.at.get(other)));
  }

  const frame = framed("Picture of the network", wide, tall, root.x + BOX.width / 2, lines, list);
  return part("network", "Network on " + day, quiet("Open a box with +, or follow its name. "
    + "Dashed lines are inferred, or last known."), frame, open.length ? closeAll() : null);

  function closeAll() {
    const button = make("button", { type: "button", id: "close-all" }, "Close all");
    button.addEventListener("click", () => changed([], null));
    return button;
  }
}
