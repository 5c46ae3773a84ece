// The settings: how strictly questions are answered and by whom, which this page may change, and what else was set, and where.

import { makeDrawer } from "./drawer.js";
import { ask, element, find } from "./elements.js";
import { changeManner, manner } from "./manner.js";

let words = null;
let drawer = null;

export function startSettings() {
  const opener = find(".dl-settings-open");
  if (!opener) return;
  words = JSON.parse(opener.dataset.words);
  opener.addEventListener("click", () => {
    drawer ??= makeDrawer("dl-settings-drawer", words.title, words.close, fill);
    drawer.open();
  });
}

async function fill(body) {
  const answer = await ask("/settings", words.failed);
  if (answer.message) {
    body.replaceChildren(element("p", "dl-problem", answer.message));
    return;
  }
  body.replaceChildren(
    element("form", "dl-settings-form", strictnessOf(answer.strictness), wordsOf(answer.model)),
    element("h3", "", words.model),
    element("p", "dl-settings-model", answer.model.sentence),
    ...(answer.model.progress ? [element("p", "dl-quiet dl-progress", answer.model.progress)] : []),
    element("h3", "", words.others),
    element("p", "dl-quiet", words.othersNote),
    factsOf(answer.facts),
  );
}

function strictnessOf(asSet) {
  const slider = element("input", "");
  Object.assign(slider, { type: "range", min: 0, max: 1, step: 0.05 });
  slider.value = manner().strictness ?? asSet;
  slider.id = "dl-strictness";
  const label = element("label", "", words.strictness);
  label.htmlFor = slider.id;
  const said = element("output", "");
  const say = () => {
    said.textContent = Number(slider.value) === asSet ? `${slider.value} (${words.asSet})` : slider.value;
  };
  say();
  slider.addEventListener("input", say);
  slider.addEventListener("change", () => {
    const value = Number(slider.value);
    changeManner({ strictness: value === asSet ? undefined : value });
  });
  return element(
    "div",
    "dl-strictness",
    element("p", "dl-strictness-top", label, said),
    slider,
    element("p", "dl-quiet dl-ends", element("span", "", words.answersMore), element("span", "", words.refusesMore)),
    element("p", "dl-quiet", words.strictnessNote),
  );
}

function wordsOf(model) {
  const box = element("input", "");
  Object.assign(box, { type: "checkbox", checked: Boolean(manner().quote_only) || !model.is_there, disabled: !model.is_there });
  box.addEventListener("change", () => changeManner({ quote_only: box.checked || undefined }));
  return element("label", "dl-choice", box, element("span", "", words.quoteOnly));
}

function factsOf(facts) {
  const list = element("dl", "dl-facts");
  for (const { label, value, origin } of facts) {
    const shown = element("dd", "", value);
    shown.append(element("small", "", origin));
    list.append(element("dt", "", label), shown);
  }
  return list;
}
