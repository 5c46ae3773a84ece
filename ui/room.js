// The reading room: a cited article opens at its words, with its versions and what changed between them.
// Articles are put together as text only; nothing that comes from the server is read as HTML.

import { element, find } from "./elements.js";
import { forgetElsewhere, lookElsewhere } from "./elsewhere.js";

export const NARROW = matchMedia("(max-width: 860px)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const POINTER = "[data-article]";
const DIMMED = ["metadata", "boilerplate", "repetition"];

let cited = null; // what was chosen: an article's id, the chosen span or none, all spans that the same answer cites there
let shown = null; // the article in the room
let opener = null; // the button that opened it
let trail = []; // what was chosen before, where other articles' words were followed from it
let requested = 0; // only the latest request may fill the room
let words = null;

export function wording() {
  words ??= JSON.parse(find(".dl-room").dataset.words);
  return words;
}

// ---- Opening and closing ----

const spanOf = (pointer) => ({ start: Number(pointer.dataset.start), end: Number(pointer.dataset.end) });

function spansBeside(pointer) {
  const exchange = pointer.closest(".dl-exchange");
  return [...exchange.querySelectorAll(POINTER)]
    // Evidence that the answer does not cite is no part of it, unless it was chosen.
    .filter((other) => other.dataset.article === pointer.dataset.article && !other.closest('.dl-panel:not([data-panel="sources"])'))
    .map(spanOf);
}

// Opens the article at the cited words, unless it is known to be gone; tells what became of it since: "current",
// "corrected" or "removed".
export async function openArticle(pointer, isGone) {
  const id = pointer.dataset.article;
  const isElsewhere = pointer.closest(".dl-elsewhere") !== null;
  // The number in the answer stays marked: it is where the way back leads.
  trail = isElsewhere ? [...trail, cited] : [];
  cited = { id, chosen: [spanOf(pointer)], spans: isElsewhere ? [] : spansBeside(pointer) };
  if (isElsewhere) find(".dl-scroll").focus({ preventScroll: true });
  else mark(pointer);
  if (isGone) emptyRoom(wording().lost);
  else if (shown?.id !== id) say(wording().opening);
  unfold();
  return isGone ? "removed" : readVersion(id);
}

// Opens an article of the library from its beginning, beside the list that it was chosen from.
export function openWhole(pointer) {
  const id = pointer.dataset.shelved;
  trail = [];
  cited = { id, chosen: [], spans: [] };
  mark(pointer);
  if (shown?.id !== id) say(wording().opening);
  document.body.classList.add("dl-beside");
  unfold();
  return readVersion(id);
}

// Which article of the library is open beside the list.
export const openedId = () => (document.body.classList.contains("dl-beside") ? cited.id : null);

function mark(pointer) {
  for (const other of document.querySelectorAll("[aria-current=true]")) other.removeAttribute("aria-current");
  pointer.setAttribute("aria-current", "true");
  opener = pointer;
}

export function closeRoom() {
  document.body.classList.remove("dl-reading", "dl-beside");
  freeDesk();
  for (const pointer of document.querySelectorAll("[data-shelved][aria-current=true]")) pointer.removeAttribute("aria-current");
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
}

export function emptyRoom(sentence) {
  requested += 1;
  say(sentence);
}

export const isRoomOverChat = () => NARROW.matches && document.body.classList.contains("dl-reading");

export const isRoomToClose = () =>
  isRoomOverChat() || (document.body.classList.contains("dl-in-library") && document.body.classList.contains("dl-beside"));

// What lies under the sheet on a narrow screen can be used again.
export function freeDesk() {
  for (const part of document.querySelectorAll("#dl-chat, #dl-library")) part.inert = false;
}

function unfold() {
  document.body.classList.add("dl-reading");
  if (!NARROW.matches) return;
  for (const part of document.querySelectorAll("#dl-chat, #dl-library")) part.inert = true;
  find(".dl-close").focus({ preventScroll: true });
}

function say(sentence) {
  shown = null;
  forgetElsewhere();
  find(".dl-banner").replaceChildren();
  find(".dl-page").replaceChildren(element("p", "dl-invitation", sentence));
}

// The answer of the server; without one, a sentence that says so.
async function fetchAnswer(address) {
  try {
    const response = await fetch(address);
    return { ...(await response.json()), isGone: response.status === 404 };
  } catch {
    return { message: wording().failed };
  }
}

// The same, or nothing when more was asked for meanwhile.
async function request(address) {
  const number = ++requested;
  const answer = await fetchAnswer(address);
  return number === requested ? answer : null;
}

// What is being read stays as it is when its article is corrected or removed; only the banner says so.
export async function followFate(fates) {
  const read = shown;
  if (!read || isComparing()) return;
  const fate = fates.get(cited.id);
  if (fate === "removed") {
    showBanner(wording().lost, []);
    find(".dl-state")?.remove();
  }
  if (fate !== "corrected" || read.id !== cited.id || read.newest !== read.id) return;
  const number = requested;
  const article = await fetchAnswer(addressOf(read.id));
  if (!article.segments || number !== requested) return;
  shown = article;
  showBanner(cited.chosen.length ? wording().corrected : article.state, actionsFor(article, true, true));
}

const isComparing = () => find(".dl-key") !== null;

const addressOf = (id) => `/articles/${encodeURIComponent(id)}`;

// ---- An article, or one of its versions ----

async function readVersion(id) {
  const article = await request(addressOf(id));
  if (article === null) return null;
  if (!article.segments) {
    say(article.message);
    return article.isGone ? "removed" : null;
  }
  showVersion(article);
  return article.newest === article.id ? "current" : "corrected";
}

function showVersion(article) {
  const isCited = cited.id === article.id;
  const isReplaced = article.newest !== article.id;
  shown = article;
  const actions = actionsFor(article, isCited, isReplaced);
  const page = [originOf(article), titleOf(article)];
  if (isReplaced) showBanner(isCited && cited.chosen.length ? wording().corrected : article.state, actions);
  else {
    showBanner(trail.length ? wording().fromElsewhere : "", wayBack());
    if (article.state) page.push(noticeOf("dl-state", article.state, actions));
  }
  page.push(...paragraphsOf(article, isCited ? cited.chosen : [], isCited ? cited.spans : []));
  find(".dl-page").replaceChildren(...page.filter(Boolean));
  scrollTo(find(".dl-page mark.dl-chosen"));
  if (isCited && cited.chosen.length) lookElsewhere(article.id, cited.chosen[0], wording());
  else forgetElsewhere();
}

// Back to what other articles' words were followed from.
function wayBack() {
  const back = () => {
    cited = trail.pop();
    return readVersion(cited.id);
  };
  return trail.length ? [[wording().showCited, back]] : [];
}

function actionsFor(article, isCited, isReplaced) {
  const { newest, earlier } = article;
  const before = isReplaced ? article.id : earlier;
  return [
    before && [wording().showChanges, () => showChanges(newest, before)],
    isReplaced && (newest !== cited.id || !cited.chosen.length) && [wording().showNewest, () => readVersion(newest)],
    earlier && earlier !== cited.id && [wording().showEarlier, () => readVersion(earlier)],
    !isCited && cited.chosen.length > 0 && [wording().showCited, () => readVersion(cited.id)],
    ...(isReplaced ? wayBack() : []),
  ].filter(Boolean);
}

function showBanner(sentence, actions) {
  find(".dl-banner").replaceChildren(...(sentence ? noticeOf("", sentence, actions).childNodes : []));
}

function noticeOf(className, sentence, actions) {
  const buttons = actions.map(([label, act]) => {
    const button = element("button", "dl-action", label);
    button.type = "button";
    button.addEventListener("click", async () => {
      await act();
      // The button that was chosen is gone; the next one is where the person was.
      (find(".dl-room .dl-banner .dl-action, .dl-room .dl-state .dl-action") ?? find(".dl-scroll")).focus({ preventScroll: true });
    });
    return button;
  });
  return element("div", className, element("p", "", sentence), element("p", "dl-actions", ...buttons));
}

function originOf(article) {
  const origin = element("p", "dl-origin", [article.outlet, article.date].filter(Boolean).join(" · "));
  if (article.url) {
    const link = element("a", "", wording().original);
    Object.assign(link, { href: article.url, target: "_blank", rel: "noopener noreferrer nofollow" });
    if (origin.textContent) origin.append(" · ");
    origin.append(link);
  }
  // An earlier version is not searched.
  if (article.newest === article.id) {
    if (origin.textContent) origin.append(" · ");
    const asks = element("button", "dl-action dl-ask-of", wording().askOf);
    asks.type = "button";
    Object.assign(asks.dataset, { id: article.id, title: article.title || article.file });
    origin.append(asks);
  }
  return origin.textContent ? origin : null;
}

// What is stated of an article as its title need not stand in its text.
function titleOf({ title, segments }) {
  if (!title || segments.some(({ role }) => role === "headline")) return null;
  const headline = element("h2", "dl-headline", title);
  headline.dir = "auto";
  return headline;
}

function paragraphsOf(article, chosen, spans) {
  const paragraphs = [];
  let number = null;
  let paragraph = null;
  let gap = []; // what stands before the next sentence; between paragraphs the layout takes its place
  for (const segment of article.segments) {
    const pieces = piecesOf(segment, chosen, spans);
    if (segment.role === null) {
      gap = pieces;
      continue;
    }
    if (segment.paragraph !== number) {
      number = segment.paragraph;
      paragraph = blockFor(segment.role);
      paragraphs.push(paragraph);
    } else {
      paragraph.append(...gap);
    }
    gap = [];
    paragraph.append(...(DIMMED.includes(segment.role) ? [element("span", "dl-dimmed", ...pieces)] : pieces));
  }
  return paragraphs;
}

function blockFor(role) {
  if (role === "headline") return element("h2", "dl-headline");
  if (role === "heading") return element("h3", "dl-subheading");
  return element("p", "dl-paragraph");
}

// A segment cut where cited spans begin and end. Offsets count code points, hence Array.from.
function piecesOf(segment, chosen, spans) {
  const characters = Array.from(segment.text);
  const edges = new Set([segment.start, segment.end]);
  for (const { start, end } of [...chosen, ...spans]) {
    if (start > segment.start && start < segment.end) edges.add(start);
    if (end > segment.start && end < segment.end) edges.add(end);
  }
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const text = characters.slice(start - segment.start, end - segment.start).join("");
    const isWithin = (span) => span.start <= start && end <= span.end;
    if (chosen.some(isWithin)) return element("mark", "dl-chosen", text);
    return spans.some(isWithin) ? element("mark", "", text) : text;
  });
}

