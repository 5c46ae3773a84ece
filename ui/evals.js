// The Evals tab: a question set is run with live progress, its figures and cases are read, and runs are compared.
// Everything is put together as text; nothing that comes from the server is read as HTML.

import { casesOf } from "./cases.js";
import { ask, button, element, evalWords, find, problem } from "./elements.js";

const LOOK_EVERY = 700;
const UNDER_WAY = ["asking", "stopping"];

let requested = 0; // only the latest page that was asked for may be shown
let looking = null; // the timer of the next look at the run under way
let former = null; // the state of the run when it was last looked at

const page = () => find(".dl-evals");
const get = (address) => ask(address, evalWords().failed);
const post = (address, deed = {}) => ask(address, evalWords().failed, deed);
const addressOf = (name) => `/evals/runs/${encodeURIComponent(name)}`;

// ---- Which page of it ----

export const openEvals = (name) => (name ? openRun(name) : openOverview());

// A run may be under way, whichever view is looked at.
export function startEvals() {
  if (evalWords()) look();
}

async function request(address) {
  const number = ++requested;
  const answer = await get(address);
  return number === requested ? answer : null;
}

function show(...parts) {
  page().replaceChildren(element("div", "dl-sheet", ...parts.filter(Boolean)));
  page().scrollTop = 0;
}

// ---- The overview: what can be run, what is running, what was run ----

async function openOverview() {
  const overview = await request("/evals");
  if (!overview) return;
  if (overview.message) {
    show(problem(overview.message));
    return;
  }
  const words = evalWords();
  show(
    element("h2", "", words.title),
    element("p", "dl-intro", words.intro),
    element("section", "dl-under-way"),
    formOf(overview),
    runsOf(overview.runs),
  );
  former = overview.progress?.state;
  paintProgress(overview.progress);
  // Another page may have started it.
  if (UNDER_WAY.includes(former)) look();
}

function formOf({ sets, model, folder }) {
  const words = evalWords();
  const form = element("form", "dl-new-run", element("h3", "", words.newRun));
  if (!sets.length) {
    form.append(element("p", "dl-quiet", words.noSets), element("p", "dl-quiet", folder));
    return form;
  }
  const chosen = element("select", "dl-field");
  for (const one of sets) chosen.append(new Option(one.label, one.id));
  const trouble = element("div", "");
  trouble.setAttribute("role", "status");
  const limit = element("input", "dl-field dl-limit");
  Object.assign(limit, { type: "number", min: 1, placeholder: words.limitAll, inputMode: "numeric" });
  const models = element("fieldset", "", element("legend", "", words.model));
  models.append(radio("", words.withoutModel, true), radio("model", model.label, false, !model.is_there));
  const start = element("button", "dl-start", words.start);
  const choose = () => {
    const one = sets.find(({ id }) => id === chosen.value);
    trouble.replaceChildren(...(one.problem ? [problem(one.problem)] : []));
    start.disabled = Boolean(one.problem);
    if (one.cases) limit.max = one.cases;
  };
  chosen.addEventListener("change", choose);
  choose();
  form.append(
    element("label", "dl-wide", element("span", "", words.set), chosen),
    models,
    element("label", "", element("span", "", words.limit), limit),
    start,
    trouble,
    element("p", "dl-quiet", folder),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = { set: chosen.value, with_model: form.elements.model.value === "model", limit: Number(limit.value) || null };
    const answer = await post("/evals/start", wanted);
    trouble.replaceChildren(...(answer.message ? [problem(answer.message)] : []));
    look();
  });
  return form;
}

function radio(value, label, isChecked, isDisabled = false) {
  const input = element("input", "");
  Object.assign(input, { type: "radio", name: "model", value, checked: isChecked, disabled: isDisabled });
  return element("label", "dl-choice", input, element("span", "", label));
}

