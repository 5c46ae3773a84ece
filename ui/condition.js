// How the library is: what the doctor says, asked for, since it reads the whole library; and the room on the disk.

import { button, element, libraryWords, problem, sentence } from "./elements.js";

export function makeCondition({ get }) {
  const words = libraryWords();
  const findings = element("ul", "dl-findings");
  findings.setAttribute("aria-live", "polite");
  const examine = button("dl-small", words.examine, async () => {
    examine.disabled = true;
    findings.replaceChildren(element("li", "dl-progress", words.examining));
    const answer = await get("/library/health");
    examine.disabled = false;
    findings.replaceChildren(...(answer.message ? [element("li", "", problem(answer.message))] : answer.findings.map(findingOf)));
  });
  const hint = element("p", "dl-quiet", words.examineHint);
  const health = element("section", "", element("h3", "", words.health), hint, examine, findings);
  const storage = element("dl", "dl-storage");

  async function fetchStorage() {
    const answer = await get("/library/storage");
    if (answer.message) {
      storage.replaceChildren(problem(answer.message));
      return;
    }
    storage.replaceChildren(
      ...answer.storage.map(([what, size]) => element("div", "", element("dt", "", what), element("dd", "", size))),
    );
  }

  function findingOf({ what, said, is_good }) {
    const item = element("li", is_good ? "" : "dl-look", element("b", "", what));
    const mark = element("span", "dl-verdict-of-it", is_good ? words.good : words.look);
    item.append(mark, sentence("span", "dl-reason", said));
    return item;
  }

  return {
    section: element("section", "", health, element("section", "", element("h3", "", words.storage), storage)),
    open: fetchStorage,
    follow(state, former) {
      health.hidden = !state.has_health;
      if (former && former.edition !== state.edition) fetchStorage();
    },
  };
}
