const find = document.querySelector(".find");
const input = document.querySelector("#find");
const found = document.querySelector("#found");
const rows = [...document.querySelectorAll("#operations li")].map((row) => ({
  row,
  section: row.closest(".index"),
  text: `${row.textContent} ${row.closest(".index").querySelector("h2").textContent}`.toLowerCase(),
}));

function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  for (const section of new Set(rows.map((one) => one.section))) {
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  found.textContent = words.length === 0 ? "" : `${shown} of ${rows.length} operations`;
}

if (find) {
  find.hidden = false;
  input.addEventListener("input", filter);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
    }
  });
  filter();
}

// A long list of contents stays folded where it would push the page out of sight.
const contents = document.querySelector(".side details");
if (contents && matchMedia("(max-width: 52rem)").matches) contents.open = false;
