// The board: follows the hub, moves by arrow keys, and opens the hand-over for whatever is scanned, pressed or led here.

import { find, refresh, sleep } from "./core.mjs";

let hand = null;

/** The hand-over's own module, loaded when it is first needed; a failed load is asked for again under another name. */
async function ask(what) {
  for (let tries = 0; !hand; tries += 1) {
    try {
      hand = await import(`./hand.mjs?${tries}`);
    } catch {
      find("#wait").hidden = false;
      await sleep(1000);
    }
  }
  return hand.ask(what);
}

document.addEventListener("scan", ({ detail: { text: scan, typed } }) => ask({ scan, typed }));

document.addEventListener("click", ({ target }) => {
  const order = target.closest("[data-hand]")?.dataset.hand;
  if (order) ask({ order_id: order });
  const more = target.closest("[data-more]")?.dataset.more;
  if (more) refresh(`most=${more}`, true);
});

// From act to act, as a keypad with four keys does it.
addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const acts = [...document.querySelectorAll("#board li > .btn")];
  if (!step || !acts.length || document.activeElement.matches("input, select")) return;
  event.preventDefault();
  acts.at((acts.indexOf(document.activeElement) + step) % acts.length)?.focus();
});

// Another page of the desk heard a scan that is ours, or leads on to an order.
const carried = sessionStorage.getItem("scan");
sessionStorage.removeItem("scan");
const led = () => location.hash.length > 9 && ask({ order_id: location.hash.slice(1) });
addEventListener("hashchange", led);
if (carried) ask({ scan: carried });
else led();
