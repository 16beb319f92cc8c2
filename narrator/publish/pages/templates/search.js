// Search in the transcript: how often, next and previous, with marks at the places.
const MOST = 1000; // places: more help nobody, and marking them takes time
const query = byId("query");
let hits = []; // of each place its marks: one, or several where it goes over the end of a sentence
let here = -1;
let touched = new Set();
let paragraphs = null;

// The text of each paragraph with the sentences it is made of, gathered when first needed.
function gather() {
  paragraphs ??= [...text.querySelectorAll(".heard:has([data-e])")].map((paragraph) => {
    const parts = [...paragraph.children].map((node) => ({ node, text: node.textContent, from: 0 }));
    let length = 0;
    for (const part of parts) {
      part.from = length;
      length += part.text.length + 1;
    }
    return { parts, text: parts.map((part) => part.text).join(" ") };
  });
  return paragraphs;
}

function pattern(asked) {
  const escaped = asked.trim().replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  // Spaces of any kind are alike, and so are straight and curly quotes.
  const loose = escaped.replace(/\s+/g, "\\s+").replace(/['‘’‚]/g, "['‘’‚]").replace(/["“”„«»]/g, "[\"“”„«»]");
  return loose ? new RegExp(loose, "giu") : null;
}

function unmark() {
  for (const node of touched) node.textContent = node.textContent;
  touched = new Set();
  hits = [];
  here = -1;
}

function find(asked) {
  unmark();
  const wanted = pattern(asked);
  if (!wanted) return;
  for (const paragraph of gather()) {
    // Marks are set from the end of each sentence, so that the places before them stay where they are.
    const found = [];
    for (const match of paragraph.text.matchAll(wanted)) {
      if (!match[0] || hits.length + found.length >= MOST) break;
      found.push(match);
    }
    const made = found.map(() => []);
    for (let index = found.length - 1; index >= 0; index -= 1) {
      const [from, to] = [found[index].index, found[index].index + found[index][0].length];
      for (const part of paragraph.parts) {
        const [low, high] = [Math.max(from - part.from, 0), Math.min(to - part.from, part.text.length)];
        if (low < high) made[index].push(markWithin(part.node, low, high));
      }
    }
    hits.push(...made.filter((marks) => marks.length));
    if (hits.length >= MOST) break;
  }
}

function markWithin(node, low, high) {
  // What is not marked yet is the first piece of text.
  const range = document.createRange();
  range.setStart(node.firstChild, low);
  range.setEnd(node.firstChild, high);
  const found = document.createElement("mark");
  range.surroundContents(found);
  touched.add(node);
  return found;
}

function goToHit(index) {
  hits[here]?.forEach((found) => found.classList.remove("here"));
  here = hits.length ? (index + hits.length) % hits.length : -1;
  if (here >= 0) {
    hits[here].forEach((found) => found.classList.add("here"));
    hits[here][0].scrollIntoView({ block: "center", behavior: "instant" });
    requestAnimationFrame(() => hits[here]?.[0].scrollIntoView({ block: "center", behavior: "instant" }));
  }
  const count = hits.length >= MOST ? `${MOST}+` : hits.length;
  const asked = query.value.trim();
  byId("count").textContent = !asked ? "" : here < 0 ? words.search_none : fill(words.search_count, { number: here + 1, count });
  byId("steps").hidden = hits.length === 0;
}

// Of the places, the first that is not above what is in sight: who searches looks on from where they are.
function firstInSight() {
  const { top } = room();
  const index = hits.findIndex((marks) => marks[0].getBoundingClientRect().top >= top);
  return Math.max(0, index);
}

function playHit() {
  if (here >= 0) playSentence(said.indexOf(hits[here][0].closest("[data-e]")));
}

function setUpSearch() {
  byId("search").hidden = said.length === 0;
  let typing = 0;
  const search = () => {
    clearTimeout(typing);
    typing = 0;
    find(query.value);
    goToHit(firstInSight());
  };
  query.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(search, 200);
  });
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (typing) search();
      else goToHit(here + (event.shiftKey ? -1 : 1));
    } else if (event.key === "Escape") {
      query.value = "";
      search();
      query.blur();
    }
  });
  byId("hit-before").addEventListener("click", () => goToHit(here - 1));
  byId("hit-next").addEventListener("click", () => goToHit(here + 1));
  byId("hit-play").addEventListener("click", playHit);
}

if (text) setUpSearch();
