// Staff number and PIN from the pad, the keyboard or both; the pad writes where the cursor was last.

import { find, send } from "./core.mjs";

const form = find("[data-sign]");
const said = find("[data-said]");
let field = form.elements.staff_id;

const tell = (reason) => {
  const words = find("#words").content;
  said.textContent = (find(`[data-reason="${reason}"]`, words) ?? find('[data-reason="other"]', words)).textContent;
};

form.addEventListener("focusin", ({ target }) => {
  if (target.matches("input")) field = target;
});

form.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-key]")?.dataset.key;
  if (!key) return;
  const most = field.maxLength;
  field.value = key === "back" ? field.value.slice(0, -1) : (field.value + key).slice(0, most);
  said.textContent = "";
});

// Enter in the staff number goes on to the PIN, as a clerk expects of a till.
form.elements.staff_id.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || form.elements.pin.value) return;
  event.preventDefault();
  form.elements.pin.focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { staff_id: staffId, pin, desk } = form.elements;
  const asked = { staff_id: staffId.value.trim(), pin: pin.value, desk: desk.value.trim() };
  const { ok, data } = await send("/v1/staff/sign-in", asked);
  if (ok) return location.replace(form.dataset.next);
  pin.value = "";
  pin.focus();
  tell(data.reason);
});
