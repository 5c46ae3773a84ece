// Which of the window's views is looked at: told by the address, so that a reload and the way back lead to the same.

import { find } from "./elements.js";

const CLASSES = { evals: "dl-measuring", library: "dl-in-library" };

const linkTo = (view) => find(`.dl-views [data-view="${CSS.escape(view)}"]`);

// The view, and which page of it.
function readAddress() {
  const [view, page] = location.hash.slice(1).split("/");
  return linkTo(view) ? [view, page && decodeURIComponent(page)] : ["chat"];
}

export const isChat = () => readAddress()[0] === "chat";

// `open` and `leave` say, by view, what happens when it comes and when another takes its place.
export function startViews(open, leave) {
  let former = null;
  const route = () => {
    const [view, page] = readAddress();
    for (const [name, mark] of Object.entries(CLASSES)) document.body.classList.toggle(mark, name === view);
    for (const link of document.querySelectorAll(".dl-views a")) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (former !== null && former !== view) leave[former]?.();
    former = view;
    open[view]?.(page);
  };
  addEventListener("hashchange", route);
  route();
}
