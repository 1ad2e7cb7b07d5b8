// The evaluation view's script: shows the list of runs, a run, or two runs side by side, as the
// address says ("#evaluation", "#evaluation/run/NAME/QUESTION", "#evaluation/compare/A/B"), and
// asks for a question's detail when it is opened. Gradio runs it once with the view's `element`
// and `server`. What the server sends as html is escaped there; all else goes in as text.
const view = element.querySelector("#evaluation-view");
const body = view.querySelector("#evaluation-body");
const trouble = view.querySelector("#evaluation-trouble");
const aloud = element.querySelector("#evaluation-said");
const words = view.dataset;
const WORDED = ["by", "judge", "state"]; // columns that begin with the first letter, not the most
let shown = { do: "" }; // what the body shows
let html = ""; // as the server sent it
let sorted = { by: "run", down: true };
const choice = { series: "", metric: "" };
let latest = 0; // names the newest request: an older one that comes late is dropped

const say = (text) => { aloud.textContent = text; };
const isShown = () => document.body.dataset.view === "evaluation";

function decoded(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

function wanted() {
  const [, kind, one, other] = location.hash.slice(1).split("/").map(decoded);
  if (kind === "run" && one) return { do: "run", run: one, id: other ?? "" };
  if (kind === "compare" && one && other) return { do: "compare", first: one, second: other };
  return kind ? { do: "unknown" } : { do: "list", ...choice };
}

const address = (...parts) => ["#evaluation", ...parts.map(encodeURIComponent)].join("/");

async function ask(wish) {
  try {
    return await server.evaluation(wish);
  } catch {
    return { problem: words.lost };
  }
}

function complain(text, again) {
  trouble.replaceChildren();
  if (!text) return;
  const line = document.createElement("p");
  line.className = "panel";
  line.textContent = text;
  trouble.append(line);
  if (!again) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "plain", textContent: words.retry });
  button.addEventListener("click", () => draw(true));
  trouble.append(button);
}

async function draw(moveFocus) {
  if (!isShown()) return;
  const wish = wanted(), mine = ++latest;
  const isSame = ["do", "run", "first", "second"].every((name) => wish[name] === shown[name]);
  if (!isSame) {
    const waiting = document.createElement("p");
    waiting.className = "quiet";
    waiting.textContent = words.loading;
    body.replaceChildren(waiting);
    html = "";
    shown = { do: "" };
  }
  const reply = isSame && wish.do === "run" ? { html } : await ask(wish);
  if (mine !== latest) return;
  complain(reply.problem, true);
  if (reply.problem) {
    if (!isSame) body.replaceChildren();
    return;
  }
  if (reply.html !== html) fill(reply.html);
  shown = wish;
  if (wish.do === "run" && wish.id) return openQuestion(wish.id);
  const title = body.querySelector("#evaluation-title");
  if (!moveFocus || !title) return;
  window.scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

function fill(text) {
  const had = body.contains(document.activeElement) && document.activeElement.dataset.trend;
  html = text;
  body.innerHTML = text;
  if (had) body.querySelector(`[data-trend="${had}"]`)?.focus();
  if (body.querySelector("table.runs")) sort(sorted.by, sorted.down, true);
  if (body.querySelector("#asked")) pick();
}

function openQuestion(id) {
  const found = [...body.querySelectorAll(".question")].find((one) => one.dataset.id === id);
  if (!found) return;
  if (found.hidden) {
    for (const one of body.querySelectorAll("[data-pick]")) one.value = one.dataset.pick === "show" ? "all" : "";
    pick();
  }
  found.open = true;
  const line = found.querySelector("summary");
  line.focus({ preventScroll: true });
  line.scrollIntoView({ block: "start" });
}

// A question's detail is fetched when it is first opened; "toggle" doesn't bubble.
body.addEventListener("toggle", async (event) => {
  const one = event.target;
  const slot = one.matches(".question") && one.open && one.querySelector("[data-slot]");
  if (!slot || slot.dataset.state) return;
  slot.dataset.state = "asked";
  slot.textContent = words.opening;
  const reply = await ask({ do: "question", run: shown.run, id: one.dataset.id });
  if (reply.problem) {
    slot.textContent = reply.problem;
    slot.dataset.state = ""; // opened again, it is asked for again
    return;
  }
  slot.innerHTML = reply.html;
}, true);

// The list: sorted by a column, what is empty last either way.
function sort(by, down, quietly) {
  sorted = { by, down };
  const table = body.querySelector("table.runs");
  const rows = [...table.tBodies[0].rows];
  const value = (row) => row.querySelector(`[data-key="${by}"]`).dataset.value;
  rows.sort((one, other) => {
    const a = value(one), b = value(other);
    if (!a || !b) return Number(!a) - Number(!b);
    const more = Number.isNaN(a - b) ? a.localeCompare(b, "en") : a - b;
    return down ? -more : more;
  });
  table.tBodies[0].append(...rows);
  for (const button of table.querySelectorAll("[data-sort]")) {
    const head = button.closest("th");
    if (button.dataset.sort === by) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  const chooser = body.querySelector("[data-sorter]");
  chooser.value = by;
  if (quietly) return;
  const name = chooser.selectedOptions[0].textContent;
  say(words.sorted.replace("#column", () => name).replace("#order", down ? words.descending : words.ascending));
}

// A run's questions: those that fit every choice.
function pick() {
  const chosen = Object.fromEntries([...body.querySelectorAll("[data-pick]")].map((one) => [one.dataset.pick, one.value]));
  const typed = chosen.words.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const one of body.querySelectorAll(".question")) {
    const { states, kind, words: held } = one.dataset;
    const fits = (chosen.show === "all" || states.split(" ").includes(chosen.show))
      && (!chosen.kind || kind === chosen.kind) && typed.every((word) => held.includes(word));
    one.hidden = !fits;
    count += fits;
  }
  const text = count === 0 ? words.shownNone : count === 1 ? words.shownOne : words.shownMany.replace("#count", count);
  body.querySelector("#picked").textContent = text;
}

function pickOnly(name, value) {
  for (const one of body.querySelectorAll("[data-pick]")) one.value = one.dataset.pick === "show" ? "all" : "";
  body.querySelector(`[data-pick="${name}"]`).value = value;
  pick();
  const heading = body.querySelector("#asked-heading");
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
}

async function save(wish) {
  const reply = await ask(wish);
  complain(reply.problem, false);
  if (reply.problem) return;
  const bytes = Uint8Array.from(atob(reply.data), (one) => one.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: reply.type }));
  link.download = reply.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say(reply.said);
}

