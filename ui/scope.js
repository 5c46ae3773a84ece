// What the next question is asked of, always in view above it: all articles, or chosen outlets, days and articles.

import { makeDrawer } from "./drawer.js";
import { ask, button, element, find } from "./elements.js";
import { changeManner, manner } from "./manner.js";

const LISTED = 20;
const TYPING_PAUSE = 250;

let words = null;
let drawer = null;
let titles = new Map(); // of the articles that were chosen, by id

export function startScope() {
  const place = find(".dl-scope");
  if (!place) return;
  words = JSON.parse(place.dataset.words);
  paint();
}

const chosen = () => {
  const { articles = [], outlets = [], since = "", until = "" } = manner();
  return { articles, outlets, since, until };
};

function describe({ articles, outlets, since, until }) {
  const period = [since && `${words.since} ${sayDay(since)}`, until && `${words.until} ${sayDay(until)}`];
  const named = articles.map((id) => titles.get(id) ?? id);
  const parts = [
    named.length > 2 ? `${named.length} ${words.articles.toLowerCase()}` : named.join(", "),
    outlets.join(", "),
    period.filter(Boolean).join(" "),
  ];
  return parts.filter(Boolean).join("; ");
}

const sayDay = (day) =>
  new Date(`${day}T12:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

function paint() {
  const described = describe(chosen());
  const open = button("dl-scope-open", described || words.whole, openDrawer);
  open.setAttribute("aria-haspopup", "dialog");
  open.setAttribute("aria-label", `${words.title}: ${described || words.whole}`);
  const parts = [open];
  if (described) {
    const clear = button("dl-scope-clear", "\u2715", () => choose({ articles: [], outlets: [], since: "", until: "" }));
    clear.setAttribute("aria-label", words.clear);
    parts.push(clear);
  }
  find(".dl-scope").classList.toggle("dl-narrowed", Boolean(described));
  find(".dl-scope").replaceChildren(...parts);
}

function choose(scope) {
  changeManner({
    articles: scope.articles.length ? scope.articles : undefined,
    outlets: scope.outlets.length ? scope.outlets : undefined,
    since: scope.since || undefined,
    until: scope.until || undefined,
  });
  paint();
}

// The article that is being read is to be asked of, and nothing else.
export function askOf(id, title) {
  titles.set(id, title);
  choose({ articles: [id], outlets: [], since: "", until: "" });
  const chat = find('.dl-views [data-view="chat"]');
  const toQuestion = () => find("#dl-question textarea").focus();
  if (chat.matches("[aria-current]")) toQuestion();
  else {
    // The view changes once the address has.
    addEventListener("hashchange", toQuestion, { once: true });
    chat.click();
  }
}

function openDrawer() {
  drawer ??= makeDrawer("dl-scoping", words.title, words.close, fill);
  drawer.open();
}

async function fill(body) {
  const scope = chosen();
  const form = element("form", "dl-scope-form", element("p", "dl-quiet", words.intro));
  const outlets = element("fieldset", "", element("legend", "", words.outlets));
  const since = dayField(words.since, scope.since);
  const until = dayField(words.until, scope.until);
  const period = element("fieldset", "dl-period", element("legend", "", words.period), since.label, until.label);
  const articles = articlesOf(scope.articles);
  const clear = button("dl-small", words.clear, () => {
    choose({ articles: [], outlets: [], since: "", until: "" });
    drawer.close();
  });
  form.append(outlets, period, articles.shown, element("p", "dl-scope-deeds", element("button", "dl-start", words.apply), clear));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const named = [...outlets.querySelectorAll("input:checked")].map((box) => box.value);
    choose({ articles: articles.chosen(), outlets: named, since: since.field.value, until: until.field.value });
    drawer.close();
    find("#dl-question textarea").focus();
  });
  body.replaceChildren(form);
  const { outlets: known, message } = await ask("/library/outlets", words.failed);
  if (message) outlets.append(element("p", "dl-problem", message));
  else if (!known.length) outlets.append(element("p", "dl-quiet", words.noOutlets));
  else {
    const list = element("div", "dl-choices");
    for (const { name, count } of known) list.append(choice(name, name, `${count}`, scope.outlets.includes(name)));
    outlets.append(list);
  }
}

function dayField(label, value) {
  const field = element("input", "dl-field");
  Object.assign(field, { type: "date", value });
  return { field, label: element("label", "", element("span", "", label), field) };
}

function choice(value, label, about, isChosen) {
  const box = element("input", "");
  Object.assign(box, { type: "checkbox", value, checked: isChosen });
  const name = element("span", "", label);
  name.dir = "auto";
  return element("label", "dl-choice", box, name, element("small", "", about));
}

// A field that finds articles by their words, over the list of those found and those chosen before.
function articlesOf(before) {
  const picked = new Set(before);
  const field = element("input", "dl-field");
  Object.assign(field, { type: "search", maxLength: 200 });
  const list = element("div", "dl-choices");
  list.setAttribute("role", "status");
  const shown = element(
    "fieldset",
    "",
    element("legend", "", words.articles),
    element("label", "", element("span", "", words.find), field),
    list,
  );
  const paintList = (found, none) => {
    const rows = [...picked].filter((id) => !found.some((article) => article.id === id));
    list.replaceChildren(
      ...rows.map((id) => pick(id, titles.get(id) ?? id, "")),
      ...found.map(({ id, title, opening, outlet, published }) =>
        pick(id, title ?? opening, [outlet, published].filter(Boolean).join(" · ")),
      ),
      ...(none ? [element("p", "dl-quiet", none)] : []),
    );
  };
  const pick = (id, title, about) => {
    titles.set(id, title);
    const row = choice(id, title, about, picked.has(id));
    row.firstChild.addEventListener("change", (event) => (event.target.checked ? picked.add(id) : picked.delete(id)));
    return row;
  };
  let typed = null;
  field.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(async () => {
      const text = field.value.trim();
      if (!text) return paintList([], "");
      const query = new URLSearchParams({ text, limit: LISTED });
      const { articles, message } = await ask(`/library/articles?${query}`, words.failed);
      if (field.value.trim() === text) paintList(articles ?? [], message ?? (articles.length ? "" : words.noArticles));
    }, TYPING_PAUSE);
  });
  paintList([], "");
  return { shown, chosen: () => [...picked] };
}
