// Goes on from library.js, in the same scope: takes files and switches between the views.
const plain = (name) => name.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
const about = (text, file) => text.replace("#name", () => plain(file.name));

async function take(files) {
  part("adding-trouble").replaceChildren();
  if (files.length > Number(words.atOnce)) complain("", words.firstOnly);
  for (const file of files.slice(0, Number(words.atOnce))) {
    if (file.size > Number(words.limit)) {
      complain("", about(words.tooLarge, file));
      continue;
    }
    if (failed(await call({ do: "send", name: file.name }))) continue;
    const row = sending(file);
    try {
      const { path } = await upload(file);
      await call({ do: "drop", path, name: file.name });
    } catch {
      complain("", about(words.notSent, file));
    }
    row.remove();
  }
}

function sending(file) {
  const row = document.createElement("li");
  const name = document.createElement("h4"), stage = document.createElement("p");
  const bar = document.createElement("progress");
  name.textContent = plain(file.name);
  stage.textContent = words.sending;
  bar.setAttribute("aria-label", words.sending);
  row.append(name, stage, bar);
  part("sending").append(row);
  return row;
}

part("files").addEventListener("change", (event) => {
  const files = [...event.target.files];
  event.target.value = ""; // so that the same file can be chosen again
  take(files);
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.body.classList.add("dragging");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dragging");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.body.classList.remove("dragging");
  const dropped = [...event.dataTransfer.items].filter((one) => one.kind === "file");
  const folders = dropped.map((one) => one.webkitGetAsEntry?.()?.isDirectory);
  const files = dropped.map((one) => one.getAsFile());
  location.hash = "library";
  take(files.filter((file, at) => file && !folders[at]));
  files.forEach((file, at) => { if (folders[at]) complain("", about(words.folder, file)); });
}, { capture: true });

// The library is looked at anew whenever it is turned to.
const isShown = () => document.body.dataset.view === "library";
function look() {
  if (!isShown()) return;
  if (fresh) part("library-count").textContent = words.loading;
  call({ do: "look" });
}

part("library-filter").addEventListener("input", filter);
part("library-sort").addEventListener("change", resort);
document.addEventListener("findings:view", look);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
look();
