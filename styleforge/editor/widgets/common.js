// Helpers that stand in front of every widget's own module (see assets.py).

/** An element with attributes and children; false and null leave an attribute out. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A name that no other view on the page has. */
function unique(prefix) {
  return `${prefix}-${Math.random().toString(36).slice(2, 10)}`;
}

const LONGEST = 2_000; // milliseconds that a picture is waited for; a page out of sight draws none

/** Show bytes in an <img>, in place: the old picture stays until the new one is there. */
async function show(image, bytes) {
  const url = bytes?.byteLength ? URL.createObjectURL(new Blob([bytes])) : "";
  const before = image.dataset.url;
  image.dataset.url = url;
  image.hidden = !url;
  if (url) image.src = url;
  else image.removeAttribute("src");
  const drawn = image.decode().catch(() => {}); // a damaged picture shows its alt text
  await Promise.race([drawn, new Promise((done) => setTimeout(done, LONGEST))]);
  if (before) URL.revokeObjectURL(before);
}

/** Plain keys stay in the widget: in a notebook, X would cut the cell around it. */
function keepKeys(root, signal) {
  const keep = (event) => {
    const leaves = event.key === "Escape" || event.key === "Tab";
    if (!event.ctrlKey && !event.metaKey && !leaves) event.stopPropagation();
  };
  root.addEventListener("keydown", keep, { signal });
}

/** A radio group that looks like one segmented control. */
function segmented(label, choices, signal, chosen) {
  const name = unique("sf-choice");
  const inputs = new Map();
  const group = element("div", { class: "sf-segmented", role: "radiogroup", "aria-label": label });
  for (const [value, text] of choices) {
    const input = element("input", { type: "radio", name, value });
    input.addEventListener("change", () => chosen(value), { signal });
    inputs.set(value, input);
    group.append(element("label", {}, input, element("span", {}, text)));
  }
  return { group, select: (value) => (inputs.get(value).checked = true) };
}

/** A labelled range input with its value in words beside it. */
function slider(label, limits, signal, moved, done) {
  const input = element("input", { type: "range", ...limits });
  const value = element("span", { class: "sf-value", "aria-hidden": "true" });
  input.addEventListener("input", () => moved(Number(input.value)), { signal });
  input.addEventListener("change", () => done(), { signal });
  const set = (number, text) => {
    input.value = number;
    input.setAttribute("aria-valuetext", text);
    value.textContent = text;
  };
  const box = element("label", { class: "sf-slider" }, element("span", {}, label), input, value);
  return { box, set };
}

/** A button; the hint is its tooltip. */
function button(text, hint, signal, pressed) {
  const made = element("button", { type: "button", class: "sf-button", title: hint }, text);
  made.addEventListener("click", pressed, { signal });
  return made;
}
