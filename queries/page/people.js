// Who held a post: on the day, and over time. A person is a name with public posts, dates and sources; nothing else.
function posts(tenures, day) {
  return tenures.filter(tenure => tenure.taken_up).map(tenure => ({ tenure, sure: certainty(tenure, day) }))
    .filter(({ sure }) => sure);
}
const tenureWords = tenure => period(tenure) + (tenure.end_date ? "" : ", end unknown")
  + (tenure.taken_up ? "" : ", not taken up");
const basisWords = tenure => tenure.basis === "substantive" ? "" : ", " + tenure.basis;

function leaders(id, day) {
  const tenures = all(HELD, id), now = posts(tenures, day);
  if (!tenures.length) return null;
  const rows = now.map(({ tenure, sure }) => ({ cells: [personLink(tenure.person_id, day),
    words(tenure.role_label) + basisWords(tenure), tenureWords(tenure), sureMark(sure), cite(tenure)] }));
  const heads = ["person", "role", "when", "how sure", "sources"];
  const title = { person: tenure => personLink(tenure.person_id, day), head: "person" };
  return part("leaders", "Leaders on " + day,
    rows.length ? table(heads, rows, "Leaders") : quiet("Nobody is known to have been in post on this day."),
    make("details", {}, make("summary", {}, `All ${tenures.length} known, over time`),
      overTime(tenures, day, title, "Leaders over time")));
}

// The first day of a tenure as far as is known; empty when nothing is.
function begins(tenure) {
  const said = tenure.shown_from || tenure.start_date || tenure.first_seen || tenure.end_date || "";
  return said && (said + "-01-01").slice(0, 10);
}

// A table with a bar a row: solid where a source states it, light where it is inferred or last known.
function overTime(tenures, day, title, label) {
  const rows = [...tenures].sort((a, b) => begins(a).localeCompare(begins(b)) || a.role.localeCompare(b.role));
  const first = Math.min(...rows.map(row => toNumber(begins(row))).filter(number => number));
  const from = toNumber(toDay(isFinite(first) ? first : toNumber(day)).slice(0, 4) + "-01-01");
  const until = Math.max(toNumber(today()), toNumber(day)) + 30;
  const across = number => Math.max(0, Math.min(100, 100 * (number - from) / (until - from)));
  const bar = (start, end, kind) => {
    const span = make("span", { class: kind });
    span.style.left = across(start ? toNumber(start) : from) + "%";
    span.style.width = Math.max(across(end ? toNumber(end) : until) - across(start ? toNumber(start) : from), .6) + "%";
    return span;
  };
  const track = tenure => {
    const line = make("span", { class: "on" });
    line.style.left = across(toNumber(day)) + "%";
    return make("div", { class: "track", "aria-hidden": "true" },
      bar(tenure.shown_from, tenure.shown_until, "light"),
      neverStated(tenure) ? null
        : bar(tenure.stated_from || tenure.shown_from, tenure.stated_until || tenure.shown_until, "solid"),
      line);
  };
  const ends = `${toDay(from).slice(0, 4)} to ${toDay(until).slice(0, 4)}`;
  return table([title.head, "role", ends, "when", "how sure on the day", "sources"], rows.map(tenure => {
    const sure = tenure.taken_up ? certainty(tenure, day) : null;
    return { now: Boolean(sure), cells: [title.person(tenure), words(tenure.role_label) + basisWords(tenure),
      track(tenure), tenureWords(tenure), sure ? sureMark(sure) : "", cite(tenure)] };
  }), label);
}

function personView(id, day, state, changed) {
  const person = PERSON.get(id), tenures = all(CAREER, id), now = posts(tenures, day);
  const said = now.map(({ tenure }) => `${words(tenure.role_label)} of ${nameOn(tenure.organisation_id, day)}`);
  const title = { head: "body", person: tenure => [link(tenure.organisation_id, begins(tenure) || day),
    make("small", { class: "note" }, "in the source: " + tenure.organisation_name)] };
  return [
    make("h2", {}, person.name),
    make("p", { class: "lead" }, said.length ? `On ${day}: ${listed(said)}.` : `No post is known on ${day}.`, " ",
      cite(person)),
    part("posts", "Posts over time", tenures.length ? overTime(tenures, day, title, "Posts over time")
      : quiet("No post is known.")),
    network(personKey(id), person.name, day, state.open, changed),
    quiet("Public posts, their dates and their sources: nothing else is kept about a person."),
  ];
}
