// Says a sentence to people who listen to the page. Saying the same sentence twice is heard twice.

export function announce(sentence) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = sentence; }, 60);
}
