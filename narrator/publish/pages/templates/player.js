// The bar that stays in view, in place of the browser's own controls.
const audio = byId("audio");
const bar = byId("bar");
const hearers = [];
// Where to go as soon as the audio is known: until then it has no position.
let wanted = null;

const whole = () => (Number.isFinite(audio?.duration) ? audio.duration : Number(bar.dataset.whole));
const position = () => wanted ?? audio.currentTime;
const marks = [...document.querySelectorAll(".chapters a[data-at]")].map((link) => ({
  link,
  at: Number(link.dataset.at),
  title: link.querySelector("span").textContent,
}));

// The index of the last of `starts` that is not behind `time`, by halving; -1 before the first.
function lastUntil(starts, time) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const within = (time) => Math.min(Math.max(0, time), Math.max(0, whole() - 0.05));

function place(time) {
  if (audio.readyState === HTMLMediaElement.HAVE_NOTHING) wanted = within(time);
  else audio.currentTime = within(time);
}

function seek(time, { play = false } = {}) {
  place(time);
  if (play) start();
  tell(true);
}

function start() {
  // A refusal (no permission to play yet, a file that fails) is told by the audio itself.
  audio.play()?.catch(() => {});
}

function toggle() {
  if (audio.paused) start();
  else audio.pause();
}

const chapterAt = (time) => lastUntil(marks.map((mark) => mark.at), time + 0.05);

function stepChapter(step) {
  const now = chapterAt(position());
  // A second into a chapter, “before” leads to its beginning, as in every player.
  const goal = step < 0 && now >= 0 && position() > marks[now].at + 2 ? now : now + step;
  if (goal >= marks.length) return;
  following = true;
  seek(marks[Math.max(0, goal)]?.at ?? 0);
}

function setSpeed(speed) {
  const field = byId("speed");
  if (![...field.options].some((option) => Number(option.value) === speed)) return;
  field.value = String(speed);
  audio.defaultPlaybackRate = speed;
  audio.playbackRate = speed;
  memory.set("speed", String(speed));
}

function stepSpeed(step) {
  const field = byId("speed");
  const option = field.options[field.selectedIndex + step];
  if (option) setSpeed(Number(option.value));
}

// `#t=123.4`, also `#t=2:03.4`, or `#chapter-2`; null for anything else.
function timeInAddress() {
  let hash = "";
  try {
    hash = decodeURIComponent(location.hash);
  } catch {
    return null;
  }
  const chapter = /^#chapter-(\d+)$/.exec(hash);
  if (chapter) return marks[Number(chapter[1]) - 1]?.at ?? null;
  const match = /^#t=(?:npt:)?((?:\d{1,4}:){0,2}\d{1,7}(?:\.\d{1,6})?)(?=[,&]|$)/.exec(hash);
  return match ? match[1].split(":").reduce((sum, part) => sum * 60 + Number(part), 0) : null;
}

let shown = { second: -1, chapter: -2 };
function tell(jumped = false) {
  const time = position();
  const field = byId("position");
  if (document.activeElement !== field || !field.matches(":active")) field.value = String(time);
  field.style.setProperty("--done", `${(100 * time) / (whole() || 1)}%`);
  const second = Math.floor(time);
  if (second !== shown.second) {
    byId("elapsed").textContent = clock(time);
    field.setAttribute("aria-valuetext", fill(words.position_text, { time: clock(time), whole: clock(whole()) }));
  }
  const chapter = chapterAt(time);
  if (chapter !== shown.chapter) {
    byId("chapter").textContent = marks[chapter]?.title ?? "";
    marks.forEach((mark, index) => {
      if (index === chapter) mark.link.setAttribute("aria-current", "true");
      else mark.link.removeAttribute("aria-current");
    });
  }
  shown = { second, chapter };
  hearers.forEach((hear) => hear(time, jumped));
}

// Twenty times a second is smooth for sentences; the browser's own event comes four times.
let ticking = 0;
function tick() {
  tell();
  ticking = audio.paused ? 0 : setTimeout(tick, 50);
}

