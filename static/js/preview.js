// <form data-preview="/address"> with a textarea and <div class="preview" id="preview">: shows the text as the server
// renders it, a moment after the last key. The form's own "Preview" button does the same without this module.

import { read } from "./reading.js";

const WAIT = 600;
const LONGEST = 50_000;
const pending = new WeakMap();

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-preview]");
  const place = form?.querySelector(".preview");
  if (!place || event.target.tagName !== "TEXTAREA") return;
  const before = pending.get(form);
  clearTimeout(before?.timer);
  before?.request.abort();
  const request = new AbortController();
  pending.set(form, { request, timer: setTimeout(() => show(form, event.target, place, request.signal), WAIT) });
});

async function show(form, text, place, signal) {
  if (!text.value.trim()) place.replaceChildren();
  if (!text.value.trim() || text.value.length > LONGEST) return;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview, { method: "POST", body, signal, credentials: "same-origin" });
    if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("text/html")) return;
    const page = read(await answer.text());
    const fresh = (place.id && page.getElementById(place.id)) || page.querySelector(".preview") || page.body;
    place.replaceChildren(...document.adoptNode(fresh).childNodes);
  } catch {
    // No preview is no loss: the text is still there and the button still works.
  }
}
