// The board and the hand-over that opens on it: every scan goes to the hub, which says what the screen shows next.

import { act, beep, find, forgive, refresh, refuse, say, send } from "./core.mjs";

const board = find("#board");
const hand = find("#hand");
// What was scanned so far; the hub fills it, this page only carries it.
let state = null;

function show(open) {
  board.hidden = open;
  hand.hidden = !open;
  if (open && !location.hash) history.pushState(null, "", "#hand");
}

function leave() {
  state = null;
  show(false);
  if (location.hash) history.replaceState(null, "", location.pathname);
}

function apply({ state: next, html, refusal, said, wrong }) {
  if (refusal) return refuse(refusal);
  forgive();
  state = next;
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

const ask = async (what) => apply((await send("/staff/hand", { state, ...what })).data);

document.addEventListener("scan", ({ detail }) => ask({ scan: detail.text }));
addEventListener("popstate", leave);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state && !find("#refuse").open) leave();
});

document.addEventListener("click", ({ target }) => {
  const order = target.closest("[data-hand]")?.dataset.hand;
  if (order) ask({ order_id: order });
  if (target.closest("[data-leave]")) leave();
});

hand.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = find("[type=submit]", form);
  if (!button) return;
  button.disabled = true;
  const { order_id: order, pass, labels, expired } = state;
  const receipt = form.elements.receipt_no?.value.trim() || null;
  const press = { pass, labels, receipt_no: receipt, name_checked: expired };
  const pin = form.elements.manager_pin;
  if (pin) press.manager = { staff_id: form.elements.manager_id.value.trim(), pin: pin.value };
  const { ok, data } = await act("/v1/handovers", press);
  button.disabled = false;
  if (!ok) return apply((await send("/staff/hand", { state, problem: { reason: data.reason, found: data.found } })).data);
  leave();
  refresh(`?last=${order}`, true);
});

if (location.hash.length > 9) ask({ order_id: location.hash.slice(1) });
