// The facts: rows become objects, by table; a source stands as its number in the table of sources.
const DATA = JSON.parse(document.getElementById("data").textContent);
const T = {};
for (const [name, table] of Object.entries(DATA.tables)) {
  T[name] = table.rows.map(row => Object.fromEntries(table.columns.map((column, i) => [column, row[i]])));
}

function by(rows, key) {
  const map = new Map();
  for (const row of rows) map.has(row[key]) ? map.get(row[key]).push(row) : map.set(row[key], [row]);
  return map;
}
const all = (map, key) => map.get(key) || [];

const BODY = new Map(T.organisation.map(body => [body.id, body]));
const AREA = new Map(T.area.map(area => [area.gss, area]));
const EVENT = new Map(T.change_event.map(event => [event.id, event]));
const PERSON = new Map(T.person.map(person => [person.id, person]));
const NAMES = by(T.name, "organisation_id");
const KINDS = by(T.classification, "organisation_id");
const CODES = by(T.identifier, "organisation_id");
const OUT = by(T.relation, "subject_id");
const IN = by(T.relation, "object_id");
const HELD = by(T.tenure, "organisation_id");
const CAREER = by(T.tenure, "person_id");
const HEIRS = by(T.succession, "predecessor_id");
const PARENTS = by(T.succession, "successor_id");
const PARTIES = by(T.party, "event_id");
const MINE = by(T.party, "organisation_id");
const COVERS = by(T.coverage, "organisation_id");
const COVERED = by(T.coverage, "gss");
const LEFT = by(T.overlap, "left_gss");
const RIGHT = by(T.overlap, "right_gss");
