// Thumbs under an answer: one click makes a case of the person's own question set, another takes it back.

import { ask, button, element, evalWords } from "./elements.js";

// By an answer's name: the thumb, what would have been right, and the line that says where it went. The server draws the
// transcript anew with every question; what was said of its answers is kept here.
const opinions = new Map();

const opinionOf = (name) =>
  opinions.get(name) ?? { thumb: null, right: "", draft: "", should_refuse: false, said: "", isBusy: false };

export function showOpinions() {
  if (!evalWords()) return;
  for (const place of document.querySelectorAll(".dl-opinion")) {
    const { answer } = place.dataset;
    if (place.firstChild?.dataset?.for === answer) continue;
    place.replaceChildren(...(answer ? [opinionFor(answer, place)] : []));
  }
}

function opinionFor(name, place) {
  const words = evalWords();
  const up = thumb("up", words.thumbUp, () => choose(name, "up"));
  const down = thumb("down", words.thumbDown, () => choose(name, "down"));
  const said = element("span", "dl-kept");
  said.setAttribute("role", "status");
  const thumbs = element("div", "dl-thumbs", up, down, said);
  thumbs.setAttribute("role", "group");
  thumbs.setAttribute("aria-label", words.thumbs);
  const isRefusal = place.closest(".dl-exchange").dataset.state === "refused";
  const made = element("div", "", thumbs, rightFor(name, isRefusal));
  made.dataset.for = name;
  paint(made, opinionOf(name));
  return made;
}

function thumb(way, label, act) {
  const made = button(`dl-thumb dl-thumb-${way}`, "", act);
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M3.500 11H7v9H3.500zM7 11l4.200-8C12.800 3 14 4.100 14 5.600V9h4.700c1.200 0 2.100 1.100 1.900 2.300l-1.200 7c-.2 1-1 1.700-2 1.700H7");
  drawing.append(line);
  made.append(drawing);
  made.dataset.way = way;
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
}

// What would have been right: asked after the click, and nobody need say it.
function rightFor(name, isRefusal) {
  const words = evalWords();
  const field = element("input", "dl-field");
  Object.assign(field, { type: "text", maxLength: 2000, value: opinionOf(name).draft });
  field.addEventListener("input", () => opinions.set(name, { ...opinionOf(name), draft: field.value }));
  const keep = element("button", "dl-small", words.rightKeep);
  const refuse = button("dl-small dl-refuse", words.shouldRefuse, () =>
    send(name, { right: "", should_refuse: !opinionOf(name).should_refuse }),
  );
  const form = element("form", "dl-right", element("label", "", element("span", "", words.rightLabel), field), keep);
  if (!isRefusal) form.append(refuse);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(name, { right: field.value.trim(), should_refuse: false });
  });
  return form;
}

const choose = (name, way) =>
  send(name, { thumb: opinionOf(name).thumb === way ? null : way, right: "", should_refuse: false });

async function send(name, change) {
  const before = opinionOf(name);
  if (before.isBusy) return;
  opinions.set(name, { ...before, isBusy: true });
  const { thumb: way, right, should_refuse } = { ...before, ...change };
  const answer = await ask(`/feedback/${name}`, evalWords().thumbFailed, { thumb: way, right, should_refuse });
  // What was typed meanwhile stays.
  const { draft } = opinionOf(name);
  const after = answer.message ? before : { ...before, ...change };
  opinions.set(name, { ...after, draft, said: answer.message ?? answer.said, isBusy: false });
  for (const shown of document.querySelectorAll(".dl-opinion > div")) {
    if (shown.dataset.for === name) paint(shown, opinionOf(name));
  }
}

function paint(shown, opinion) {
  for (const one of shown.querySelectorAll(".dl-thumb")) {
    one.setAttribute("aria-pressed", String(one.dataset.way === opinion.thumb));
  }
  shown.querySelector(".dl-kept").textContent = opinion.said;
  shown.querySelector(".dl-right").hidden = opinion.thumb !== "down";
  shown.querySelector(".dl-refuse")?.setAttribute("aria-pressed", String(opinion.should_refuse));
}
