// Two pictures on top of each other: wipe, side by side, or what differs; from afar or near.

const MODES = [["wipe", "Wipe"], ["side", "Side by side"], ["difference", "Difference"]];
const GAP = 8; // pixels between two pictures side by side
const GRIP = 22; // pixels around the line of the wipe that move it when the picture is near

function render({ model, el, signal }) {
  const pictures = { before: element("img"), after: element("img", { class: "sf-after" }) };
  const names = { before: element("span"), after: element("span") };
  const handle = element("div", {
    class: "sf-handle", role: "slider", tabindex: "0", "aria-label": "Wipe position",
    "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "horizontal",
  });
  const empty = element("p", { class: "sf-empty" });
  const layers = element("div", { class: "sf-layers" },
    element("div", { class: "sf-pane sf-first" }, pictures.before),
    element("div", { class: "sf-pane sf-second" }, pictures.after));
  const places = element("div", { class: "sf-places", role: "group", "aria-label": "Who is meant" });
  const stage = element("div", { class: "sf-stage", tabindex: "0", role: "group" },
    layers, handle, places, empty);
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

  const both = () => !pictures.before.hidden && !pictures.after.hidden;
  const seen = () => (pictures.before.hidden ? pictures.after : pictures.before);
  const size = () => {
    const whole = model.get("size");
    return whole.length === 2 ? whole : [seen().naturalWidth || 4, seen().naturalHeight || 3];
  };
  const sides = () => model.get("mode") === "side";
  const pane = () => [
    sides() ? (stage.clientWidth - GAP) / 2 : stage.clientWidth, stage.clientHeight,
  ];
  let view = { left: 0, top: 0, width: 1, height: 1, scale: 1 };
  const zoom = zoomOf({ stage, pane, size, changed: drawView, interrupted: release, signal });
  stage.append(zoom.bar);

  function drawView(at) {
    view = at;
    for (const image of Object.values(pictures)) {
      for (const side of ["left", "top", "width", "height"]) image.style[side] = `${at[side]}px`;
    }
    const [w] = size();
    const sharpness = (seen().naturalWidth || w) / w;
    const pixels = at.scale * (window.devicePixelRatio || 1);
    if (zoom?.near() && sharpness < 1 && pixels > sharpness && !model.get("sharp")) {
      put("sharp", true); // nearer than what was sent: the whole picture is wanted
    }
    drawPosition();
    drawPlaces();
  }

  /** Frames around those of whom one is to be chosen. */
  function drawPlaces() {
    const all = model.get("places");
    places.hidden = !all.length || pictures.before.hidden;
    if (places.children.length !== all.length) {
      places.replaceChildren(...all.map((_, index) => {
        const made = element("button", {
          type: "button", class: "sf-place", "aria-label": `Number ${index + 1} from the left`,
        }, String(index + 1));
        made.addEventListener("click", () => put("chosen", index + 1), { signal });
        return made;
      }));
    }
    all.forEach(([x, y, half], index) => {
      const [made, reach] = [places.children[index], half * view.width];
      made.setAttribute("aria-pressed", model.get("chosen") === index + 1);
      made.style.left = `${view.left + x * view.width - reach}px`;
      made.style.top = `${view.top + y * view.height - reach}px`;
      made.style.width = made.style.height = `${2 * reach}px`;
    });
  }

  function drawMode() {
    const mode = model.get("mode");
    root.dataset.mode = mode;
    modes.select(mode);
    handle.hidden = mode !== "wipe" || !both(); // one alone has nothing to be compared with
    root.toggleAttribute("data-alone", !both());
    zoom.bar.hidden = !empty.hidden;
    gain.box.hidden = mode !== "difference";
    const [w, h] = size();
    root.style.setProperty("--sf-aspect", sides() ? `${2 * w} / ${h}` : `${w} / ${h}`);
    drawNames();
    zoom.draw();
  }

  function drawNames() {
    const difference = model.get("mode") === "difference";
    for (const side of ["before", "after"]) {
      names[side].textContent = pictures[side].hidden ? "" : model.get(`${side}_label`);
      pictures[side].alt = model.get(`${side}_label`);
    }
    if (difference) {
      names.before.textContent = `${pictures.before.alt} and ${pictures.after.alt}: `
        + "black where they agree";
      names.after.textContent = "";
    }
    root.setAttribute("aria-label", `Compare ${pictures.before.alt} and ${pictures.after.alt}`);
    stage.setAttribute("aria-label", "Picture; + and - zoom, arrows move it");
    drawPosition();
  }

  /** What is seen of the picture, from left to right, in pixels of the stage. */
  const span = () => [
    Math.max(0, view.left), Math.min(stage.clientWidth, view.left + view.width),
  ];

  function drawPosition() {
    const share = Math.round(model.get("position") * 100);
    const [from, to] = span();
    root.style.setProperty("--sf-line-at", `${from + model.get("position") * (to - from)}px`);
    handle.setAttribute("aria-valuenow", share);
    handle.setAttribute("aria-valuetext",
      `${share} % ${pictures.before.alt}, ${100 - share} % ${pictures.after.alt}`);
  }

  const drawEmpty = () => (empty.textContent = model.get("empty"));

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
  let held = null; // where the pointer was, while it moves the picture
  let captured = null;
  const toPointer = (event) => {
    const [from, to] = span();
    const at = event.clientX - stage.getBoundingClientRect().left;
    model.set("position", clamp((at - from) / (to - from)));
  };
  const onLine = (event) => {
    const box = handle.getBoundingClientRect();
    return Math.abs(event.clientX - (box.left + box.right) / 2) < GRIP;
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!empty.hidden || event.button !== 0 || event.target.closest(".sf-zoom, .sf-place")) return;
    const wipes = !handle.hidden && (!zoom.near() || onLine(event));
    if (!wipes && !zoom.near()) return;
    event.preventDefault(); // no picture is dragged out, no text is selected
    stage.setPointerCapture(event.pointerId);
    captured = event.pointerId;
    held = wipes ? null : [event.clientX, event.clientY];
    (wipes ? handle : stage).focus({ preventScroll: true });
    if (wipes) toPointer(event);
  }, { signal });
  stage.addEventListener("pointermove", (event) => {
    if (captured !== event.pointerId) return;
    if (held) {
      zoom.pan(event.clientX - held[0], event.clientY - held[1]);
      held = [event.clientX, event.clientY];
    } else toPointer(event);
  }, { signal });
  // Python hears of the position once per drag.
  stage.addEventListener("lostpointercapture", () => {
    if (captured !== null && !held) model.save_changes();
    release();
  }, { signal });
  function release() {
    captured = held = null;
  }

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
  stage.addEventListener("keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40],
      ArrowDown: [0, -40] }[event.key] ?? [];
    if (event.target !== stage || dx === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    zoom.pan(dx, dy);
  }, { signal });
  root.addEventListener("keydown", (event) => {
    if (zoom.key(event)) return;
    const chosen = MODES[["1", "2", "3"].indexOf(event.key)];
    if (chosen && !event.ctrlKey && !event.metaKey && !event.altKey) put("mode", chosen[0]);
  }, { signal });
  keepKeys(root, signal);

  model.on("change:before", () => drawPicture("before"));
  model.on("change:after", () => drawPicture("after"));
  model.on("change:before_label change:after_label", drawNames);
  model.on("change:mode change:size", drawMode);
  model.on("change:position", drawPosition);
  model.on("change:gain", drawGain);
  model.on("change:places change:chosen", drawPlaces);
  model.on("change:empty", drawEmpty);
  drawEmpty();
  drawGain();
  drawPicture("before");
  drawPicture("after");
  el.append(root);
  return () => Object.values(pictures).forEach((image) => show(image, null)); // frees the URLs
}

export default { initialize, render };
