// Goes on from reader.js, in the same scope: quotes and links that can be taken along, and the
// addresses that open a report ("#report=...") or a finding ("#finding=...").
const addressOf = (id) => `${location.origin}${location.pathname}#finding=${encodeURIComponent(id)}`;
const squeezed = (text) => text.split(/\s+/).filter(Boolean).join(" ");

function placeOf(reference, page) {
  return Number(page) ? `${reference}, ${words.page.replace("#page", page)}` : reference;
}

// Each part goes in as it is: none of them is read as a template.
function quoted(quote, reference, page, id) {
  const parts = { "#quote": squeezed(quote), "#place": placeOf(reference, page), "#link": addressOf(id) };
  return words.quoted.replace(/#quote|#place|#link/g, (name) => parts[name]);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* not allowed, or not there: the older way */ }
  const had = document.activeElement, box = document.createElement("textarea");
  box.value = text;
  box.className = "hidden-words";
  document.body.append(box);
  box.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { done = false; }
  box.remove();
  had?.focus({ preventScroll: true });
  return done;
}

// Copies, says so once, and shows it on the button for a while.
async function copy(button, text, said) {
  const done = await copied(text);
  announce.textContent = "";
  requestAnimationFrame(() => { announce.textContent = done ? said : words.notCopied; });
  button.dataset.label ??= button.textContent;
  button.textContent = done ? words.done : words.notDone;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { button.textContent = button.dataset.label; }, 2500);
}

function copyQuote(button) {
  const quote = marks.map((mark) => mark.textContent).join("");
  copy(button, quoted(quote, opened.reference, opened.page, opened.id), words.copied);
}

// Cards in a line get their button here: a long list has a thousand of them. One listener, the
// page's, hears the clicks on all.
function copierOf(card) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "link", textContent: words.copyQuote });
  button.dataset.copy = "";
  button.setAttribute("aria-label", words.copyQuoteLabel.replace("#n", card.dataset.n));
  return button;
}

function dressLines() {
  for (const card of document.querySelectorAll(".card.small:not(:has([data-copy]))"))
    card.querySelector(".tools").prepend(copierOf(card));
}

function copyCard(button) {
  const card = button.closest(".card"), { reference, at, page, finding } = card.dataset;
  const place = reference ?? JSON.parse(card.parentElement.dataset.references)[at];
  copy(button, quoted(card.querySelector("q").textContent, place, page, finding), words.copied);
}

// What is open, where it stands, and what can be done with it.
function showOpened() {
  const told = opened && [opened.kind, opened.section,
    opened.page && words.page.replace("#page", opened.page)];
  element.querySelector("#opened-place").textContent = told ? told.filter(Boolean).join(" · ") : "";
  tool("ask_here").hidden = !shown;
  tool("copy_quote").hidden = tool("copy_link").hidden = !opened;
  element.querySelector("#opened").hidden = !opened && !shown?.pages;
  count();
  look();
}

// What the address wants opened: {finding} or {id}; null for nothing.
function wanted() {
  const [, name, raw] = /^#(finding|report)=(.+)$/s.exec(location.hash) ?? [];
  if (!name) return null;
  let value = raw;
  try { value = decodeURIComponent(raw); } catch { /* not of this page: it will be unknown */ }
  return name === "finding" ? { finding: value } : { id: value };
}

async function openAddress(wish, from) {
  at = null;
  element.querySelector("#cited").hidden = true;
  for (const old of document.querySelectorAll(".is-open")) old.classList.remove("is-open");
  cameFrom = from;
  const opening = begin();
  let found = null, problem = words.unknown;
  try {
    const reply = await asked(wish);
    found = reply && made(reply);
  } catch { problem = words.failed; }
  if (!opening.isLast()) return;
  opening.done();
  if (!found) {
    clear(problem);
    return title.focus();
  }
  const turn = document.querySelector("#current .turn")?.dataset.turn ?? -1;
  shelf.set(found.id, { turn: Number(turn), coming: Promise.resolve(found) });
  place(found);
  const row = found.rows.get(wish.finding);
  if (row) {
    openRow(row, true);
    return measured();
  }
  unmark();
  opened = null;
  showOpened();
  title.focus({ preventScroll: true });
  bring(null, false);
  if (reader.getBoundingClientRect().top > window.innerHeight - 160) reader.scrollIntoView();
}

// Once something else is open, the address no longer says what is.
function leaveAddress() {
  cameFrom = "";
  if (wanted()) history.replaceState(null, "", "#questions");
}

// Goes back to the view that the report was opened from; false where it was none.
function returned() {
  const from = cameFrom, wish = wanted();
  leaveAddress();
  if (!from || !wish) return false;
  window.addEventListener("hashchange", () => setTimeout(() => {
    document.querySelector(`#shelved a[href="#report=${CSS.escape(encodeURIComponent(wish.id))}"]`)?.focus();
  }), { once: true });
  location.hash = from;
  return true;
}

// Takes the open report as the only place to look in, and hands over to the question box.
function askHere() {
  cameFrom = "";
  const boxes = [...document.querySelectorAll("#places input[type=checkbox]:not([name=kinds])")];
  for (const box of boxes) {
    const on = box.name === "reports" && box.value === shown?.id;
    if (box.checked === on) continue;
    box.checked = on;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  question()?.focus();
}

window.addEventListener("hashchange", (event) => {
  const wish = wanted(), from = new URL(event.oldURL).hash;
  if (wish) openAddress(wish, /^#(library|briefing|evaluation)/.test(from) ? from : "");
});
Promise.resolve().then(() => { const wish = wanted(); if (wish) openAddress(wish, ""); });
