// Finding and making elements; what is made holds text, never HTML.

export const find = (selector) => document.querySelector(selector);

export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// A sentence whose last words, after two spaces, may be a command to type.
export function sentence(tag, className, said) {
  const [, words, command] = said.match(/^([^]*?)(?:\s{2,}(dateline [^]+))?$/);
  const made = element(tag, className, words);
  if (command) made.append(" ", element("code", "", command));
  return made;
}

export function button(className, label, act) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

// The server's answer to a question, or to a deed that is told as JSON; without one, a message that says so.
export async function ask(address, failed, deed) {
  const headers = { "content-type": "application/json", "x-dateline": "window" };
  try {
    const response = await fetch(address, deed && { method: "POST", headers, body: JSON.stringify(deed) });
    return response.ok ? await response.json() : { message: failed };
  } catch {
    return { message: failed };
  }
}

export const problem = (said) => {
  const made = sentence("p", "dl-problem", said);
  made.setAttribute("role", "alert");
  return made;
};

let words = null;

// The words of the Evals tab and of the thumbs; nothing where this window has neither.
export function evalWords() {
  words ??= JSON.parse(find(".dl-evals")?.dataset.words ?? "null");
  return words;
}

let ofLibrary = null;

// The words of the Library view.
export function libraryWords() {
  ofLibrary ??= JSON.parse(find(".dl-shelves").dataset.words);
  return ofLibrary;
}