function runsOf(runs) {
  const words = evalWords();
  const section = element("section", "dl-runs", element("h3", "", words.runs));
  if (!runs.length) section.append(element("p", "dl-quiet", words.noRuns));
  else section.append(element("ul", "", ...runs.map(rowOf)));
  return section;
}

function rowOf(run) {
  const link = element("a", "", element("b", "", run.set), element("span", "dl-headline-figure", run.headline));
  link.href = `#evals/${encodeURIComponent(run.name)}`;
  link.append(element("span", "dl-when", [run.when, run.model, run.kind].filter(Boolean).join(" · ")));
  const row = element("li", "", link);
  if (run.unfinished) row.append(continuation(run));
  return row;
}

function continuation(run) {
  const trouble = element("div", "");
  trouble.setAttribute("role", "status");
  const go = button("dl-small", evalWords().continue, async () => {
    const answer = await post(`${addressOf(run.name)}/continue`);
    trouble.replaceChildren(...(answer.message ? [problem(answer.message)] : []));
    if (answer.message) return;
    if (location.hash === "#evals") look();
    else location.hash = "#evals";
  });
  return element("div", "dl-unfinished", element("span", "", run.unfinished), go, trouble);
}

// ---- The run under way ----

async function look() {
  clearTimeout(looking);
  const { progress, message } = await get("/evals/progress");
  if (message) {
    looking = setTimeout(look, LOOK_EVERY * 4);
    return;
  }
  const isUnderWay = UNDER_WAY.includes(progress?.state);
  const wasUnderWay = UNDER_WAY.includes(former);
  const hasEnded = wasUnderWay && !isUnderWay;
  former = progress?.state;
  paintProgress(progress);
  if (isUnderWay && !wasUnderWay && location.hash === "#evals") refreshRuns();
  if (hasEnded && location.hash === "#evals") refreshRuns();
  if (isUnderWay) looking = setTimeout(look, LOOK_EVERY);
}

async function refreshRuns() {
  const { runs } = await get("/evals");
  if (runs) find(".dl-runs")?.replaceWith(runsOf(runs));
}

function paintProgress(progress) {
  const isUnderWay = UNDER_WAY.includes(progress?.state);
  const badge = find(".dl-running");
  badge.hidden = !isUnderWay;
  badge.textContent = isUnderWay ? ` ${progress.done}/${progress.total}` : "";
  const start = find(".dl-new-run");
  if (start) start.hidden = isUnderWay;
  const place = find(".dl-under-way");
  if (!place) return;
  if (!progress) {
    place.replaceChildren();
    return;
  }
  place.dataset.state = progress.state;
  if (isUnderWay) paintBar(place, progress);
  else place.replaceChildren(...endOf(progress));
}

// Changed in place: the button that somebody is about to press stays the same.
function paintBar(place, progress) {
  const words = evalWords();
  if (!place.querySelector("progress")) {
    const bar = element("progress", "");
    bar.setAttribute("aria-label", words.progress);
    const stop = button("dl-small", words.stop, async () => {
      stop.disabled = true;
      await post("/evals/stop");
      look();
    });
    const line = element("p", "", element("span", "dl-done"), element("span", "dl-left"));
    place.replaceChildren(line, bar, stop);
  }
  place.querySelector(".dl-done").textContent = progress.said;
  place.querySelector(".dl-left").textContent = progress.left;
  const bar = place.querySelector("progress");
  bar.max = progress.total;
  if (progress.is_open) bar.value = progress.done;
  else bar.removeAttribute("value");
  place.querySelector("button").disabled = progress.state === "stopping";
}

function endOf(progress) {
  const words = evalWords();
  const said = progress.state === "failed" ? problem(progress.said) : element("p", "", progress.said);
  if (progress.state !== "failed") said.setAttribute("role", "status");
  const actions = element("p", "dl-actions");
  if (progress.done) {
    const link = element("a", "dl-action", words.openRun);
    link.href = `#evals/${encodeURIComponent(progress.run)}`;
    actions.append(link);
  }
  actions.append(
    button("dl-action", words.dismiss, async () => {
      await post("/evals/dismiss");
      look();
    }),
  );
  return [said, actions];
}

