// The ops page follows the hub: its parts are fetched again when something happened, and every five seconds for the ages.

import { openLive } from "/design/live.mjs";

const EVERY_MS = 5000;
const { parts } = document.body.dataset;
const age = document.querySelector("[data-age]");
let asking = false;

async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const reply = await fetch(parts, { cache: "no-store", signal: AbortSignal.timeout(EVERY_MS) });
    if (reply.status === 401) location.reload();
    if (reply.ok) put(await reply.text());
  } catch {
    // No hub: the page says how old it is, and the next round asks again.
  }
  asking = false;
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.querySelector(`[data-part="${part.dataset.part}"]`);
    if (old.innerHTML !== part.innerHTML) old.replaceChildren(...part.childNodes);
  }
}

openLive("/v1/live?screen=ops");
document.addEventListener("live", ({ detail }) => detail.kind !== "beat" && refresh());
for (const news of ["live-open", "visibilitychange"]) document.addEventListener(news, refresh);
document.addEventListener("live-dim", ({ detail }) => {
  age.textContent = age.dataset.words.replace("{s}", detail.ageS);
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
setInterval(refresh, EVERY_MS);
