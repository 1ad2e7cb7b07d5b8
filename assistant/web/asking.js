// Asking with less typing: the arrow keys bring back what was asked, a turn can be asked again, the
// last question can be edited. Gradio runs it once with the line's `element`, `props` and `trigger`;
// `props.value` says which turn the next question takes the place of. Text goes in as text.
const editing = element.querySelector("#editing");
const box = () => document.querySelector("#question textarea");
const turns = () => [...document.querySelectorAll("#chat .turn")];
let recalled = null; // {at, text}: the question that was brought back, counted from the last

// A question can be typed at once. Gradio's own way to that is lost where the box is not shown yet
// or is drawn anew while the page opens; whoever followed a link or began elsewhere stays there.
let begun = Boolean(location.hash) || !matchMedia("(pointer: fine)").matches;
for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { begun = true; },
  { capture: true, once: true });
function begin(looks) {
  if (begun || !looks) return;
  if (document.activeElement === document.body) box()?.focus({ preventScroll: true });
  setTimeout(begin, 100, looks - 1);
}
begin(50);

function fill(text) {
  const field = box();
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.setSelectionRange(text.length, text.length);
}

function recall(step) {
  const asked = turns().map((turn) => turn.dataset.question).reverse();
  const fresh = recalled?.text === box().value ? recalled.at : -1;
  const at = Math.min(fresh + step, asked.length - 1);
  const text = at < 0 ? "" : asked[at];
  recalled = at < 0 ? null : { at, text };
  fill(text);
}

document.addEventListener("keydown", (event) => {
  if (event.target !== box() || event.isComposing) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { value } = event.target;
  if (event.key === "Escape" && !editing.hidden) {
    event.preventDefault();
    edit(null);
  } else if (event.key === "ArrowUp" && turns().length && (!value || value === recalled?.text)) {
    event.preventDefault();
    recall(1);
  } else if (event.key === "ArrowDown" && value && value === recalled?.text) {
    event.preventDefault();
    recall(-1);
  }
}, { capture: true });

// Takes the question of a turn into the box, to be sent in its place; null lets go of it.
function edit(turn) {
  const had = !editing.hidden;
  props.value = turn ? turn.dataset.turn : "";
  editing.hidden = !turn;
  editing.querySelector("span").textContent = turn ? editing.dataset.said : "";
  if (turn) fill(turn.dataset.question);
  else if (had) fill("");
  box().focus();
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-turn-act]");
  if (!button) return;
  const does = button.dataset.turnAct;
  if (does === "edit") edit(button.closest(".turn"));
  else if (does === "cancel") edit(null);
  else {
    if (matchMedia("(pointer: fine)").matches) box()?.focus(); // the button goes away
    trigger("select", { again: Number(button.dataset.number) });
  }
});

// Once the edited question was sent, or its turn is no longer the last one, the next is a new one.
function follow() {
  if (editing.hidden) return;
  const last = document.querySelector("#current .turn");
  if (last?.dataset.turn === props.value && last.dataset.phase !== "running") return;
  props.value = "";
  editing.hidden = true;
}

// Once the line stands in the page, and so inside the conversation.
setTimeout(() => new MutationObserver(follow).observe(document.querySelector("#chat"),
  { childList: true, subtree: true, attributes: true, attributeFilter: ["data-turn", "data-phase"] }));
