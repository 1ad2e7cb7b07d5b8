// The list of conversations: what this browser has asked, to open, name, link to and delete. The
// secret that says whose they are is made here and stays in this browser's storage. Gradio runs
// this once with the list's `element`, `props`, `trigger` and `server`; `props.value` is what a
// question is sent with. The list comes from the server as html, escaped there.
const panel = element.querySelector("#conversations");
const words = panel.dataset;
const body = panel.querySelector("#conversations-body");
const list = body.querySelector("ul");
const gone = panel.querySelector("#conversations-deleted");
const trouble = panel.querySelector(".trouble");
const OWNER = "findings-owner", OPEN = "findings-conversation";
const owner = secret();
let shown = "", named = null, wasOpen = "";
let line = Promise.resolve(); // one call at a time: an older list never overwrites a newer one

function secret() {
  let kept = null;
  try { kept = localStorage.getItem(OWNER); } catch { /* it lasts as long as the page */ }
  if (/^[0-9a-f]{64}$/.test(kept ?? "")) return kept;
  const made = [...crypto.getRandomValues(new Uint8Array(32))]
    .map((one) => one.toString(16).padStart(2, "0")).join("");
  try { localStorage.setItem(OWNER, made); } catch { /* it lasts as long as the page */ }
  return made;
}

const kept = () => document.querySelector("#kept [data-id]")?.dataset ?? { id: "", stamp: "" };
const item = (id) => [...list.children].find((one) => one.dataset.id === id);
const say = (text) => { panel.querySelector("#conversations-said").textContent = text; };

function complain(text) {
  trouble.textContent = text;
  trouble.hidden = !text;
}

function call(wish) {
  line = line.then(async () => {
    const reply = await server.conversations({ ...wish, owner, current: kept().id }).catch(() => null)
      ?? { problem: words.lost };
    if (reply.problem) {
      complain(reply.problem);
      return null;
    }
    complain("");
    draw(reply);
    if (reply.said) say(reply.said);
    return reply;
  });
  return line;
}

const refresh = () => call({ do: "list" });

function draw(reply) {
  panel.querySelector(".count").textContent = reply.count ? `(${reply.count})` : "";
  const note = body.querySelector(".quiet");
  note.textContent = reply.note;
  note.hidden = !reply.note;
  if (named || reply.html === shown) return; // a name is being typed: drawn once that is done
  shown = reply.html;
  const had = list.contains(document.activeElement) && document.activeElement.closest("li")?.dataset.id;
  list.innerHTML = reply.html; // escaped on the server
  for (const time of list.querySelectorAll("time")) time.textContent = day(time.dateTime);
  if (had) (item(had) ?? list.firstElementChild)?.querySelector(".title").focus();
}

function day(iso) {
  const when = new Date(iso), now = new Date();
  const midnight = (one) => new Date(one.getFullYear(), one.getMonth(), one.getDate());
  const days = Math.round((midnight(now) - midnight(when)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long",
    ...(when.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }) }).format(when);
}

function unfold(wanted) {
  panel.querySelector("h2 button").setAttribute("aria-expanded", String(wanted));
  body.hidden = !wanted;
}

const beside = matchMedia("(min-width: 1240px)");
const folds = () => { if (!beside.matches) unfold(false); };

function open(id, quiet) {
  trigger("select", { do: "open", id, owner, quiet: Boolean(quiet) });
}

function rename(row) {
  stopNaming();
  const form = document.createElement("form"), field = document.createElement("input");
  const label = document.createElement("label"), row2 = document.createElement("div");
  Object.assign(field, { id: "conversation-title", value: row.dataset.title, maxLength: Number(words.limit) });
  field.autocomplete = "off";
  label.htmlFor = field.id;
  label.textContent = words.rename;
  for (const [type, text] of [["submit", words.save], ["button", words.cancel]]) {
    const button = document.createElement("button");
    Object.assign(button, { type, className: type === "submit" ? "plain main" : "plain", textContent: text });
    if (type === "button") button.dataset.conversation = "cancel";
    row2.append(button);
  }
  form.append(label, field, row2);
  named = { row, form, id: row.dataset.id };
  for (const part of row.children) part.hidden = true;
  row.append(form);
  field.focus();
  field.select();
}

