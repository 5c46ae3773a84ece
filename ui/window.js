// The window's behaviour: numbers open the article beside the chat, keys work, the view stays calm.
// Articles are put together with textContent only; nothing that comes from the server is read as HTML.
"use strict";

(() => {
  const NARROW = matchMedia("(max-width: 860px)");
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");
  const POINTER = "[data-article]";
  const DIMMED = ["metadata", "boilerplate", "repetition"];

  const find = (selector) => document.querySelector(selector);

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // ---- The reading room ----

  let shown = null; // the article in the room
  let opener = null; // the button that opened it
  let requested = 0; // only the latest request may fill the room

  const spanOf = (pointer) => ({ start: Number(pointer.dataset.start), end: Number(pointer.dataset.end) });

  // Every span of this article that the same answer cites.
  function spansBeside(pointer) {
    const exchange = pointer.closest(".dl-exchange");
    return [...exchange.querySelectorAll(POINTER)]
      .filter((other) => other.dataset.article === pointer.dataset.article)
      .map(spanOf);
  }

  async function openArticle(pointer) {
    const request = ++requested;
    const id = pointer.dataset.article;
    const chosen = spanOf(pointer);
    const spans = spansBeside(pointer);
    for (const other of document.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    pointer.setAttribute("aria-current", "true");
    opener = pointer;
    if (!shown || shown.id !== id) {
      say(find(".dl-room").dataset.opening);
      unfold();
      const fetched = await fetchArticle(id);
      if (request !== requested) return;
      if (!fetched.segments) {
        shown = null;
        say(fetched.message);
        return;
      }
      shown = fetched;
    }
    showArticle(shown, chosen, spans);
    unfold();
    scrollToChosen();
  }

  async function fetchArticle(id) {
    try {
      const response = await fetch(`/articles/${encodeURIComponent(id)}`);
      return await response.json();
    } catch {
      return { message: find(".dl-room").dataset.failed };
    }
  }

  function say(sentence) {
    find(".dl-page").replaceChildren(element("p", "dl-invitation", sentence));
  }

  function showArticle(article, chosen, spans) {
    const page = [];
    const origin = element("p", "dl-origin");
    origin.append([article.outlet, article.date].filter(Boolean).join(" · "));
    if (article.url) {
      const link = element("a", "", find(".dl-room").dataset.original);
      Object.assign(link, { href: article.url, target: "_blank", rel: "noopener noreferrer nofollow" });
      if (origin.textContent) origin.append(" · ");
      origin.append(link);
    }
    if (origin.textContent) page.push(origin);
    page.push(...paragraphsOf(article, chosen, spans));
    find(".dl-page").replaceChildren(...page);
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
      if (DIMMED.includes(segment.role)) {
        const dimmed = element("span", "dl-dimmed");
        dimmed.append(...pieces);
        paragraph.append(dimmed);
      } else {
        paragraph.append(...pieces);
      }
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
    for (const { start, end } of [chosen, ...spans]) {
      if (start > segment.start && start < segment.end) edges.add(start);
      if (end > segment.start && end < segment.end) edges.add(end);
    }
    const cuts = [...edges].sort((a, b) => a - b);
    return cuts.slice(1).map((end, index) => {
      const start = cuts[index];
      const text = characters.slice(start - segment.start, end - segment.start).join("");
      const isWithin = (span) => span.start <= start && end <= span.end;
      if (isWithin(chosen)) return element("mark", "dl-chosen", text);
      return spans.some(isWithin) ? element("mark", "", text) : document.createTextNode(text);
    });
  }

  function scrollToChosen() {
    const room = find(".dl-room");
    const mark = find(".dl-page mark.dl-chosen");
    if (!mark) return;
    const offset = mark.getBoundingClientRect().top - room.getBoundingClientRect().top;
    const top = room.scrollTop + offset - room.clientHeight / 3;
    room.scrollTo({ top, behavior: CALM.matches ? "auto" : "smooth" });
  }

  function unfold() {
    document.body.classList.add("dl-reading");
    if (!NARROW.matches) return;
    find("#dl-chat").inert = true;
    find(".dl-close").focus({ preventScroll: true });
  }

  function fold() {
    document.body.classList.remove("dl-reading");
    find("#dl-chat").inert = false;
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  }

  // ---- The words behind a number ----

  const tip = element("div");
  tip.id = "dl-tip";
  tip.hidden = true;
  tip.setAttribute("role", "tooltip");

  function showTip(target) {
    const { quote, origin, reason } = target.dataset;
    tip.replaceChildren(quote ? `\u201c${quote}\u201d` : reason);
    if (quote && origin) tip.append(element("small", "", origin));
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

  document.addEventListener("click", (event) => {
    const pointer = event.target.closest(POINTER);
    if (pointer) openArticle(pointer);
    else if (event.target.closest(".dl-close")) fold();
    else if (NARROW.matches && document.body.classList.contains("dl-reading") && !event.target.closest("#dl-room"))
      fold();
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find("#dl-question textarea").focus();
    } else if (event.key === "Escape") {
      tip.hidden = true;
      if (NARROW.matches && document.body.classList.contains("dl-reading")) fold();
      else find("#dl-stop")?.click();
    }
  });

  // ---- The view follows the newest question, once, and a failed question comes back to where it was typed ----

  let state = "";
  let asked = "";

  function watchTranscript() {
    const transcript = find("#dl-transcript");
    transcript.style.setProperty("--dl-view", `${transcript.clientHeight - 8}px`);
    const exchange = find("#dl-live .dl-exchange");
    const now = exchange ? exchange.dataset.state : "";
    if (now === state && (!exchange || exchange.dataset.question === asked)) return;
    const isNew = exchange && (now === "searching" || (now === "failed" && exchange.dataset.question !== asked));
    state = now;
    asked = exchange ? exchange.dataset.question : "";
    if (isNew) transcript.scrollTop = exchange.getBoundingClientRect().top - transcript.getBoundingClientRect().top + transcript.scrollTop;
    if (now === "failed" || now === "stopped") keepQuestion(asked);
    if (!exchange) {
      shown = null;
      say(find(".dl-room").dataset.empty);
    }
  }

  function keepQuestion(question) {
    const box = find("#dl-question textarea");
    if (!question || box.value) return;
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function start() {
    const transcript = find("#dl-transcript");
    if (!transcript || !find("#dl-question textarea")) return false;
    document.body.append(tip);
    new MutationObserver(watchTranscript).observe(transcript, {
      attributes: true,
      attributeFilter: ["data-state", "data-question"],
      childList: true,
      subtree: true,
    });
    new ResizeObserver(watchTranscript).observe(transcript);
    NARROW.addEventListener("change", () => (find("#dl-chat").inert = false));
    return true;
  }

  const mounting = new MutationObserver(() => start() && mounting.disconnect());
  mounting.observe(document.documentElement, { childList: true, subtree: true });
})();
