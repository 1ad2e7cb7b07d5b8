// The buttons that pin findings and answers, wherever they stand on the page, and the count in the
// links of the views. Gradio runs this, and briefing.js and the others that go on in the same scope,
// once with the briefing view's `element`, `trigger` and `server`.
const view = element.querySelector("#briefing-view");
const words = view.dataset;
const OWNER = "findings-owner", OPEN = "findings-briefing";
const lasting = new Map(); // what this browser doesn't let the page keep lasts as long as the page
let pins = new Set();
let line = Promise.resolve(); // one call at a time: an older state never overwrites a newer one

function kept(name) {
  try { return localStorage.getItem(name) ?? lasting.get(name) ?? ""; } catch { return lasting.get(name) ?? ""; }
}

function keep(name, value) {
  lasting.set(name, value);
  try { localStorage.setItem(name, value); } catch { /* it lasts as long as the page */ }
}

// Read anew for each call: other parts of the page use the same secret.
function owner() {
  const held = kept(OWNER);
  if (/^[0-9a-f]{64}$/.test(held)) return held;
  const made = [...crypto.getRandomValues(new Uint8Array(32))]
    .map((one) => one.toString(16).padStart(2, "0")).join("");
  keep(OWNER, made);
  return made;
}

const here = () => document.body.dataset.view === "briefing";

// Asks the program; what it says of the briefing is shown, whatever was asked.
function call(wish) {
  line = line.then(async () => {
    const more = here() ? { view: true, have: versions() } : {};
    const reply = await server.briefing({ owner: owner(), paper: kept(OPEN), ...wish, ...more })
      .catch(() => null) ?? { problem: words.lost };
    if (reply.paper !== undefined) take(reply);
    complain(reply.problem);
    if (reply.said) say(reply.said);
    return reply;
  });
  return line;
}

function take(reply) {
  if (reply.paper !== kept(OPEN)) keep(OPEN, reply.paper);
  pins = new Set(reply.pins);
  const link = document.querySelector('.views [data-view="briefing"]');
  if (link) link.dataset.count = reply.count || "";
  dress();
  if (reply.view) draw(reply);
}

function say(text) {
  // Only what is in sight is read out.
  const aloud = here() ? element.querySelector("#briefing-said") : document.querySelector("#announce");
  if (!aloud) return;
  aloud.textContent = "";
  setTimeout(() => { aloud.textContent = text; }, 50);
}

function complain(text) {
  view.querySelector("#briefing-trouble").textContent = text ?? "";
  if (text && !here()) say(text);
}

// Cards in a line get their button here: a long list has a thousand of them.
function pinOf(card) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "link pin" });
  Object.assign(button.dataset, {
    pin: `f:${card.dataset.finding}`, what: words.line.replace("#n", card.dataset.n) });
  return button;
}

// Every button says what it would do now.
function dress() {
  for (const card of document.querySelectorAll(".card.small:not(:has(.pin))"))
    card.querySelector(".tools").append(pinOf(card));
  for (const button of document.querySelectorAll("button[data-pin]")) {
    const whole = button.dataset.pin.startsWith("a:") ? "Answer" : "";
    const word = words[(pins.has(button.dataset.pin) ? "unpin" : "pin") + whole];
    if (button.textContent === word) continue;
    button.textContent = word;
    const label = words[pins.has(button.dataset.pin) ? "unpinLabel" : "pinLabel"];
    button.setAttribute("aria-label", label.replace("#what", () => button.dataset.what));
  }
}

async function pin(button) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const { pin: origin, visit, mark } = button.dataset;
  const report = button.closest("[data-report]")?.dataset.report;
  const wish = pins.has(origin) ? { do: "unpin" } : { do: mark ? "pin_answer" : "pin" };
  const reply = await call({ ...wish, origin, report, visit, mark });
  button.ariaBusy = null;
  trouble(button, reply.problem);
  offerUndo(button, wish.do === "unpin" && reply.undo ? reply.paper : "");
}

// What was unpinned can be brought back from beside its button, with the author's words and places;
// to pin it anew would give it as it was found.
function offerUndo(button, paper) {
  button.parentElement.querySelector("[data-repin]")?.remove();
  if (!paper) return;
  const undo = document.createElement("button");
  const css = button.classList.contains("plain") ? "plain" : "link";
  Object.assign(undo, { type: "button", className: css, textContent: words.undo });
  Object.assign(undo.dataset, { repin: button.dataset.pin, paper });
  undo.setAttribute("aria-label", words.undoUnpinLabel.replace("#what", () => button.dataset.what));
  button.after(undo);
}

async function repin(undo) {
  if (undo.ariaBusy === "true") return;
  undo.ariaBusy = "true";
  const { repin: origin, paper } = undo.dataset;
  const button = undo.parentElement.querySelector("button[data-pin]");
  const reply = await call({ do: "repin", origin, paper });
  undo.ariaBusy = null;
  trouble(button, reply.problem);
  if (reply.problem) return;
  button.focus();
  undo.remove();
}

async function brief(button) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const { visit, mark } = button.dataset;
  const reply = await call({ do: "brief", visit, mark });
  button.ariaBusy = null;
  trouble(button, reply.problem);
  if (!reply.problem) location.hash = "briefing";
}

// What went wrong stands beside the button.
function trouble(button, text) {
  button.parentElement.querySelector(".pin-trouble")?.remove();
  if (!text) return;
  const spot = document.createElement("span");
  spot.className = "pin-trouble";
  spot.textContent = text;
  button.after(spot);
}

// Before the page's own clicks: a click on a card opens its report.
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest("button[data-pin], button[data-brief], button[data-repin]");
  if (!button) return;
  event.stopPropagation();
  if (button.dataset.pin) pin(button);
  else if (button.dataset.repin) repin(button);
  else brief(button);
}, { capture: true });

let queued = false;
const watcher = new MutationObserver(() => {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => { queued = false; dress(); });
});

// The answers may be put on the page after this script has run.
function watch() {
  const chat = document.querySelector("#chat");
  if (!chat) return setTimeout(watch, 100);
  watcher.observe(chat, { childList: true, subtree: true });
  dress();
}
watch();
