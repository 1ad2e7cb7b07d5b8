// The report reader's script begins here: fetches reports, shows one, marks a span of it, steps
// through an answer's citations, closes. outline.js, copying.js, original.js and page.js go on in
// the same scope. Gradio runs it once with the reader's `element`, `trigger` and `server`.
const reader = element.querySelector("#reader");
const report = element.querySelector("#report");
const title = element.querySelector("#reader-title");
const position = element.querySelector("#reader-position");
const trouble = element.querySelector("#reader-trouble");
const announce = element.querySelector("#announce");
const words = reader.dataset;
const shelf = new Map(); // report id -> {turn, coming}; coming: what `made` gives, null when gone
const FETCHED_AHEAD = 6; // cards: a long list can cite every report there is
let at = null; // the citation that is open: {turn, n, by}
let shown = null; // the report that is open
let opened = null; // the finding that is open: {id, kind, section, reference, page, start, end}
let marks = []; // what is marked in the text
let latest = null; // the last wish to open something: an earlier one that comes late is dropped
let cameFrom = ""; // the address's fragment to go back to on closing, "" for none

const turnOf = (number) => document.querySelector(`.turn[data-turn="${number}"]`);
const cardOf = (turn, n) => turnOf(turn)?.querySelector(`.card[data-n="${n}"]`);
const question = () => document.querySelector("#question textarea");
const tool = (name) => reader.querySelector(`[data-do="${name}"]`);

// The server's reply with its text as elements: escaped there, character by character.
function made(found) {
  const node = document.createElement("div");
  node.innerHTML = found.html;
  delete found.html;
  const pieces = [...node.querySelectorAll(".piece")];
  const starts = pieces.map((piece) => Number(piece.dataset.s));
  return { ...found, node, pieces, starts, rows: new Map(found.findings.map((one) => [one[0], one])) };
}

async function asked(wish) {
  const found = await server.reading({ do: "open", ...wish });
  if (found.problem) throw new Error(found.problem);
  return found.id ? found : null;
}

// A report is fetched once, and asked about again for each new answer: it may have been indexed
// anew meanwhile. The server sends its text only where the version is another one.
function fetchReport(id, turn) {
  const known = shelf.get(id);
  if (known && known.turn >= Number(turn)) return known.coming;
  const coming = (known?.coming ?? Promise.resolve(null)).catch(() => null).then(async (old) => {
    const found = await asked({ id, have: old?.version ?? "" });
    return !found || (old && found.version === old.version) ? found && old : made(found);
  });
  const entry = { turn: Number(turn), coming };
  shelf.set(id, entry);
  coming.catch(() => { if (shelf.get(id) === entry) shelf.delete(id); }); // a later click tries again
  return coming;
}

// The pieces that hold the characters start..end of a report.
function piecesOf(found, start, end) {
  let low = 0, high = found.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found.starts[middle] <= start) low = middle + 1;
    else high = middle;
  }
  const held = [];
  for (let k = Math.max(low - 1, 0); k < found.starts.length && found.starts[k] < end; k += 1)
    if (Number(found.pieces[k].dataset.e) > start) held.push(found.pieces[k]);
  return held;
}

function unmark() {
  for (const piece of new Set(marks.map((mark) => mark.parentElement)))
    if (piece) piece.textContent = piece.textContent;
  marks = [];
}

// Marks the characters start..end of the report. Offsets count characters, as Python does,
// and so not JavaScript's half-characters: hence Array.from.
function markSpan(start, end) {
  unmark();
  for (const piece of piecesOf(shown, start, end)) {
    const from = Number(piece.dataset.s), characters = Array.from(piece.textContent);
    const first = Math.max(start - from, 0), last = Math.min(end - from, characters.length);
    const mark = document.createElement("mark");
    mark.textContent = characters.slice(first, last).join("");
    piece.replaceChildren(characters.slice(0, first).join(""), mark, characters.slice(last).join(""));
    marks.push(mark);
  }
  return marks;
}

// Marks the card's quote where it was cited, or, with `search`, wherever else it stands now.
function markQuote(card, search) {
  const quote = card.querySelector("q").textContent;
  markSpan(Number(card.dataset.start), Number(card.dataset.end));
  if (marks.map((mark) => mark.textContent).join("") === quote) return marks;
  unmark();
  if (!search) return [];
  const text = shown.pieces.map((one) => one.textContent).join("");
  const spot = text.indexOf(quote);
  if (spot < 0) return [];
  const from = Array.from(text.slice(0, spot)).length;
  return markSpan(from, from + Array.from(quote).length);
}

// Opens the reader for a new wish; the reply tells whether it still is the last one.
function begin() {
  const here = (latest = {});
  performance.clearMarks("findings:opening");
  performance.mark("findings:opening");
  reader.hidden = false;
  document.body.classList.add("reading");
  trouble.hidden = true;
  hideTip();
  hidePage();
  const spot = at ? position : trouble;
  const waiting = setTimeout(() => inform(words.loading), 150);
  return { isLast: () => latest === here, done: () => {
    clearTimeout(waiting);
    if (spot.textContent === words.loading) { spot.textContent = ""; trouble.hidden = true; }
  } };
}

