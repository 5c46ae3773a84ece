// What other articles of the library say of the words in view: the same, or otherwise. Fetched when words are chosen,
// and dropped when others are.

import { element, find } from "./elements.js";

const PAUSE = 200; // whoever steps through citations is not asked for each of them

let words = null;
let leaving = null; // ends what is under way

const section = () => find(".dl-elsewhere");
const part = (selector) => section().querySelector(selector);
let isUnfolded = false; // as it was left, whatever words are chosen next

// What was found is unfolded by whoever wants to read it; without anything to read there is nothing to unfold.
function fill(...content) {
  const unfold = part(".dl-unfold");
  part("#dl-elsewhere-list").replaceChildren(...content);
  unfold.disabled = !content.length;
  unfold.onclick = () => {
    isUnfolded = !isUnfolded;
    paint();
  };
  paint();
}

function paint() {
  const unfold = part(".dl-unfold");
  const isOpen = isUnfolded && !unfold.disabled;
  part("#dl-elsewhere-list").hidden = !isOpen;
  unfold.setAttribute("aria-expanded", isOpen);
  // What is compared stays in view.
  if (isOpen) find(".dl-page mark.dl-chosen:last-of-type")?.scrollIntoView({ block: "nearest" });
}

function say(said, isLooking = false) {
  const state = part("[role=status]");
  state.textContent = said;
  state.classList.toggle("dl-waiting", isLooking);
}

export function forgetElsewhere() {
  leaving?.abort();
  leaving = null;
  if (!section()) return;
  section().hidden = true;
  fill();
  say("");
}

// Looks for what is said elsewhere of a span of an article, and shows it.
export async function lookElsewhere(id, { start, end }, told) {
  words = told;
  forgetElsewhere();
  const own = (leaving = new AbortController());
  section().hidden = false;
  say(words.looking, true);
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (own.signal.aborted) return;
  const found = await fetchFound(`/articles/${encodeURIComponent(id)}/elsewhere?start=${start}&end=${end}`, own.signal);
  if (!own.signal.aborted) show(found);
}

async function fetchFound(address, signal) {
  try {
    const response = await fetch(address, { signal });
    return response.ok ? await response.json() : { message: words.notLookedThrough };
  } catch {
    return { message: words.notLookedThrough };
  }
}

function show({ message, said, nothing, groups = [], copies }) {
  const lists = groups.length > 1 ? groups.map(showGroup) : groups.map(showList);
  fill(...lists, ...(copies ? [element("p", "dl-quiet", copies)] : []));
  say(message ?? nothing ?? said);
}

const showList = ({ entries }) => element("ul", "", ...entries.map(showEntry));

const showGroup = (group) => element("section", "", element("h3", "", group.title), showList(group));

function showEntry({ article, start, end, quote, title, origin, tag, copies }) {
  const pointer = element("button", "dl-quote", element("span", "dl-words", quote));
  pointer.type = "button";
  Object.assign(pointer.dataset, { article, start, end, quote, origin });
  const about = element("p", "dl-origin", [title, origin].filter(Boolean).join(" \u00b7 "));
  about.dir = "auto";
  if (tag) about.prepend(element("span", "dl-stance", tag), " ");
  const entry = element("li", "", about, pointer);
  if (copies) entry.append(element("p", "dl-origin", copies));
  return entry;
}
