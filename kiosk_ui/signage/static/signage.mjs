// Turns the welcome's messages by itself and asks now and then whether somebody who agreed to it may be greeted by a count.
// Without an answer it goes on turning; nothing is kept.
const TURN_MS = 9_000;
const ASK_MS = 3_000;
const GREET_MS = 10_000;

const messages = [...document.querySelectorAll("[data-message]")];
const greeting = document.getElementById("greeting");
let at = 0;
let greeted = false; // one greeting per stay: she is not followed by a sentence
let greetingUntil = 0;

const show = (shown) => {
  for (const message of [...messages, greeting]) message.hidden = message !== shown;
};

setInterval(() => {
  if (performance.now() < greetingUntil) return;
  at = (at + 1) % messages.length;
  show(messages[at]);
}, TURN_MS);

async function ask() {
  const reply = await fetch("/signage/greeting" + location.search, { cache: "no-store" }).catch(() => null);
  const said = reply?.ok ? await reply.json().catch(() => null) : null;
  const words = said?.words ?? null;
  if (words && !greeted) {
    greeting.textContent = words;
    show(greeting);
    greetingUntil = performance.now() + GREET_MS;
    setTimeout(() => show(messages[at]), GREET_MS);
  }
  // An unanswered question is no reason to greet the same person again.
  if (said) greeted = Boolean(words);
  setTimeout(ask, ASK_MS);
}
ask();
