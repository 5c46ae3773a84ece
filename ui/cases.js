// The cases of a run: a list to be filtered, each case opening to its answer, its citations and its evidence.

import { button, element, evalWords } from "./elements.js";

const AT_ONCE = 100;
const KEEPS = {
  all: () => true,
  refused: (one) => one.is_refused,
  wrong: (one) => one.outcome === "wrong",
  right: (one) => one.outcome === "right",
  failed: (one) => one.outcome === "failed",
};

// The section with the list, and how to open one of its cases from elsewhere.
export function casesOf(cases) {
  const list = element("div", "dl-cases");
  const rest = element("p", "dl-rest");
  const filters = element("div", "dl-filters");
  filters.setAttribute("role", "group");
  filters.setAttribute("aria-label", evalWords().show);
  let kept = cases;
  let shown = 0;

  function showMore() {
    const next = kept.slice(shown, shown + AT_ONCE);
    list.append(...next.map(caseFor));
    shown += next.length;
    rest.replaceChildren(...(shown < kept.length ? [button("dl-small", evalWords().more, showMore)] : []));
    if (!kept.length) rest.append(evalWords().noCases);
  }

  function filter(name) {
    for (const one of filters.children) one.setAttribute("aria-pressed", String(one.dataset.filter === name));
    kept = cases.filter(KEEPS[name]);
    shown = 0;
    list.replaceChildren();
    showMore();
  }

  function open(id) {
    filter("all");
    while (shown < kept.length && !list.querySelector(`[data-case="${CSS.escape(id)}"]`)) showMore();
    const found = list.querySelector(`[data-case="${CSS.escape(id)}"]`);
    if (!found) return;
    found.open = true;
    found.scrollIntoView({ block: "start" });
    found.querySelector("summary").focus({ preventScroll: true });
  }

  for (const [name, label] of Object.entries(evalWords().filters)) {
    const one = button("dl-filter", `${label} `, () => filter(name));
    one.append(element("span", "dl-count", String(cases.filter(KEEPS[name]).length)));
    one.dataset.filter = name;
    filters.append(one);
  }
  filter("all");
  return { section: element("section", "", element("h3", "", evalWords().cases), filters, list, rest), open };
}

function caseFor(one) {
  const said = element("span", `dl-outcome dl-${one.outcome.replace(" ", "-")}`, one.said);
  const asked = element("span", "dl-asked", one.question);
  asked.dir = "auto";
  const made = element("details", "dl-case", element("summary", "", said, asked));
  made.dataset.case = one.id;
  // Of hundreds of cases few are opened.
  made.addEventListener("toggle", () => made.open && made.children.length === 1 && made.append(detailsOf(one)), {
    once: true,
  });
  return made;
}

function detailsOf(one) {
  const words = evalWords();
  const parts = [];
  if (one.history.length) parts.push(part(words.earlier, one.history.map((turn) => element("p", "dl-turn", turn))));
  parts.push(part(one.outcome === "failed" ? words.whyFailed : words.answer, answerOf(one)));
  if (one.citations.length) parts.push(part(words.cited, one.citations.map(citationOf)));
  const expected = [one.expected, ...one.wanted].filter(Boolean).join(": ");
  if (expected || !one.gold.length) parts.push(part(words.expected, [element("p", "", expected || words.nothingExpected)]));
  if (one.gold.length) parts.push(part(words.gold, one.gold.map(goldOf)));
  const name = [one.id, one.kind].filter(Boolean).join(" · ");
  return element("div", "dl-details", ...parts, element("p", "dl-id", name));
}

const part = (title, content) => element("div", "dl-part", element("h4", "", title), ...content);

function answerOf(one) {
  if (!one.sentences.length) return one.text.split(/\n\s*\n/).map((text) => element("p", "", text));
  return one.sentences.map(({ text, marks, doubt }) => {
    const sentence = element("p", doubt ? "dl-doubted" : "", `${text} `, element("span", "dl-marks", marks));
    if (doubt) sentence.append(element("span", "dl-doubt", doubt));
    return sentence;
  });
}

const citationOf = ({ n, quote, file, marks }) => quoteOf(`[${n}] `, quote, file, marks);
const goldOf = ({ quote, where, article, marks }) => quoteOf("", quote || where, article, marks);

function quoteOf(number, words, place, marks) {
  const text = element("span", "dl-said", words);
  text.dir = "auto";
  const origin = element("p", "dl-from", place);
  for (const [tone, said] of marks) origin.append(" ", element("span", `dl-fate dl-fate-${tone}`, said));
  return element("blockquote", "", element("p", "", element("span", "dl-marks", number), text), origin);
}
