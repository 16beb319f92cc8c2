// Find an episode in the list of the show.
const filter = byId("filter");

function setUpFilter() {
  const rows = [...document.querySelectorAll(".rows > li")].map((row) => ({ row, text: row.textContent.toLocaleLowerCase() }));
  const form = filter.closest("form");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  let telling = 0;
  filter.addEventListener("input", () => {
    const asked = filter.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, text: told } of rows) {
      row.hidden = !asked.every((word) => told.includes(word));
      count += row.hidden ? 0 : 1;
    }
    clearTimeout(telling);
    telling = setTimeout(() => say(count === 1 ? words.count_one : fill(words.count, { count })), 600);
  });
}

if (filter) setUpFilter();
