// Search: bodies by code and by every name they had, people by name; in the order of `organisation search`.
const fold = text => text.toLowerCase().replaceAll("&", " and ").replace(/['’`]/g, "")
  .replace(/[^0-9a-z]+/g, " ").trim();
const ENTRIES = [
  ...T.name.map(name => ({ key: bodyKey(name.organisation_id), id: name.organisation_id, text: name.name,
    fold: fold(name.name), name })),
  ...T.organisation.map(body => ({ key: bodyKey(body.id), id: body.id, text: body.id, code: body.id.toLowerCase() })),
  ...T.identifier.map(code => ({ key: bodyKey(code.organisation_id), id: code.organisation_id, text: code.value,
    code: code.value.toLowerCase() })),
  ...T.person.map(person => ({ key: personKey(person.id), person, text: person.name, fold: fold(person.name) })),
];

function rankOf(entry, wanted, code, day) {
  if (entry.code !== undefined) return entry.code === code ? 0 : null;
  if (!wanted) return null;
  const every = wanted.split(" ").every(word => (" " + entry.fold).includes(" " + word));
  const rank = entry.fold === wanted ? 1 : entry.fold.startsWith(wanted) ? 2 : every ? 3 : null;
  return rank !== null && entry.name && !certainty(entry.name, day) ? rank + 4 : rank;
}

function search(text, day) {
  const wanted = fold(text), code = text.trim().toLowerCase(), best = new Map();
  if (!code) return [];
  for (const entry of ENTRIES) {
    const rank = rankOf(entry, wanted, code, day), old = best.get(entry.key);
    if (rank !== null && (!old || rank < old.rank)) best.set(entry.key, { rank, entry });
  }
  return [...best.values()].sort((a, b) => a.rank - b.rank || a.entry.text.localeCompare(b.entry.text))
    .slice(0, 12).map(({ entry }) => entry);
}

let chosen = -1;
function closeList() {
  $$("found").hidden = true;
  $$("search").setAttribute("aria-expanded", "false");
  $$("search").removeAttribute("aria-activedescendant");
}
function list() {
  const found = search($$("search").value, at.day), box = $$("found");
  chosen = -1;
  box.replaceChildren(...found.map((entry, i) => {
    const option = make("li", { role: "option", id: "option-" + i, "aria-selected": "false", "data-key": entry.key },
      entry.person ? [entry.text, make("small", {}, " person")] : bodyOption(entry));
    option.addEventListener("pointerdown", event => { event.preventDefault(); pick(entry.key); });
    return option;
  }));
  box.hidden = !found.length;
  $$("search").setAttribute("aria-expanded", String(!box.hidden));
  $$("search").removeAttribute("aria-activedescendant");
  if ($$("search").value.trim()) $$("told").textContent = found.length ? found.length + " found" : "Nothing found";
}
function bodyOption(entry) {
  const shown = nameOn(entry.id, at.day), other = entry.text !== shown && entry.text !== entry.id;
  return [`${entry.id} ${shown}`, other ? make("small", {}, ` (${entry.text})`) : ""];
}
function pick(key) {
  closeList();
  $$("search").value = "";
  go(key, at.day);
}
function searchKeys(event) {
  const options = [...$$("found").children];
  if (event.key === "Escape") return closeList();
  if (event.key === "Enter" && options.length && !$$("found").hidden) {
    event.preventDefault();
    return pick(options[Math.max(chosen, 0)].dataset.key);
  }
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || !options.length) return null;
  event.preventDefault();
  const down = event.key === "ArrowDown";
  chosen = chosen < 0 ? (down ? 0 : options.length - 1) : (chosen + (down ? 1 : options.length - 1)) % options.length;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
  options[chosen].scrollIntoView({ block: "nearest" });
  return $$("search").setAttribute("aria-activedescendant", "option-" + chosen);
}
