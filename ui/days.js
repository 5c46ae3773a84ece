// When the articles appeared: a plot whose bars filter the list to their period, with the same in a table.

import { element, libraryWords } from "./elements.js";

// `choose` takes a period, or none when the one that is chosen is chosen again.
export function makeDays(choose) {
  const words = libraryWords();
  const section = element("figure", "dl-days-plot");
  section.hidden = true;
  let bars = []; // each with its period and its button
  let period = { since: "", until: "" };
  let shown = ""; // what is drawn, so that nothing is made anew under somebody's finger
  const caption = element("p", "dl-days-said");

  function show(plot) {
    const now = JSON.stringify(plot);
    if (now === shown) return;
    shown = now;
    section.hidden = !plot.bars?.length;
    if (section.hidden) {
      section.replaceChildren();
      return;
    }
    const most = Math.max(...plot.bars.map(({ count }) => count));
    bars = plot.bars.map((bar) => ({ ...bar, button: buttonOf(bar, most) }));
    const row = element("div", "dl-bars", ...bars.map(({ button }) => button));
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", `${plot.title}. ${words.plotHint}`);
    row.addEventListener("keydown", step);
    const ends = element("div", "dl-ends", ...plot.ends.map((end) => element("span", "", end)));
    section.replaceChildren(headOf(plot), row, ends, caption, tableOf(plot));
    mark(period);
  }

  function headOf({ title, most, outlets, undrawn }) {
    const head = element("figcaption", "", element("span", "dl-days-title", title));
    head.append(element("span", "", most));
    if (outlets.length > 1) head.append(element("span", "dl-legend", ...outlets.map(swatchOf)));
    if (undrawn) head.append(element("span", "dl-quiet", undrawn));
    return head;
  }

  const swatchOf = (outlet, number) => element("span", "", element("i", `dl-part-${number}`), outlet);

  function buttonOf(bar, most) {
    const button = element("button", "dl-day", ...partsOf(bar, most));
    button.type = "button";
    button.setAttribute("aria-label", bar.said);
    button.tabIndex = -1;
    button.addEventListener("click", () => choose(isChosen(bar) ? { since: "", until: "" } : bar));
    for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => (caption.textContent = bar.said));
    for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, tellPeriod);
    return button;
  }

  function partsOf({ parts }, most) {
    return parts
      .map((count, number) => {
        const part = element("span", `dl-part-${number}`);
        part.style.height = `${(100 * count) / most}%`;
        return count ? part : null;
      })
      .filter(Boolean)
      .reverse();
  }

  // One stop of the Tab key; the arrows go from bar to bar.
  function step(event) {
    const place = bars.findIndex(({ button }) => button === document.activeElement);
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (next === undefined || !bars[next]) return;
    event.preventDefault();
    for (const { button } of bars) button.tabIndex = -1;
    bars[next].button.tabIndex = 0;
    bars[next].button.focus();
  }

  const isChosen = ({ since, until }) => since === period.since && until === period.until;
  const isWithin = ({ since, until }) =>
    (!period.since || since >= period.since) && (!period.until || until <= period.until);

  function mark(chosen) {
    period = chosen;
    const isNarrowed = Boolean(period.since || period.until);
    for (const bar of bars) {
      bar.button.setAttribute("aria-pressed", isChosen(bar));
      bar.button.classList.toggle("dl-without", isNarrowed && !isWithin(bar));
    }
    if (bars.length && !bars.some(({ button }) => button.tabIndex === 0)) bars.at(-1).button.tabIndex = 0;
    tellPeriod();
  }

  function tellPeriod() {
    caption.textContent = bars.find(isChosen)?.said ?? words.plotHint;
  }

  function tableOf({ title, outlets, bars: rows }) {
    const cell = (tag, text, scope) => Object.assign(element(tag, "", text), scope ? { scope } : {});
    const several = outlets.length > 1;
    const heads = [words.period, ...(several ? outlets : []), words.inAll].map((name) => cell("th", name, "col"));
    const body = rows
      .filter(({ count }) => count)
      .map(({ name, parts, count }) => {
        const numbers = [...(several ? parts : []), count].map((number) => cell("td", String(number)));
        return element("tr", "", cell("th", name, "row"), ...numbers);
      });
    const table = element("table", "", element("thead", "", element("tr", "", ...heads)), element("tbody", "", ...body));
    table.setAttribute("aria-label", title);
    const scroll = element("div", "dl-days-table", table);
    Object.assign(scroll, { tabIndex: 0 });
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", title);
    return element("details", "", element("summary", "", words.plotTable), scroll);
  }

  return { section, show, mark };
}
