// Reading along: the sentence being spoken is marked and kept in sight, a click on a sentence plays it.
const text = byId("text");
const said = text ? [...text.querySelectorAll("[data-e]")] : [];
const starts = said.map((sentence) => Number(sentence.id.slice(2)));
const ends = said.map((sentence) => Number(sentence.dataset.e));
// In a short pause the sentence before stays marked; a longer one has none.
const LINGER = 1.5;
const still = matchMedia("(prefers-reduced-motion: reduce)");

let spoken = -1;
let following = true;
let ours = 0; // until when a scrolling is our own
let settled = false; // before anything was played or sought, the page stays where it opened

function sentenceAt(time) {
  // What a seek gives may be a microsecond short of what was asked.
  const index = lastUntil(starts, time + 0.002);
  return index >= 0 && time < ends[index] + LINGER ? index : -1;
}

function room() {
  const top = byId("search").getBoundingClientRect();
  return { top: Math.max(0, top.bottom) + 4, bottom: bar.getBoundingClientRect().top - 4 };
}

function isInSight(index) {
  const place = said[index].getBoundingClientRect();
  const { top, bottom } = room();
  return place.bottom > top && place.top < bottom;
}

function bringIntoSight(index, calm = true) {
  const place = said[index].getBoundingClientRect();
  const { top, bottom } = room();
  const upper = Math.max(0, top);
  // A sentence that is wholly in the upper part needs no scrolling: the page moves seldom.
  if (calm && place.top >= upper && place.bottom <= upper + (bottom - upper) * 0.75) return;
  ours = performance.now() + (still.matches ? 200 : 1200);
  // Twice without motion: paragraphs out of sight have only an estimated height until they are laid out.
  const behavior = still.matches || !calm ? "instant" : "smooth";
  said[index].scrollIntoView({ block: "center", behavior });
  if (behavior === "instant") {
    requestAnimationFrame(() => said[index].scrollIntoView({ block: "center", behavior }));
  }
}

function showFollow() {
  byId("follow").hidden = following || spoken < 0 || !settled;
}

function follow() {
  following = true;
  showFollow();
  if (spoken >= 0) bringIntoSight(spoken, false);
}

function mark(time, jumped) {
  const index = sentenceAt(time);
  settled ||= jumped || !audio.paused;
  if (index === spoken) return;
  said[spoken]?.classList.remove("spoken");
  said[index]?.classList.add("spoken");
  spoken = index;
  if (index >= 0 && following && settled) bringIntoSight(index);
  showFollow();
}

function playSentence(index) {
  following = true;
  seek(starts[index], { play: true });
  showFollow();
}

function stepSentence(step) {
  const now = lastUntil(starts, position() + 0.002);
  // In the midst of a sentence, “before” leads to its beginning.
  const goal = step < 0 && now >= 0 && position() > starts[now] + 2 ? now : now + step;
  if (goal >= 0 && goal < said.length) {
    following = true;
    seek(starts[goal]);
  }
}

function copyLink() {
  const index = spoken >= 0 ? spoken : lastUntil(starts, position());
  const time = index >= 0 ? starts[index] : Math.floor(position());
  const address = new URL(location.href);
  address.hash = `t=${time}`;
  copy(address.href, fill(words.link_copied, { time: clock(time) }));
}

function goToAddress(opening) {
  const time = timeInAddress();
  if (time === null) return false;
  following = true;
  seek(time);
  const index = Math.max(0, lastUntil(starts, time + 0.002));
  if (said.length) {
    // The browser has gone, or goes, to the place of its own accord where there is one of this name.
    bringIntoSight(index, false);
    if (opening) addEventListener("load", () => bringIntoSight(index, false), { once: true });
  }
  return true;
}

function setUpReading() {
  byId("hint").hidden = said.length === 0;
  hearers.push(mark);
  text.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const stamp = event.target.closest(".stamp");
    if (stamp) {
      event.preventDefault();
      playSentence(starts.indexOf(Number(stamp.hash.slice(3))));
      return;
    }
    // Who selects words wants to copy them, not to hear them.
    const sentence = event.target.closest("[data-e]");
    if (sentence && getSelection().isCollapsed) playSentence(said.indexOf(sentence));
  });
  document.addEventListener("scroll", () => {
    if (performance.now() < ours || spoken < 0) return;
    following = isInSight(spoken);
    showFollow();
  }, { passive: true });
  document.addEventListener("scrollend", () => { ours = 0; });
  byId("follow").addEventListener("click", follow);
  byId("copy-link").addEventListener("click", copyLink);
  addEventListener("hashchange", () => goToAddress(false));
  if (!goToAddress(true)) {
    const kept = Number(memory.get(page.guid));
    if (kept > 0 && kept < whole()) {
      place(kept);
      say(fill(words.resumed, { time: clock(kept) }));
      tell();
    }
  }
}

if (text) setUpReading();
