// The editor's reach into the browser: keys, downloads, the clipboard, screen readers.

const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable=true]";

/** A shortcut as an event's test: "Mod+Shift+Z". */
function matches(keys, event) {
  const parts = keys.split("+");
  const key = parts.pop().toLowerCase();
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey || mod !== parts.includes("Mod") || event.key.toLowerCase() !== key) return false;
  return key.length > 1 || /[^a-z]/.test(key) || event.shiftKey === parts.includes("Shift");
}

/**
 * JupyterLab's shortcuts rest within the editor, where X would cut the cell around it; Ctrl+S goes on
 * to save the notebook, from a field of ipywidgets' too, which keeps all keys to itself.
 */
function restShortcuts(root, signal) {
  const rest = (so) => root.toggleAttribute("data-lm-suppress-shortcuts", so);
  rest(true);
  window.addEventListener("keydown", (event) => { // before anybody else hears of it
    const saves = event.key?.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)
      && !event.altKey && !event.shiftKey;
    rest(!saves);
    if (!saves || !event.isTrusted || !root.contains(event.target)) return;
    if (!event.target.closest(TYPED)) return;
    const again = new KeyboardEvent(event.type, event);
    if (!root.dispatchEvent(again)) event.preventDefault();
  }, { capture: true, signal });
}

function save(name, mime, data) {
  const url = URL.createObjectURL(new Blob([data], { type: mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function copy(text, say) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser does not let us copy. Select the text and press Ctrl+C.");
  }
}

/**
 * What ipywidgets leaves without a name, or with a wrong one: a slider's label is neither its handle's
 * name nor its number's, and the sign on a button is read out as a letter that nobody knows.
 */
function nameControls(root) {
  for (const sign of root.querySelectorAll(".jupyter-button > i:not([aria-hidden])")) {
    sign.setAttribute("aria-hidden", "true");
  }
  for (const slider of root.querySelectorAll(".widget-slider")) {
    const label = slider.querySelector(".widget-label")?.textContent;
    if (!label) continue;
    slider.querySelector("[role=slider]:not([aria-label])")?.setAttribute("aria-label", label);
    const number = slider.querySelector(".widget-readout:not([aria-label])");
    number?.setAttribute("role", "textbox");
    number?.setAttribute("aria-label", `${label}, number`);
  }
}

function render({ model, el, signal }) {
  const live = document.createElement("p");
  live.className = "sf-said";
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  el.append(live);
  const say = (text) => (live.textContent = text);

  let whenHeard = (then) => then();

  const pressed = (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const mod = event.ctrlKey || event.metaKey;
    if (!mod && event.target.closest(TYPED)) return;
    if (mod && /^[zy]$/i.test(event.key) && event.target.closest(TYPED)) return; // undo of typing
    const found = model.get("shortcuts").find(([keys]) => matches(keys, event));
    if (found) {
      event.preventDefault();
      const act = () => model.send({ kind: "key", command: found[1] });
      if (found[1] === "stop") act();
      else whenHeard(act);
    }
    // In a notebook, plain keys would cut and add cells.
    if (found || (!mod && event.key !== "Escape" && event.key !== "Tab")) event.stopPropagation();
  };

  // The view is put into the page after it is rendered.
  const attach = () => {
    if (signal.aborted) return;
    const root = el.closest(".sf-editor");
    if (!root) {
      requestAnimationFrame(attach);
      return;
    }
    root.tabIndex = -1; // a click between controls keeps the keys here
    restShortcuts(root, signal);
    root.setAttribute("role", "region");
    root.setAttribute("aria-label", "styleforge editor");
    root.addEventListener("keydown", pressed, { signal });
    root.addEventListener("keydown", (event) => { // ipywidgets' fields keep all keys to themselves
      if ((event.ctrlKey || event.metaKey) && event.target.closest(TYPED)) pressed(event);
    }, { capture: true, signal });
    const watch = new MutationObserver(() => nameControls(root));
    watch.observe(root, { childList: true, subtree: true });
    signal.addEventListener("abort", () => watch.disconnect());
    nameControls(root);
    watchKernel(model, signal, (lost) => showLost(root, el, model.get("lost"), lost));
    keepRoom(root, signal);
    whenHeard = holdUntilHeard(root, model.widget_manager, model.get("editor"), signal);
    takeDrops(root, signal, (key, role) => model.send({ kind: "drop", key, role }));
  };
  attach();

  putLink(model.get("link"));
  model.on("change:link", () => putLink(model.get("link")));

  model.on("change:said", () => say(model.get("said")));
  model.on("msg:custom", (message, buffers) => {
    if (message.kind === "download") save(message.name, message.mime, buffers[0]);
    if (message.kind === "copy") copy(message.text, say);
    if (message.kind === "link") copy(window.location.href, say);
  });
}

export default { initialize, render };
