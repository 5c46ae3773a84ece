// The settings: how strictly questions are answered and by whom, which this page may change, and what else was set, and where.

import { makeDrawer } from "./drawer.js";
import { ask, button, element, find, problem } from "./elements.js";
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

async function fill(body, said = "") {
  const answer = await ask("/settings", words.failed);
  if (answer.message) {
    body.replaceChildren(element("p", "dl-problem", answer.message));
    return;
  }
  body.replaceChildren(
    element("form", "dl-settings-form", strictnessOf(answer.strictness), wordsOf(answer.model)),
    element("h3", "", words.model),
    element("p", "dl-settings-model", answer.model.sentence),
    ...(said ? [spoken(said)] : []),
    ...(answer.model.progress ? [element("p", "dl-quiet dl-progress", answer.model.progress)] : []),
    endpointOf(answer.endpoint),
    element("h3", "", words.others),
    element("p", "dl-quiet", words.othersNote),
    factsOf(answer.facts),
  );
}

function spoken(said) {
  const made = element("p", "dl-said", said);
  made.setAttribute("role", "status");
  return made;
}

function endpointOf({ can_change, base_url, model, has_key }) {
  if (!can_change) return element("p", "dl-quiet", words.fixed);
  const address = field(words.baseUrl, { type: "url", required: true, value: base_url, placeholder: "http://127.0.0.1:11434/v1" });
  const name = field(words.modelName, { type: "text", required: true, value: model, maxLength: 200 });
  const key = field(words.key, { type: "password", autocomplete: "off", placeholder: has_key ? words.keyKept : "" });
  const save = element("button", "dl-small", words.save);
  const said = element("div", "");
  said.setAttribute("role", "status");
  const form = element("form", "dl-endpoint", element("h3", "", words.endpoint), element("p", "dl-quiet", words.endpointNote));
  const deeds = element("p", "dl-scope-deeds", save);
  const tell = async (address, deed) => {
    save.disabled = true;
    said.replaceChildren(element("p", "dl-quiet dl-progress", words.saving));
    const answer = await ask(address, words.failed, deed);
    save.disabled = false;
    if (answer.message) said.replaceChildren(problem(answer.message));
    else await fill(drawer.body, answer.said);
  };
  if (base_url) deeds.append(button("dl-small", words.forget, () => tell("/settings/endpoint/forget", {})));
  form.append(address.label, name.label, key.label, deeds, said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell("/settings/endpoint", { base_url: address.input.value, model: name.input.value, key: key.input.value });
  });
  return form;
}

function field(label, properties) {
  const input = element("input", "dl-field");
  Object.assign(input, properties);
  return { input, label: element("label", "", element("span", "", label), input) };
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
