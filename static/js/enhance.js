// data-swap="#a, #b" on a form or a link: fetch the answer and replace only these elements, without a page load.
// Whatever goes wrong before the request was answered falls back to what the browser would have done by itself.

import { announce } from "./announce.js";
import { read } from "./reading.js";

const busy = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches?.("form[data-swap]")) return;
  if ((event.submitter?.formMethod || form.method) === "dialog") return;
  event.preventDefault();
  if (!busy.has(form)) submit(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.origin !== location.origin) return;
  event.preventDefault();
  if (!busy.has(link)) follow(link);
});

window.addEventListener("popstate", (event) => {
  if (event.state?.swapped) location.reload();
});

async function submit(form, submitter) {
  const method = (submitter?.formMethod || form.method).toLowerCase();
  const address = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
  const data = new FormData(form, submitter);
  const options = { method: method.toUpperCase() };
  if (method === "get") address.search = new URLSearchParams(data).toString();
  else options.body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const done = await swap(form, address, options);
  // A POST is never sent again by itself: it may have been carried out although its answer was lost.
  if (!done && method === "get") location.assign(address);
  if (!done && method !== "get") announce("The answer did not arrive. Look at the page before you try again.");
}

async function follow(link) {
  if (!(await swap(link, new URL(link.href), { method: "GET" }))) location.assign(link.href);
}

async function swap(source, address, options) {
  const places = source.dataset.swap;
  const focused = document.activeElement;
  const path = focused && focused !== document.body ? trace(focused, places) : null;
  busy.add(source);
  source.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { ...options, credentials: "same-origin", headers: { Accept: "text/html" } });
    const type = answer.headers.get("Content-Type") || "";
    if (!type.startsWith("text/html")) return false;
    const page = read(await answer.text());
    if (!replace(places, page)) return leave(page, answer, options);
    if (path && !focused.isConnected) restore(path, document.getElementById(path.place) || document.querySelector(places));
    keepAddress(source, answer, options);
    speak(page);
    return true;
  } catch {
    return false;
  } finally {
    busy.delete(source);
    source.removeAttribute("aria-busy");
  }
}

// The answer is another page: a GET simply goes there. The answer to a POST is shown as it came, because asking for it
// again would lose what it says; the address follows a redirect.
function leave(page, answer, options) {
  if (options.method === "GET") location.assign(answer.url);
  if (options.method === "GET" || !page.getElementById("main")) return options.method === "GET";
  document.body.replaceWith(document.adoptNode(page.body));
  document.title = page.title;
  if (answer.redirected) history.pushState({ swapped: true }, "", answer.url);
  scrollTo(0, 0);
  document.getElementById("main").focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("lp:swapped"));
  announce(page.title);
  return true;
}

function replace(places, page) {
  const pairs = [...document.querySelectorAll(places)].map((old) => [old, old.id && page.getElementById(old.id)]);
  if (!pairs.length || pairs.some(([, fresh]) => !fresh)) return false;
  for (const [old, fresh] of pairs) old.replaceWith(document.adoptNode(fresh));
  const notices = page.getElementById("notices");
  if (notices && !places.includes("#notices")) document.getElementById("notices")?.replaceWith(document.adoptNode(notices));
  document.dispatchEvent(new CustomEvent("lp:swapped"));
  return true;
}

function trace(element, places) {
  const place = element.closest(places)?.id;
  return { place, id: element.id, name: element.name, action: element.form?.getAttribute("action"), text: element.textContent };
}

// Back to the same control in the new markup; otherwise to the first error, or to the start of what changed.
function restore(path, place) {
  const wrong = place.querySelector("[role=alert][tabindex]");
  const same = wrong || (path.id && document.getElementById(path.id)) || [...place.querySelectorAll("a, button, input, select, textarea")]
    .find((one) => one.name === path.name && one.form?.getAttribute("action") === path.action && one.textContent === path.text);
  const target = same || place;
  if (!same && !place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: Boolean(same) && !wrong });
}

function keepAddress(source, answer, options) {
  if (options.method !== "GET" || source.dataset.swapQuiet !== undefined || answer.url === location.href) return;
  history.replaceState({ swapped: true }, "");
  history.pushState({ swapped: true }, "", answer.url);
}

function speak(page) {
  const said = document.querySelector("#notices")?.textContent.trim().replace(/\s+/g, " ");
  announce(said || document.querySelector("[role=alert]")?.textContent.trim() || page.title);
}
