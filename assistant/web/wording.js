// Goes on from briefing.js, in the same scope: the form for the words of an item.
const form = element.querySelector("#briefing-form").content.firstElementChild;

// The form for words: over the item that it changes, or at the end for a new one.
function showForm(kind, key) {
  closeForm();
  const made = form.cloneNode(true), item = items.get(key);
  const area = made.elements.words;
  made.querySelector(".field span").textContent = words[`${kind}Field`];
  if (kind === "heading") area.rows = 1;
  area.value = item?.words ?? "";
  open = { form: made, kind, key };
  if (item) {
    made.querySelector(".where").remove();
    item.drawn = "";
    item.li.replaceChildren(made);
  } else {
    const choices = [["", words.atEnd], ...[...list.querySelectorAll("li[data-key]")].map((li, at, all) =>
      [at ? all[at - 1].dataset.key : "start", words.before.replace("#words", () => short(items.get(li.dataset.key).words))])];
    made.elements.after.append(...choices.map(([value, text]) => new Option(text, value)));
    made.querySelector(".where").hidden = choices.length < 2;
    part("add").before(made);
    part("add").hidden = true;
  }
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}

const short = (text) => text.length > 60 ? `${text.slice(0, 59)}…` : text;

function closeForm() {
  if (!open) return;
  const { form: made, key } = open;
  const item = items.get(key);
  open = null;
  made.remove();
  part("add").hidden = false;
  if (item) item.li.innerHTML = item.drawn = item.html;
}

function focusItem(key, name) {
  (items.get(key)?.li.querySelector(`[data-do="${name}"]`) ?? part("heading"))?.focus();
}

async function save(moveFocus) {
  if (!open || open.form.ariaBusy === "true") return;
  const { form: made, kind, key } = open;
  const said = made.elements.words.value;
  if (key && said.trim() === items.get(key)?.words) return cancel(moveFocus);
  if (!key && !said.trim() && !moveFocus) return cancel(false);
  made.ariaBusy = "true";
  const after = { "": null, start: "" }[made.elements.after?.value ?? ""];
  const reply = await call(key ? { do: "edit", item: key, words: said }
    : { do: "add", kind, words: said, after: after === undefined ? made.elements.after.value : after });
  made.ariaBusy = null;
  const spot = made.querySelector(".trouble");
  spot.textContent = reply.problem ?? "";
  spot.hidden = !reply.problem;
  if (reply.problem || open?.form !== made) return;
  closeForm();
  part("empty").hidden = items.size > 0;
  if (moveFocus) focusItem(key || reply.item, "edit");
}

function cancel(moveFocus) {
  if (!open) return;
  const { key, kind } = open;
  closeForm();
  if (!moveFocus) return;
  if (key) focusItem(key, "edit");
  else part("add").querySelector(`[data-do=${kind}_add]`).focus();
}

view.addEventListener("submit", (event) => { event.preventDefault(); save(true); });
view.addEventListener("focusout", (event) => {
  const left = open && event.target.closest?.("form") === open.form;
  if (left && event.relatedTarget && !open.form.contains(event.relatedTarget)) save(false);
});
view.addEventListener("keydown", (event) => {
  if (!open?.form.contains(event.target) || event.isComposing) return;
  if (event.key === "Escape") {
    event.preventDefault();
    cancel(true);
  } else if (event.key === "Enter" && event.target.tagName === "TEXTAREA"
      && (event.ctrlKey || event.metaKey || open.kind === "heading")) {
    event.preventDefault();
    save(true);
  }
});
