// The overview's script: turns between the library's reports and its overview, asks for the
// overview whenever it is turned to, and hands the grid over as a file. Gradio runs it once with
// the overview's `element` and `server`. What the server sends as html is escaped there.
const view = element.querySelector("#overview-view");
const body = element.querySelector("#overview-body");
const trouble = element.querySelector("#overview-trouble");
const aloud = element.querySelector("#overview-said");
const choose = element.querySelector(".choose");
const [force, year] = choose.querySelectorAll("select");
let seen = ""; // names the overview that is shown
let opened = null; // the address of the judgment that was opened last
let asking = 0;

const isOverview = () => document.body.dataset.view === "library" && location.hash.startsWith("#library/overview");

function complain(text) {
  trouble.textContent = text;
  trouble.hidden = !text;
}

async function look(speaks) {
  const mine = (asking += 1);
  if (!seen) body.textContent = view.dataset.loading;
  let state;
  try {
    state = await server.overview({ do: "show", force: force.value, year: year.value, seen });
  } catch {
    state = { problem: view.dataset.lost };
  }
  if (mine !== asking) return; // another choice was made meanwhile
  complain(state.problem);
  if (state.problem) {
    if (!seen) body.replaceChildren();
    return;
  }
  if (state.html !== null) body.innerHTML = state.html;
  seen = state.seen;
  offer(force, state.forces, state.force);
  offer(year, state.years.map((one) => [one, one]), state.year);
  choose.hidden = state.forces.length < 2 && state.years.length < 2;
  if (speaks) aloud.textContent = state.said;
}

function offer(select, choices, chosen) {
  const options = choices.map(([value, text]) => new Option(text, value));
  select.replaceChildren(select.options[0], ...options);
  select.value = chosen;
}

async function download() {
  let file;
  try {
    file = await server.overview({ do: "csv", force: force.value, year: year.value });
  } catch {
    file = { problem: view.dataset.lost };
  }
  complain(file.problem);
  if (file.problem) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: "text/csv;charset=utf-8" }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Where a reader was when a judgment was opened is where they are on coming back.
function spot() {
  const from = opened && [...body.querySelectorAll("a[href^='#finding=']")]
    .find((one) => one.getAttribute("href") === opened);
  opened = null;
  return from || element.querySelector("#overview-heading");
}

function turn({ view: to, from, moveFocus }) {
  if (to !== "library") return;
  const was = document.body.dataset.part;
  const part = isOverview() ? "overview" : "reports";
  document.body.dataset.part = part;
  for (const link of document.querySelectorAll(".parts [data-part]")) {
    if (link.dataset.part === part) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (part === "overview") {
    document.title = `${view.querySelector("h2").textContent} · ${document.title.split(" · ").at(-1)}`;
    look(false);
  }
  if (!moveFocus || (part === was && from === to)) return;
  if (part === "overview") requestAnimationFrame(() => spot().focus());
  else if (from === to) document.querySelector("#library-heading").focus();
}

document.addEventListener("findings:view", (event) => turn(event.detail));
document.addEventListener("visibilitychange", () => { if (!document.hidden && isOverview()) look(false); });
choose.addEventListener("change", () => look(true));
view.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest("a[href^='#finding=']");
  if (link) opened = link.getAttribute("href");
  else if (target?.closest("[data-do=csv]")) download();
  else if (target?.closest("[data-ask]")) location.hash = "questions"; // where the answer comes
});
// The header names the reports: it changes when the library has.
const header = document.querySelector("#page-header");
if (header) new MutationObserver(() => { if (isOverview()) look(false); })
  .observe(header, { childList: true, subtree: true });
if (document.body.dataset.view) turn({ view: document.body.dataset.view, moveFocus: false });
