// A map of a day: health systems in tints, councils in thin lines, split ones hatched. Outlines are for pictures only.
const TINTS = 6, GRID = 9;
const SIDE = 8;
const outlineCode = gss => DATA.atlas.same[gss] || gss;

// Rings of a layer by code: arcs are steps on a grid, each told once (TopoJSON).
const LAYERS = DATA.atlas.layers.map(layer => {
  let rings = null;
  return () => rings ||= decode(layer);
});
function decode(layer) {
  const arcs = layer.arcs.map(steps => {
    let x = 0, y = 0;
    return steps.map(([dx, dy]) => [x += dx, y -= dy]);
  });
  const ring = numbers => numbers.flatMap(n => (n < 0 ? [...arcs[~n]].reverse() : arcs[n]).slice(0, -1));
  return new Map(layer.objects.areas.geometries.map(area => [area.id, area.arcs.map(ring)]));
}

// From as few layers as can be: neighbours share their edges within a layer. Null when an outline is missing.
function outlines(codes) {
  const found = new Map(), layers = LAYERS.map(layer => layer());
  while (layers.length && found.size < codes.length) {
    const missing = layer => codes.filter(code => !found.has(code) && layer.has(outlineCode(code))).length;
    layers.sort((a, b) => missing(a) - missing(b));
    const best = layers.pop();
    for (const code of codes) {
      if (!found.has(code) && best.has(outlineCode(code))) found.set(code, best.get(outlineCode(code)));
    }
  }
  return found.size === codes.length ? found : null;
}

// A tint for each system, another one for each neighbour where that many are enough.
function tinted(found, systems) {
  const holders = new Map(), beside = new Map(systems.map(gss => [gss, new Set()])), chosen = new Map();
  for (const gss of systems) {
    for (const [x, y] of found.get(gss).flat()) {
      const point = x + " " + y;
      holders.has(point) ? holders.get(point).add(gss) : holders.set(point, new Set([gss]));
    }
  }
  for (const together of holders.values()) {
    for (const gss of together) for (const other of together) if (gss !== other) beside.get(gss).add(other);
  }
  const order = [...systems].sort((a, b) => beside.get(b).size - beside.get(a).size || a.localeCompare(b));
  for (const gss of order) {
    const used = [...beside.get(gss)].map(other => chosen.get(other));
    const counts = Array.from({ length: TINTS }, (_, tint) => used.filter(other => other === tint).length);
    chosen.set(gss, counts.indexOf(Math.min(...counts)));
  }
  return chosen;
}

