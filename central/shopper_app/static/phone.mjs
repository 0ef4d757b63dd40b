/** Keeps a page of the stand-in fresh: the QR at each half minute, the rest every two seconds while it is looked at. */
const POLL_MS = 2000;

async function renewCode() {
  const box = document.getElementById("qr");
  const reply = await fetch("/qr/now");
  if (!reply.ok) return setTimeout(renewCode, POLL_MS);
  const code = await reply.json();
  box.innerHTML = code.svg; // drawn by our own server
  document.getElementById("qr-text").value = code.text;
  setTimeout(renewCode, code.left_ms + 50);
}

async function refresh(main) {
  if (document.visibilityState === "visible" && !main.contains(document.activeElement)) {
    try {
      const reply = await fetch(main.dataset.live);
      if (reply.ok) {
        const page = new DOMParser().parseFromString(await reply.text(), "text/html");
        for (const part of [".p-head", "main", ".p-foot"]) {
          const [now, next] = [document.querySelector(part), page.querySelector(part)];
          // event_ids differ in every answer; only a change somebody can see is painted.
          if (now.textContent !== next.textContent) now.replaceWith(next);
        }
      }
    } catch {
      // The page stays as it is; the next turn asks again.
    }
  }
  setTimeout(() => refresh(document.querySelector("main")), POLL_MS);
}

const qr = document.getElementById("qr");
if (qr) setTimeout(renewCode, Number(qr.dataset.leftMs) + 50);
const main = document.querySelector("main[data-live]");
if (main) setTimeout(() => refresh(main), POLL_MS);
