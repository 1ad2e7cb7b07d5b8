// Goes on from page.js, in the same scope: puts right how a question was understood, and opens
// what is folded while the page is printed.
const restating = (target) => target instanceof Element ? target.closest(".restated") : null;

function restate(box, open) {
  const form = box.querySelector(".restate"), field = form.querySelector("textarea");
  box.querySelector(".choices").hidden = open; // the first: the form has its own
  form.hidden = !open;
  if (!open) return box.querySelector("[data-restate=edit]").focus();
  field.value = field.dataset.as;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function sendRestated(field) {
  const asked = field.value.trim();
  if (!asked) return field.focus();
  if (matchMedia("(pointer: fine)").matches) question()?.focus(); // the form goes away
  trigger("select", { ask: asked, alone: true });
}

document.addEventListener("click", (event) => {
  const does = event.target instanceof Element && event.target.closest("[data-restate]");
  if (does) restate(restating(does), does.dataset.restate === "edit");
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".restate")) return;
  event.preventDefault();
  sendRestated(event.target.querySelector("textarea"));
});

// Before the page's own keys, so that Escape puts only the form away.
document.addEventListener("keydown", (event) => {
  const box = restating(event.target);
  if (!box || event.target.tagName !== "TEXTAREA" || event.isComposing) return;
  if (event.key === "Enter") {
    event.preventDefault();
    sendRestated(event.target);
  } else if (event.key === "Escape") {
    event.preventDefault();
    restate(box, false);
  }
}, { capture: true });

// What is folded on the screen is part of the answer on paper; how it came about is not.
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("#current :is(.fold, .more):not([open])")];
  for (const one of unfolded) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
  unfolded = [];
});
