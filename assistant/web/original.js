// Goes on from reader.js, in the same scope: a page of the original file, drawn on the server.
const original = element.querySelector("#original");
const sheet = original.querySelector(".sheet");
let page = 0; // the page that "Show the original page" shows
let drawn = null; // the last wish for a page

// Offers the page that is open or in view; 0 for none.
function offerPage(number) {
  page = number;
  const button = tool("show_page");
  button.hidden = !shown?.pages || !number;
  const text = words.original.replace("#page", number);
  if (button.textContent !== text) button.textContent = text;
}

async function showPage(number) {
  const here = (drawn = {}), id = shown.id;
  const line = original.querySelector("#original-page"), problem = original.querySelector(".trouble");
  const first = original.hidden;
  original.hidden = false;
  reader.classList.add("original");
  line.textContent = words.drawing;
  problem.textContent = "";
  if (first) line.focus();
  let reply;
  try { reply = await server.reading({ do: "page", id, page: number }); }
  catch { reply = { problem: words.failed }; }
  if (drawn !== here) return;
  if (reply.problem) {
    line.textContent = "";
    problem.textContent = reply.problem;
    sheet.replaceChildren();
  } else {
    const image = document.createElement("img");
    Object.assign(image, { src: reply.image, alt: reply.alt });
    sheet.replaceChildren(image);
    sheet.scrollTop = 0;
    line.textContent = reply.said;
  }
  sheet.hidden = Boolean(reply.problem);
  original.page = reply.page ?? number;
  allow({ page_previous: !reply.problem && original.page > 1,
    page_next: !reply.problem && original.page < reply.pages });
}

// Whether there was a page to put away.
function hidePage() {
  drawn = null;
  if (original.hidden) return false;
  original.hidden = true;
  reader.classList.remove("original");
  sheet.replaceChildren();
  return true;
}

function backToText() {
  if (hidePage()) (tool("show_page").hidden ? report : tool("show_page")).focus();
}

function enlarge() {
  const large = original.classList.toggle("large");
  tool("enlarge").setAttribute("aria-pressed", String(large));
}
