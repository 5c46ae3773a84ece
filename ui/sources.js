// Where the articles come from: sources are added, brought in step and removed; what the last syncs did is told.

import { button, element, find, libraryWords, problem, sentence } from "./elements.js";

export function makeSources({ get, post, look, change }) {
  const words = libraryWords();
  let told = ""; // the sources as they were shown last, so that nothing is made anew under somebody's finger
  let reported = "";
  let canChange = false;
  let followed = ""; // what the list may have changed with
  const opened = new Map(); // the failures that are shown, by place

  // ---- Adding ----

  const place = element("input", "dl-field");
  Object.assign(place, { type: "text", placeholder: words.addHint, autocomplete: "off", spellcheck: false });
  place.id = "dl-place";
  const add = element("button", "dl-start", words.add);
  const outcome = element("div", "dl-outcome-of-adding");
  outcome.id = "dl-place-said";
  outcome.setAttribute("role", "status");
  place.setAttribute("aria-describedby", outcome.id);
  const label = element("label", "", words.addLabel);
  label.htmlFor = place.id;
  const form = element("form", "dl-add-source", label, place, add, outcome);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    add.disabled = true;
    outcome.replaceChildren(element("p", "dl-quiet", words.adding));
    const answer = await post("/library/sources/add", { place: place.value });
    add.disabled = false;
    place.setAttribute("aria-invalid", String(Boolean(answer.message)));
    if (answer.message) {
      outcome.replaceChildren(problem(answer.message));
      place.focus();
    } else {
      outcome.replaceChildren(element("p", "dl-quiet", answer.said));
      place.value = "";
      look();
    }
  });

  // ---- The list ----

  const list = element("ul", "dl-sources-list");
  const watch = element("input", "");
  watch.type = "checkbox";
  watch.setAttribute("role", "switch");
  watch.addEventListener("change", () => change("/library/watching", { is_on: watch.checked }));
  const watching = element("label", "dl-switch", watch, element("span", "", words.watch, element("small", "", words.watchHint)));
  const syncAll = button("dl-small", words.syncAll, () => change("/library/sources/sync"));
  const keeping = element("div", "dl-keeping", watching, syncAll);

  async function fetchSources() {
    const { sources, message } = await get("/library/sources");
    if (message) {
      told = "";
      list.replaceChildren(element("li", "", problem(message)));
      return;
    }
    const now = JSON.stringify([sources, canChange]);
    if (now === told) return;
    told = now;
    list.replaceChildren(...(sources.length ? sources.map(sourceOf) : [element("li", "dl-quiet", words.noSources)]));
    for (const known of opened.keys()) if (!sources.some((one) => one.place === known)) opened.delete(known);
  }

  function sourceOf(source) {
    const name = element("b", "", source.name);
    name.dir = "auto";
    const facts = element("p", "dl-facts", [source.kind, source.articles, source.note].filter(Boolean).join(" · "));
    const failures = element("div", "dl-failures");
    const actions = element("div", "dl-source-deeds");
    const item = element("li", "", element("div", "dl-place", name, facts), actions, failures);
    if (source.failed) facts.append(" · ", failuresButton(source, failures));
    if (canChange) actions.append(...changesOf(source));
    return item;
  }

  function changesOf({ place: at, name }) {
    const sync = button("dl-small", words.sync, () => change("/library/sources/sync", { place: at }));
    const remove = button("dl-small", words.remove, async () => {
      sync.disabled = remove.disabled = true;
      const answer = await change("/library/sources/remove", { place: at });
      sync.disabled = remove.disabled = false;
      if (answer.message) return;
      await fetchSources();
      find(".dl-undo button")?.focus({ preventScroll: true });
    });
    for (const one of [sync, remove]) one.setAttribute("aria-label", `${one.textContent}: ${name}`);
    return [sync, remove];
  }

  function failuresButton(source, box) {
    const toggle = button("dl-action", source.failed, async () => {
      if (opened.delete(source.place)) paint();
      else {
        opened.set(source.place, await get(`/library/failures?place=${encodeURIComponent(source.place)}`));
        paint();
      }
    });
    function paint() {
      const told = opened.get(source.place);
      toggle.setAttribute("aria-expanded", String(Boolean(told)));
      box.replaceChildren(...(told ? failuresOf(told) : []));
    }
    paint();
    return toggle;
  }

  function failuresOf({ failures, more, message }) {
    if (message) return [problem(message)];
    const items = failures.map((failure) => {
      const item = lineOf(failure);
      if (failure.upload && canChange) {
        const remove = button("dl-action", words.removeFile, async () => {
          const answer = await change("/library/uploads/remove", { path: failure.upload });
          if (!answer.message) item.remove();
        });
        remove.setAttribute("aria-label", `${words.removeFile}: ${failure.name}`);
        item.append(remove);
      }
      return item;
    });
    return [element("ul", "", ...items), ...(more ? [sentence("p", "dl-quiet", more)] : [])];
  }

  // ---- What the last syncs did ----

  const reports = element("div", "dl-reports");
  reports.setAttribute("aria-live", "polite");

  function showReports(now) {
    const all = JSON.stringify([now, canChange]);
    if (all === reported) return;
    reported = all;
    reports.replaceChildren(...(now.length ? now.map(reportOf) : [element("p", "dl-quiet", words.noReport)]));
  }

  function reportOf(report) {
    const name = element("h4", "", report.name);
    name.dir = "auto";
    const parts = [name];
    if (report.problem) parts.push(problem(report.problem));
    if (report.kept) parts.push(keptOf(report));
    for (const one of report.lists ?? []) parts.push(foldOf(one));
    if (report.unchanged) parts.push(element("p", "dl-quiet", report.unchanged));
    return element("section", "", ...parts);
  }

  // Asked once more, for what goes with a sync is not brought back by undoing.
  function keptOf({ kept, place: at }) {
    const box = problem(kept);
    if (!canChange) return box;
    const ask = button("dl-small", words.removeKept, () => {
      answers.replaceChildren(sure, keep);
      sure.focus();
    });
    const sure = button("dl-small dl-grave", words.removeKeptSure, () => {
      answers.replaceChildren(ask);
      change("/library/sources/sync", { place: at, allow_removal: true });
    });
    const keep = button("dl-small", words.keepThem, () => {
      answers.replaceChildren(ask);
      ask.focus();
    });
    const answers = element("span", "dl-answers", ask);
    box.append(" ", answers);
    return box;
  }

  function foldOf({ title, lines, more, is_open }) {
    const items = lines.map(lineOf);
    if (more) items.push(element("li", "dl-quiet", more));
    const fold = element("details", "", element("summary", "", title), element("ul", "", ...items));
    fold.open = is_open;
    return fold;
  }

  return {
    section: element(
      "section",
      "dl-sources-page",
      form,
      element("h3", "", words.sources),
      list,
      keeping,
      element("h3", "", words.reports),
      reports,
    ),
    open: () => (followed = ""),
    follow(state, former) {
      canChange = state.can_change;
      form.hidden = keeping.hidden = !canChange;
      if (document.activeElement !== watch || !former) watch.checked = state.is_watching;
      syncAll.disabled = state.is_reading;
      showReports(state.reports);
      const now = JSON.stringify([state.edition, Boolean(state.doing), state.reports, state.undo, canChange]);
      if (now === followed) return;
      followed = now;
      fetchSources();
    },
  };
}

function lineOf({ name, reason }) {
  const called = element("b", "", name);
  called.dir = "auto";
  const item = element("li", "", called);
  if (reason) item.append(sentence("span", "dl-reason", reason));
  return item;
}
