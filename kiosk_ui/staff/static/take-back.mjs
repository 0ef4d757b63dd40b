// The return: lines of an order or products without one, how many of each, how much goes back; one document per press.

import { act, find, refuse, say, send } from "./core.mjs";

const form = find("[data-back]");
const list = find("#lines");
const sum = find("[data-sum]");
const digits = 10 ** Number(sum.dataset.digits);
const rows = () => [...list.children];
const field = (row, name) => find(`[name=${name}]`, row);
const minor = (row) => Math.round(Number(field(row, "amount").value.replace(/[^\d.]/g, "")) * digits);
const units = (row) => Number(field(row, "qty").value);

function tell(text) {
  find("[data-said]", form).textContent = text;
  say(text);
}

function total() {
  const taken = rows().filter((row) => units(row) > 0);
  const amount = taken.reduce((all, row) => all + minor(row), 0);
  const figure = new Intl.NumberFormat("en", { minimumFractionDigits: Number(sum.dataset.digits) }).format(amount / digits);
  sum.textContent = sum.dataset.sign.replace("0", figure);
  find("[type=submit]", form).disabled = !taken.length;
  return amount;
}

function count(row, qty) {
  field(row, "qty").value = Math.min(qty, Number(field(row, "qty").max));
  price(row);
}

function price(row) {
  field(row, "amount").value = ((units(row) * row.dataset.price) / digits).toFixed(Number(sum.dataset.digits));
  total();
}

document.addEventListener("scan", async ({ detail }) => {
  const known = rows().find((row) => row.dataset.gtin === detail.text.padStart(14, "0"));
  if (known) return count(known, units(known) + 1);
  const { data } = await send("/staff/take-back/scan", { scan: detail.text });
  if (data.refusal) return refuse(data.refusal);
  const fresh = document.createElement("ul");
  fresh.innerHTML = data.html ?? "";
  const here = new Set(rows().map((row) => row.dataset.backLine));
  list.append(...[...fresh.children].filter((row) => !here.has(row.dataset.backLine)));
  tell(data.said);
  total();
});

list.addEventListener("input", ({ target }) => {
  const row = target.closest("li");
  if (target.name === "qty") price(row);
  else total();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = find("[type=submit]", form);
  button.disabled = true;
  const condition = form.elements.condition.value;
  const lines = rows()
    .filter((row) => units(row) > 0)
    .map((row) => ({
      order_id: row.dataset.orderId || null,
      line: row.dataset.line ? Number(row.dataset.line) : null,
      gtin: row.dataset.gtin,
      qty: units(row),
      amount_minor: minor(row),
      condition,
    }));
  const asked = { lines, charges: [], refund_minor: total(), refund_asked: form.elements.refund_asked.checked };
  button.disabled = true;
  const { ok, data } = await act("/v1/returns", asked);
  if (ok) {
    list.replaceChildren();
    total();
    return tell((await send("/staff/take-back/done", { units: data.units })).data.said);
  }
  total();
  refuse((await send("/staff/take-back/refusal", { reason: data.reason, found: data.found })).data.refusal);
});

total();
