// Goes on from turn.js, in the same scope: marks answers as helpful or not right. The server draws
// the controls; what is typed into a form lives here, so that it outlasts their being drawn anew.
const feedbackForm = element.querySelector("#feedback-form").content.firstElementChild;
const unsent = new Map(); // mark of an answer -> {reason, correction} of a form that is open
let typing = null; // where the focus is in such a form: {mark, name, value}

const controls = (mark) => [...document.querySelectorAll(".feedback")].find((one) => one.dataset.mark === mark);
const feedbackOf = (target) => target instanceof Element ? target.closest(".feedback") : null;
const typed = (form) => ({ reason: form.elements.reason.value, correction: form.elements.correction.value });
const reasons = (form) => [...form.querySelectorAll("input")];

function unfoldFeedback(box, told) {
  const form = feedbackForm.cloneNode(true);
  for (const one of reasons(form)) one.checked = one.value === told.reason;
  form.elements.correction.value = told.correction;
  unsent.set(box.dataset.mark, told);
  box.append(form);
  box.querySelector("[data-feedback=down]").setAttribute("aria-expanded", "true");
  return form;
}

function askWhatIsWrong(box) {
  const form = box.querySelector("form")
    ?? unfoldFeedback(box, { reason: box.dataset.reason, correction: box.dataset.correction });
  (reasons(form).find((one) => one.checked) ?? reasons(form)[0]).focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function foldFeedback(box) {
  unsent.delete(box.dataset.mark);
  box.querySelector("form")?.remove();
  complainOf(box, "");
  const down = box.querySelector("[data-feedback=down]");
  down.setAttribute("aria-expanded", "false");
  down.focus();
}

function complainOf(box, text) {
  const spot = box.querySelector(".trouble");
  spot.textContent = text;
  spot.hidden = !text;
}

// Tells the program; what it draws takes the place of the controls, with the focus where it was.
async function tell(box, wish, next) {
  const { visit, mark } = box.dataset;
  if (box.ariaBusy === "true") return;
  box.ariaBusy = "true";
  const reply = await server.feedback({ ...wish, visit, mark }).catch(() => null)
    ?? { problem: feedbackForm.dataset.lost };
  const now = controls(mark); // the page may have been drawn anew meanwhile
  if (!now) return;
  now.ariaBusy = null;
  if (reply.problem) return complainOf(now, reply.problem);
  const had = now.contains(document.activeElement) || document.activeElement === document.body;
  unsent.delete(mark);
  now.outerHTML = reply.html; // escaped on the server
  if (had) controls(mark).querySelector(`[data-feedback=${next}]`).focus();
  announce.textContent = reply.said;
}

function sendFeedback(form) {
  const box = feedbackOf(form), told = typed(form);
  if (told.reason) return tell(box, { do: "down", ...told }, "change");
  complainOf(box, form.dataset.choose);
  reasons(form)[0].focus();
}

const feedbackActions = {
  up: (box) => box.querySelector("[data-feedback=up]").ariaPressed === "true"
    ? feedbackActions.undo(box) : tell(box, { do: "up" }, "up"),
  down: (box) => box.querySelector("form") ? foldFeedback(box) : askWhatIsWrong(box),
  change: askWhatIsWrong,
  undo: (box) => tell(box, { do: "undo" }, "up"),
  cancel: foldFeedback,
};

document.addEventListener("click", (event) => {
  const does = event.target instanceof Element && event.target.closest("[data-feedback]");
  if (does) feedbackActions[does.dataset.feedback](feedbackOf(does));
});

document.addEventListener("submit", (event) => {
  if (!feedbackOf(event.target)) return;
  event.preventDefault();
  sendFeedback(event.target);
});

document.addEventListener("input", (event) => {
  const box = feedbackOf(event.target);
  if (!box) return;
  unsent.set(box.dataset.mark, typed(event.target.form));
  complainOf(box, "");
});

// Before the page's own keys, so that Escape puts only the form away.
document.addEventListener("keydown", (event) => {
  const box = feedbackOf(event.target);
  if (!box || event.isComposing || !event.target.form) return;
  if (event.key === "Escape") {
    event.preventDefault();
    foldFeedback(box);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    sendFeedback(event.target.form);
  }
}, { capture: true });

document.addEventListener("focusin", (event) => {
  const box = feedbackOf(event.target);
  typing = box && event.target.form ? { mark: box.dataset.mark, name: event.target.name, value: event.target.value } : null;
});
// Not when the focus goes: it also goes when the turn is drawn anew.
document.addEventListener("pointerdown", (event) => { if (!feedbackOf(event.target)) typing = null; });

// A form that was open when its turn was drawn anew opens again as it was.
new MutationObserver(() => {
  for (const [mark, told] of unsent) {
    const box = controls(mark);
    if (!box || box.querySelector("form")) continue;
    const form = unfoldFeedback(box, told);
    if (typing?.mark !== mark || document.activeElement !== document.body) continue;
    const field = [...form.elements].find((one) => one.name === typing.name
      && (one.type !== "radio" || one.value === typing.value));
    field?.focus({ preventScroll: true });
  }
}).observe(document.querySelector("#chat"), { childList: true, subtree: true });
