// The briefing view: title, introduction and items are saved as they are changed. What the server
// sends as html is escaped there; all else goes in as text. wording.js, dragging.js and reference.js
// go on in the same scope.
const part = (name) => view.querySelector(`#briefing-${name}`);
const list = part("items");
const items = new Map(); // key -> {li, version, words, kind}
const POLL_MS = 600, TYPED_MS = 700;
let open = null; // the form that is open: {form, kind, key ("" for a new item)}
let timer = 0, drawn = "", shown = "";
const typing = new Map(); // field that is being typed in -> its timer

function versions() {
  return Object.fromEntries([...items].map(([key, one]) => [key, one.version]));
}

function draw(reply) {
  const { view: now } = reply;
  if (reply.paper !== drawn) {
    closeForm();
    for (const one of list.querySelectorAll(".removed")) one.remove();
  }
  drawn = reply.paper;
  for (const [name, text] of [["title", now.title], ["introduction", now.introduction]])
    if (!typing.has(part(name)) && part(name) !== document.activeElement) part(name).value = text;
  part("name").textContent = now.name;
  part("lead").replaceChildren(...now.lead.map((text) => make("p", text)));
  const news = place(now.items);
  fill(part("references"), now.references);
  fill(part("credits"), now.credits);
  if (now.list !== shown) {
    const was = part("list").querySelector("details")?.open;
    part("list").innerHTML = shown = now.list;
    const folded = part("list").querySelector("details");
    if (folded) folded.open = Boolean(was);
  }
  const empty = now.items.length === 0;
  part("empty").hidden = !empty || list.children.length > 0;
  part("exports").hidden = empty;
  if (news.length) say(news.join(" "));
  clearTimeout(timer);
  if (now.busy) timer = setTimeout(() => { if (here()) call({ do: "look" }); }, POLL_MS);
}

function make(name, text) {
  const one = document.createElement(name);
  one.textContent = text;
  return one;
}

function fill(box, html) {
  if (box.html === html) return;
  box.html = html;
  box.innerHTML = html;
}

// The items in their order; those that are as they were stay, with the notices of removed ones
// between them. The one that has the focus keeps it. Gives what checks have come out with.
function place(coming) {
  const news = [];
  const active = document.activeElement, button = active?.dataset?.do;
  const had = active?.closest("#briefing-items li");
  const keep = new Set(coming.map((one) => one.key));
  for (const [key, one] of items) if (!keep.has(key)) { one.li.remove(); items.delete(key); }
  const skip = (spot) => { while (spot?.dataset.gone !== undefined) spot = spot.nextElementSibling; return spot; };
  let spot = skip(list.firstElementChild);
  for (const one of coming) {
    let item = items.get(one.key);
    if (!item) {
      item = { li: document.createElement("li") };
      item.li.dataset.key = one.key;
      items.set(one.key, item);
    }
    if (item.li !== spot) list.insertBefore(item.li, spot);
    else spot = spot.nextElementSibling;
    if (one.html !== null) item.html = one.html;
    const settled = item.standing === "checking" && one.standing !== "checking";
    Object.assign(item, { version: one.version, words: one.words, standing: one.standing });
    item.li.className = `${one.kind} ${one.standing}`;
    item.kind = one.kind;
    if (open?.key !== one.key && item.drawn !== item.html) {
      item.li.innerHTML = item.html;
      item.drawn = item.html;
    }
    if (settled) news.push(item.li.querySelector(".flag span:last-child")?.textContent ?? "");
    spot = skip(spot);
  }
  if (had && document.activeElement === document.body) {
    const same = list.contains(active) ? active
      : button && list.querySelector(`li[data-key="${had.dataset.key}"] [data-do="${button}"]`);
    same?.focus({ preventScroll: true });
  }
  return news.filter(Boolean);
}

// Fields save what is typed after a moment, and at once when they are left.
function changed(field) {
  clearTimeout(typing.get(field));
  typing.set(field, setTimeout(() => saveField(field), TYPED_MS));
  part("saved").textContent = words.saving;
}