const size = ring => Math.abs(ring.reduce((sum, [x, y], i) => {
  const [nx, ny] = ring[(i + 1) % ring.length];
  return sum + x * ny - nx * y;
}, 0)) / 2;
const boxOf = rings => {
  const xs = rings.flat().map(p => p[0]), ys = rings.flat().map(p => p[1]);
  return { x: Math.min(...xs), y: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
};
const pathOf = rings => rings.map(ring => "M" + ring.map(point => point.join(" ")).join("L") + "Z").join("");

// A place inside the largest ring, as far from its border as a coarse grid finds one.
function middle(rings) {
  const ring = rings.reduce((best, other) => size(other) > size(best) ? other : best), box = boxOf([ring]);
  const mean = [0, 1].map(i => ring.reduce((sum, point) => sum + point[i], 0) / ring.length);
  let best = { point: mean, room: 0 };
  for (let i = 0; i < GRID; i++) {
    for (let j = 0; j < GRID; j++) {
      const point = [box.x + (box.right - box.x) * (i + .5) / GRID, box.y + (box.bottom - box.y) * (j + .5) / GRID];
      const room = inside(point, ring) ? Math.min(...ring.map(([x, y]) => Math.hypot(x - point[0], y - point[1]))) : 0;
      if (room > best.room) best = { point, room };
    }
  }
  return best.point;
}
function inside([x, y], ring) {
  return ring.reduce((odd, [ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    return (ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax ? !odd : odd;
  }, false);
}

let maps = 0;
function mapOf(day, tier, focus) {
  const rows = councilsOn(day, tier), systems = [...new Set(rows.flatMap(row => row.parts.map(f => f.right_gss)))];
  const found = rows.length ? outlines([...systems, ...rows.map(row => row.gss)]) : null;
  return found ? new DayMap(day, rows, systems, found, focus).figure : null;
}

class DayMap {
  constructor(day, rows, systems, found, focus) {
    this.found = found;
    this.systems = systems;
    this.day = day;
    this.focus = focus;
    this.number = ++maps;
    this.tints = tinted(found, systems);
    this.england = margined(boxOf([...found.values()].flat()), .02);
    this.middles = new Map(systems.map(gss => [gss, middle(found.get(gss))]));
    const split = rows.filter(row => row.split), hatch = `hatch-${this.number}`, dots = `dots-${this.number}`;
    this.patterns = [["path", { d: "M-2 2l4-4M0 8l8-8M6 10l4-4", class: "stroke" }, hatch],
      ["path", { d: "M3 4h2", class: "stroke" }, dots]].map(([tag, attributes, id]) => make("pattern", { id,
        width: SIDE, height: SIDE, patternUnits: "userSpaceOnUse" }, make(tag, attributes)));
    const shape = (gss, attributes, tip) => make("path", { d: pathOf(found.get(gss)), "data-gss": gss, ...attributes },
      tip ? make("title", {}, tip) : null);
    const linked = (gss, drawn, tabindex) => make("a", { svg: true, href: this.href(gss), tabindex,
      "aria-label": areaName(gss, day) }, drawn);
    const told = row => areaName(row.gss, day) + "\n" + row.parts.map(fact => percent(fact.people_share_of_left) + " "
      + areaName(fact.right_gss, day)).join("\n");
    const named = many => listed(many.map(row => areaName(row.gss, day))) || "none";
    this.labels = make("g", { class: "labels", "aria-hidden": "true" });
    this.svg = make("svg", { class: "map", role: "group", "aria-label": `Map of England on ${day}: `
      + `${systems.length} health systems; councils in more than one: ${named(split)}` },
    make("defs", {}, this.patterns),
    systems.map(gss => linked(gss, shape(gss, { class: "tint" + this.tints.get(gss) }, areaName(gss, day)), "-1")),
    rows.map(row => shape(row.gss, { class: "council" })),
    split.map(row => linked(row.gss, shape(row.gss, { class: "split", fill: `url(#${row.slivers ? dots : hatch})` },
      told(row)), "0")),
    systems.map(gss => shape(gss, { class: "border" })),
    focus ? shape(focus, { class: "focus" }) : null, this.labels);
    this.figure = this.framed(split, focus);
    this.look(focus ? margined(boxOf(found.get(focus)), .15) : this.england);
    this.move();
  }

  href(gss) {
    const body = bodyOf(gss, this.day);
    return body ? address(bodyKey(body), this.day) : null;
  }

  framed(split, focus) {
    const button = (sign, label, act) => {
      const made = make("button", { type: "button", "aria-label": label, title: label }, sign);
      made.addEventListener("click", act);
      return made;
    };
    const buttons = make("div", { class: "zoom" }, button("+", "Nearer", () => this.zoom(.6)),
      button("−", "Farther", () => this.zoom(1 / .6)),
      button("England", "All of England", () => this.look(this.england)));
    const key = (kind, text) => [make("span", { class: "key " + kind, "aria-hidden": "true" }), text];
    const keys = make("figcaption", { class: "quiet" }, split.some(row => !row.slivers)
      ? key("hatched", "council in two or more systems ") : "", split.some(row => row.slivers)
      ? key("dotted", "only slivers lie elsewhere ") : "", key("bordered", "thick lines: health systems"));
    const land = make("div", { class: "land" }, this.svg, buttons);
    const figure = make("figure", { class: focus ? "near" : "" }, land, keys);
    figure.tints = this.tints;
    figure.zoomTo = gss => {
      this.look(margined(boxOf(this.found.get(gss)), .6));
      this.mark(gss);
      figure.scrollIntoView({ block: "nearest" });
    };
    figure.mark = gss => this.mark(gss);
    return figure;
  }

  mark(gss) {
    for (const path of this.svg.querySelectorAll(".split")) path.classList.toggle("marked", path.dataset.gss === gss);
  }

  look(box) {
    this.box = box;
    const unit = Math.max(box.wide, box.high) / (this.focus ? 330 : 560);
    this.svg.setAttribute("viewBox", [box.x, box.y, box.wide, box.high].join(" "));
    for (const pattern of this.patterns) pattern.setAttribute("patternTransform", `scale(${unit})`);
    this.svg.classList.toggle("zoomed", box.wide < this.england.wide);
    this.write(unit);
  }

  // Codes where there is room, none upon another.
  write(unit) {
    const taken = [], tall = 11 * unit, box = this.box;
    const texts = this.systems.map(gss => {
      const body = bodyOf(gss, this.day) || gss, [x, y] = this.middles.get(gss), half = body.length * tall * .33;
      const own = [x - half, y - tall, x + half, y + tall * .3];
      if (x < box.x || y < box.y || x > box.x + box.wide || y > box.y + box.high) return null;
      if (taken.some(t => own[0] < t[2] && t[0] < own[2] && own[1] < t[3] && t[1] < own[3])) return null;
      taken.push(own);
      return make("text", { x, y, "font-size": tall, "stroke-width": tall / 4, "text-anchor": "middle" }, body);
    });
    this.labels.replaceChildren(...texts.filter(Boolean));
  }

  zoom(factor, [x, y] = [this.box.x + this.box.wide / 2, this.box.y + this.box.high / 2]) {
    const wide = Math.min(this.box.wide * factor, this.england.wide), scale = wide / this.box.wide;
    if (wide === this.england.wide) return this.look(this.england);
    return this.look({ x: x - (x - this.box.x) * scale, y: y - (y - this.box.y) * scale, wide,
      high: this.box.high * scale });
  }

  // Drag when it is near; arrow keys move it too.
  move() {
    let from = null;
    const shift = (dx, dy) => this.look({ ...this.box, x: this.box.x + dx, y: this.box.y + dy });
    this.svg.addEventListener("pointerdown", event => { from = [event.clientX, event.clientY, false]; });
    this.svg.addEventListener("pointermove", event => {
      if (!from || !event.buttons || this.box === this.england) return;
      const scale = this.box.wide / this.svg.clientWidth, [x, y, moved] = from;
      if (!moved && Math.hypot(event.clientX - x, event.clientY - y) < 4) return;
      shift((x - event.clientX) * scale, (y - event.clientY) * scale);
      from = [event.clientX, event.clientY, true];
    });
    this.svg.addEventListener("click", event => { if (from?.[2]) event.preventDefault(); });
    this.svg.addEventListener("dragstart", event => event.preventDefault());
    this.svg.addEventListener("keydown", event => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way || this.box === this.england) return;
      event.preventDefault();
      shift(way[0] * this.box.wide / 8, way[1] * this.box.high / 8);
    });
  }
}

function margined(box, margin) {
  const wide = box.right - box.x, high = box.bottom - box.y, edge = margin * Math.max(wide, high);
  return { x: box.x - edge, y: box.y - edge, wide: wide + 2 * edge, high: high + 2 * edge };
}
