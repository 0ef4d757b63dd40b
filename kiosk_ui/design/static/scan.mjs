// A hand scanner that types: tells its bursts from people's keys and announces them as `scan` events with {text}.
//
// Keys are read by their place (event.code), never by their letter, so a Korean, Japanese or Chinese input method cannot
// garble them and Caps Lock does not matter. A burst is MIN_KEYS or more keys, each at most GAP_MS after the one before,
// ended by Enter, Tab or silence. Any control or modifier key, a held key, an unknown place or more than MAX_KEYS poisons the
// burst: the rest of it is let through to the page and announced as nothing. A code that is pasted anywhere but into a field
// counts as scanned: that is how somebody without a scanner (a trial, a picker at a laptop) brings one in.
//
//   import { listenForScans } from "./scan.mjs";
//   const stop = listenForScans();
//   document.addEventListener("scan", (event) => send(event.detail.text));

const GAP_MS = 35;
const MIN_KEYS = 6;
const MAX_KEYS = 512;

// Characters by place on a US keyboard, plain then shifted: what every hand scanner types unless told otherwise.
const PLACES = {
  Space: "  ",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Backquote: "`~",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  NumpadDecimal: "..",
  NumpadSubtract: "--",
  NumpadAdd: "++",
  NumpadDivide: "//",
  NumpadMultiply: "**",
};
const SHIFTED_DIGITS = ")!@#$%^&*(";
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);

/** The character typed at a place, "" where no character lives. */
export function characterAt(code, shifted) {
  if (/^Key[A-Z]$/.test(code)) return shifted ? code[3] : code[3].toLowerCase();
  if (/^Digit\d$/.test(code)) return shifted ? SHIFTED_DIGITS[code[5]] : code[5];
  if (/^Numpad\d$/.test(code)) return code[6];
  return PLACES[code]?.[shifted ? 1 : 0] ?? "";
}

const isField = (node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement;

/** Listens on `target` until the returned function is called. `scan` is announced there too, and bubbles from it. */
export function listenForScans(target = document) {
  let text = "";
  let poisoned = false;
  let lastAt = -Infinity;
  let field = null; // the text field the burst leaks into, with what it held before
  let silence = 0;

  const forget = () => {
    clearTimeout(silence);
    text = "";
    field = null;
  };

  const announce = () => {
    const found = text;
    if (field && field.node.value !== field.value) {
      field.node.value = field.value;
      field.node.dispatchEvent(new Event("input", { bubbles: true }));
    }
    forget();
    target.dispatchEvent(new CustomEvent("scan", { detail: { text: found }, bubbles: true }));
  };

  const onSilence = () => {
    if (!poisoned && text.length >= MIN_KEYS) announce();
    forget();
  };

  const onKey = (event) => {
    const inBurst = event.timeStamp - lastAt <= GAP_MS;
    if (event.code === "ShiftLeft" || event.code === "ShiftRight") {
      if (inBurst) lastAt = event.timeStamp;
      return;
    }
    lastAt = event.timeStamp;
    if (!inBurst) {
      forget();
      poisoned = false;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) poisoned = true;
    if (ENDS.has(event.code) && !poisoned && text.length >= MIN_KEYS) {
      event.preventDefault();
      event.stopPropagation();
      announce();
      return;
    }
    const character = characterAt(event.code, event.shiftKey);
    if (character === "" || text.length >= MAX_KEYS) poisoned = true;
    if (poisoned) {
      forget();
      return;
    }
    if (text === "" && isField(event.target)) field = { node: event.target, value: event.target.value };
    text += character;
    // A space inside a burst must not press the button that happens to have the focus.
    if (event.code === "Space" && text.length > 1 && !isField(event.target)) event.preventDefault();
    clearTimeout(silence);
    silence = setTimeout(onSilence, 2 * GAP_MS);
  };

  const onPaste = (event) => {
    // What is too long stays too long: whoever is asked what it means says so.
    const found = event.clipboardData.getData("text").trim().slice(0, MAX_KEYS + 1);
    if (isField(event.target) || found === "") return;
    event.preventDefault();
    forget();
    target.dispatchEvent(new CustomEvent("scan", { detail: { text: found }, bubbles: true }));
  };

  target.addEventListener("keydown", onKey, true);
  target.addEventListener("paste", onPaste);
  return () => {
    forget();
    target.removeEventListener("keydown", onKey, true);
    target.removeEventListener("paste", onPaste);
  };
}
