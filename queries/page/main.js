// The address says what is shown: `REM@2018-06-01`, `person/adam-doyle@...`, `split@...`, `split/lower@...`;
// `&open=QYG,RQ6` what is opened in the network, `&lineage=all` the whole lineage.
let at = { key: "", day: today(), open: [], whole: false };

function plain(text) {
  try { return decodeURIComponent(text); } catch { return text; } // an address cut off in the middle of a sign
}
function read() {
  const [main, ...rest] = location.hash.slice(1).split("&");
  const dated = main.match(/^(.*)(?:@|%40)(\d{4}-\d\d-\d\d)$/);
  const found = dated && isDay(dated[2]) && !BODY.has(plain(main));
  const state = { key: found ? dated[1] : main, day: found ? dated[2] : at.day, open: [], whole: false };
  for (const pair of rest) {
    const [name, value] = pair.split("=");
    if (name === "open" && value) state.open = value.split(",").map(canonical);
    if (name === "lineage") state.whole = value === "all";
  }
  return state;
}
// One spelling of a key, however the address was typed.
function canonical(key) {
  return key.startsWith("person/") ? personKey(plain(key.slice(7))) : bodyKey(plain(key));
}
function written(state) {
  const open = state.open.length ? "&open=" + state.open.join(",") : "", whole = state.whole ? "&lineage=all" : "";
  return "#" + state.key + "@" + state.day + open + whole;
}

// What the address names: its title, what is shown, and the days on which that changes.
function wanted(state) {
  const id = plain(state.key), person = state.key.startsWith("person/") ? plain(state.key.slice(7)) : null;
  if (BODY.has(id)) {
    return { title: nameOn(id, state.day), children: () => bodyView(id, state.day, state, opened),
      changes: () => bodyChanges(id) };
  }
  if (PERSON.has(person)) {
    return { title: personName(person), children: () => personView(person, state.day, state, opened),
      changes: () => changesOf(all(CAREER, person)) };
  }
  if (id === "split" || id === "split/lower") {
    const tier = id === "split" ? "upper" : "lower";
    return { title: "Split councils", children: () => splitView(state.day, tier), changes: () => splitChanges(tier) };
  }
  return { title: null, children: () => start(id), changes: () => [] };
}

let changes = [];
function show() {
  at = read();
  cited = [];
  const view = wanted(at), children = [view.children()].flat().filter(Boolean);
  changes = view.changes();
  $$("view").replaceChildren(...children, ...[sourcesList()].filter(Boolean));
  centre();
  $$("slider").value = toNumber(at.day);
  $$("date").value = at.day;
  $$("slider").setAttribute("aria-valuetext", at.day);
  $$("split").setAttribute("href", address("split", at.day));
  $$("home").setAttribute("href", "#@" + at.day);
  $$("earlier").disabled = !changes.some(day => day < at.day);
  $$("later").disabled = !changes.some(day => day > at.day);
  document.title = view.title ? view.title + " on " + at.day : "NHS organisations in time";
  $$("told").textContent = view.title ? view.title + ", as of " + at.day : "";
}

// A picture wider than its frame begins with the body in the middle.
function centre() {
  for (const frame of document.querySelectorAll(".frame")) {
    frame.scrollLeft = Number(frame.dataset.middle) - frame.clientWidth / 2;
  }
}

// Something in a picture was opened or closed: `open` is the new list, null turns the whole lineage on or off.
function opened(open, focus) {
  const frames = () => [...document.querySelectorAll(".frame")];
  const old = frames().map(frame => [frame.getAttribute("aria-label"), frame.scrollLeft, Number(frame.dataset.middle)]);
  const next = open ? { ...at, open } : { ...at, whole: !at.whole }, y = scrollY;
  history.replaceState(history.state, "", written(next));
  show();
  for (const frame of frames()) {
    const [, left, middle] = old.find(([label]) => label === frame.getAttribute("aria-label")) || [];
    if (left !== undefined && open) frame.scrollLeft = left + Number(frame.dataset.middle) - middle;
  }
  scrollTo(0, y);
  const button = focus === "deeper" ? $$("deeper") : [...document.querySelectorAll("[data-open]")]
    .find(other => other.dataset.open === focus);
  (button || document.querySelector("#part-network .frame"))?.focus({ preventScroll: true });
}

