// <form data-draft="/address">: what is typed is kept on the server, two seconds after the last key, so that it is there on
// another device or after a crash. The button "Keep as a draft" does the same without this module.

const WAIT = 2000;
const LONGEST = 64_000;
const pending = new WeakMap();

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || !event.target.matches("textarea, input[name=title]")) return;
  stop(form);
  const request = new AbortController();
  pending.set(form, { request, timer: setTimeout(() => keep(form, request.signal), WAIT) });
});

// What is on its way as a post is no draft any more.
document.addEventListener("submit", (event) => stop(event.target));

function stop(form) {
  const before = pending.get(form);
  clearTimeout(before?.timer);
  before?.request.abort();
}

async function keep(form, signal) {
  const body = new URLSearchParams(new FormData(form));
  body.set("act", "quietly");
  if ((body.get("body") || "").length > LONGEST) return;
  const state = form.querySelector("[data-draft-state]");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body, signal, credentials: "same-origin" });
    const done = answer.status === 204;
    if (done && form.elements.drafted) form.elements.drafted.value = "1";
    if (state) state.textContent = done ? "Kept as a draft." : "Not kept as a draft: your connection or your session ended.";
  } catch {
    // The text is still in the form; the next key tries again.
  }
}