const actions = {
  file: (button) => save({ do: "file", run: shown.run, file: button.dataset.file }),
  marks: () => save({ do: "marks" }),
  compare: () => {
    const other = body.querySelector("[data-with]").selectedOptions[0];
    const pair = [other.value, shown.run];
    if (!("older" in other.dataset)) pair.reverse();
    location.hash = address("compare", ...pair);
  },
};

body.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button");
  if (!button) return;
  const { do: wish, sort: by, show, kind } = button.dataset;
  if (wish) actions[wish]?.(button);
  else if (by) sort(by, sorted.by === by ? !sorted.down : !WORDED.includes(by));
  else if ("turn" in button.dataset) sort(sorted.by, !sorted.down);
  else if (show) pickOnly("show", show);
  else if (kind !== undefined) pickOnly("kind", kind);
});

body.addEventListener("input", (event) => { if (event.target.matches("[data-pick]")) pick(); });

body.addEventListener("change", async (event) => {
  const box = event.target;
  if (box.matches("[data-sorter]")) sort(box.value, !WORDED.includes(box.value));
  if (!box.dataset.trend) return;
  choice[box.dataset.trend] = box.value;
  const mine = ++latest;
  const reply = await ask({ do: "trend", ...choice });
  if (mine !== latest) return;
  complain(reply.problem, false);
  if (reply.problem) return;
  const had = box.dataset.trend;
  const wasOpen = body.querySelector("#trend details")?.open;
  body.querySelector("#trend").outerHTML = reply.html;
  html = ""; // what is shown is no longer what came
  body.querySelector("#trend details").open = wasOpen;
  body.querySelector(`[data-trend="${had}"]`).focus();
  choice.metric = body.querySelector("[data-trend=metric]").value;
  say(body.querySelector("#trend [role=region]").getAttribute("aria-label"));
});

// What a point of the drawing is, in words under it.
function read(event) {
  const point = event.target instanceof Element && event.target.closest(".point");
  const line = body.querySelector("#trend .readout");
  if (line) line.textContent = point ? point.getAttribute("aria-label") : line.dataset.how;
}
body.addEventListener("pointerover", read);
body.addEventListener("focusin", read);

document.addEventListener("findings:view", ({ detail }) => draw(detail.moveFocus && detail.from === "evaluation"));
document.addEventListener("visibilitychange", () => { if (!document.hidden && shown.do === "list") draw(false); });
draw(false);
