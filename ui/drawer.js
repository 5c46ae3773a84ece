// A panel at the side of the window, over everything else: opened by a button, closed by Esc, by its own button, or beside it.

import { button, element, find } from "./elements.js";

// `fill` puts something into the panel's body each time it opens.
export function makeDrawer(id, title, closeLabel, fill) {
  const made = element("dialog", "dl-drawer");
  made.id = id;
  const heading = element("h2", "", title);
  heading.id = `${id}-title`;
  made.setAttribute("aria-labelledby", heading.id);
  const close = button("dl-close", "\u2715", () => made.close());
  close.setAttribute("aria-label", closeLabel);
  const body = element("div", "dl-drawer-body");
  made.append(element("div", "dl-drawer-bar", heading, close), body);
  made.addEventListener("click", (event) => event.target === made && made.close());
  find("#dl-window").append(made);
  return {
    body,
    open: () => {
      made.showModal();
      // What was there the last time is not to be acted on: it is replaced in a moment.
      body.replaceChildren(element("p", "dl-waiting"));
      return fill(body);
    },
    close: () => made.close(),
  };
}
