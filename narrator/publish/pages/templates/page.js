// What both pages use: phrases, a memory that may be missing, the clipboard, a line for screen readers.
const page = JSON.parse(document.getElementById("page").textContent);
const words = page.words;
const byId = (id) => document.getElementById(id);

function fill(phrase, values) {
  return phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function clock(time) {
  const whole = Math.max(0, Math.floor(time));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

// Private windows and strict settings refuse storage: the page then forgets, and works all the same.
const memory = {
  get(key) {
    try {
      return localStorage.getItem(`narrator:${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`narrator:${key}`, value);
    } catch { /* forgotten */ }
  },
  remove(key) {
    try {
      localStorage.removeItem(`narrator:${key}`);
    } catch { /* never kept */ }
  },
};

let quiet = 0;
function say(text, milliseconds = 5000) {
  clearTimeout(quiet);
  byId("status").textContent = text;
  if (milliseconds) quiet = setTimeout(() => { byId("status").textContent = ""; }, milliseconds);
}

async function copy(text, done) {
  let copied = false;
  try {
    await navigator.clipboard.writeText(text);
    copied = true;
  } catch {
    // Without https the new way is closed; the old one asks for a field with the text in it.
    const field = document.createElement("textarea");
    const before = document.activeElement;
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    try {
      copied = document.execCommand("copy");
    } catch { /* said below */ }
    field.remove();
    before?.focus({ preventScroll: true });
  }
  say(copied ? done : `${words.copy_by_hand} ${text}`, copied ? 5000 : 30000);
}

byId("copy-feed").hidden = false;
byId("copy-feed").addEventListener("click", () => copy(byId("feed").value, words.copied));
byId("feed").addEventListener("focus", (event) => event.target.select());
