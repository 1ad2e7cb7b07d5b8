// Which view of the page is shown: the address's fragment says it ("#library", "#briefing/..."),
// and without one it is the questions. Gradio runs this once with the links' `element`.
// Each view's own script hears of it by the event "findings:view" and draws what is in it.
const links = [...element.querySelectorAll("[data-view]")];
const names = links.map((link) => link.dataset.view);
const product = element.querySelector("nav").dataset.title;
let askedFrom = 0; // how far the conversation was scrolled when it was left

function wanted() {
  const [name] = location.hash.slice(1).split(/[/=?]/);
  return names.includes(name) ? name : "ask";
}

function turnTo(moveFocus) {
  const to = wanted(), from = document.body.dataset.view;
  if (from === "ask" && to !== "ask") askedFrom = window.scrollY;
  document.body.dataset.view = to;
  for (const link of links) {
    const here = link.dataset.view === to;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (here) document.title = to === "ask" ? product : `${link.textContent} · ${product}`;
  }
  document.dispatchEvent(new CustomEvent("findings:view", { detail: { view: to, from, moveFocus } }));
  if (to === from) return;
  window.scrollTo(0, to === "ask" ? askedFrom : 0);
  if (!moveFocus) return;
  const spot = to === "ask" ? matchMedia("(pointer: fine)").matches && document.querySelector("#question textarea")
    : document.querySelector(`#${to}-heading`);
  if (spot) spot.focus({ preventScroll: true });
}

window.addEventListener("hashchange", () => turnTo(true));
turnTo(false);
