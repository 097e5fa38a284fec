// Forms with data-once are sent once: a second click while the first is under way does nothing.
// Forms that are swapped in place (enhance.js) look after themselves.
// A page brought back by the browser's Back button can be sent again.

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches?.("[data-once]:not([data-swap])")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  // Disabled only after the browser has read the form: a disabled button's own value would not be sent.
  setTimeout(() => setDisabled(form, true));
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-once]")) {
    sent.delete(form);
    form.removeAttribute("aria-busy");
    setDisabled(form, false);
  }
});

function setDisabled(form, disabled) {
  for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = disabled;
}
