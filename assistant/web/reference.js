// Goes on from briefing.js, in the same scope: shows a reference in its report, in a dialogue.
const dialog = element.querySelector("#briefing-reader");
const text = dialog.querySelector("#briefing-report");
const told = dialog.querySelector("#briefing-report-place");

// Marks the characters start..end. Offsets count characters, as Python does: hence Array.from.
function markSpan(start, end) {
  const marks = [];
  for (const piece of text.querySelectorAll(".piece")) {
    const from = Number(piece.dataset.s);
    if (from >= end) break;
    if (Number(piece.dataset.e) <= start) continue;
    const characters = Array.from(piece.textContent);
    const first = Math.max(start - from, 0), last = Math.min(end - from, characters.length);
    const mark = document.createElement("mark");
    mark.textContent = characters.slice(first, last).join("");
    piece.replaceChildren(characters.slice(0, first).join(""), mark, characters.slice(last).join(""));
    marks.push(mark);
  }
  return marks;
}

// Where the quote was cited, or wherever else it stands now.
function spanOf(row) {
  const quote = row.querySelector("q").textContent;
  const whole = [...text.querySelectorAll(".piece")].map((one) => one.textContent).join("");
  const characters = Array.from(whole);
  const start = Number(row.dataset.start), end = Number(row.dataset.end);
  if (characters.slice(start, end).join("") === quote) return [start, end];
  const spot = whole.indexOf(quote);
  if (spot < 0) return null;
  const from = Array.from(whole.slice(0, spot)).length;
  return [from, from + Array.from(quote).length];
}

async function showReport(n) {
  const row = part("references").querySelector(`li[data-n="${n}"]`);
  if (!row) return;
  text.replaceChildren();
  dialog.querySelector("h2").textContent = row.querySelector("p").firstChild.textContent;
  told.textContent = words.opening;
  dialog.showModal();
  const { report, problem } = await call({ do: "report", report: row.dataset.report });
  if (!report) {
    told.textContent = problem;
    complain(""); // it is said where it is seen
    return;
  }
  dialog.querySelector("h2").textContent = report.title;
  text.innerHTML = report.html; // escaped on the server, character by character
  const span = spanOf(row);
  const marks = span ? markSpan(...span) : [];
  told.textContent = marks.length ? row.dataset.place : words.changed;
  if (!marks.length) return;
  marks[0].tabIndex = -1;
  text.scrollTop += marks[0].getBoundingClientRect().top - text.getBoundingClientRect().top
    - text.clientHeight / 3;
  marks[0].focus({ preventScroll: true });
}

dialog.addEventListener("click", (event) => {
  const closes = event.target === dialog || event.target.closest("[data-do=close]");
  if (closes) dialog.close();
});