// Says something of the whole reader: in the line of the citations where there is one.
function inform(text) {
  const spot = at ? position : trouble;
  spot.textContent = text;
  if (!at) trouble.hidden = !text;
}

function place(found) {
  if (shown === found && report.firstChild === found.node) return;
  marks = [];
  opened = null;
  shown = found;
  report.replaceChildren(found.node);
  report.scrollTop = 0;
  report.classList.toggle("paged", found.findings.some((one) => one[5]));
  title.textContent = found.title;
  outline(found);
}

function clear(text) {
  unmark();
  report.replaceChildren();
  shown = opened = null;
  title.textContent = reader.getAttribute("aria-label");
  outline(null);
  inform(text);
  showOpened();
}

// Opens a citation of an answer, or a card beside it.
async function open(turn, n, by, moveFocus) {
  const card = cardOf(turn, n);
  if (!card) return;
  at = { turn, n, by };
  leaveAddress();
  const id = card.dataset.report, opening = begin();
  element.querySelector("#cited").hidden = false;
  let found, problem = "missing", held = [];
  for (const anew of [false, true]) {
    if (anew && shelf.has(id)) shelf.get(id).turn = -1;
    try { found = await fetchReport(id, turn); } catch { problem = "failed"; }
    if (!opening.isLast()) return;
    if (!found) break;
    place(found);
    held = markQuote(card, anew);
    if (held.length) break;
  }
  opening.done();
  if (!found) return clear(words[problem]);
  const all = turnOf(turn)?.querySelectorAll(".card") ?? [];
  const where = words.position.replace("#total", all.length).replace("#n", n);
  const plain = card.dataset.kind === found.kinds.narrative;
  position.textContent = !held.length ? words.changed : plain ? where : `${card.dataset.kind}. ${where}`;
  allow({ previous: Number(n) > 1, next: Number(n) < all.length });
  for (const old of document.querySelectorAll(".is-open")) old.classList.remove("is-open");
  for (const one of turnOf(turn)?.querySelectorAll(`.cite[data-open="${n}"], .card[data-n="${n}"]`) ?? [])
    one.classList.add("is-open");
  opened = held.length ? fromCard(card) : null;
  bring(held[0], moveFocus);
  measured();
}

function fromCard(card) {
  const { finding: id, kind, reference = shown.title, page = 0, start, end } = card.dataset;
  const row = shown.rows.get(id);
  return row ? fromRow(row) : { id, kind, reference, page: Number(page), section: reference,
    start: Number(start), end: Number(end) };
}

function fromRow([id, start, end, kind, , page, section]) {
  return { id, start, end, page, kind: shown.kinds[kind], section: shown.sections[section]?.[1] ?? "",
    reference: shown.references[section] ?? shown.title };
}

// Opens a finding of the report that is open already.
function openRow(row, moveFocus) {
  markSpan(row[1], row[2]);
  opened = fromRow(row);
  bring(marks[0], moveFocus);
}

// Scrolls to an element; what is laid out late on the way there moves it, hence once more.
function bring(spot, moveFocus, share = 3) {
  showOpened();
  if (!spot) return;
  const settle = (left) => {
    if (!spot.isConnected) return;
    const box = report.getBoundingClientRect(), here = spot.getBoundingClientRect();
    const off = here.top - box.top - (share ? report.clientHeight / share : 12);
    if (Math.abs(off) > 2) report.scrollTop += off;
    if (left) requestAnimationFrame(() => settle(left - 1));
  };
  settle(3);
  // On a phone the reader's top may be in sight and the marked words still below the window.
  const frame = reader.getBoundingClientRect(), place = spot.getBoundingClientRect();
  const outside = place.top < 0 || Math.min(place.bottom, place.top + 60) > window.innerHeight;
  if (outside || frame.top > window.innerHeight - 160 || frame.bottom < 160) reader.scrollIntoView({ block: "start" });
  spot.tabIndex = -1;
  if (moveFocus) spot.focus({ preventScroll: true });
}

// How long it took from the wish to the marked span, for those who look at the page's measures.
function measured() {
  performance.clearMeasures("findings:marked");
  performance.measure("findings:marked", "findings:opening");
  performance.clearMarks("findings:opening");
}

// Which buttons can be used. A focused one that can't be any more hands the focus on.
function allow(wanted) {
  for (const [name, on] of Object.entries(wanted)) if (on) tool(name).disabled = false;
  for (const [name, on] of Object.entries(wanted)) {
    if (on) continue;
    const had = document.activeElement === tool(name);
    tool(name).disabled = true;
    if (had) (tool(name).parentElement.querySelector("button:not(:disabled)") ?? title).focus();
  }
}

function step(by) {
  if (at) open(at.turn, Number(at.n) + by, at.by, false);
}

function close() {
  if (reader.hidden) return;
  latest = null;
  reader.hidden = true;
  document.body.classList.remove("reading");
  for (const old of document.querySelectorAll(".is-open")) old.classList.remove("is-open");
  unmark();
  opened = null;
  hidePage();
  const back = at && turnOf(at.turn)?.querySelector(`.${at.by}[data-open="${at.n}"]`);
  at = null;
  element.querySelector("#cited").hidden = true;
  if (!returned()) (back || question())?.focus();
}
