// A page of the desk that only asks and tells (shift, review, nobody came): forms are sent as acts, a scan leads to the board.

import { act, find, refuse, send } from "./core.mjs";
import { fields } from "./fields.mjs";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const { post, then } = form.dataset;
  if (!post) return;
  event.preventDefault();
  const button = find("[type=submit]", form);
  button.disabled = true;
  const { ok, data } = await act(post, fields(form));
  button.disabled = false;
  if (!ok) return refuse((await send("/staff/refusal", data)).data.refusal);
  location.replace((then ?? location.pathname).replace("{run}", data.run_id));
});

document.addEventListener("scan", ({ detail }) => {
  sessionStorage.setItem("scan", detail.text);
  location.assign("/staff/board");
});
