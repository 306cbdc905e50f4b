// Two pictures on top of each other: wipe, side by side, or what differs.

const MODES = [["wipe", "Wipe"], ["side", "Side by side"], ["difference", "Difference"]];

function render({ model, el, signal }) {
  const pictures = { before: element("img"), after: element("img", { class: "sf-after" }) };
  const names = { before: element("span"), after: element("span") };
  const handle = element("div", {
    class: "sf-handle", role: "slider", tabindex: "0", "aria-label": "Wipe position",
    "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "horizontal",
  });
  const empty = element("p", { class: "sf-empty" }, "No picture yet");
  const layers = element("div", { class: "sf-layers" }, pictures.before, pictures.after);
  const stage = element("div", { class: "sf-stage" }, layers, handle, empty);
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const modes = segmented("How to compare", MODES, signal, (mode) => put("mode", mode));
  const gain = slider("Amplify", { min: 1, max: 16, step: 1 }, signal,
    (value) => model.set("gain", value), () => model.save_changes());
  const captions = element("div", { class: "sf-captions" }, names.before, names.after);
  const root = element("div", { class: "sf-widget sf-compare", role: "group" },
    element("div", { class: "sf-bar" }, modes.group, gain.box), stage, captions);

  function drawMode() {
    const mode = model.get("mode");
    root.dataset.mode = mode;
    modes.select(mode);
    handle.hidden = mode !== "wipe" || !empty.hidden;
    gain.box.hidden = mode !== "difference";
    drawNames();
  }

  function drawNames() {
    const difference = model.get("mode") === "difference";
    for (const side of ["before", "after"]) {
      names[side].textContent = model.get(`${side}_label`);
      pictures[side].alt = model.get(`${side}_label`);
    }
    if (difference) {
      names.before.textContent = `${pictures.before.alt} and ${pictures.after.alt}: `
        + "black where they agree";
      names.after.textContent = "";
    }
    root.setAttribute("aria-label", `Compare ${pictures.before.alt} and ${pictures.after.alt}`);
    drawPosition();
  }

  function drawPosition() {
    const share = Math.round(model.get("position") * 100);
    root.style.setProperty("--sf-position", `${model.get("position") * 100}%`);
    handle.setAttribute("aria-valuenow", share);
    handle.setAttribute("aria-valuetext",
      `${share} % ${pictures.before.alt}, ${100 - share} % ${pictures.after.alt}`);
  }

  function drawGain() {
    root.style.setProperty("--sf-gain", model.get("gain"));
    gain.set(model.get("gain"), `× ${model.get("gain")}`);
  }

  async function drawPicture(side) {
    await show(pictures[side], model.get(side));
    empty.hidden = !(pictures.before.hidden && pictures.after.hidden);
    drawMode();
  }

  const clamp = (value) => Math.min(1, Math.max(0, value));
  const toPointer = (event) => {
    const box = stage.getBoundingClientRect();
    model.set("position", clamp((event.clientX - box.left) / box.width));
  };
  stage.addEventListener("pointerdown", (event) => {
    if (handle.hidden || event.button !== 0) return;
    event.preventDefault(); // no picture is dragged out, no text is selected
    stage.setPointerCapture(event.pointerId);
    handle.focus();
    toPointer(event);
  }, { signal });
  stage.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) toPointer(event);
  }, { signal });
  // Python hears of the position once per drag.
  stage.addEventListener("lostpointercapture", () => model.save_changes(), { signal });

  handle.addEventListener("keydown", (event) => {
    const now = model.get("position");
    const step = event.shiftKey ? 0.1 : 0.01;
    const to = {
      ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step,
      PageDown: now - 0.1, PageUp: now + 0.1, Home: 0, End: 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    put("position", clamp(to));
  }, { signal });
  root.addEventListener("keydown", (event) => {
    const chosen = MODES[["1", "2", "3"].indexOf(event.key)];
    if (chosen && !event.ctrlKey && !event.metaKey && !event.altKey) put("mode", chosen[0]);
  }, { signal });
  keepKeys(root, signal);

  model.on("change:before", () => drawPicture("before"));
  model.on("change:after", () => drawPicture("after"));
  model.on("change:before_label change:after_label", drawNames);
  model.on("change:mode", drawMode);
  model.on("change:position", drawPosition);
  model.on("change:gain", drawGain);
  drawGain();
  drawPicture("before");
  drawPicture("after");
  el.append(root);
  return () => Object.values(pictures).forEach((image) => show(image, null)); // frees the URLs
}

export default { initialize, render };
