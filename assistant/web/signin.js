// Says so when the program no longer knows who this is: a sign-in that ended, or another person
// who signed in with this browser. Gradio runs it once with the notice's `element`.
const notice = element.querySelector("#signed-out");
const ask = window.fetch.bind(window);
window.fetch = async (...given) => {
  const reply = await ask(...given);
  const why = reply.headers.get("X-Findings");
  if (why === "signed-out" || why === "other-tab") {
    notice.querySelector("p").textContent = why === "signed-out" ? notice.dataset.out : notice.dataset.other;
    notice.hidden = false;
  }
  return reply;
};
