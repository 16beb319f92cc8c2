// Keys for the whole page; they can be switched off, since some people's tools type letters (WCAG 2.1.4).
const ACTIONS = {
  " ": toggle,
  ArrowLeft: () => seek(position() - 15),
  ArrowRight: () => seek(position() + 30),
  "shift+ArrowLeft": () => stepSentence(-1),
  "shift+ArrowRight": () => stepSentence(1),
  p: () => stepChapter(-1),
  n: () => stepChapter(1),
  "-": () => stepSpeed(-1),
  "+": () => stepSpeed(1),
  "/": () => query.focus(),
  f: follow,
  c: copyLink,
};

function isBusy(target, key) {
  if (target.closest("input:not([type=checkbox], [type=range]), textarea, select")) return true;
  if (key === " ") return target.closest("button, summary, input:not([type=range]), audio") !== null;
  return key.includes("Arrow") && target.closest("audio") !== null;
}

function setUpKeys() {
  byId("keys").hidden = false;
  const on = byId("keys-on");
  on.checked = memory.get("keys") !== "off";
  on.addEventListener("change", () => memory.set("keys", on.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key.startsWith("Arrow");
    const key = isArrow && event.shiftKey ? `shift+${event.key}` : isArrow ? event.key : event.key.toLowerCase();
    const action = Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : null;
    if (!action || isBusy(event.target, key)) return;
    event.preventDefault();
    action();
  });
}

if (audio) setUpKeys();
