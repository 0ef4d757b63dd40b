// What every staff screen does: hears the hub, keeps still under a finger, sends each press once however often it must ask.

import { openLive } from "/design/live.mjs";
import { listenForScans } from "/design/scan.mjs";

// Nothing moves for this long after a touch.
const STILL_MS = 3000;
// No answer by then: say so, ask again with the same id.
const ANSWER_MS = 3000;
const AMBER_S = 180;
const RED_S = 300;

const { csrf, parts, screen, signIn } = document.body.dataset;
export const find = (query, root = document) => root.querySelector(query);
const every = (query, root = document) => [...root.querySelectorAll(query)];
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A new UUIDv7: minted once per press, kept for every repetition of it. */
export function eventId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 256 ** (5 - i));
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Sends until there is an answer; gives {ok, data}. Only what is safe to repeat may be sent. */
export async function send(path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  for (;;) {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
      if (reply.status === 401 && signIn) return leave();
      if (![502, 503, 504].includes(reply.status)) {
        find("#wait").hidden = true;
        const data = await reply.json().catch(() => ({}));
        return { ok: reply.ok, data };
      }
    } catch {
      // No answer within three seconds, or no hub: the press is kept and asked again.
    }
    find("#wait").hidden = false;
    await sleep(1000);
  }
}

/** One press: the event_id is made here, so a lost answer never becomes a second act; gives {ok, data, id}. */
export async function act(path, body = {}) {
  const id = eventId();
  return { id, ...(await send(path, { event_id: id, ...body })) };
}

export const say = (text) => (find("#say").textContent = text);

function leave() {
  location.assign(signIn);
  return new Promise(() => {});
}

// --- sound: allowed by the browser after the first gesture only -----------------------------------------------------
let audio = null;
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => (audio ??= new AudioContext()), true);

/** Three low tones for a wrong scan, two high ones for news. */
export function beep(wrong) {
  if (!audio) return;
  const tones = wrong ? [220, 220, 165] : [880, 1175];
  tones.forEach((pitch, place) => {
    const tone = audio.createOscillator();
    const level = audio.createGain();
    const from = audio.currentTime + place * 0.18;
    tone.type = wrong ? "square" : "sine";
    tone.frequency.value = pitch;
    level.gain.value = 0.2;
    tone.connect(level).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.17);
  });
}

/** The full-screen, audible no. */
export function refuse(html) {
  const dialog = find("#refuse");
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  beep(true);
}
export const forgive = () => find("#refuse").close();

// --- parts of the page that follow the hub --------------------------------------------------------------------------
let touchedAt = -STILL_MS;
addEventListener("pointerdown", () => (touchedAt = performance.now()), true);
let running = false;
let again = false;
// The hub's clock minus ours.
let zeroAt = 0;

// What this desk did last, and how much of a lane it wants to see, is asked for with every refresh.
const wanted = new URLSearchParams();

/** Fetch the parts and put them in, not before the last touch is three seconds old; `now` for what the clerk did herself. */
export async function refresh(query, now) {
  if (now) touchedAt = -STILL_MS;
  new URLSearchParams(query).forEach((value, name) => wanted.set(name, value));
  again = true;
  if (running || !parts) return;
  running = true;
  while (again) {
    again = false;
    try {
      const reply = await fetch(`${parts}${parts.includes("?") ? "&" : "?"}${wanted}`, { cache: "no-store" });
      if (reply.status === 401) await leave();
      const html = await reply.text();
      const rest = touchedAt + STILL_MS - performance.now();
      if (reply.ok && rest <= 0) put(html);
      if (rest > 0) await sleep(rest);
      again ||= rest > 0;
    } catch {
      // The stream says when the hub is back; then everything is fetched again.
    }
  }
  running = false;
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const known = new Set(every("[data-order]").map((row) => row.dataset.order));
  for (const part of every("[data-part]", fresh)) {
    const old = find(`[data-part="${part.dataset.part}"]`);
    if (!old || old.sent === part.innerHTML) continue;
    const label = old.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
    old.sent = part.innerHTML;
    old.replaceChildren(...part.childNodes);
    if (label) find(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  }
  const news = every("[data-order]").filter((row) => !known.has(row.dataset.order));
  if (news.length) {
    beep();
    say(news.map((row) => row.dataset.news).join(" "));
  }
  read(fresh);
}

/** The hub's clock, as a page or its parts brought it: waiting is counted from there. */
function read(source) {
  const mark = find("[data-now]", source);
  if (mark) zeroAt = mark.dataset.now - Date.now();
  tick();
}

function tick() {
  const now = Date.now() + zeroAt;
  for (const row of every("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now - row.dataset.since) / 1000));
    const text = new Date(1000 * seconds).toISOString();
    find("[data-timer]", row).textContent = text.slice(seconds < 3600 ? 14 : 11, 19);
    if (!row.matches(".arr > li")) continue;
    row.classList.toggle("is-warn", seconds >= AMBER_S && seconds < RED_S);
    row.classList.toggle("is-stop", seconds >= RED_S);
  }
  for (const box of every("[data-until]")) {
    const left = Math.ceil((box.dataset.until - now) / 1000);
    box.hidden = left < 1;
    const words = find("[data-left]", box);
    words.textContent = words.dataset.words.replace("{s}", left);
  }
  const clock = find("time[data-zone]");
  if (!clock) return;
  const face = { timeStyle: "short", timeZone: clock.dataset.zone };
  clock.textContent = new Date(now).toLocaleTimeString("en-GB", face);
}

// --- what the page itself starts --------------------------------------------------------------------------------------
addEventListener("pageshow", (event) => event.persisted && location.reload());

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-typed]")) return;
  event.preventDefault();
  const text = event.target.elements.scan.value.trim();
  event.target.reset();
  if (text) document.dispatchEvent(new CustomEvent("scan", { detail: { text, typed: true } }));
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-close]")) forgive();
  if (button.dataset.step) {
    const field = find("input", button.parentElement);
    if (button.dataset.step > 0) field.stepUp();
    else field.stepDown();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (button.matches("[data-sign-out]")) {
    await send("/v1/staff/sign-out", {});
    leave();
  }
  const { act: path, body = "{}", then } = button.dataset;
  if (!path) return;
  button.disabled = true;
  const { ok, data } = await act(path, JSON.parse(body));
  button.disabled = false;
  if (ok && button.dataset.reload !== undefined) location.reload();
  else if (ok) refresh(then, true);
  else refuse((await send("/staff/refusal", data)).data.refusal);
});

// Function keys are no letters: neither a scanner nor a person who writes presses one by chance.
addEventListener("keydown", (event) => {
  const top = find("dialog[open]") ?? document;
  const meant = every(`[aria-keyshortcuts="${event.key}"]`, top).find((node) => node.checkVisibility());
  if (!meant) return;
  event.preventDefault();
  meant.click();
});
document.addEventListener("toggle", ({ target }) => target.open && find("input", target)?.focus(), true);

if (parts) {
  listenForScans();
  openLive(`/v1/live?screen=${screen}`);
  document.addEventListener("live", ({ detail }) => detail.kind !== "beat" && refresh());
  document.addEventListener("live-open", ({ detail }) => detail.again && refresh());
  document.addEventListener("live-refused", leave);
  document.addEventListener("live-dim", ({ detail }) => {
    const age = find("#age");
    age.hidden = false;
    age.lastElementChild.textContent = age.lastElementChild.dataset.words.replace("{s}", detail.ageS);
  });
  document.addEventListener("live-fresh", () => (find("#age").hidden = true));
  read(document);
  setInterval(tick, 1000);
}
