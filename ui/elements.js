// Finding and making elements; what is made holds text, never HTML.

export const find = (selector) => document.querySelector(selector);

export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}