// ---- What changed between two versions ----

async function showChanges(id, since) {
  const changes = await request(`${addressOf(id)}/changes?since=${encodeURIComponent(since)}`);
  if (changes === null) return;
  if (!changes.paragraphs) {
    say(changes.message);
    return;
  }
  const article = shown;
  forgetElsewhere();
  const back = [[wording().showArticle, () => showVersion(article)]];
  if (article.id !== id) back.push([wording().showNewest, () => readVersion(id)]);
  showBanner(changes.title, back);
  find(".dl-page").replaceChildren(
    element("p", "dl-key", changes.has_changes ? wording().changesKey : wording().changesNone),
    ...changes.facts.map(factOf),
    ...changes.paragraphs.map((paragraph) => {
      const block = blockFor(paragraph.role);
      block.append(...paragraph.pieces.flatMap(pieceOf));
      return block;
    }),
  );
  scrollTo(find(".dl-page :is(del, ins)"));
}

function factOf({ name, before, after }) {
  const pieces = [
    { change: "removed", text: before },
    { change: "added", text: after },
  ].filter(({ text }) => text);
  return element("p", "dl-fact", `${name}: `, ...pieces.flatMap(pieceOf));
}

// Struck through and underlined for the eye; for the ear there are words around what changed.
function pieceOf({ change, text }) {
  if (change === "kept") return [text];
  const unseen = (said) => element("span", "dl-unseen", said);
  const tag = change === "removed" ? "del" : "ins";
  return [element(tag, "", unseen(`${wording()[change]} `), text, unseen(` ${wording().ends} `))];
}

// ---- The place in the text ----

function scrollTo(target) {
  const room = find(".dl-scroll");
  const offset = target ? target.getBoundingClientRect().top - room.getBoundingClientRect().top : -room.scrollTop;
  const above = target ? room.clientHeight / 3 : 0;
  room.scrollTo({ top: room.scrollTop + offset - above, behavior: CALM.matches ? "auto" : "smooth" });
}
