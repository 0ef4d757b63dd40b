// The return: lines of an order or products without one, how many of each, how much goes back; one document per press.

import { act, find, refuse, send } from "./core.mjs";

const form = find("[data-back]");
const list = find("#lines");
const sum = find("[data-sum]");
const { digits, sign } = sum.dataset;
const submit = find("[type=submit]", form);
const rows = () => [...list.children];
const qty = (row) => find("[name=qty]", row);
const amount = (row) => find("[name=amount]", row);
const units = (row) => qty(row).valueAsNumber;
const taken = () => rows().filter(units);
const minor = (row) => Math.round(amount(row).valueAsNumber * 10 ** digits);

// A live region of its own: it is read out when it changes.
const tell = (text) => (find("[data-said]").textContent = text);

function total() {
  const all = taken().reduce((before, row) => before + minor(row), 0);
  sum.textContent = sign.replace("0", (all / 10 ** digits).toLocaleString("en", { minimumFractionDigits: digits }));
  submit.disabled = !taken().length;
  return all;
}

function price(row) {
  amount(row).value = ((units(row) * row.dataset.price) / 10 ** digits).toFixed(digits);
  total();
}

document.addEventListener("scan", async ({ detail }) => {
  const known = rows().find((row) => row.dataset.gtin === detail.text.padStart(14, "0"));
  if (known) {
    qty(known).stepUp();
    return price(known);
  }
  const { data } = await send("/staff/take-back/scan", { scan: detail.text });
  if (data.refusal) return refuse(data.refusal);
  list.insertAdjacentHTML("beforeend", data.html);
  for (const row of rows()) if (find(`[id="${row.id}"]`) !== row) row.remove();
  tell(data.said);
  total();
});

list.addEventListener("input", ({ target }) => {
  if (target.name === "qty") price(target.closest("li"));
  total();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { condition, refund_asked: asked } = form.elements;
  const lines = taken().map((row) => ({
    ...JSON.parse(row.dataset.asked),
    qty: units(row),
    amount_minor: minor(row),
    condition: condition.value,
  }));
  const back = { lines, charges: [], refund_minor: total(), refund_asked: asked.checked };
  submit.disabled = true;
  const { ok, data } = await act("/v1/returns", back);
  if (ok) {
    list.replaceChildren();
    tell((await send("/staff/take-back/done", { units: data.units })).data.said);
  } else refuse((await send("/staff/take-back/refusal", data)).data.refusal);
  total();
});

total();
