// data-follow="4" on an element with an id: every so many seconds it is replaced by what the page now says there, until it
// wears the mark no more; what was said when it began has been overtaken then. Without script, a link on the page does the same.

import { announce } from "./announce.js";
import { read } from "./reading.js";

let timer = 0;

function follow() {
  clearTimeout(timer);
  const place = document.querySelector("[data-follow]");
  if (place) timer = setTimeout(() => look(place), 1000 * Number(place.dataset.follow));
}

async function look(place) {
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (answer.ok && place.isConnected) renew(place, read(await answer.text()));
  } catch { /* no connection for the moment: the next look may have one */ }
  follow();
}

function renew(place, page) {
  const fresh = page.getElementById(place.id);
  if (!fresh) return;
  const over = !fresh.hasAttribute("data-follow");
  const inside = place.contains(document.activeElement);
  if (!over && inside) {
    const bars = [place.querySelector("progress"), fresh.querySelector("progress")];
    if (bars[0] && bars[1]) bars[0].value = bars[1].value;
    return;
  }
  place.replaceWith(document.adoptNode(fresh));
  document.dispatchEvent(new CustomEvent("lp:swapped"));
  if (!over) return;
  document.getElementById("notices")?.replaceChildren();
  const title = fresh.querySelector("h2");
  if (inside) { fresh.tabIndex = -1; fresh.focus({ preventScroll: true }); }
  if (title) announce(title.textContent.trim());
}

document.addEventListener("lp:swapped", follow);
follow();
