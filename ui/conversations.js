// Conversations: the list of those that this browser has, the one that the address names, and what can be done with an
// answer. Everything is put together as text; nothing that comes from the server is read as HTML.

import { makeDrawer } from "./drawer.js";
import { ask, button, element, find } from "./elements.js";

const ADDRESS = /^#c\/([\w-]+)$/;

let words = null;
let drawer = null;
let current = ""; // the id of the conversation that is shown, empty while it has no answer yet

const textOf = (id) => find(`#${id} textarea, #${id} input`);
const addressOf = (id) => `/conversations/${encodeURIComponent(id)}`;

export function startConversations() {
  const opener = find(".dl-list");
  if (!opener) return;
  words = JSON.parse(opener.dataset.words);
  opener.addEventListener("click", openList);
  addEventListener("hashchange", route);
  find("#dl-transcript").addEventListener("click", (event) => {
    const deed = event.target.closest(".dl-deed");
    if (deed) act(deed);
  });
  // The rest of a new conversation is the server's: told twice, it would end the question that is asked at once.
  find("#dl-new").addEventListener("click", () => {
    stopEditing();
    point("");
    tell("dl-opened", "");
  });
  route();
}

// ---- Which conversation is shown: told by the address, so that a reload and the way back lead to the same ----

function tell(id, value) {
  const field = textOf(id);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function route() {
  const id = location.hash.match(ADDRESS)?.[1];
  if (id !== undefined && id !== current) leave(id);
  else if (id === undefined && !location.hash && current) leave("");
}

// Shows another conversation, or a new one.
function leave(id) {
  stopEditing();
  point(id);
  tell("dl-opened", id);
  textOf("dl-opened").dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
}

function point(id) {
  current = id;
  const address = id ? `#c/${id}` : "#";
  find('.dl-views [data-view="chat"]')?.setAttribute("href", address);
  // The address of another view stays: its own link leads back.
  if (/^(#c\/.*)?$/.test(location.hash)) history.replaceState(null, "", id ? address : location.pathname);
}

// The first answer of a conversation brings its id.
export function followConversation(exchange) {
  if (!words) return;
  const id = exchange?.dataset.conversation;
  if (id && id !== current) point(id);
  if (exchange?.dataset.state === "searching") stopEditing();
  showFurther();
}

// ---- Questions to go on with: below the newest answer, once they are known to be answered ----

let after = ""; // the number of the answer that they were asked for
let further = [];

async function showFurther() {
  const place = find("#dl-live .dl-further");
  const number = place?.dataset.after ?? "";
  if (number && number !== after && current) {
    after = number;
    further = [];
    const { questions } = await ask(`${addressOf(current)}/answers/${number}/further`, words.failed);
    if (after !== number) return;
    further = questions ?? [];
    showFurther();
  } else if (place && number === after && further.length && !place.firstChild) {
    const list = element("ul", "", ...further.map((question) => element("li", "", button("dl-go-on", question, () => askNext(question)))));
    place.replaceChildren(element("h3", "", words.further), list);
  }
}

function askNext(question) {
  stopEditing();
  submit(question);
}

// ---- What can be done with an answer ----

function act(deed) {
  const exchange = deed.closest(".dl-exchange");
  const { number, question } = exchange.dataset;
  if (deed.dataset.deed === "edit") edit(exchange, number, question);
  else if (deed.dataset.deed === "again") askAgain(number, question);
  else copy(deed, number);
}

function edit(exchange, number, question) {
  stopEditing();
  tell("dl-replacing", number);
  exchange.classList.add("dl-edited");
  const note = element("p", "", words.editing, " ", button("dl-action", words.cancel, stopEditing));
  note.id = "dl-editing";
  note.setAttribute("role", "status");
  find("#dl-composer").before(note);
  const box = find("#dl-question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

function stopEditing() {
  if (!find("#dl-editing")) return;
  find("#dl-editing").remove();
  find(".dl-edited")?.classList.remove("dl-edited");
  tell("dl-replacing", "");
}

function askAgain(number, question) {
  stopEditing();
  tell("dl-replacing", number);
  submit(question);
}

function submit(question) {
  const box = find("#dl-question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  // Gradio takes up what was typed a moment later.
  setTimeout(() => find("#dl-ask").click(), 60);
}

async function copy(deed, number) {
  const answer = await ask(`${addressOf(current)}/answers/${number}?style=${deed.dataset.deed}`, words.failed);
  const label = deed.textContent;
  let said = answer.message;
  if (!said) said = (await write(answer.text)) ? words.copied : words.notCopied;
  deed.textContent = said;
  setTimeout(() => (deed.textContent = label), 2000);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// ---- The list ----

function openList() {
  drawer ??= makeDrawer("dl-kept", words.title, words.close, fillList);
  drawer.open();
}

async function fillList() {
  const list = drawer.body;
  const { conversations, message } = await ask("/conversations", words.failed);
  if (message) list.replaceChildren(element("p", "dl-problem", message));
  else if (!conversations.length) list.replaceChildren(element("p", "dl-quiet", words.none));
  else list.replaceChildren(element("ul", "", ...conversations.map(itemOf)));
}

function itemOf(kept) {
  const opened = button("dl-kept-open", "", () => {
    drawer.close();
    location.hash = `#c/${kept.id}`;
  });
  const title = element("span", "dl-kept-title", kept.title);
  title.dir = "auto";
  opened.append(title, element("span", "dl-kept-about", kept.about));
  if (kept.id === current) opened.setAttribute("aria-current", "true");
  const item = element("li", "", opened);
  item.append(deedsOf(kept, item));
  return item;
}

function deedsOf(kept, item) {
  const remove = button("dl-action", words.remove, async () => {
    if (remove.textContent !== words.reallyRemove) {
      remove.textContent = words.reallyRemove;
      return;
    }
    const { message } = await ask(`${addressOf(kept.id)}/delete`, words.failed, {});
    if (message) say(item, message);
    else {
      if (kept.id === current) leave("");
      await fillList();
    }
  });
  remove.addEventListener("blur", () => (remove.textContent = words.remove));
  return element(
    "p",
    "dl-actions",
    button("dl-action", words.rename, () => rename(kept, item)),
    exportOf(kept, "markdown", words.markdown),
    exportOf(kept, "json", words.json),
    remove,
  );
}

function exportOf(kept, form, label) {
  const link = element("a", "dl-action", label);
  link.href = `${addressOf(kept.id)}/export?form=${form}`;
  link.download = "";
  return link;
}

function rename(kept, item) {
  const field = element("input", "dl-field");
  Object.assign(field, { type: "text", maxLength: 120, value: kept.title, required: true });
  const form = element(
    "form",
    "dl-rename",
    element("label", "", element("span", "dl-unseen", words.titleLabel), field),
    element("button", "dl-small", words.save),
    button("dl-small", words.cancel, fillList),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { message } = await ask(`${addressOf(kept.id)}/title`, words.failed, { title: field.value });
    if (message) say(item, message);
    else await fillList();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    // The list stays open.
    event.preventDefault();
    event.stopPropagation();
    fillList();
  });
  item.replaceChildren(form);
  field.select();
}

function say(item, sentence) {
  item.querySelector(".dl-problem")?.remove();
  const made = element("p", "dl-problem", sentence);
  made.setAttribute("role", "alert");
  item.append(made);
}
