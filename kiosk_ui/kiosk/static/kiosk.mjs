// Swaps the kiosk's pages in place: the address stays "/", so Back has nowhere to go and nothing is kept behind.
// Without this module every link and form still works; with it nothing blinks, lists keep their place and the screen clears
// itself when nobody is there.
import { listenForScans } from "/design/scan.mjs";

const root = document.documentElement;
let here = location.pathname + location.search; // the page on the screen
let etag = "";
let asked = 0; // writes on their way: the idle clock stands still
let turn = 0; // a page asked for earlier never replaces one asked for later
let touchedAt = performance.now();
let down = false; // a finger is on the glass
let ended = false;
let pollTimer = 0;

const $ = (id) => document.getElementById(id);
const idleS = () => (performance.now() - touchedAt) / 1000;

async function load(url, init = {}) {
  const mine = ++turn;
  const headers = { Accept: "text/html", ...init.headers };
  if (globalThis.speechSynthesis?.getVoices().length) headers["X-Voice"] = "1";
  let reply, html;
  try {
    reply = await fetch(url, { ...init, headers, cache: "no-store" });
    html = await reply.text();
  } catch {
    if (mine === turn) away();
    return;
  }
  if (reply.status !== 304 && mine === turn && !ended) show(html, new URL(reply.url), reply.headers.get("ETag") ?? "");
}

function show(html, url, tag) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const said = next.getElementById("say").textContent;
  const place = $("walk")?.scrollTop;
  const same = url.pathname + url.search === here;
  const focused = document.activeElement?.id;
  here = url.pathname + url.search;
  etag = tag;
  document.title = next.title;
  for (const { name, value } of next.documentElement.attributes) root.setAttribute(name, value);
  const body = document.body;
  for (const name of Object.keys(body.dataset)) delete body.dataset[name];
  Object.assign(body.dataset, next.body.dataset);
  body.className = next.body.className;
  // What is read out loud stays the same element, or nobody hears it.
  const say = $("say");
  next.getElementById("say").replaceWith(say);
  body.replaceChildren(...next.body.childNodes);
  if (say.textContent !== said) say.textContent = said;
  if (same && place) $("walk").scrollTop = place;
  (($(focused) && same) ? $(focused) : document.querySelector("h1"))?.focus({ preventScroll: true });
  if (!same || focused === "tool-sound") speak();
  poll();
}

function poll() {
  clearTimeout(pollTimer);
  const ms = Number(document.body.dataset.poll);
  if (!ms) return;
  pollTimer = setTimeout(async () => {
    if (!asked && !down && !$("still")?.open) {
      await load(here, { headers: { "X-Idle": String(Math.floor(idleS())), "If-None-Match": etag } });
    }
    poll();
  }, ms);
}

async function send(form, button) {
  if (asked) return;
  asked++;
  try {
    await load(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
  } finally {
    asked--;
    touchedAt = performance.now();
  }
}

async function wipe(how) {
  if (ended) return;
  ended = true;
  clearTimeout(pollTimer);
  globalThis.speechSynthesis?.cancel();
  const token = document.querySelector("[name=form_token]")?.value ?? "";
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
  const body = new URLSearchParams({ form_token: token, how });
  await fetch("/wipe", { method: "POST", body, keepalive: true }).catch(() => {});
  back();
}

// The kiosk's own process may be starting again: wait for it here instead of on the browser's error page.
async function back() {
  const alive = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (alive?.ok) location.replace("/");
  else setTimeout(back, 1000);
}

function away() {
  if (ended) return;
  ended = true;
  document.body.replaceChildren($("away").content.cloneNode(true));
  back();
}

function speak() {
  const voice = globalThis.speechSynthesis;
  if (!voice) return;
  voice.cancel();
  if (!$("tool-sound")?.matches("[aria-pressed=true]")) return;
  const parts = document.querySelectorAll("header, main, .btn-main");
  const words = new SpeechSynthesisUtterance([...parts].map((part) => part.innerText).join(". "));
  words.lang = root.lang;
  voice.speak(words);
}

setInterval(() => {
  const { ask, wipe: end, unanswered } = document.body.dataset;
  if (ended || !end) return;
  if (asked || unanswered !== undefined) touchedAt = performance.now();
  const idle = idleS();
  const still = $("still");
  if (idle >= Number(ask) + Number(end)) return wipe("idle");
  const left = Math.ceil(Number(ask) + Number(end) - idle);
  for (const node of document.querySelectorAll("[data-left]")) {
    const words = node.dataset.left.replace("#", Math.min(left, Number(end)));
    if (node.textContent !== words) node.textContent = words;
  }
  if (Number(ask) && idle >= Number(ask) && !still.open) still.showModal();
}, 250);

const touched = () => {
  // While the question is open only its own buttons answer it: a finger put down must not press what lies beneath.
  if (!$("still")?.open) touchedAt = performance.now();
};
for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(kind, touched, { capture: true, passive: true });
}
addEventListener("pointerdown", () => (down = true), true);
for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => (down = false), true);

const carryOn = () => {
  touchedAt = performance.now();
  $("still")?.close();
};

document.addEventListener("click", (event) => {
  if (event.target.closest("#still-end")) return wipe("left");
  if (event.target.closest("#still")) return carryOn();
  const link = event.target.closest("a[href]");
  const page = event.target.closest("[data-page]");
  if (link) {
    event.preventDefault();
    load(link.href);
  } else if (page) {
    const list = $("walk");
    list.scrollBy({ top: Number(page.dataset.page) * 0.8 * list.clientHeight, behavior: "instant" });
  }
});
document.addEventListener("cancel", carryOn, true);
document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.wipe !== undefined) wipe(form.dataset.wipe || "left");
  else send(form, event.submitter);
});

// Four arrow keys are enough to reach everything, in reading order.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const scope = $("still")?.open ? $("still") : document;
  const stops = [...scope.querySelectorAll("a[href], button:not([disabled])")].filter((node) => node.offsetParent);
  const at = stops.indexOf(document.activeElement);
  event.preventDefault();
  stops.at((at < 0 && step < 0 ? 0 : at + step) % stops.length)?.focus();
});

function scanned(text) {
  if (ended || !text) return;
  carryOn();
  const form = $("scan-form");
  form.elements.scan.value = text;
  send(form);
  form.elements.scan.value = "";
}

listenForScans();
document.addEventListener("scan", ({ detail }) => scanned(detail.text));
// Where no scanner is plugged in (the demo), a code copied from the phone's page is as good.
document.addEventListener("paste", (event) => scanned(event.clipboardData.getData("text")));

// A page that comes back from the browser's own cache is somebody else's.
addEventListener("pageshow", (event) => event.persisted && location.replace("/"));
root.dataset.awake = ""; // from here on a scan is heard
document.fonts.load('1em "Storefloor Sans"', "가").finally(() => (root.dataset.shown = ""));
if (here !== "/") history.replaceState(null, "", "/");
poll();