// ---- One run ----

async function openRun(name) {
  const [run, overview] = await Promise.all([request(addressOf(name)), get("/evals")]);
  if (!run) return;
  const words = evalWords();
  const back = element("a", "dl-back", words.allRuns);
  back.href = "#evals";
  if (run.message) {
    show(back, problem(run.message));
    return;
  }
  const cases = casesOf(run.cases);
  const others = (overview.runs ?? []).filter((other) => other.set === run.set && other.name !== name);
  show(
    back,
    element("h2", "", run.set),
    element("p", "dl-intro", [run.when, run.model, run.kind].filter(Boolean).join(" · ")),
    run.unfinished && continuation(run),
    figuresOf(run),
    comparisonOf(name, others, cases.open),
    cases.section,
  );
  page().focus({ preventScroll: true });
}

function figuresOf(run) {
  const list = element("dl", "dl-figures");
  for (const one of run.figures) {
    list.append(
      element(
        "div",
        "",
        element("dt", "", one.name),
        element("dd", "dl-value", one.value),
        element("dd", "dl-sure", one.sure),
        element("dd", "dl-meaning", one.meaning),
      ),
    );
  }
  const words = evalWords();
  const note = element("p", "dl-quiet", run.figures.length ? words.mostLikely : words.noFigures);
  return element("section", "", element("h3", "", words.figures), list, note);
}

// ---- What changed since another run ----

function comparisonOf(name, others, openCase) {
  const words = evalWords();
  const report = element("a", "dl-report", words.report);
  Object.assign(report, { href: `${addressOf(name)}/report`, target: "_blank", rel: "noopener" });
  const bar = element("div", "dl-compare");
  const shown = element("div", "dl-comparison");
  shown.setAttribute("aria-live", "polite");
  if (others.length) {
    const select = element("select", "dl-field");
    select.append(new Option(words.compareNone, ""));
    for (const other of others) select.append(new Option(`${other.when}: ${other.headline}, ${other.model}`, other.name));
    select.addEventListener("change", async () => {
      const against = select.value;
      const query = against ? `?against=${encodeURIComponent(against)}` : "";
      report.href = `${addressOf(name)}/report${query}`;
      const answer = against ? await get(`${addressOf(name)}/comparison${query}`) : null;
      if (against === select.value) shown.replaceChildren(...(answer ? differencesOf(answer, openCase) : []));
    });
    bar.append(element("label", "", element("span", "", words.compare), select));
  }
  bar.append(report);
  return element("section", "", bar, shown);
}

function differencesOf(answer, openCase) {
  if (answer.message) return [problem(answer.message)];
  const words = evalWords();
  const rows = answer.figures.map((one) =>
    element(
      "tr",
      one.is_worse ? "dl-worse" : "",
      element("th", "", one.name),
      element("td", "", `${one.before} → ${one.after}`),
      element("td", "dl-change", one.change),
      element("td", "dl-sure", [one.verdict, one.sure].filter(Boolean).join("; ")),
    ),
  );
  return [
    element("p", answer.is_worse ? "dl-problem" : "dl-verdict", answer.verdict),
    element("p", "dl-quiet", [answer.said, answer.warning].filter(Boolean).join(" ")),
    element("table", "", element("tbody", "", ...rows)),
    ...[
      [words.won, answer.won],
      [words.lost, answer.lost],
    ].map(([title, cases]) => changedOf(title, cases, openCase)),
  ];
}

function changedOf(title, cases, openCase) {
  const list = cases.map((one) => element("li", "", button("dl-action", one.question, () => openCase(one.id))));
  const content = list.length ? element("ul", "", ...list) : element("p", "dl-quiet", evalWords().none);
  return element("div", "dl-part", element("h4", "", title), content);
}
