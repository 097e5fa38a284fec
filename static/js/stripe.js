// <form data-stripe="publishable key"> with #card and #card-error: the card goes from Stripe's own field straight to
// Stripe; our server is asked for the payment's secret before, and told to look afterwards.

const form = document.querySelector("form[data-stripe]");
const fault = document.getElementById("card-error");

if (form) begin();

function begin() {
  form.hidden = false;
  if (!window.Stripe) {
    say("Stripe's form could not be loaded. Please check your connection or what blocks scripts, and load this page again. Nothing was charged.");
    form.querySelector("button").disabled = true;
    return;
  }
  const stripe = window.Stripe(form.dataset.stripe);
  const card = stripe.elements().create("card", { style: { base: look() } });
  card.mount("#card");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pay(stripe, card);
  });
}

async function pay(stripe, card) {
  const button = form.querySelector("button");
  button.disabled = true;
  say("");
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error("no secret");
    const { secret } = await answer.json();
    const keep = "keep" in form.dataset ? { setup_future_usage: "off_session" } : {};
    const { error } = await stripe.confirmCardPayment(secret, { payment_method: { card }, ...keep });
    if (error) say(error.message || "The card was not taken. Nothing was charged.");
    else document.querySelector("form[action$='/ask']").submit();
  } catch {
    say("The payment could not be sent. Nothing was charged twice; load this page again to see how it stands.");
  }
  button.disabled = false;
}

function say(text) {
  fault.hidden = !text;
  fault.textContent = text;
}

function look() {
  const style = getComputedStyle(form);
  return { color: style.color, fontFamily: style.fontFamily, fontSize: "16px" };
}
