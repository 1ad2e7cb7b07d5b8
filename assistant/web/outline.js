// Goes on from reader.js, in the same scope: the contents list, the section and page in view, and
// the findings of a kind, marked in the text and stepped through.
const contents = element.querySelector("#contents");
const kindBox = element.querySelector("#reader-kind");
const narrow = matchMedia("(max-width: 900px)");
let kind = ""; // which findings are marked; kept from report to report
let lit = []; // the pieces that are marked for it

// Fills what stands around the text of a report; null for none.
function outline(found) {
  element.querySelector("#outline").innerHTML = found?.contents ?? ""; // escaped on the server
  contents.hidden = !found || !found.sections.length;
  for (const list of contents.querySelectorAll("li > ul"))
    list.hidden = list.parentElement.querySelector(":scope > .entry .parts")?.ariaExpanded === "false";
  element.querySelector("#marked").hidden = !found;
  kindBox.innerHTML = found?.filter ?? ""; // wording of the page alone
  kindBox.value = kind;
  if (narrow.matches) unfold(false);
  light();
  look();
}

function unfold(wanted) {
  contents.classList.toggle("folded", !wanted);
  tool("contents").setAttribute("aria-expanded", String(wanted));
}

function fold(button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  const list = button.closest("li").querySelector(":scope > ul");
  if (list) list.hidden = !open;
  look();
}

function goTo(number) {
  const [start] = shown.sections[number];
  const spot = piecesOf(shown, start, start + 1)[0]?.closest("h3, h4, h5, h6, p, li");
  if (!spot) return;
  if (narrow.matches) unfold(false);
  bring(spot, true, 0);
}

// The place of the first character in view: whole parts first, since those out of view may not
// be laid out, then the lines of one part.
function inView() {
  const top = report.getBoundingClientRect().top + 40;
  const parts = shown.node.children;
  let low = 0, high = parts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle].getBoundingClientRect().bottom <= top) low = middle + 1;
    else high = middle;
  }
  for (const line of parts[low]?.querySelectorAll(":is(p, li, h3, h4, h5, h6):not(.blank)") ?? [])
    if (line.getBoundingClientRect().bottom > top) return Number(line.querySelector(".piece").dataset.s);
  return Number(parts[low]?.querySelector(".piece")?.dataset.s ?? 0);
}

function pageAt(spot) {
  let page = 0;
  for (const one of shown.findings) {
    if (one[1] > spot && page) break;
    page = one[5] || page;
  }
  return page;
}

// Says which section and page are in view.
function look() {
  if (!shown || reader.hidden) return;
  const spot = inView();
  let number = -1;
  shown.sections.forEach(([start], n) => { if (start <= spot) number = n; });
  element.querySelector("#reader-here").textContent = shown.sections[number]?.[1] ?? words.noSection;
  let entry = contents.querySelector(`[data-section="${number}"]`);
  while (entry?.closest("ul[hidden]")) // folded away: the heading above it stands for it
    entry = entry.closest("ul[hidden]").parentElement.querySelector("[data-section]");
  for (const old of contents.querySelectorAll("[aria-current]"))
    if (old !== entry) old.removeAttribute("aria-current");
  if (entry?.getAttribute("aria-current") !== "true") {
    entry?.setAttribute("aria-current", "true");
    const list = element.querySelector("#outline"), box = list.getBoundingClientRect();
    const here = entry?.getBoundingClientRect();
    if (here && (here.top < box.top || here.bottom > box.bottom)) list.scrollTop += here.top - box.top - 60;
  }
  offerPage(opened?.page || pageAt(spot));
}

let looking = false;
report.addEventListener("scroll", () => {
  if (looking) return;
  looking = true;
  requestAnimationFrame(() => { looking = false; look(); });
}, { passive: true });

const rowsOf = (wanted) => {
  const named = [...kindBox.options].map((one) => one.value);
  return !shown || !wanted ? []
    : shown.findings.filter((one) => wanted === "all" ? named.includes(one[3]) : one[3] === wanted);
};

function light() {
  for (const piece of lit) piece.classList.remove("lit", "positive", "negative", "neutral");
  lit = [];
  for (const row of rowsOf(kind))
    for (const piece of piecesOf(shown, row[1], row[2])) {
      piece.classList.add("lit", row[4]);
      lit.push(piece);
    }
  count();
}

// Where among the marked findings the open one is, and whether there are more on either side.
function count() {
  const rows = rowsOf(kind), n = rows.findIndex((one) => one[0] === opened?.id);
  const spot = element.querySelector("#reader-count");
  const text = !kind || !shown ? "" : !rows.length ? words.noneOfKind
    : words.steps.replace("#total", rows.length).replace("#n", n < 0 ? "–" : n + 1);
  if (spot.textContent !== text) spot.textContent = text;
  element.querySelector("#marked .tools").hidden = !kind;
  const start = opened?.start ?? (shown && kind ? inView() : 0);
  allow({ finding_previous: n < 0 ? rows.some((one) => one[1] < start) : n > 0,
    finding_next: n < 0 ? rows.some((one) => one[1] >= start) : n < rows.length - 1 });
}

function stepFinding(by) {
  const rows = rowsOf(kind), n = rows.findIndex((one) => one[0] === opened?.id);
  const start = opened?.start ?? inView();
  const row = n >= 0 ? rows[n + by]
    : by > 0 ? rows.find((one) => one[1] >= start) : rows.findLast((one) => one[1] < start);
  if (row) openRow(row, false);
}

kindBox.addEventListener("change", () => {
  kind = kindBox.value;
  light();
  const rows = rowsOf(kind);
  if (!rows.length || rows.some((one) => one[0] === opened?.id)) return;
  const spot = opened?.start ?? inView();
  openRow(rows.find((one) => one[1] >= spot) ?? rows[0], false);
});

unfold(!narrow.matches);
