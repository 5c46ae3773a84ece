// The Library view: what the library holds, where it comes from, and how it is. It looks again while it is being looked at.
// Everything is put together as text; nothing that comes from the server is read as HTML.

import { makeArticles } from "./articles.js";
import { makeCondition } from "./condition.js";
import { ask, button, element, find, libraryWords, problem } from "./elements.js";
import { closeRoom } from "./room.js";
import { makeSources } from "./sources.js";
import { makeUploads } from "./uploads.js";

const LOOK_SOON = 600;
const LOOK_LATER = 2500;
const PAGES = { articles: makeArticles, sources: makeSources, condition: makeCondition };

let frame = null; // what stays while the pages change
let pages = null; // by name, each with its section and how it follows the library
let shown = null; // the name of the page that is shown
let state = null; // the library when it was last looked at
let looking = null; // the timer of the next look
let looks = 0; // only the latest look is told

const get = (address) => ask(address, libraryWords().failed);
const post = (address, deed = {}) => ask(address, libraryWords().failed, deed);

export function openLibrary(name) {
  if (!frame) build();
  shown = name in PAGES ? name : "articles";
  for (const [page, link] of Object.entries(frame.links)) {
    if (page === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  frame.page.replaceChildren(pages[shown].section);
  Object.assign(find(".dl-shelves"), { scrollTop: 0 }).dataset.page = shown;
  pages[shown].open();
  look();
}

export function leaveLibrary() {
  clearTimeout(looking);
  looking = null;
  shown = null;
  if (document.body.classList.contains("dl-beside")) closeRoom();
}

function build() {
  const words = libraryWords();
  frame = {
    holds: element("p", "dl-intro", words.loading),
    undo: element("div", "dl-undo"),
    trouble: element("div", "dl-notices"),
    work: element("div", "dl-work"),
    page: element("div", "dl-shelf"),
    links: {},
  };
  const parts = element("nav", "dl-parts");
  parts.setAttribute("aria-label", words.pages);
  for (const name of Object.keys(PAGES)) {
    const link = element("a", "", words[name]);
    link.href = name === "articles" ? "#library" : `#library/${name}`;
    frame.links[name] = link;
    parts.append(link);
  }
  for (const box of [frame.undo, frame.trouble]) box.setAttribute("role", "status");
  const uploads = makeUploads({ look, post });
  frame.uploads = uploads;
  const about = { get, post, look, change, chooseFiles: uploads.choose };
  pages = Object.fromEntries(Object.entries(PAGES).map(([name, make]) => [name, make(about)]));
  find(".dl-shelves").replaceChildren(
    element(
      "div",
      "dl-sheet dl-wide-sheet",
      element("div", "dl-shelf-head", element("h2", "", words.title), frame.holds),
      parts,
      frame.trouble,
      frame.work,
      frame.undo,
      uploads.section,
      frame.page,
    ),
  );
  uploads.receiveOn(find(".dl-shelves"));
}

// Something is done to the library; what went wrong is told, and what came of it is looked at.
async function change(address, deed) {
  const answer = await post(address, deed);
  if (answer.message) frame.trouble.replaceChildren(problem(answer.message));
  else frame.trouble.replaceChildren();
  frame.said = answer.message ?? "";
  await look();
  return answer;
}

// ---- Looking ----

async function look() {
  clearTimeout(looking);
  const number = ++looks;
  const waiting = frame.uploads.waiting();
  const query = waiting.length ? `?uploads=${waiting.map(encodeURIComponent).join(",")}` : "";
  const now = await get(`/library/state${query}`);
  if (number !== looks || shown === null) return;
  if (now.message) {
    frame.trouble.replaceChildren(problem(now.message));
    frame.trouble.dataset.said = now.message;
    frame.said = "";
  } else {
    const former = state;
    state = now;
    paint(former);
    frame.uploads.follow(now);
    pages[shown].follow(now, former);
  }
  const isBusy = !now.message && (now.doing || frame.uploads.waiting().length);
  looking = setTimeout(look, isBusy ? LOOK_SOON : LOOK_LATER);
}

function paint(former) {
  const said = [state.holds, state.reach].filter(Boolean).join(" ");
  if (frame.holds.textContent !== said) frame.holds.textContent = said;
  paintTrouble();
  paintWork();
  if (former?.undo?.said !== state.undo?.said) paintUndo();
}

// What a deed was answered stays until the next; else what the upkeep says.
function paintTrouble() {
  const said = frame.said || state.problem || (state.can_change ? "" : libraryWords().onlyRead);
  if (frame.trouble.dataset.said === said && frame.trouble.children.length === (said ? 1 : 0)) return;
  frame.trouble.dataset.said = said;
  frame.trouble.replaceChildren(...(said ? [problem(said)] : []));
}

// Changed in place, so that a screen reader is not told the same again and nothing moves.
function paintWork() {
  const { work } = frame;
  work.hidden = !state.doing;
  if (!state.doing) {
    work.replaceChildren();
    return;
  }
  if (!work.children.length) work.append(element("p", "dl-progress"), element("progress", ""));
  const [line, bar] = work.children;
  if (line.textContent !== state.doing) line.textContent = state.doing;
  bar.setAttribute("aria-label", state.doing);
  if (state.total) Object.assign(bar, { max: state.total, value: state.done });
  else bar.removeAttribute("value");
}

function paintUndo() {
  const words = libraryWords();
  if (!state.undo) {
    frame.undo.replaceChildren();
    return;
  }
  const undo = button("dl-small", words.undo, async () => {
    undo.disabled = true;
    const answer = await change("/library/undo");
    undo.disabled = false;
    if (answer.said) {
      frame.undo.replaceChildren(element("p", "", answer.said));
      find(".dl-shelves").focus({ preventScroll: true });
    }
  });
  frame.undo.replaceChildren(element("p", "", state.undo.said), undo);
}
