// The window's behaviour: numbers open the article beside the chat, keys work, the view stays calm, and an answer says
// when what it cites was corrected or removed since.

import { showAspect } from "./aspects.js";
import { followConversation, startConversations } from "./conversations.js";
import { element, find } from "./elements.js";
import { openEvals, startEvals } from "./evals.js";
import { showOpinions } from "./feedback.js";
import { leaveLibrary, openLibrary } from "./library.js";
import { tellManner } from "./manner.js";
import {
  NARROW,
  closeRoom,
  emptyRoom,
  followFate,
  freeDesk,
  isRoomOverChat,
  isRoomToClose,
  openArticle,
  openWhole,
  wording,
} from "./room.js";
import { askOf, startScope } from "./scope.js";
import { startSettings } from "./settings.js";
import { showPlace, startStepping, stepBy } from "./stepping.js";
import { isChat, startViews } from "./views.js";

const POINTER = "[data-article]";

// ---- What became of cited articles since ----

const fates = new Map(); // by article id: "current", "corrected" or "removed"
let questioned = ""; // for which state of the library, and which articles, this was asked last

const sayFate = (id) =>
  ({ corrected: wording().sinceCorrected, removed: wording().sinceRemoved })[fates.get(id)] ?? "";

async function askFates() {
  const edition = find("#dl-status [data-edition]")?.dataset.edition;
  const ids = [...new Set([...document.querySelectorAll(".dl-since")].map((note) => note.dataset.cited))];
  const question = `${edition} ${ids}`;
  if (!edition || !ids.length || question === questioned) return;
  questioned = question;
  try {
    const response = await fetch(`/articles/status?ids=${ids.map(encodeURIComponent).join(",")}`);
    if (!response.ok) return;
    for (const [id, fate] of Object.entries(await response.json())) fates.set(id, fate);
    showFates();
    followFate(fates);
  } catch {
    questioned = ""; // The window is closing, or is asked again when the status line changes.
  }
}

function showFates() {
  for (const note of document.querySelectorAll(".dl-since")) {
    const said = sayFate(note.dataset.cited);
    if (note.textContent !== said) note.textContent = said;
    if (note.hidden !== !said) note.hidden = !said;
  }
}

async function openCitation(pointer) {
  const id = pointer.dataset.article;
  const opening = openArticle(pointer, fates.get(id) === "removed");
  showPlace();
  const fate = await opening;
  if (!fate) return;
  fates.set(id, fate);
  showFates();
}

// ---- The words behind a number ----

const tip = element("div");
tip.id = "dl-tip";
tip.hidden = true;
tip.setAttribute("role", "tooltip");

function showTip(target) {
  const { quote, origin, reason, article } = target.dataset;
  tip.replaceChildren(quote ? `\u201c${quote}\u201d` : reason);
  if (quote && origin) tip.append(element("small", "", [origin, sayFate(article)].filter(Boolean).join(" · ")));
  tip.hidden = false;
  const box = target.getClientRects()[0] || target.getBoundingClientRect();
  const left = Math.min(Math.max(12, box.left - 24), innerWidth - tip.offsetWidth - 12);
  const above = box.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
}

const tipped = (event) => event.target.closest?.(".dl-mark, .dl-partly");
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const target = tipped(event);
    if (target) showTip(target);
  });
}
for (const kind of ["pointerout", "focusout", "click"]) {
  document.addEventListener(kind, () => (tip.hidden = true));
}
document.addEventListener("scroll", () => (tip.hidden = true), true);

// ---- Clicks and keys ----

const isChatting = () => isChat() && !find("dialog[open]");

document.addEventListener("click", (event) => {
  const { target } = event;
  const pointer = target.closest(POINTER);
  const shelved = target.closest("[data-shelved]");
  const asks = target.closest(".dl-ask-of");
  const aspect = target.closest(".dl-aspect");
  if (asks) {
    closeRoom();
    askOf(asks.dataset.id, asks.dataset.title);
  } else if (aspect) showAspect(aspect);
  else if (pointer) openCitation(pointer);
  else if (shelved) openWhole(shelved);
  else if (target.closest("#dl-room .dl-close")) closeRoom();
  else if (isRoomOverChat() && target.isConnected && !target.closest("#dl-room")) closeRoom();
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input:not([type=checkbox]), textarea");
  const isPlain = !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isPlain && isChatting() && event.key === "/") {
    event.preventDefault();
    find("#dl-question textarea").focus();
  } else if (isPlain && isChatting() && "[]".includes(event.key)) {
    stepBy(event.key === "]" ? 1 : -1);
  } else if (event.key === "Escape" && !find("dialog[open]")) {
    tip.hidden = true;
    if (isRoomToClose()) closeRoom();
    else if (isChat()) find("#dl-stop")?.click();
  }
});

// ---- The view follows the newest question, once, and a failed question comes back to where it was typed ----

let state = "";
let asked = "";

function watchTranscript() {
  const transcript = find("#dl-transcript");
  transcript.style.setProperty("--dl-view", `${transcript.clientHeight - 8}px`);
  showFates();
  showOpinions();
  const exchange = find("#dl-live .dl-exchange");
  followConversation(exchange);
  tellManner();
  const now = exchange ? exchange.dataset.state : "";
  if (now === state && (!exchange || exchange.dataset.question === asked)) return;
  const isNew = exchange && (now === "searching" || exchange.dataset.question !== asked);
  state = now;
  asked = exchange ? exchange.dataset.question : "";
  if (isNew) transcript.scrollTop = exchange.getBoundingClientRect().top - transcript.getBoundingClientRect().top + transcript.scrollTop;
  if (now === "failed" || now === "stopped") keepQuestion(asked);
  if (exchange) askFates();
  else emptyRoom(wording().empty);
  showPlace();
}

function keepQuestion(question) {
  const box = find("#dl-question textarea");
  if (!question || box.value) return;
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function start() {
  const transcript = find("#dl-transcript");
  const status = find("#dl-status");
  if (!transcript || !status || !find("#dl-question textarea") || !find("#dl-new") || !find(".dl-room")) return false;
  if (!find(".dl-shelves") || (find("#dl-evals") && !find(".dl-evals"))) return false;
  if (find("#dl-conversations") && !(find(".dl-list") && find(".dl-settings-open"))) return false;
  if (!find(".dl-scope") || !find("#dl-manner textarea, #dl-manner input")) return false;
  document.body.append(tip);
  new MutationObserver(watchTranscript).observe(transcript, {
    attributes: true,
    attributeFilter: ["data-state", "data-question", "data-answer", "data-conversation", "hidden"],
    childList: true,
    subtree: true,
  });
  new ResizeObserver(watchTranscript).observe(transcript);
  new MutationObserver(askFates).observe(status, {
    attributes: true,
    attributeFilter: ["data-edition"],
    childList: true,
    subtree: true,
  });
  NARROW.addEventListener("change", freeDesk);
  startViews({ evals: openEvals, library: openLibrary }, { library: leaveLibrary });
  startEvals();
  startConversations();
  startStepping(openCitation);
  startScope();
  startSettings();
  tellManner();
  return true;
}

const mounting = new MutationObserver(() => start() && mounting.disconnect());
mounting.observe(document.documentElement, { childList: true, subtree: true });
