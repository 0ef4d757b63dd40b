// Pack and label: a shelf is typed, scanned or chosen; the parcel's label comes next.

import { act, find, refuse, send } from "./core.mjs";

const form = find("[data-stage]");
const parts = form ? [...form.querySelectorAll(".part")] : [];

document.addEventListener("click", ({ target }) => {
  const shelf = target.closest("[data-shelf]")?.dataset.shelf;
  if (shelf) {
    form.elements.shelf.value = shelf;
    find("[type=submit]", form).focus();
  }
  const split = target.closest("[data-split]");
  if (!split) return;
  const on = split.getAttribute("aria-pressed") !== "true";
  split.setAttribute("aria-pressed", on);
  for (const part of parts) {
    part.hidden = !on;
    part.previousElementSibling.hidden = on;
  }
});

document.addEventListener("scan", ({ detail }) => {
  if (form) form.elements.shelf.value = detail.text.toUpperCase().slice(0, 12);
});

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const order = form.dataset.stage;
  const button = find("[type=submit]", form);
  const split = find("[data-split]").getAttribute("aria-pressed") === "true";
  const units = split
    ? parts.map((part) => ({ line: Number(find("input", part).name.slice(5)), qty: Number(find("input", part).value) })).filter(({ qty }) => qty > 0)
    : null;
  button.disabled = true;
  const shelf = form.elements.shelf.value.trim().toUpperCase();
  const { ok, data } = await act(`/v1/pickups/${order}/parcels`, { shelf, units });
  if (ok) return location.replace(`/staff/orders/${order}/parcels/${data.parcel}`);
  button.disabled = false;
  refuse((await send(`/staff/orders/${order}/refusal`, { reason: data.reason, found: data.found })).data.refusal);
});
