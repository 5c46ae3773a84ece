const rows = [...document.querySelectorAll("#cases tbody tr")];
const words = document.getElementById("words");
const outcome = document.getElementById("outcome");
const shown = document.getElementById("shown");
function filter() {
  const sought = words.value.toLowerCase();
  let count = 0;
  for (const row of rows) {
    const fits = (!outcome.value || row.dataset.outcome === outcome.value) && row.textContent.toLowerCase().includes(sought);
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = `${count} of ${rows.length} cases`;
}
words.addEventListener("input", filter);
outcome.addEventListener("change", filter);
filter();