// Where the listener was, not where a link led somebody who did not listen.
let played = false;
function remember() {
  if (!played) return;
  const time = position();
  if (time > 5 && time < whole() - 10) memory.set(page.guid, time.toFixed(1));
  else memory.remove(page.guid);
}

function placeTicks() {
  byId("ticks").replaceChildren(
    ...marks.filter((mark) => mark.at > 0 && mark.at < whole()).map((mark) => {
      const tickMark = document.createElement("span");
      tickMark.style.insetInlineStart = `${(100 * mark.at) / whole()}%`;
      return tickMark;
    }),
  );
}

function tellSystem() {
  if (!("mediaSession" in navigator)) return;
  const session = navigator.mediaSession;
  // A page that was opened from a disk has no picture that the system may load.
  const src = new URL(page.image, location.href).href;
  const artwork = src.startsWith("http") ? [{ src, type: page.image_type }] : [];
  session.metadata = new MediaMetadata({
    title: page.title,
    artist: page.artist,
    album: page.album,
    artwork,
    chapterInfo: marks.map((mark) => ({ title: mark.title, startTime: mark.at, artwork })),
  });
  const actions = {
    play: start,
    pause: () => audio.pause(),
    seekbackward: (detail) => seek(position() - (detail.seekOffset ?? 15)),
    seekforward: (detail) => seek(position() + (detail.seekOffset ?? 30)),
    seekto: (detail) => seek(detail.seekTime),
  };
  if (marks.length > 1) {
    actions.previoustrack = () => stepChapter(-1);
    actions.nexttrack = () => stepChapter(1);
  }
  for (const [name, action] of Object.entries(actions)) {
    try {
      session.setActionHandler(name, action);
    } catch { /* unknown to this browser */ }
  }
  audio.addEventListener("timeupdate", () => {
    try {
      session.setPositionState({ duration: whole(), playbackRate: audio.playbackRate, position: Math.min(position(), whole()) });
    } catch { /* not while loading */ }
  });
}

// The sound is known now.
function become() {
  byId("position").max = String(whole());
  byId("whole").textContent = clock(whole());
  audio.playbackRate = Number(byId("speed").value);
  if (wanted !== null) audio.currentTime = within(wanted);
  wanted = null;
  placeTicks();
  tell();
}

function setUpPlayer() {
  document.documentElement.classList.add("playing");
  audio.removeAttribute("controls");
  audio.hidden = true;
  bar.hidden = false;
  setSpeed(Number(memory.get("speed") ?? 1));
  placeTicks();
  // Sound may be known, or be missing, before this script runs.
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) become();
  else audio.addEventListener("loadedmetadata", become, { once: true });
  if (audio.error) say(words.no_audio, 0);
  audio.addEventListener("seeked", () => tell());
  audio.addEventListener("play", () => {
    byId("play").classList.add("runs");
    byId("play").setAttribute("aria-label", words.pause);
    played = true;
    if (!ticking) tick();
  });
  audio.addEventListener("pause", () => {
    byId("play").classList.remove("runs");
    byId("play").setAttribute("aria-label", words.play);
    remember();
  });
  audio.addEventListener("error", () => say(words.no_audio, 0));
  setInterval(() => { if (!audio.paused) remember(); }, 5000);
  addEventListener("pagehide", remember);

  byId("play").addEventListener("click", toggle);
  byId("back").addEventListener("click", () => seek(position() - 15));
  byId("forward").addEventListener("click", () => seek(position() + 30));
  byId("chapter-before")?.addEventListener("click", () => stepChapter(-1));
  byId("chapter-next")?.addEventListener("click", () => stepChapter(1));
  byId("speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
  byId("position").addEventListener("input", (event) => seek(Number(event.target.value)));
  document.querySelector(".chapters")?.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    following = true;
    seek(Number(link.dataset.at), { play: true });
  });
  tellSystem();
}

// The range has thousandths only where a hand moves it: keys step by five seconds, as people expect.
byId("position")?.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -60, PageUp: 60 };
  if (!(event.key in steps) || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  seek(position() + steps[event.key]);
});

if (audio) setUpPlayer();
