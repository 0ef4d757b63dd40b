// What the server says while the page is open: our own reader of server-sent events, because the browser's gives up on a 503,
// cannot hear Retry-After and says nothing about a line that has gone quiet.
//
//   import { openLive } from "./live.mjs";
//   const close = openLive("/v1/live");
//   document.addEventListener("live", ({ detail }) => …);       {kind, data, id}: one event, data as sent (text)
//   document.addEventListener("live-open", ({ detail }) => …);  {again}: connected; after a break fetch the page's state first,
//                                                               events after the last id follow by themselves
//   document.addEventListener("live-dim", ({ detail }) => …);   {ageS}: nothing heard for 16 s or more; repeated every second
//   document.addEventListener("live-fresh", () => …);           heard again after a dim
//   document.addEventListener("live-refused", ({ detail }) => …); {status}: signed out or not allowed; it stays closed
//
// <html data-live="fresh|dim"> says the same to stylesheets. The server sends at least a comment every 5 s.

const STALE_MS = 16_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const LONGEST_LINE = 1_000_000; // a stream without line ends is not ours; do not collect it for ever

/** Splits text that arrives in any pieces into events; `emit` gets {kind, data, id}. */
export function createReader(emit) {
  let rest = "";
  let afterReturn = false; // a piece may end between CR and LF
  let event = { kind: "message", data: [], id: undefined };
  const line = (text) => {
    if (text === "") {
      if (event.data.length) emit({ kind: event.kind, data: event.data.join("\n"), id: event.id });
      event = { kind: "message", data: [], id: undefined };
      return;
    }
    const at = text.indexOf(":");
    const name = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? "" : text.slice(text[at + 1] === " " ? at + 2 : at + 1);
    if (name === "event") event.kind = value;
    else if (name === "data") event.data.push(value);
    else if (name === "id") event.id = value;
  };
  return (piece) => {
    if (afterReturn && piece.startsWith("\n")) piece = piece.slice(1);
    if (piece !== "") afterReturn = piece.endsWith("\r");
    const lines = (rest + piece).split(/\r\n|\r|\n/);
    rest = lines.pop();
    if (rest.length > LONGEST_LINE) throw new RangeError("a line without end");
    lines.forEach(line);
  };
}

/** Opens the stream and keeps it open until the returned function is called; announces on `target`. */
export function openLive(url, target = document) {
  let stopped = false;
  let dim = false;
  let again = false;
  let lastId = "";
  let heardAt = performance.now();
  let triedAt = heardAt;
  let waitMs = FIRST_WAIT_MS;
  let abort = new AbortController();
  let timer = 0;

  const say = (name, detail = {}) => target.dispatchEvent(new CustomEvent(name, { detail }));
  const show = (state) => (document.documentElement.dataset.live = state);

  const heard = () => {
    heardAt = performance.now();
    if (!dim) return;
    dim = false;
    show("fresh");
    say("live-fresh");
  };

  const read = createReader((event) => {
    if (event.id !== undefined) lastId = event.id;
    say("live", event);
  });

  const connect = async () => {
    abort = new AbortController();
    triedAt = performance.now();
    let least = 0;
    try {
      const headers = { Accept: "text/event-stream", ...(lastId && { "Last-Event-ID": lastId }) };
      const reply = await fetch(url, { headers, cache: "no-store", signal: abort.signal });
      if (reply.status === 401 || reply.status === 403) {
        stop();
        say("live-refused", { status: reply.status });
        return;
      }
      least = 1000 * (Number(reply.headers.get("Retry-After")) || 0);
      if (reply.ok && reply.headers.get("Content-Type")?.startsWith("text/event-stream")) await listen(reply);
    } catch {
      // Cut, refused, reset or too long: all the same to a screen. It waits and asks again.
    }
    if (stopped) return;
    // Full jitter: after an outage a shop full of screens must not come back in the same instant.
    timer = setTimeout(connect, least + Math.random() * waitMs);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  };

  const listen = async (reply) => {
    heard();
    show("fresh");
    say("live-open", { again });
    again = true;
    waitMs = FIRST_WAIT_MS;
    const stream = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await stream.read();
      if (done) return;
      heard();
      read(value);
    }
  };

  const clock = setInterval(() => {
    const now = performance.now();
    // A line may hang without an end (a sleeping switch, a dead hub): let go of it, so that the next try starts.
    if (now - Math.max(heardAt, triedAt) >= STALE_MS) abort.abort();
    if (now - heardAt < STALE_MS) return;
    dim = true;
    show("dim");
    say("live-dim", { ageS: Math.floor((now - heardAt) / 1000) });
  }, 1000);

  function stop() {
    stopped = true;
    clearInterval(clock);
    clearTimeout(timer);
    abort.abort();
  }

  connect();
  return stop;
}
