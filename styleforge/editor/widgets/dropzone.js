// Files that are dropped, pasted or picked, sent to Python in parts.

const PART = 1 << 20; // bytes; servers close connections over which too long messages come
const SHOWN = 6; // pictures, and sentences, that stay in sight
const ENDINGS = {
  "image/png": /\.png$/i, "image/jpeg": /\.jpe?g$/i, "image/webp": /\.webp$/i,
  "application/json": /\.json$/i,
};

function render({ model, el, signal }) {
  const text = element("span", { class: "sf-zone-text" });
  const input = element("input", { type: "file", hidden: true });
  const pick = button("Choose files…", "From this computer", signal, () => input.click());
  const hint = element("span", { class: "sf-note" });
  const zone = element("div", { class: "sf-zone", tabindex: "0", role: "group" },
    element("span", { class: "sf-zone-sign", "aria-hidden": "true" }, "⤓"),
    text, pick, input, hint);
  const tray = element("ul", { class: "sf-tray", "aria-label": "Pictures that were sent" });
  const log = element("div", { class: "sf-log", role: "log", "aria-live": "polite" });
  const root = element("div", { class: "sf-widget sf-dropzone" }, zone, tray, log);
  const urls = [];

  const kinds = () => model.get("accept");
  const size = (bytes) => (
    bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
  );
  const names = () => kinds().map((kind) => kind.split("/")[1].toUpperCase()).join(", ");

  function say(sentence) {
    log.append(element("p", {}, sentence));
    while (log.children.length > SHOWN) log.firstChild.remove();
  }

  /** Why a file is not sent, or nothing. */
  function refusal(file) {
    const fits = kinds().some((kind) => file.type === kind || ENDINGS[kind]?.test(file.name));
    if (!fits) return `${file.name} was not taken: ${names()} files are expected.`;
    if (!file.size) return `${file.name} was not taken: it is empty.`;
    if (file.size <= model.get("max_bytes")) return "";
    return `${file.name} was not taken: it is ${size(file.size)}, and at most `
      + `${size(model.get("max_bytes"))} are. Save a smaller copy.`;
  }

  async function send(file, role) {
    const id = unique("file");
    for (let offset = 0; offset < file.size; offset += PART) {
      const part = await file.slice(offset, offset + PART).arrayBuffer();
      if (signal.aborted) return;
      const about = {
        kind: "part", id, role, name: file.name, mime: file.type, size: file.size, offset,
      };
      model.send(about, undefined, [part]);
    }
    if (file.type.startsWith("image/")) keep(file);
  }

  function keep(file) {
    const url = URL.createObjectURL(file);
    urls.push(url);
    const image = element("img", { src: url, alt: file.name, title: file.name });
    const card = element("li", {}, image);
    image.addEventListener("error", () => (card.hidden = true)); // Python says what was wrong
    tray.append(card);
    while (tray.children.length > SHOWN) {
      tray.firstChild.remove();
      URL.revokeObjectURL(urls.shift());
    }
  }

  async function take(files, role = "") {
    const given = [...files];
    if (given.length > 1 && !model.get("multiple")) {
      say(`Only ${given[0].name} was taken: one file is expected here.`);
      given.length = 1;
    }
    for (const file of given) {
      const why = refusal(file);
      if (why) say(why);
      else await send(file, role).catch((error) => say(`${file.name} was not sent: ${error.message}.`));
    }
  }

  const listen = (name, react) => zone.addEventListener(name, react, { signal });
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const name of ["dragenter", "dragover"]) {
    listen(name, (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "copy";
      zone.classList.add("sf-over");
    });
  }
  listen("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("sf-over");
  });
  listen("drop", (event) => {
    zone.classList.remove("sf-over");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files);
  });
  // Files that were dropped elsewhere in the editor, on what they are to be used as.
  root.addEventListener("sf-files", (event) => take(event.detail.files, event.detail.role), { signal });
  listen("paste", (event) => {
    const { files } = event.clipboardData;
    const words = event.clipboardData.getData("text/plain").trim();
    event.preventDefault();
    event.stopPropagation(); // a notebook would paste a cell
    if (files.length) take(files);
    else if (words.startsWith("{")) {
      take([new File([words], "pasted.json", { type: "application/json" })]);
    } else say("Nothing was pasted: the clipboard holds no picture.");
  });
  listen("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "v") event.stopPropagation();
  });
  input.addEventListener("change", () => {
    take(input.files).finally(() => (input.value = "")); // the same file can be picked again
  }, { signal });
  keepKeys(root, signal);

  function draw() {
    text.textContent = model.get("label");
    zone.setAttribute("aria-label", `${model.get("label")}, or paste with Ctrl+V`);
    input.accept = kinds().map((kind) => kind.replace("application/", ".")).join(",");
    input.multiple = model.get("multiple");
    hint.textContent = `or paste with Ctrl+V · ${names()}, up to ${size(model.get("max_bytes"))}`;
  }
  model.on("change:label change:accept change:multiple change:max_bytes", draw);
  model.on("msg:custom", (message) => message.kind === "said" && say(message.text));
  draw();
  el.append(root);
  return () => urls.forEach((url) => URL.revokeObjectURL(url));
}

export default { initialize, render };
