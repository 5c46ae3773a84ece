// Files that are dropped or chosen: sent one after the other, each with its progress, and followed until they are read.

import { button, element, find, libraryWords } from "./elements.js";

const AT_ONCE = 2;

export function makeUploads({ look, post }) {
  const words = libraryWords();
  const { largest, suffixes } = JSON.parse(find(".dl-shelves").dataset.limits);
  const lines = []; // one for each file: its state is "in line", "sending", "reading" or "settled"
  const chooser = element("input", "dl-unseen");
  Object.assign(chooser, { type: "file", multiple: true, tabIndex: -1, accept: suffixes.join(",") });
  chooser.setAttribute("aria-label", words.choose);
  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  const choose = () => chooser.click();
  const zone = element(
    "div",
    "dl-zone",
    element("p", "", `${words.drop} `, button("dl-action", words.choose, choose), ". "),
    element("p", "dl-quiet", words.formats),
    element("p", "dl-let-go", words.dropNow),
    chooser,
  );
  const list = element("ul", "");
  const dismiss = button("dl-action", words.dismiss, () => {
    lines.length = 0;
    list.replaceChildren();
    box.hidden = true;
  });
  const box = element("div", "dl-uploads", element("h3", "", words.uploads), list, dismiss);
  list.setAttribute("aria-live", "polite");
  box.hidden = true;

  function take(files) {
    for (const file of files) {
      const said = element("span", "dl-said-of-it", words.inLine);
      const bar = element("progress", "");
      const item = element("li", "", element("b", "", file.name), said, bar);
      item.firstChild.dir = "auto";
      bar.setAttribute("aria-label", file.name);
      Object.assign(bar, { max: 1, value: 0 });
      lines.push({ file, item, said, bar, state: "in line", path: null });
      list.append(item);
    }
    box.hidden = !lines.length;
    sendNext();
  }

  function sendNext() {
    while (lines.filter(({ state }) => state === "sending").length < AT_ONCE) {
      const line = lines.find(({ state }) => state === "in line");
      if (!line) break;
      send(line);
    }
    dismiss.hidden = lines.some(({ state }) => state !== "settled");
  }

  async function send(line) {
    // Sent, it would be refused in the middle, and the connection with it.
    if (line.file.size > largest) {
      settle(line, words.tooLarge, false);
      return;
    }
    line.state = "sending";
    line.said.textContent = words.sending;
    const { message, path } = await transmit(line.file, (share) => (line.bar.value = share));
    if (message) settle(line, message, false);
    else {
      Object.assign(line, { state: "reading", path });
      line.bar.removeAttribute("value");
      line.said.textContent = words.reading;
      look();
    }
    sendNext();
  }

  function settle(line, said, isRead) {
    line.state = "settled";
    line.bar.remove();
    line.said.textContent = said;
    line.item.dataset.state = isRead ? "read" : "failed";
    if (!isRead && line.path) {
      const remove = button("dl-action", words.removeFile, async () => {
        const answer = await post("/library/uploads/remove", { path: line.path });
        if (answer.message) line.said.textContent = answer.message;
        else line.item.remove();
        look();
      });
      remove.setAttribute("aria-label", `${words.removeFile}: ${line.file.name}`);
      line.item.append(remove);
    }
    dismiss.hidden = lines.some(({ state }) => state !== "settled");
  }

  // Wherever in the view files are let go.
  function receiveOn(view) {
    let depth = 0;
    const isFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const show = (isOver) => view.classList.toggle("dl-dropping", isOver);
    view.addEventListener("dragenter", (event) => isFiles(event) && show(++depth > 0));
    view.addEventListener("dragleave", (event) => isFiles(event) && show(--depth > 0));
    view.addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
    view.addEventListener("drop", (event) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      depth = 0;
      show(false);
      take([...event.dataTransfer.files]);
    });
  }

  return {
    section: element("section", "dl-adding", zone, box),
    choose,
    receiveOn,
    waiting: () => lines.filter(({ state }) => state === "reading").map(({ path }) => path).slice(0, 50),
    follow({ uploads = {}, can_change }) {
      zone.hidden = !can_change;
      for (const line of lines) {
        const became = line.state === "reading" && uploads[line.path];
        if (became) settle(line, became.said, became.is_read);
      }
    },
  };
}

// The server's answer; fetch does not tell how much was sent, hence the older way.
function transmit(file, onShare) {
  const failed = libraryWords().brokeOff;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/library/uploads");
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-dateline", "window");
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.upload.addEventListener("progress", ({ loaded, total }) => onShare(total ? loaded / total : 0));
    request.addEventListener("load", () => resolve(request.response ?? { message: failed }));
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => resolve({ message: failed }));
    request.send(file);
  });
}
