// Goes on from reader.js, in the same scope: what clicks and keys do, quotes beside numbers, asked
// suggestions, answers brought into sight and announced.
const tip = element.querySelector("#tip");
let said = "";
let follow = null; // the turn that is kept in sight while it grows, until the reader scrolls

function showTip(cite) {
  const card = cardOf(cite.closest(".turn")?.dataset.turn, cite.dataset.open);
  if (!card) return;
  // The quote, then what it is and where it stands; a small card of a long list has no place.
  const quote = document.createElement("span"), place = document.createElement("span");
  quote.className = "tip-quote";
  quote.textContent = card.querySelector("q").textContent;
  place.className = "tip-place";
  place.textContent = [card.dataset.kind, card.querySelector(".place")?.textContent].filter(Boolean).join(" · ");
  tip.replaceChildren(quote, place);
  tip.hidden = false;
  cite.setAttribute("aria-describedby", "tip");
  const spot = cite.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = Math.min(spot.left, document.documentElement.clientWidth - size.width - 8);
  const above = spot.top - size.height - 6;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above > 8 ? above : spot.bottom + 6}px`;
}

function hideTip() { tip.hidden = true; }

const tools = {
  previous: () => step(-1), next: () => step(1), close, contents: () => unfold(contents.classList.contains("folded")),
  fold, finding_previous: () => stepFinding(-1), finding_next: () => stepFinding(1), ask_here: askHere,
  copy_quote: copyQuote, copy_link: (button) => copy(button, addressOf(opened.id), words.copiedLink),
  show_page: () => showPage(page), page_previous: () => showPage(original.page - 1),
  page_next: () => showPage(original.page + 1), enlarge, back: backToText,
};

// A click on the badge before a finding opens it.
function openFlag(flag) {
  const start = Number(flag.dataset.at);
  const row = shown.findings.find((one) => one[1] === start && [...kindBox.options].some((k) => k.value === one[3]));
  if (row) openRow(row, false);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const near = (selector) => target?.closest(selector);
  const opener = near("[data-open]"), card = near(".card"), asks = near("[data-ask]");
  const used = near("#reader [data-do]"), section = near("#reader [data-section]");
  if (near("[data-copy]")) {
    copyCard(near("[data-copy]"));
  } else if (opener) {
    open(opener.closest(".turn").dataset.turn, opener.dataset.open, opener.classList[0], true);
  } else if (card && window.getSelection().isCollapsed) {
    open(card.closest(".turn").dataset.turn, card.dataset.n, "link", true);
  } else if (asks) {
    if (matchMedia("(pointer: fine)").matches) question()?.focus(); // the button goes away
    trigger("select", { ask: asks.dataset.ask, alone: "alone" in asks.dataset, everywhere: "everywhere" in asks.dataset });
  } else if (used) {
    tools[used.dataset.do]?.(used);
  } else if (section) {
    goTo(Number(section.dataset.section));
  } else if (near("#report .flag")) {
    openFlag(near("#report .flag"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.body.dataset.view !== "ask") return;
  if (!tip.hidden) hideTip();
  else if (!original.hidden) backToText();
  else close();
});

for (const [shows, hides] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(shows, (event) => {
    const cite = event.target instanceof Element && event.target.closest(".cite");
    if (cite) showTip(cite);
  });
  document.addEventListener(hides, (event) => {
    const left = event.target instanceof Element && event.target.closest(".cite, #tip");
    const to = event.relatedTarget instanceof Element && event.relatedTarget.closest(".cite, #tip");
    if (left && !to) hideTip();
  });
}
window.addEventListener("scroll", hideTip, { passive: true });

// New turns are brought into sight, their reports fetched ahead, finished answers said once.
function notice() {
  const turn = document.querySelector("#current .turn");
  const likely = [...(turn?.querySelectorAll(".card") ?? [])].slice(0, FETCHED_AHEAD);
  for (const card of likely) fetchReport(card.dataset.report, turn.dataset.turn).catch(() => {});
  if (at && !turnOf(at.turn)) close();
  if (!turn) { said = ""; return; }
  const key = `${turn.dataset.turn}.${turn.dataset.revision}`;
  if (turn.dataset.turn !== said.split(".")[0]) follow = turn.dataset.turn;
  if (follow === turn.dataset.turn) turn.scrollIntoView({ block: "start" });
  if (turn.dataset.announce) follow = null;
  if (turn.dataset.announce && said !== key) announce.textContent = turn.dataset.announce;
  said = turn.dataset.announce ? key : `${turn.dataset.turn}.`;
  if (turn.dataset.announce && document.activeElement === document.body) {
    if (matchMedia("(pointer: fine)").matches) question()?.focus({ preventScroll: true });
  }
}

for (const moves of ["wheel", "touchmove", "pointerdown"])
  document.addEventListener(moves, () => { follow = null; }, { passive: true });

let queued = false;
new MutationObserver(() => {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => { queued = false; dressLines(); notice(); });
}).observe(document.querySelector("#chat"),
  { childList: true, subtree: true, attributes: true, attributeFilter: ["data-announce", "data-turn"] });
