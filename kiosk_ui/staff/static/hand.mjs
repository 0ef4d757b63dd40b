// The hand-over on the board: every scan and every answer of the clerk goes to the hub, which says what the screen shows next.

import { act, beep, find, forgive, refresh, refuse, say, send } from "./core.mjs";
import { fields } from "./fields.mjs";

const board = find("#board");
const hand = find("#hand");
// What was scanned so far; the hub fills it, this page only carries it.
let state = null;

function show(open) {
  board.hidden = open;
  hand.hidden = !open;
  if (open && !location.hash) history.pushState(null, "", "#hand");
}

function shut() {
  state = null;
  show(false);
}

function leave() {
  shut();
  if (location.hash) history.replaceState(null, "", location.pathname);
}

function apply({ state: next, html, refusal, said, wrong }) {
  state = next;
  if (refusal) return refuse(refusal);
  forgive();
  if (html) {
    hand.innerHTML = html;
    show(true);
    (find("[data-first]", hand) ?? find("[type=submit]", hand) ?? find("h2", hand)).focus();
    find(".menu").open = false;
  }
  if (said) {
    find('[data-part="last"]').lastElementChild.textContent = said;
    say(said);
    if (wrong) beep(true);
  }
}

const step = async (what) => apply((await send("/staff/hand", { state, ...what })).data);

// One after the other: a label scanned while the pass is being judged belongs to what that pass opens.
let turn = Promise.resolve();
export const ask = (what) => (turn = turn.then(() => step(what)));

addEventListener("popstate", shut);

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-leave]")) leave();
  const turn = target.closest("[data-turn]");
  if (turn) ask({ turn: turn.dataset.turn });
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const { post, turn, digits, did } = form.dataset;
  if (!post && !digits) return;
  event.preventDefault();
  if (digits) return ask({ scan: digits, typed: true, ...fields(form) });
  const button = find("[type=submit]", form);
  button.disabled = true;
  const { ok, data, id } = await act(post, fields(form));
  button.disabled = false;
  if (!ok) return ask({ problem: { reason: data.reason, found: data.found } });
  forgive();
  if (turn) return ask({ turn });
  leave();
  refresh(`last=${data.order_id ?? data.order}&did=${did}&event=${id}`, true);
});
