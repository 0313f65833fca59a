// Elements are made from texts only, never from markup in the facts.
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "g", "rect", "path", "text", "title", "defs", "pattern", "line"]);
const $$ = id => document.getElementById(id);

function make(tag, attributes, ...children) {
  const drawn = DRAWN.has(tag) || attributes?.svg;
  const node = drawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key !== "svg" && value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}
const quiet = (...children) => make("p", { class: "quiet" }, ...children);

// ---- addresses: `REM@2018-06-01`, `person/...@...`, `split/lower@...`; what is opened follows after `&`
const bodyKey = id => encodeURIComponent(id).replaceAll("%3A", ":").replaceAll("%40", "@");
const personKey = id => "person/" + encodeURIComponent(id);
const address = (key, day) => "#" + key + "@" + day;
const link = (id, day) => make("a", { href: address(bodyKey(id), day) }, nameOn(id, day));
const personName = id => PERSON.get(id)?.name || id;
const personLink = (id, day) => make("a", { href: address(personKey(id), day) }, personName(id));

// ---- sources: each view numbers those that it cites
let cited = [];
function cite(...facts) {
  const ids = [...new Set(facts.flatMap(fact => fact.source_ids || []))];
  const numbers = ids.map(id => {
    if (!cited.includes(id)) cited.push(id);
    return cited.indexOf(id) + 1;
  });
  const shown = numbers.slice(0, 3).map(number => ["[", make("a", { href: "#source-" + number,
    "data-source": number, "aria-label": "source " + number }, String(number)), "]"]);
  return make("small", { class: "cite" }, shown, numbers.length > 3 ? " +" + (numbers.length - 3) : "");
}
function sourcesList() {
  if (!cited.length) return null;
  return part("sources", "Sources", make("ol", { class: "sources" }, cited.map((id, i) => {
    const source = T.source[id], safe = /^https?:\/\//.test(source.url || "");
    const title = safe ? make("a", { href: source.url, rel: "noreferrer" }, source.title) : source.title;
    const dated = source.published_on ? ", " + source.published_on : "";
    return make("li", { id: "source-" + (i + 1) }, title, `. ${source.publisher}${dated}. ${source.licence}. `,
      make("small", {}, DATA.attribution[id]));
  })));
}

// ---- pieces of every view
function part(id, title, ...children) {
  return make("section", { id: "part-" + id, "aria-labelledby": "head-" + id },
    make("h3", { id: "head-" + id }, title), ...children);
}

// On a phone each row stands as a block of its own; the roles keep it a table for screen readers.
function table(heads, rows, label) {
  const head = make("thead", { role: "rowgroup" }, make("tr", { role: "row" },
    heads.map(text => make("th", { scope: "col", role: "columnheader" }, text))));
  const cellOf = (cell, i) => i ? make("td", { role: "cell", "data-head": heads[i] }, cell)
    : make("th", { scope: "row", role: "rowheader" }, cell);
  const body = make("tbody", { role: "rowgroup" }, rows.map(row => make("tr", { role: "row",
    class: row.now ? "now" : null, "data-gss": row.gss }, row.cells.map(cellOf))));
  return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label },
    make("table", { role: "table" }, head, body));
}

const sureMark = sure => make("span", { class: "sure " + sure.replace(" ", "-") }, sure);

// ---- boxes joined by lines; the boxes are items of lists, so that the picture reads as a list too
function curve(from, to, width, attributes) {
  const [a, b] = from.x <= to.x ? [from, to] : [to, from];
  const level = a.x === b.x, y = box => box.y + BOX.middle;
  const start = a.x + (level ? 0 : BOX.width), bend = level ? -40 : Math.max((b.x - start) / 2, 20);
  const path = `M${start} ${y(a)} C${start + bend} ${y(a)} ${b.x - (level ? 40 : bend)} ${y(b)} ${b.x} ${y(b)}`;
  return make("path", { d: path, ...attributes });
}
const BOX = { width: 224, height: 58, middle: 29, across: 284, down: 66 };

// Lines below boxes, in a frame that scrolls; the picture begins with `middle` in its middle.
function framed(label, wide, tall, middle, lines, list) {
  const canvas = make("div", { class: "canvas" },
    make("svg", { width: wide, height: tall, "aria-hidden": "true" }, lines), list);
  canvas.style.width = wide + "px";
  canvas.style.height = tall + "px";
  return make("div", { class: "frame", tabindex: "0", role: "region", "aria-label": label, "data-middle": middle },
    canvas);
}

function standing(node, x, y) {
  node.style.left = x + "px";
  node.style.top = y + "px";
  return node;
}