function stopNaming() {
  if (!named) return;
  const { row, form, id } = named;
  named = null;
  form.remove();
  for (const part of row.children) part.hidden = false;
  row.querySelector("details").open = false;
  item(id)?.querySelector(".title").focus();
}

async function link(row) {
  const address = `${location.origin}${location.pathname}#conversation=${row.dataset.id}`;
  row.querySelector(".address")?.remove();
  try {
    await navigator.clipboard.writeText(address);
    say("");
    say(words.linked);
    row.querySelector("[data-conversation=link]").textContent = words.linked;
  } catch { // not allowed here: it is shown, to be copied by hand
    const field = document.createElement("input");
    Object.assign(field, { className: "address", readOnly: true, value: address });
    field.setAttribute("aria-label", words.byHand);
    row.querySelector(".acts").append(field);
    field.focus();
    field.select();
  }
}

async function remove(row) {
  const { id } = row.dataset, here = kept().id === id;
  const reply = await call({ do: "delete", id });
  if (!reply) return;
  wasOpen = here ? id : "";
  if (here) trigger("select", { do: "new" });
  gone.innerHTML = reply.piece; // escaped on the server
  gone.querySelector("button").focus();
}

async function undo() {
  const { id } = gone.querySelector("[data-id]").dataset;
  const reply = await call({ do: "undo", id });
  if (!reply) return;
  gone.replaceChildren();
  if (wasOpen === id) open(id);
  item(id)?.querySelector(".title").focus();
}

const actions = {
  fold: () => unfold(body.hidden),
  new: () => { trigger("select", { do: "new" }); folds(); document.querySelector("#question textarea")?.focus(); },
  open: (row) => { open(row.dataset.id); folds(); },
  cancel: stopNaming,
  rename, link, delete: remove, undo,
};

panel.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-conversation]");
  if (button) actions[button.dataset.conversation](button.closest("li"));
});

panel.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!named) return;
  const { id, form } = named;
  const title = form.querySelector("input").value;
  if (!title.trim()) return form.querySelector("input").focus();
  stopNaming();
  shown = "";
  await call({ do: "rename", id, title });
  item(id)?.querySelector(".title").focus();
});

panel.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const acts = event.target.closest("details[open]");
  if (named) stopNaming();
  else if (acts) {
    acts.open = false;
    acts.querySelector("summary").focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});

// The conversation that is open in this tab outlasts a reload of it.
let stood = ".";
function follow() {
  const { id, stamp } = kept();
  if (stood === `${id}.${stamp}`) return;
  try { sessionStorage.setItem(OPEN, id); } catch { /* a reload begins afresh */ }
  // The list can wait: while an answer is being found, the server has better to do.
  if (document.querySelector("#current [data-phase=running]")) return;
  stood = `${id}.${stamp}`;
  refresh();
}

// A link that reopens a conversation: what is shown then needs no address of its own.
function linked() {
  const [name, id] = location.hash.slice(1).split("=");
  if (name !== "conversation") return "";
  history.replaceState(null, "", "#questions");
  return id ?? "";
}

window.addEventListener("hashchange", () => {
  const [name] = location.hash.slice(1).split("=");
  if (name === "conversation") open(linked() || "none");
});
document.addEventListener("findings:view", (event) => { if (event.detail.view === "ask") refresh(); });

// Once the component stands: a value that is set while it is being made would be lost.
unfold(beside.matches);
setTimeout(() => {
  props.value = owner;
  let before = "";
  try { before = sessionStorage.getItem(OPEN) ?? ""; } catch { /* nothing was open */ }
  const wanted = location.hash.startsWith("#conversation=") ? linked() || "none" : "";
  if (wanted || before) open(wanted || before, !wanted);
  refresh();
  new MutationObserver(follow).observe(document.querySelector("#chat"),
    { childList: true, subtree: true, attributes: true, attributeFilter: ["data-id", "data-stamp"] });
});
