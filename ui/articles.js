// The list of articles: filtered, sorted by the heads of its columns, page by page; each opens in the reading room.

import { button, element, find, libraryWords, problem } from "./elements.js";
import { makeDays } from "./days.js";
import { openedId } from "./room.js";

const AT_ONCE = 50;
const PAUSE = 250;
// Which end comes first when a column is chosen: what is newest or largest, else the beginning of the alphabet.
const DESCENDING = { title: false, outlet: false, published: true, size: true, language: false, status: true };

export function makeArticles({ get, change, chooseFiles }) {
  const words = libraryWords();
  const wanted = { text: "", outlet: "", status: "", since: "", until: "", sort: "published", descending: true, offset: 0 };
  let requested = 0; // only the latest list that was asked for is shown
  let pausing = null;
  let edition = null; // of the library, when its list was fetched last
  let canChange = false;

  // ---- Filters ----

  const search = element("input", "dl-field");
  Object.assign(search, { type: "search", placeholder: words.searchHint, autocomplete: "off", spellcheck: false });
  const outlet = element("select", "dl-field");
  const status = element("select", "dl-field");
  const since = element("input", "dl-field");
  const until = element("input", "dl-field");
  since.type = until.type = "date";
  const clear = button("dl-small", words.clear, () => {
    search.value = outlet.value = status.value = since.value = until.value = "";
    applyFilters();
    search.focus();
  });
  const filters = element(
    "form",
    "dl-sieve",
    labelled(words.search, search, "dl-grow"),
    labelled(words.outlet, outlet),
    labelled(words.status, status),
    element("div", "dl-period", labelled(words.since, since), labelled(words.until, until)),
    clear,
  );
  filters.setAttribute("role", "search");
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    applyFilters();
  });
  search.addEventListener("input", () => {
    clearTimeout(pausing);
    pausing = setTimeout(applyFilters, PAUSE);
  });
  for (const field of [outlet, status, since, until]) field.addEventListener("change", applyFilters);

  function applyFilters() {
    clearTimeout(pausing);
    // A day in the year 12021 is none to the server.
    const [first, last] = [since, until].map((field) => (field.value.length === 10 ? field.value : ""));
    const chosen = { text: search.value, outlet: outlet.value, status: status.value, since: first, until: last };
    Object.assign(wanted, chosen, { offset: 0 });
    days.mark({ since: first, until: last });
    fetchDays();
    fetchList();
  }

  // ---- When they appeared ----

  const days = makeDays((period) => {
    since.value = period.since;
    until.value = period.until;
    applyFilters();
  });
  let asked = 0; // only the latest plot that was asked for is shown

  // The whole time of what is looked for: what is chosen of it is marked.
  async function fetchDays() {
    const number = ++asked;
    const query = new URLSearchParams();
    for (const name of ["text", "outlet", "status"]) if (wanted[name]) query.set(name, wanted[name]);
    const plot = await get(`/library/days?${query}`);
    if (number === asked && !plot.message) days.show(plot);
  }

  async function fetchChoices() {
    const [{ outlets }, { statuses }] = await Promise.all([get("/library/outlets"), get("/library/statuses")]);
    if (outlets) offer(outlet, words.allOutlets, outlets);
    if (statuses) offer(status, words.anyStatus, statuses);
    // What was chosen went with its last article.
    if (outlet.value !== wanted.outlet || status.value !== wanted.status) applyFilters();
  }

  function offer(field, all, choices) {
    const chosen = field.value;
    const options = choices.map(({ name, count, value }) => new Option(`${name} (${count})`, value ?? name));
    field.replaceChildren(new Option(all, ""), ...options);
    field.value = chosen;
    if (field.value !== chosen) field.value = "";
  }

  // ---- The table ----

  const heads = Object.entries(words.columns).map(([column, label]) => {
    const head = element("th", `dl-of-${column}`, button("dl-sort", label, () => sortBy(column)));
    head.scope = "col";
    head.dataset.column = column;
    return head;
  });
  const rows = element("tbody", "");
  const table = element("table", "dl-articles", element("thead", "", element("tr", "", ...heads)), rows);
  table.setAttribute("aria-label", words.articles);
  // Laid out as cards on a narrow screen, it is still a table to those who hear it.
  for (const [part, role] of [["thead, tbody", "rowgroup"], ["tr", "row"], ["th", "columnheader"]]) {
    for (const one of table.querySelectorAll(part)) one.setAttribute("role", role);
  }
  table.setAttribute("role", "table");

  function sortBy(column) {
    wanted.descending = wanted.sort === column ? !wanted.descending : DESCENDING[column];
    Object.assign(wanted, { sort: column, offset: 0 });
    fetchList();
  }

  function showOrder() {
    for (const head of heads) {
      const direction = wanted.descending ? "descending" : "ascending";
      head.setAttribute("aria-sort", head.dataset.column === wanted.sort ? direction : "none");
    }
  }

  function rowOf(article) {
    const open = button(article.title ? "dl-open" : "dl-open dl-untitled", article.title ?? (article.opening || article.file), () => {});
    open.dir = "auto";
    open.dataset.shelved = article.id;
    if (article.id === openedId()) open.setAttribute("aria-current", "true");
    const title = element("td", "dl-of-title", open);
    title.append(element("span", "dl-file", article.file));
    const cells = ["outlet", "published", "size", "language"].map((column) => {
      const cell = element("td", `dl-of-${column}`, article[column] ?? "\u2013");
      if (article[column] === null) cell.setAttribute("aria-label", words.unknown);
      cell.dataset.label = words.columns[column];
      return cell;
    });
    const row = element("tr", "", title, ...cells, statusOf(article));
    row.setAttribute("role", "row");
    for (const cell of row.children) cell.setAttribute("role", "cell");
    return row;
  }

  function statusOf(article) {
    const cell = element("td", "dl-of-status");
    const said = article.status.length ? article.status : [words.current];
    for (const one of said) {
      const mark = element("span", article.status.length ? "dl-tag" : "dl-tag dl-calm", one);
      if (words.statusHints[one]) mark.title = words.statusHints[one];
      cell.append(mark);
    }
    if (article.upload && canChange) {
      const remove = button("dl-action", words.removeFile, async () => {
        remove.disabled = true;
        const answer = await change("/library/uploads/remove", { path: article.upload });
        remove.disabled = false;
        if (!answer.message) find(".dl-undo button")?.focus({ preventScroll: true });
      });
      remove.setAttribute("aria-label", `${words.removeFile}: ${article.file}`);
      cell.append(remove);
    }
    return cell;
  }

  // ---- The pages of the list ----

  const showing = element("p", "dl-showing");
  showing.setAttribute("role", "status");
  const previous = button("dl-small", words.previous, () => turn(-AT_ONCE));
  const next = button("dl-small", words.next, () => turn(AT_ONCE));
  const pager = element("div", "dl-pager", showing, previous, next);
  const none = element("div", "dl-none");

  function turn(by) {
    wanted.offset = Math.max(0, wanted.offset + by);
    fetchList().then(() => table.scrollIntoView({ block: "start" }));
  }

  async function fetchList() {
    showOrder();
    const number = ++requested;
    const query = new URLSearchParams({ sort: wanted.sort, descending: wanted.descending, limit: AT_ONCE, offset: wanted.offset });
    for (const name of ["text", "outlet", "status", "since", "until"]) if (wanted[name]) query.set(name, wanted[name]);
    table.setAttribute("aria-busy", "true");
    const list = await get(`/library/articles?${query}`);
    if (number !== requested) return;
    table.removeAttribute("aria-busy");
    if (list.message) {
      none.replaceChildren(problem(list.message));
      return;
    }
    // The last page went with its articles.
    if (!list.articles.length && wanted.offset) {
      wanted.offset = Math.max(0, Math.floor((list.total - 1) / AT_ONCE) * AT_ONCE);
      await fetchList();
      return;
    }
    showList(list);
  }

  function showList(list) {
    const focused = rows.contains(document.activeElement) ? document.activeElement.dataset.shelved : null;
    rows.replaceChildren(...list.articles.map(rowOf));
    if (focused) rows.querySelector(`[data-shelved="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    showing.textContent = list.showing;
    previous.disabled = list.offset === 0;
    next.disabled = list.offset + list.articles.length >= list.total;
    previous.hidden = next.hidden = list.total <= AT_ONCE;
    table.hidden = !list.total;
    clear.disabled = !(wanted.text || wanted.outlet || wanted.status || wanted.since || wanted.until);
    const isFiltered = !clear.disabled;
    none.replaceChildren(...(list.total ? [] : [isFiltered ? element("p", "dl-quiet", words.noneFound) : emptyLibrary()]));
    filters.hidden = pager.hidden = !list.total && !isFiltered;
  }

  function emptyLibrary() {
    const choose = button("dl-start", words.chooseFiles, chooseFiles);
    return element("div", "dl-empty", element("h3", "", words.emptyTitle), element("p", "", words.empty), choose);
  }

  // The plot first, so that the list does not move under it.
  async function fetchAll() {
    fetchChoices();
    await fetchDays();
    fetchList();
  }

  return {
    section: element("section", "", days.section, filters, table, none, pager),
    // Before the library was looked at it is not known what may be done with an article.
    open: () => edition !== null && fetchAll(),
    follow(state) {
      const isAsItWas = edition === state.edition && canChange === state.can_change;
      edition = state.edition;
      canChange = state.can_change;
      if (!isAsItWas) fetchAll();
    },
  };
}

function labelled(label, field, className = "") {
  return element("label", className, element("span", "", label), field);
}