async function saveField(field) {
  if (!typing.has(field)) return;
  clearTimeout(typing.get(field));
  typing.delete(field);
  const name = field.id.replace("briefing-", "");
  const reply = await call({ do: name, text: field.value });
  if (reply.problem) typing.set(field, 0); // what was typed stays, and is saved with the next change
  part("saved").textContent = reply.problem || typing.size ? "" : words.saved;
}

for (const name of ["title", "introduction"]) {
  part(name).addEventListener("input", () => changed(part(name)));
  part(name).addEventListener("blur", () => saveField(part(name)));
}

async function remove(li) {
  const { key } = li.dataset;
  const notice = removal(li, key);
  const reply = await call({ do: "remove", item: key });
  if (reply.problem) return notice.remove();
  notice.querySelector("p").textContent = `${reply.notice} ${short(notice.words)}`;
  notice.querySelector("button").focus();
}

// Stands where the item stood, and offers to bring it back.
function removal(li, key) {
  const notice = document.createElement("li"), button = make("button", words.undo);
  Object.assign(button, { type: "button", className: "plain" });
  Object.assign(notice.dataset, { gone: key });
  button.dataset.do = "restore";
  notice.className = "removed screen";
  notice.words = items.get(key).words;
  notice.append(document.createElement("p"), button);
  li.after(notice);
  return notice;
}

async function restore(notice) {
  const key = notice.dataset.gone;
  const reply = await call({ do: "restore", item: key });
  if (reply.problem) return;
  notice.remove();
  focusItem(key, "remove");
}

async function removePaper(row) {
  const which = row.dataset.paper;
  const reply = await call({ do: "delete", which });
  if (reply.problem) return;
  const notice = document.createElement("p"), button = make("button", words.undo);
  Object.assign(button, { type: "button", className: "plain" });
  Object.assign(button.dataset, { do: "undelete", which });
  notice.className = "deleted screen";
  notice.append(make("span", reply.notice), button);
  part("list").after(notice);
  button.focus();
}

async function undelete(button) {
  const reply = await call({ do: "undelete", which: button.dataset.which });
  if (reply.problem) return;
  button.parentElement.remove();
  part("heading").focus();
}

async function download(format) {
  await flush();
  const { file } = await call({ do: "export", format });
  if (!file) return;
  const bytes = Uint8Array.from(atob(file.data), (one) => one.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function copy() {
  const coming = flush().then(() => call({ do: "copy" })).then((reply) => reply.copy ?? Promise.reject(new Error("nothing")));
  const blob = (type, name) => coming.then((found) => new Blob([found[name]], { type }));
  try {
    // Promises, because a browser lets a page copy only at once after a click.
    await navigator.clipboard.write([new ClipboardItem({
      "text/html": blob("text/html", "html"), "text/plain": blob("text/plain", "text") })]);
    say(words.copied);
    part("saved").textContent = words.copied;
  } catch {
    complain(words.notCopied);
  }
}

const actions = {
  up: (li) => call({ do: "move", item: li.dataset.key, by: -1 }),
  down: (li) => call({ do: "move", item: li.dataset.key, by: 1 }),
  edit: (li) => showForm(items.get(li.dataset.key).kind, li.dataset.key),
  remove, restore,
  heading_add: () => showForm("heading", ""), note_add: () => showForm("note", ""),
  cancel: () => cancel(true),
  export: (_, button) => download(button.dataset.format),
  copy,
  print: async () => { await flush(); window.print(); },
  new: async () => {
    await flush();
    if (!(await call({ do: "new" })).problem) part("title").focus();
  },
  open: async (li) => {
    await flush();
    await call({ do: "look", paper: li.dataset.paper });
    part("heading").focus();
  },
  delete: removePaper, undelete: (_, button) => undelete(button),
};

function flush() {
  return Promise.all([save(false), ...[...typing.keys()].map(saveField)]);
}

view.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-do], [data-ref]");
  if (!button) return;
  if (button.dataset.ref) showReport(button.dataset.ref);
  else if (button.getAttribute("aria-disabled") !== "true") actions[button.dataset.do]?.(button.closest("li"), button);
});

document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
document.addEventListener("findings:view", (event) => {
  if (event.detail.view === "briefing") call({ do: "look" });
  else if (event.detail.from === "briefing") flush();
});
call({ do: "look" });
