// The page's script: picks questions, opens the one that the address names. All is there without.
const picker = document.getElementById("at:picker");
const all = [...document.querySelectorAll("details.question")];

// Plain text of each question, for searching; read when first needed, since it is long.
const words = new Map();
const wordsOf = (one) => {
  if (!words.has(one)) words.set(one, one.textContent.toLowerCase());
  return words.get(one);
};

const pick = () => {
  const { kind, state, words: typed } = picker.elements;
  const sought = typed.value.trim().toLowerCase();
  let count = 0;
  for (const one of all) {
    const fits = (!kind.value || one.dataset.kind === kind.value)
      && (!state.value || one.dataset.state.split(" ").includes(state.value))
      && (!sought || wordsOf(one).includes(sought));
    one.hidden = !fits;
    count += fits;
  }
  const questions = all.length === 1 ? "question" : "questions";
  picker.querySelector("output").textContent = count === all.length
    ? `${count} ${questions}` : `${count} of ${all.length} ${questions}`;
};

const reveal = () => {
  const named = document.getElementById(location.hash.slice(1));
  const question = named?.closest("details.question");
  if (!question) return;
  if (question.hidden) { picker.reset(); pick(); }
  for (let at = named; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  (named.classList.contains("body") ? question : named).scrollIntoView();
};

if (picker) {
  picker.hidden = false;
  picker.addEventListener("input", pick);
  picker.addEventListener("submit", (event) => event.preventDefault());
  picker.addEventListener("click", (event) => {
    const fold = event.target.dataset.fold;
    if (fold) for (const one of all) if (!one.hidden) one.open = fold === "open";
  });
  // A kind's name in the table leads to its questions.
  for (const way of document.querySelectorAll("a[data-kind]")) {
    way.addEventListener("click", () => {
      picker.reset();
      picker.elements.kind.value = way.dataset.kind;
      pick();
    });
  }
  pick(); // browsers keep what was picked when a page is loaded again
  addEventListener("hashchange", reveal);
  reveal();
}
