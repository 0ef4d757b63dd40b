// The pick list: a scan confirms the stop it belongs to, wherever it stands in the list; anything else is refused aloud.

import { act, eventId, find, forgive, refresh, refuse, say, send } from "./core.mjs";

const orders = find("[data-orders]").dataset.orders.split(",").filter(Boolean);
const refused = async ({ reason, found }) =>
  refuse((await send("/staff/pick/refusal", { orders, reason, found })).data.refusal);

document.addEventListener("scan", async ({ detail }) => {
  const { data } = await send("/staff/pick/scan", { orders, scan: detail.text });
  if (data.refusal) return refuse(data.refusal);
  forgive();
  for (const { order_id: order, picks } of data.orders) {
    const asked = picks.map((pick) => ({ event_id: eventId(), ...pick }));
    const answer = await send(`/v1/pickups/${order}/picks`, { picks: asked });
    if (!answer.ok) return refused(answer.data);
  }
  say(data.said);
  refresh("", true);
});

document.addEventListener("click", ({ target }) => {
  const open = target.closest("[data-short]");
  if (!open && !target.closest("[data-short-leave]")) return;
  const form = find("[data-short-form]");
  form.hidden = !open;
  find(open ? "#short-n" : "[data-short]").focus();
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-short-form]");
  if (!form) return;
  event.preventDefault();
  const { qty, reason } = Object.fromEntries(new FormData(form));
  const { data } = await send("/staff/pick/short", { orders, gtin: form.dataset.stop, qty: Number(qty) });
  for (const { order_id: order, line, qty: units } of data.shorts) {
    const answer = await act(`/v1/pickups/${order}/shorts`, { line, qty: units, reason });
    if (!answer.ok) return refused(answer.data);
  }
  refresh("", true);
});
