// Time: half-open periods, and how sure a fact is on a day (by the windows that were worked out at load).
const DAY = 864e5, FIRST = "1990-01-01", LAST = DATA.last_day;
const toNumber = day => Math.round(Date.parse(day) / DAY);
const toDay = number => new Date(number * DAY).toISOString().slice(0, 10);
const isDay = day => /^\d{4}-\d\d-\d\d$/.test(day) && !isNaN(Date.parse(day)) && toDay(toNumber(day)) === day;
const before = day => toDay(toNumber(day) - 1);

function today() {
  const now = new Date().toISOString().slice(0, 10);
  return now < LAST ? now : LAST;
}

const holds = (from, until, day) => (!from || from <= day) && (!until || day < until);
const inForce = (fact, day) => holds(fact.start_date, fact.end_date, day);

// Nobody states what would be stated only until it is first shown: all of it is inferred.
const neverStated = fact => fact.shown_from && fact.stated_until && fact.stated_until <= fact.shown_from;

function certainty(fact, day) {
  if (!holds(fact.shown_from, fact.shown_until, day)) return null;
  if (holds(fact.stated_from, fact.stated_until, day)) return "stated";
  if (fact.stated_from && day < fact.stated_from) return "inferred";
  return fact.shown_until || neverStated(fact) ? "inferred" : "last known";
}

function period(fact) {
  if (fact.start_date || fact.end_date) {
    const start = fact.start_date ? "from " + fact.start_date : "start unknown";
    return start + (fact.end_date ? " until " + fact.end_date : "");
  }
  if (!fact.first_seen && !fact.last_seen) return "dates unknown";
  if (!fact.first_seen || fact.first_seen === fact.last_seen) return "seen " + (fact.last_seen || fact.first_seen);
  return "seen " + fact.first_seen + " to " + (fact.last_seen || "?");
}

const nameFact = (id, day) => all(NAMES, id).find(name => certainty(name, day));
const kindOn = (id, day) => all(KINDS, id).find(kind => certainty(kind, day));
const nameOn = (id, day) => nameFact(id, day)?.name || BODY.get(id)?.name || "name unknown";
const bodyOf = (gss, day) => all(COVERED, gss).find(cover => inForce(cover, day))?.organisation_id;

// A kind or a role as one says it: `icb_chair` is an ICB chair.
const words = text => String(text).replaceAll("_", " ").toLowerCase()
  .replace(/\b(stp|ics|icb|sicbl|ccg|pct|pcg|pcn|ha|sha|nhs|ods|gss|la)\b/g, letters => letters.toUpperCase());
const listed = names => names.length < 2 ? names.join("") : names.slice(0, -1).join(", ") + " and " + names.at(-1);

function percent(share) {
  const told = (100 * share).toFixed(1) + "%";
  if (told === "100.0%") return share === 1 ? "100%" : ">99.9%";
  return share && told === "0.0%" ? "<0.1%" : told;
}

// Days on which something about a body or a person changes: where the buttons beside the slider lead.
function changesOf(...lists) {
  const days = new Set();
  for (const fact of lists.flat()) {
    const plain = "shown_from" in fact ? [fact.shown_from, fact.shown_until, fact.stated_from, fact.stated_until]
      : [fact.start_date, fact.end_date, fact.effective_date];
    for (const day of plain) if (day && isDay(day) && day >= FIRST && day <= LAST) days.add(day);
  }
  return [...days].sort();
}
