// One order: the clerk's decision (accept, decline, answer a cancel) and the way on.

import { act, find, refuse, send } from "./core.mjs";

const order = find("[data-order-page]").dataset.orderPage;

async function decide(path, body) {
  const { ok, data } = await act(path, body);
  if (ok) return location.reload();
  refuse((await send(`/staff/orders/${order}/refusal`, { reason: data.reason, found: data.found })).data.refusal);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-order-act]");
  if (button) decide(button.dataset.orderAct, JSON.parse(button.dataset.body ?? "{}"));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-decline]")) return;
  event.preventDefault();
  decide(event.target.dataset.decline, { reason: event.target.elements.reason.value });
});
