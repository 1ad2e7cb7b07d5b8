// The page's script: opens reports at findings, shows quotes, asks suggestions, announces answers.
// Gradio runs it once with the report viewer's `element`, `trigger` and `server`.
const reader = element.querySelector("#reader");
const report = element.querySelector("#report");
const title = element.querySelector("#reader-title");
const position = element.querySelector("#reader-position");
const announce = element.querySelector("#announce");
const tip = element.querySelector("#tip");
const shelf = new Map(); // report id -> {turn, coming}; coming: {version, title, node}, null when gone
const FETCHED_AHEAD = 6; // cards: a long list can cite every report there is
let at = null; // the finding that is open: {turn, n, by}
let said = "";
let follow = null; // the turn that is kept in sight while it grows, until the reader scrolls

const turnOf = (number) => document.querySelector(`.turn[data-turn="${number}"]`);
const cardOf = (turn, n) => turnOf(turn)?.querySelector(`.card[data-n="${n}"]`);
const question = () => document.querySelector("#question textarea");

// A report is fetched once, and asked about again for each new answer: it may have been indexed
// anew meanwhile. The server sends its text only where the version is another one.
function fetchReport(id, turn) {
  const known = shelf.get(id);
  if (known && known.turn >= Number(turn)) return known.coming;
  const coming = (known?.coming ?? Promise.resolve(null)).catch(() => null).then(async (old) => {
    const found = await server.open_report({ id, have: old?.version ?? "" });
    if (!found || (old && found.version === old.version)) return found && old;
    const node = document.createElement("div");
    node.innerHTML = found.html; // escaped on the server, character by character
    return { version: found.version, title: found.title, node };
  });
  const entry = { turn: Number(turn), coming };
  shelf.set(id, entry);
  coming.catch(() => { if (shelf.get(id) === entry) shelf.delete(id); }); // a later click tries again
  return coming;
}

function unmark() {
  for (const mark of report.querySelectorAll("mark")) {
    const piece = mark.parentElement;
    if (piece) piece.textContent = piece.textContent;
  }
}