function start(id) {
  const asked = [
    ["Where does a hospital trust come from?", "REM", "2020-01-01"],
    ["What was it called before?", "REM", "2018-06-01"],
    ["Which council lies in two health systems?", "la:CMA", "2021-04-01"],
    ["Who led a health system, and how sure is that?", "QHG", "2023-01-01"],
    ["Which commissioning groups did it take over?", "QYG", "2022-07-01"],
  ].filter(([, code]) => BODY.has(code));
  const card = (question, href, told) => make("li", {}, make("a", { href }, make("strong", {}, question),
    make("span", {}, told)));
  return [
    id ? make("p", { class: "lead" }, make("strong", {}, `No organisation has the code ${id}.`)) : "",
    make("h2", {}, "Look around"),
    make("p", { class: "lead" }, `${T.organisation.length.toLocaleString("en-GB")} bodies, their names, mergers, `
      + "boundaries and leaders, on any day since 1990. Search above, move the day, or begin here:"),
    make("ul", { class: "cards" }, asked.map(([question, code, day]) => card(question, address(bodyKey(code), day),
      nameOn(code, day) + ", " + day)),
    card("Which councils are split between health systems?", address("split", at.day), "List and map, " + at.day)),
  ];
}

function go(key, day) {
  history.pushState(null, "", address(key, day));
  arrived();
}
function changeDay(day) {
  if (!isDay(day)) return;
  history.replaceState(history.state, "", written({ ...at, day })); // the slider fills no history
  at.day = day;
  show();
}

// ---- every way in
$$("search").addEventListener("input", list);
$$("search").addEventListener("keydown", searchKeys);
$$("search").addEventListener("blur", closeList);
$$("slider").min = toNumber(FIRST);
$$("slider").max = toNumber(LAST);
$$("date").min = FIRST;
$$("date").max = LAST;
$$("ends").textContent = `${FIRST.slice(0, 4)} to ${LAST.slice(0, 4)}`;
$$("slider").addEventListener("input", () => changeDay(toDay(Number($$("slider").value))));
$$("date").addEventListener("change", () => changeDay($$("date").value));
$$("earlier").addEventListener("click", () => changeDay(changes.filter(day => day < at.day).at(-1)));
$$("later").addEventListener("click", () => changeDay(changes.find(day => day > at.day)));

function goTo(element) {
  element.setAttribute("tabindex", "-1");
  element.scrollIntoView();
  element.focus({ preventScroll: true });
}
document.addEventListener("click", event => {
  const { source, part: section } = event.target.closest?.("a")?.dataset || {};
  if (!source && !section) return;
  event.preventDefault();
  goTo($$(source ? "source-" + source : section));
});
document.addEventListener("mouseover", event => {
  const row = event.target.closest?.("tr[data-gss]"), figure = row?.closest(".beside")?.querySelector("figure");
  figure?.mark?.(row.dataset.gss);
});
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  $$("answer").focus();
});

// A new address begins at the top; back and forward return to where one was.
let saving = 0;
addEventListener("scroll", () => {
  clearTimeout(saving);
  saving = setTimeout(() => history.replaceState({ y: scrollY }, ""), 150);
}, { passive: true });
function arrived() {
  clearTimeout(saving);
  show();
  $$("answer").focus({ preventScroll: true });
  scrollTo(0, history.state?.y || 0);
}
addEventListener("hashchange", arrived);
$$("foot").replaceChildren(...DATA.lines.map(line => make("p", {}, line)), make("p", {},
  `nhs-graph, data release ${DATA.release}. Works without a network; nothing leaves this page. The address of this page`
  + " leads here again: share it with the file."));
show();
