// How the next question is to be answered, told to the server with it. What is asked of lasts as long as the page's tab;
// how strictly, and whether in the articles' own words alone, this browser remembers.

import { find } from "./elements.js";

const SCOPE = ["articles", "outlets", "since", "until"];
const KEY = "dateline.manner";

let current = null;

function read(storage) {
  try {
    return JSON.parse(storage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

export function manner() {
  current ??= { ...read(localStorage), ...read(sessionStorage) };
  return current;
}

export function changeManner(changes) {
  current = { ...manner(), ...changes };
  const scope = {};
  const settings = {};
  for (const [name, value] of Object.entries(current)) {
    if (value !== undefined) (SCOPE.includes(name) ? scope : settings)[name] = value;
  }
  try {
    sessionStorage.setItem(KEY, JSON.stringify(scope));
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A browser that keeps nothing asks in this manner until the page is closed.
  }
  tellManner();
}

// The page's form has it in a field of its own.
export function tellManner() {
  const field = find("#dl-manner textarea, #dl-manner input");
  const told = Object.keys(manner()).length ? JSON.stringify(manner()) : "";
  if (!field || field.value === told) return;
  field.value = told;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