// Marks the characters start..end of the report. Offsets count characters, as Python does,
// and so not JavaScript's half-characters: hence Array.from.
function markSpan(start, end) {
  unmark();
  const marks = [];
  for (const piece of report.querySelectorAll(".piece")) {
    const from = Number(piece.dataset.s);
    if (from >= end) break;
    if (Number(piece.dataset.e) <= start) continue;
    const characters = Array.from(piece.textContent);
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
  const { start, end } = card.dataset;
  const marks = markSpan(Number(start), Number(end));
  if (marks.map((mark) => mark.textContent).join("") === quote) return marks;
  unmark();
  if (!search) return [];
  const text = [...report.querySelectorAll(".piece")].map((one) => one.textContent).join("");
  const spot = text.indexOf(quote);
  if (spot < 0) return [];
  const from = Array.from(text.slice(0, spot)).length;
  return markSpan(from, from + Array.from(quote).length);
}

async function open(turn, n, by, moveFocus) {
  const card = cardOf(turn, n);
  if (!card) return;
  const here = (at = { turn, n, by });
  const { report: id, kind } = card.dataset;
  reader.hidden = false;
  document.body.classList.add("reading");
  hideTip();
  const waiting = setTimeout(() => { position.textContent = reader.dataset.loading; }, 150);
  let found, marks = [], problem = "missing";
  for (const anew of [false, true]) {
    if (anew && shelf.has(id)) shelf.get(id).turn = -1;
    try { found = await fetchReport(id, turn); } catch { problem = "failed"; }
    if (at !== here) return; // another finding was opened meanwhile
    if (!found) break;
    if (report.firstChild !== found.node) report.replaceChildren(found.node);
    marks = markQuote(card, anew);
    if (marks.length) break;
  }
  clearTimeout(waiting);
  if (!found) {
    report.replaceChildren();
    title.textContent = reader.getAttribute("aria-label");
    position.textContent = reader.dataset[problem];
    return;
  }
  title.textContent = found.title;
  const all = turnOf(turn).querySelectorAll(".card");
  position.textContent = marks.length ? `${kind}. ` + reader.dataset.position
    .replace("#total", all.length).replace("#n", n) : reader.dataset.changed;
  reader.querySelector('[data-do="previous"]').disabled = Number(n) <= 1;
  reader.querySelector('[data-do="next"]').disabled = Number(n) >= all.length;
  for (const old of document.querySelectorAll(".is-open")) old.classList.remove("is-open");
  for (const one of turnOf(turn).querySelectorAll(`.cite[data-open="${n}"], .card[data-n="${n}"]`))
    one.classList.add("is-open");
  show(marks, moveFocus);
}

function show(marks, moveFocus) {
  if (!marks.length) return;
  const [first] = marks;
  first.tabIndex = -1;
  const box = report.getBoundingClientRect(), spot = first.getBoundingClientRect();
  report.scrollTop += spot.top - box.top - report.clientHeight / 3;
  const frame = reader.getBoundingClientRect();
  const below = frame.top > window.innerHeight - 160 || frame.bottom < 160;
  if (below) reader.scrollIntoView({ block: "start" });
  if (moveFocus) first.focus({ preventScroll: true });
}

function step(by) {
  if (at) open(at.turn, Number(at.n) + by, at.by, false);
}

function close() {
  if (reader.hidden) return;
  reader.hidden = true;
  document.body.classList.remove("reading");
  for (const old of document.querySelectorAll(".is-open")) old.classList.remove("is-open");
  unmark();
  const back = at && turnOf(at.turn)?.querySelector(`.${at.by}[data-open="${at.n}"]`);
  (back || question())?.focus();
  at = null;
}

function showTip(cite) {
  const card = cardOf(cite.closest(".turn")?.dataset.turn, cite.dataset.open);
  if (!card) return;
  tip.textContent = card.querySelector("q").textContent;
  tip.hidden = false;
  cite.setAttribute("aria-describedby", "tip");
  const spot = cite.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = Math.min(spot.left, document.documentElement.clientWidth - size.width - 8);
  const above = spot.top - size.height - 6;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above > 8 ? above : spot.bottom + 6}px`;
}

function hideTip() { tip.hidden = true; }

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const opener = target?.closest("[data-open]");
  const card = target?.closest(".card");
  const asked = target?.closest("[data-ask]");
  const tool = target?.closest("#reader [data-do]");
  if (opener) {
    open(opener.closest(".turn").dataset.turn, opener.dataset.open, opener.classList[0], true);
  } else if (card && window.getSelection().isCollapsed) {
    open(card.closest(".turn").dataset.turn, card.dataset.n, "link", true);
  } else if (asked) {
    if (matchMedia("(pointer: fine)").matches) question()?.focus(); // the button goes away
    trigger("select", { ask: asked.dataset.ask, alone: "alone" in asked.dataset });
  } else if (tool) {
    ({ previous: () => step(-1), next: () => step(1), close })[tool.dataset.do]();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.body.dataset.view !== "ask") return;
  if (tip.hidden) close();
  else hideTip();
});

for (const [shows, hides] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(shows, (event) => {
    const cite = event.target instanceof Element && event.target.closest(".cite");
    if (cite) showTip(cite);
  });
  document.addEventListener(hides, (event) => {
    const left = event.target instanceof Element && event.target.closest(".cite, #tip");
    const to = event.relatedTarget instanceof Element && event.relatedTarget.closest(".cite, #tip");
    if (left && !to) hideTip();
  });
}
window.addEventListener("scroll", hideTip, { passive: true });

// New turns are brought into sight, their reports fetched ahead, finished answers said once.
function notice() {
  const turn = document.querySelector("#current .turn");
  const likely = [...(turn?.querySelectorAll(".card") ?? [])].slice(0, FETCHED_AHEAD);
  for (const card of likely) fetchReport(card.dataset.report, turn.dataset.turn).catch(() => {});
  if (at && !turnOf(at.turn)) close();
  if (!turn) { said = ""; return; }
  const key = `${turn.dataset.turn}.${turn.dataset.revision}`;
  if (turn.dataset.turn !== said.split(".")[0]) follow = turn.dataset.turn;
  if (follow === turn.dataset.turn) turn.scrollIntoView({ block: "start" });
  if (turn.dataset.announce) follow = null;
  if (turn.dataset.announce && said !== key) announce.textContent = turn.dataset.announce;
  said = turn.dataset.announce ? key : `${turn.dataset.turn}.`;
  if (turn.dataset.announce && document.activeElement === document.body) {
    if (matchMedia("(pointer: fine)").matches) question()?.focus({ preventScroll: true });
  }
}

for (const moves of ["wheel", "touchmove", "pointerdown"])
  document.addEventListener(moves, () => { follow = null; }, { passive: true });

let queued = false;
new MutationObserver(() => {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => { queued = false; notice(); });
}).observe(document.querySelector("#chat"),
  { childList: true, subtree: true, attributes: true, attributeFilter: ["data-announce", "data-turn"] });
