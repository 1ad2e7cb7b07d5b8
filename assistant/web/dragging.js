// Goes on from briefing.js, in the same scope: items are dragged by their handles with a mouse, a
// pen or a finger. The buttons beside each item do the same without; so a handle takes no focus.
const EDGE_PX = 80, SCROLLED_PX_S = 900; // where the page scrolls along, and how fast at most
const marker = make("div", "");
marker.id = "briefing-drop";
marker.hidden = true;
list.after(marker);
// What is being dragged: {pointer, key, y, after, when}. `after` is the key of the item that it
// would stand behind, "" at the start, null where it is.
let drag = null;

const rows = () => [...list.querySelectorAll("li[data-key]")];

function pickUp(event) {
  const handle = event.target instanceof Element && event.target.closest("[data-drag]");
  if (!handle || drag || event.button !== 0 || !event.isPrimary) return;
  event.preventDefault(); // no text is selected, and an open form keeps the focus
  const { key } = handle.closest("li").dataset;
  drag = { pointer: event.pointerId, key, y: event.clientY, after: null, when: performance.now() };
  list.setPointerCapture(event.pointerId); // the handle may be drawn anew meanwhile
  list.classList.add("dragging");
  aim();
  requestAnimationFrame(scrollAlong);
}

// Where it would be put down now, shown by a line; none where that is its own place.
function aim() {
  const one = items.get(drag.key)?.li;
  if (!one) return putBack(); // it was removed, perhaps in another tab
  one.classList.add("dragged");
  const all = rows(), others = all.filter((li) => li !== one);
  const above = others.filter((li) => middle(li) < drag.y).at(-1);
  const own = above === all[all.indexOf(one) - 1];
  drag.after = own ? null : above?.dataset.key ?? "";
  marker.hidden = own;
  if (own) return;
  const box = list.getBoundingClientRect();
  const y = above ? above.getBoundingClientRect().bottom : box.top;
  Object.assign(marker.style, { top: `${y}px`, left: `${box.left}px`, width: `${box.width}px` });
}

function middle(li) {
  const { top, bottom } = li.getBoundingClientRect();
  return (top + bottom) / 2;
}

// Near the edge of the window the page goes along, the faster the nearer.
function scrollAlong(now) {
  if (!drag) return;
  const up = EDGE_PX - drag.y, down = EDGE_PX - (window.innerHeight - drag.y);
  const share = Math.min(Math.max(up, down, 0) / EDGE_PX, 1);
  const by = share * SCROLLED_PX_S * Math.min(now - drag.when, 50) / 1000;
  drag.when = now;
  if (by > 0) {
    window.scrollBy({ top: up > down ? -Math.ceil(by) : Math.ceil(by), behavior: "instant" });
    aim();
  }
  requestAnimationFrame(scrollAlong);
}

function letGo() {
  const { key, after, pointer } = drag;
  drag = null;
  marker.hidden = true;
  list.classList.remove("dragging");
  items.get(key)?.li.classList.remove("dragged");
  if (list.hasPointerCapture(pointer)) list.releasePointerCapture(pointer);
  return { key, after };
}

function putBack() {
  letGo();
  say(words.notMoved);
}

function putDown() {
  if (drag.after === null) return putBack();
  const { key, after } = letGo();
  call({ do: "move", item: key, after }); // its reply says the new place
}

const dragged = (event) => drag !== null && event.pointerId === drag.pointer;

list.addEventListener("pointerdown", pickUp);
list.addEventListener("pointermove", (event) => {
  if (!dragged(event)) return;
  drag.y = event.clientY;
  aim();
});
list.addEventListener("pointerup", (event) => { if (dragged(event)) putDown(); });
for (const ends of ["pointercancel", "lostpointercapture"])
  list.addEventListener(ends, (event) => { if (dragged(event)) putBack(); });
list.addEventListener("contextmenu", (event) => { if (drag) event.preventDefault(); }); // a long touch
// Before the page's own keys: Escape ends the dragging and nothing else.
document.addEventListener("keydown", (event) => {
  if (!drag || event.key !== "Escape") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  putBack();
}, { capture: true });
document.addEventListener("findings:view", () => { if (drag) putBack(); });
