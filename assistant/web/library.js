// The library view's script: switches between the views, takes files, shows how they are doing,
// adds, corrects and removes reports. Gradio runs it once with the view's `element`, `trigger`,
// `server` and `upload`. What the server sends as html is escaped there; all else goes in as text.
const view = element.querySelector("#library-view");
const aloud = element.querySelector("#library-said");
const words = view.dataset;
const part = (id) => view.querySelector(`#${id}`);
const cards = new Map(); // key of a dropped file or a report -> its <li>
const removed = new Map(); // key of a removed report -> the <li> that offers to undo it
const stages = new Map(); // key of a dropped file -> {stage, done} as last shown
const POLL_MS = 700;
const SETTLE_MS = 3000; // work that an action starts may show a moment later
let seen = ""; // names the list of reports that is shown
let stood = ""; // names the list of reports that the server had
let busy = false, fresh = true, until = 0, timer = 0;
let line = Promise.resolve();

// One call at a time, so that an older state never overwrites a newer one.
function call(wish) {
  if (wish.do !== "look") until = Date.now() + SETTLE_MS;
  const coming = line.then(async () => {
    try {
      const state = await server.library({ ...wish, seen });
      show(state);
      return state;
    } catch {
      complain("", words.lost);
      return null;
    }
  });
  line = coming;
  return coming;
}

const failed = (state) => !state || state.problems.length > 0;

function say(text) {
  aloud.textContent = text;
}

function complain(key, text) {
  const spot = (removed.get(key) ?? cards.get(key))?.querySelector("[data-trouble]");
  if (spot) {
    spot.textContent = text;
    spot.hidden = false;
    return;
  }
  const one = document.createElement("p");
  one.textContent = text;
  part("adding-trouble").append(one);
}

function show(state) {
  const news = [...arrived(state.arrivals), state.said].filter(Boolean);
  list(part("arrivals"), state.arrivals);
  const changed = state.reports !== null && state.reports !== undefined;
  if (changed) {
    const listed = state.reports.map((one, at) => ({ ...one, at }))
      .filter((one) => !stillGone(one.key, state.busy));
    list(part("shelved"), inOrder(listed));
    seen = listed.length < state.reports.length ? "" : state.seen;
    part("library-count").textContent = state.count || words.empty;
    part("library-filter").hidden = state.reports.length < 8;
    part("library-sort").hidden = state.reports.length < 2;
    filter();
  }
  fill(part("library-progress"), state.progress ?? "");
  fill(part("unread"), state.unread ?? "");
  part("unread").hidden = !state.unread;
  part("adding").hidden = Boolean(state.reader);
  part("reader-note").hidden = !state.reader;
  part("reader-note").textContent = state.reader ?? "";
  part("add-all").hidden = !state.all;
  part("add-all").querySelector("button").textContent = state.all ?? "";
  for (const [key, text] of state.problems) complain(key, text);
  if (busy && !state.busy) news.push(words.progressDone);
  if (news.length) say(news.join(" "));
  // The header and the suggested questions name the reports as well.
  if (state.seen !== stood || (busy && !state.busy)) trigger("select", {});
  stood = state.seen;
  busy = state.busy;
  fresh = false;
  clearTimeout(timer);
  if (busy || Date.now() < until) timer = setTimeout(() => call({ do: "look" }), POLL_MS);
}

// What to say of dropped files that came further, or that are in the library now.
function arrived(arrivals) {
  const news = [];
  const here = new Set(arrivals.map((one) => one.key));
  for (const [key, was] of stages) {
    if (here.has(key)) continue;
    if (["adding", "added"].includes(was.stage)) news.push(was.done);
    stages.delete(key);
  }
  for (const one of arrivals) {
    if (stages.get(one.key)?.stage !== one.stage) news.push(one.said);
    stages.set(one.key, { stage: one.stage, done: one.done });
  }
  return news;
}

// A removed report is listed until the index has followed; one that stays listed is back.
function stillGone(key, working) {
  if (!removed.has(key)) return false;
  if (working || Date.now() < until) return true;
  removed.get(key).remove();
  removed.delete(key);
  return false;
}

function list(box, items) {
  const keep = new Set(items.map((one) => one.key));
  for (const old of [...box.children]) {
    if (keep.has(old.key)) continue;
    const had = old.contains(document.activeElement);
    old.remove();
    cards.delete(old.key);
    if (had) part("library-count").focus();
  }
  items.forEach((one, at) => {
    let card = cards.get(one.key);
    if (!card) {
      card = document.createElement("li");
      card.key = one.key;
      cards.set(one.key, card);
    }
    card.words = one.words ?? "";
    Object.assign(card, { sort: one.sort, at: one.at });
    if (box.children[at] !== card) box.insertBefore(card, box.children[at] ?? null);
    if (card.querySelector("[data-slot]")?.firstChild) card.later = one.html; // being worked on
    else fill(card, one.html);
  });
}

