const rows = [...document.querySelectorAll("#cases tbody tr")];
const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
const words = document.getElementById("words");
const choices = ["outcome", "kind", "change"].map((id) => document.getElementById(id)).filter(Boolean);
const shown = document.getElementById("shown");
function filter() {
  const sought = words.value.toLowerCase();
  let count = 0;
  for (const row of rows) {
    const fits =
      choices.every((choice) => !choice.value || row.dataset[choice.id] === choice.value) && texts.get(row).includes(sought);
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = `${count} of ${rows.length} cases`;
}
words.addEventListener("input", filter);
for (const choice of choices) choice.addEventListener("change", filter);
filter();
