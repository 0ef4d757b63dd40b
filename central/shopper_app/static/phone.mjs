/** Presses and news without a page that blinks: forms are sent and answered in place, what is looked at stays fresh. */
const POLL_MS = 2000;
const SAID_MS = 2500;
const PARTS = [".p-head", ".p-body", ".p-foot"];
const find = (query, root = document) => root.querySelector(query);

let busy = false;

// Every answer mints new event_ids, and what she opened is hers; only a change of what is said is painted.
const said = (part) => part.outerHTML.replaceAll(/name="event_id" value="[^"]*"| open=""/g, "");

/** Paint another page over this one; the list keeps its place while it is the same page. */
function show(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const same = url.pathname === location.pathname;
  const place = find(".p-body").scrollTop;
  const focused = same && document.activeElement?.getAttribute("aria-label");
  const alike = () => [...document.querySelectorAll(`[aria-label="${CSS.escape(focused)}"]`)];
  const which = focused ? alike().indexOf(document.activeElement) : -1;
  if (!same || url.search !== location.search) history[same ? "replaceState" : "pushState"](null, "", url);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  for (const part of PARTS) {
    const [now, next] = [find(part), find(part, page)];
    if (said(now) === said(next)) continue;
    for (const [at, each] of [...next.querySelectorAll("details")].entries()) {
      each.open = same && Boolean(now.querySelectorAll("details")[at]?.open);
    }
    for (const { name, value } of same ? now.querySelectorAll("input[type=radio]:checked") : []) {
      const chosen = find(`input[name="${name}"][value="${value}"]`, next);
      if (chosen) chosen.checked = true;
    }
    now.replaceWith(next);
  }
  if (same) find(".p-body").scrollTop = place;
  if (focused) alike()[which]?.focus();
  renewCode();
}

async function send(form, button) {
  if (busy) return;
  busy = true;
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const reply = await fetch(form.action, { method: "POST", body });
    show(await reply.text(), new URL(reply.url));
  } catch {
    form.submit(); // No answer: let the browser say so itself.
  } finally {
    busy = false;
  }
}

async function refresh() {
  const { live } = find(".p-body").dataset;
  if (live && !busy && document.visibilityState === "visible") {
    try {
      const reply = await fetch(live);
      const html = await reply.text();
      if (reply.ok && !busy && live === find(".p-body").dataset.live) show(html, new URL(location));
    } catch {
      // The page stays as it is; the next turn asks again.
    }
  }
  setTimeout(refresh, POLL_MS);
}

// "my QR": a new code at each half minute, and how long this one is still the newest.
let codeTimer = 0;
function renewCode() {
  clearInterval(codeTimer);
  const box = find("#qr");
  if (!box) return;
  const words = find("#qr-left");
  let until = performance.now() + Number(box.dataset.leftMs);
  codeTimer = setInterval(async () => {
    const left = until - performance.now();
    words.textContent = words.dataset.words.replace("#", Math.max(0, Math.ceil(left / 1000)));
    if (left > 0) return;
    until = performance.now() + POLL_MS;
    const reply = await fetch("/qr/now").catch(() => null);
    if (!reply?.ok) return;
    const code = await reply.json();
    box.innerHTML = code.svg; // drawn by our own server
    find("#qr-text").value = code.text;
    until = performance.now() + code.left_ms + 50;
  }, 500);
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.closest("details").open = true;
    field.select();
    return;
  }
  const words = find("span", button);
  const before = words.textContent;
  words.textContent = button.dataset.done;
  setTimeout(() => (words.textContent = before), SAID_MS);
}

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.copy) copy(button);
  if (button?.dataset.step) find("input", button.parentElement)[button.dataset.step > 0 ? "stepUp" : "stepDown"]();
});

// A page that was painted over is not in the browser's memory: going back asks for it again.
addEventListener("popstate", () => location.reload());

renewCode();
setTimeout(refresh, POLL_MS);
