// <button type="button" data-copy="#id" hidden> puts the text of #id on the clipboard, and says so.

import { announce } from "./announce.js";

if (navigator.clipboard) {
  reveal(document);
  document.addEventListener("lp:swapped", () => reveal(document));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });
}

function reveal(root) {
  for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    confirm(button, button.dataset.copied || "Copied");
  } catch {
    announce("Copying is not allowed here. Select the text and copy it yourself.");
  }
}

function confirm(button, word) {
  announce(word);
  if (button.dataset.label) return;
  const label = button.querySelector("span") || button;
  button.dataset.label = label.textContent;
  label.textContent = word;
  setTimeout(() => {
    label.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 2000);
}
