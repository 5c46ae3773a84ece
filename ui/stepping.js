// Stepping through citations, by the keys [ and ] and by the buttons above the article.

import { button, element, find } from "./elements.js";

const MARKS = "#dl-transcript .dl-answer .dl-mark";

let words = null;
let open = null;

// `openCitation` opens a mark's article at its words.
export function startStepping(openCitation) {
  open = openCitation;
  words = JSON.parse(find(".dl-room").dataset.words);
  const place = find(".dl-steps");
  place.append(
    step("\u2039", words.previous, () => stepBy(-1)),
    element("span", ""),
    step("\u203a", words.next, () => stepBy(1)),
  );
}

function step(sign, label, act) {
  const made = button("dl-step", sign, act);
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
}

const marks = () => [...document.querySelectorAll(MARKS)];

// The mark that is open, or the one that stands for the same words where a source was chosen under the answer.
function placeIn(all) {
  const current = find('#dl-transcript [aria-current="true"]');
  if (!current) return -1;
  const itself = all.indexOf(current);
  if (itself >= 0) return itself;
  const exchange = current.closest(".dl-exchange");
  return all.findIndex(
    (mark) =>
      exchange.contains(mark) &&
      ["article", "start", "end"].every((name) => mark.dataset[name] === current.dataset[name]),
  );
}

export function stepBy(number) {
  const all = marks();
  if (!all.length) return;
  const place = placeIn(all);
  // Nothing is open yet: the newest answer's first citation, or its last.
  const newest = all.filter((mark) => mark.closest("#dl-live"));
  const first = newest.length ? newest : all;
  const next = place < 0 ? (number > 0 ? first[0] : first.at(-1)) : all[place + number];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  open(next);
}

// Which of the answer's citations is open.
export function showPlace() {
  const place = find(".dl-steps");
  if (!place || !words) return;
  const current = find('#dl-transcript [aria-current="true"]');
  const within = current ? [...current.closest(".dl-exchange").querySelectorAll(".dl-answer .dl-mark")] : [];
  place.hidden = !within.length;
  const number = placeIn(within) + 1;
  place.querySelector("span").textContent = number ? `${number} / ${within.length}` : "";
}
