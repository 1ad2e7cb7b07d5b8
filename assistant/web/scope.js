// Where to look for answers: what is chosen lives here and in this tab's storage, the tick boxes
// in #places come from the server. Gradio runs it once with the line's `element` and `props`;
// `props.value` is what a question is sent with. Names go in as text.
const bar = element.querySelector("#scope");
const words = bar.dataset;
const part = (id) => element.querySelector(`#${id}`);
const places = () => document.querySelector("#places");
const boxes = () => [...document.querySelectorAll("#places input[type=checkbox]")];
const GROUPS = ["forces", "years", "reports", "kinds"];
const KEY = "findings-scope";
const chosen = remembered(); // group -> Map of value -> name
let library = ""; // names the choices that are shown

function remembered() {
  let kept = {};
  try { kept = JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { /* begin afresh */ }
  const pairs = (group) => (Array.isArray(kept[group]) ? kept[group] : []).filter(Array.isArray);
  return Object.fromEntries(GROUPS.map((group) => [group, new Map(pairs(group))]));
}

function keep() {
  const told = Object.fromEntries(GROUPS.map((group) => [group, [...chosen[group]]]));
  const any = GROUPS.some((group) => chosen[group].size);
  props.value = any ? JSON.stringify(told) : "";
  try { sessionStorage.setItem(KEY, props.value || "{}"); } catch { /* it lasts until a reload */ }
}

const nameOf = (box) => box.closest("label").textContent;

// Brings the page in line with what is chosen.
function show() {
  for (const box of boxes()) box.checked = chosen[box.name].has(box.value);
  const chips = GROUPS.flatMap((group) => [...chosen[group]].map(([value, name]) => chip(group, value, name)));
  part("scope-chips").replaceChildren(...chips);
  part("scope-all").hidden = chips.length > 0;
  part("scope-all").textContent = Number(places()?.dataset.total) > 1 ? words.all : words.whole;
  bar.hidden = !places();
  count();
}

function chip(group, value, name) {
  const item = document.createElement("li"), button = document.createElement("button");
  const text = document.createElement("span"), sign = document.createElement("span");
  Object.assign(button, { type: "button", className: "chip" });
  Object.assign(button.dataset, { group, value });
  button.setAttribute("aria-label", words.remove.replace("#name", () => name));
  text.textContent = name;
  sign.textContent = "×";
  sign.setAttribute("aria-hidden", "true");
  button.append(text, sign);
  item.append(button);
  return item;
}

// How many reports have everything that is chosen: a force and a year may exclude each other.
function count() {
  const spot = document.querySelector("#places-count");
  if (!spot) return;
  const admits = (group, value) => !chosen[group].size || chosen[group].has(value);
  const reports = boxes().filter((box) => box.name === "reports");
  const left = reports.filter((box) => admits("reports", box.value)
    && admits("forces", box.dataset.force) && admits("years", box.dataset.year)).length;
  const text = left === 1 ? words.one : words.many.replace("#count", left);
  spot.textContent = left ? text.replace("#total", reports.length) : words.nowhere;
  if (reports.length < 2) spot.textContent = "";
}

// After the library changed: what is no longer there can't be looked in.
function follow() {
  if (!places() || places().dataset.library === library) return;
  library = places().dataset.library;
  const there = new Map(boxes().map((box) => [`${box.name} ${box.value}`, nameOf(box)]));
  const gone = [];
  for (const group of GROUPS)
    for (const [value, name] of chosen[group]) {
      const now = there.get(`${group} ${value}`);
      if (now !== undefined) chosen[group].set(value, now);
      else gone.push([group, value, name]);
    }
  for (const [group, value] of gone) chosen[group].delete(value);
  if (gone.length) part("scope-said").textContent =
    gone.map(([, , name]) => words.gone.replace("#name", () => name)).join(" ");
  keep();
  show();
}

function open(wanted) {
  document.querySelector("#ask").classList.toggle("choosing", wanted);
  part("scope-open").setAttribute("aria-expanded", String(wanted));
  if (!wanted) return;
  part("scope-said").textContent = "";
  places().scrollTop = 0;
}

const isOpen = () => part("scope-open").getAttribute("aria-expanded") === "true";

function change(group, value, name) {
  if (name === null) chosen[group].delete(value);
  else chosen[group].set(value, name);
  part("scope-said").textContent = "";
  keep();
  show();
}

element.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button");
  if (!button) return;
  if (button.id === "scope-open") return open(!isOpen());
  const at = [...element.querySelectorAll(".chip")].indexOf(button);
  change(button.dataset.group, button.dataset.value, null);
  const left = element.querySelectorAll(".chip");
  (left[Math.min(at, left.length - 1)] ?? part("scope-open")).focus();
});

document.addEventListener("click", (event) => {
  const does = event.target instanceof Element && event.target.closest("[data-places]");
  if (!does) return;
  if (does.dataset.places === "clear") {
    for (const group of GROUPS) chosen[group].clear();
    keep();
    show();
  } else {
    open(false);
    part("scope-open").focus();
  }
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("#places input[type=checkbox]"))
    change(box.name, box.value, box.checked ? nameOf(box) : null);
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("#places .sift")) return;
  const sought = event.target.value.trim().toLowerCase();
  for (const item of event.target.closest("fieldset").querySelectorAll("li"))
    item.hidden = !item.textContent.toLowerCase().includes(sought);
});

document.addEventListener("keydown", (event) => {
  const inside = event.target instanceof Element && event.target.closest("#places, #scope");
  if (event.key !== "Escape" || !inside || !isOpen()) return;
  event.preventDefault();
  open(false);
  part("scope-open").focus();
}, { capture: true });

// Once the component stands: a value that is set while it is being made would be lost.
show();
setTimeout(() => {
  follow();
  new MutationObserver(follow).observe(document.querySelector("#ask"),
    { childList: true, subtree: true, attributes: true, attributeFilter: ["data-library"] });
});
