// The pages of the floor and the shelf: whatever is scanned or pressed goes to the page's own address at the hub, which says
// what is to be done at /v1, what the screen shows and where it goes on. Nothing is decided here.

import { find, forgive, refresh, refuse, say, send } from "./core.mjs";

// `held` is what this page carries from step to step; the hub fills it and judges it anew each time.
let { work, held } = find("[data-work]").dataset;
let turn = Promise.resolve();

async function step(what) {
  const { data } = await send(work, { held, ...what });
  const { html, fields, go } = data;
  if (data.refusal) return refuse(data.refusal);
  forgive();
  let last;
  for (const { path, body } of data.acts) {
    last = await send(path, body);
    if (!last.ok) return step({ problem: last.data });
  }
  held = data.held ?? held;
  say(data.said);
  if (go) return location.assign(go.replace("{parcel}", last?.data.parcel));
  if (html != null) find("#panel").innerHTML = html;
  for (const name in fields) find(`[name=${name}]`).value = fields[name];
  find("[data-first], [data-next]")?.focus();
  document.body.classList.toggle("may-undo", data.undo);
  if (last) refresh("", true);
}

// One after the other: a scan made while another is on its way is judged by what that one left behind.
const ask = (what) => (turn = turn.finally(() => step(what)));

document.addEventListener("scan", ({ detail }) => ask({ scan: detail.text }));

addEventListener("click", ({ target }) => {
  const press = target.closest("[data-press]")?.dataset.press;
  if (press) ask({ press });
});

addEventListener("submit", (event) => {
  const { target, submitter } = event;
  const press = target.dataset.form;
  if (!press) return;
  event.preventDefault();
  ask({ press, fields: Object.fromEntries(new FormData(target, submitter)) });
});