// Shows html where it is new; what was typed into a form stays, and so does the focus.
function fill(box, html) {
  if (box.html === html) return;
  const had = box.contains(document.activeElement);
  const typed = [...box.querySelectorAll("form input[type=text]")]
    .filter((one) => one.value !== one.defaultValue).map((one) => [one.name, one.value]);
  box.html = html;
  box.innerHTML = html;
  for (const [name, value] of typed) {
    const input = box.querySelector(`form input[name="${name}"]`);
    if (input) input.value = value;
  }
  if (had) box.querySelector("h4")?.focus();
}

// Reports come by title, and stay so among those of one year; what has no force comes last.
function inOrder(reports) {
  const order = part("library-sort").querySelector("select").value;
  const newest = (one, other) => other.sort.newest.localeCompare(one.sort.newest);
  const force = (one, other) => !one.sort.force - !other.sort.force
    || one.sort.force.localeCompare(other.sort.force) || newest(one, other);
  const by = { title: () => 0, newest, force }[order];
  return [...reports].sort((one, other) => by(one, other) || one.at - other.at);
}

function resort() {
  part("shelved").append(...inOrder(part("shelved").children));
}

function filter() {
  const sought = part("library-filter").querySelector("input").value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const card of part("shelved").children) {
    card.hidden = !sought.every((word) => card.words.includes(word));
    if (!card.hidden) count += 1;
  }
  part("library-filtered").textContent = !sought.join("") ? ""
    : count === 1 ? words.filteredOne : words.filteredMany.replace("#count", count);
}

// The changed details, and the guessed ones as they stand once they are said to be right.
function values(form) {
  const sent = {};
  const sure = form?.elements.confirm?.checked;
  const guessed = form?.dataset.guessed.split(" ") ?? [];
  for (const input of form?.querySelectorAll("input[type=text]") ?? [])
    if (input.value !== input.defaultValue || (sure && guessed.includes(input.name)))
      sent[input.name] = input.value;
  return sent;
}

async function unfold(card, wish, first) {
  const state = await call({ do: wish, key: card.key });
  if (!state?.piece) return;
  card.querySelector("[data-slot]").innerHTML = state.piece;
  card.querySelector("[data-own]").hidden = true;
  card.querySelector(`[data-slot] ${first}`).focus();
  card.from = wish;
}

function fold(card, focus) {
  card.querySelector("[data-slot]").replaceChildren();
  card.querySelector("[data-own]").hidden = false;
  quiet(card);
  if (card.later) fill(card, card.later);
  card.later = null;
  card.querySelector(focus)?.focus();
}

function quiet(card) {
  const spot = card.querySelector("[data-trouble]");
  if (spot) spot.hidden = true;
}

async function remove(card) {
  const state = await call({ do: "remove", key: card.key });
  if (failed(state)) return;
  const notice = document.createElement("li");
  Object.assign(notice, { key: card.key, innerHTML: state.piece, title_: state.title });
  notice.className = "removed";
  removed.set(card.key, notice);
  part("removed").append(notice);
  card.remove();
  cards.delete(card.key);
  seen = ""; // the list is looked at again: a report that stays in it comes back
  notice.querySelector("button").focus();
}

async function restore(notice) {
  const state = await call({ do: "restore", key: notice.key, title: notice.title_ });
  if (failed(state)) return;
  removed.delete(notice.key);
  notice.remove();
  seen = ""; // the report is listed again, even if the list never changed
  await call({ do: "look" });
  (cards.get(notice.key)?.querySelector("h4") ?? part("library-count")).focus();
}

const item = (card) => ({ key: card.key, values: values(card.querySelector("form")) });
const actions = {
  add: (card) => { quiet(card); call({ do: "add", items: [item(card)] }); },
  add_all: () => {
    const ready = [...part("arrivals").children].filter((one) => one.querySelector("[data-do=add]"));
    ready.forEach(quiet);
    call({ do: "add", items: ready.map(item) });
    part("adding-heading").focus();
  },
  put_away: (card) => call({ do: "put_away", key: card.key }),
  edit: (card) => unfold(card, "edit", "input"),
  ask_remove: (card) => unfold(card, "ask_remove", "button"),
  cancel: (card) => fold(card, `[data-do=${card.from}]`),
  remove, restore,
};

view.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-do]");
  if (button) actions[button.dataset.do]?.(button.closest("li"));
});

view.addEventListener("submit", async (event) => {
  event.preventDefault();
  const card = event.target.closest("li");
  if (!card.querySelector("[data-slot]")) return; // a dropped file is added by its button
  const state = await call({ do: "correct", key: card.key, values: values(event.target) });
  if (!failed(state)) fold(card, "h4");
});
