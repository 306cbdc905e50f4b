// A mask painted over a picture. Strokes live here; Python gets one PNG per stroke.

const HISTORY = 50;
const STEP = { "]": 1.25, "[": 0.8 };
const HELP = "Drag to paint; Alt and drag, or two fingers, move the picture. Keys: [ and ] size, "
  + "E erase, Z undo, Shift+Z redo, + and - zoom; arrows move the brush (Shift: finely), hold "
  + "Space to paint.";

function render({ model, el, signal }) {
  const mask = element("canvas", { width: 1, height: 1 }); // white, opaque where painted
  const layer = element("canvas");
  const help = element("p", { class: "sf-note", id: unique("sf-help") }, HELP);
  const said = element("p", { class: "sf-note sf-covered", role: "status" });
  const picture = element("img", { alt: "" });
  const board = element("canvas", {
    class: "sf-board", tabindex: "0", role: "application", "aria-describedby": help.id,
  });
  const tool = segmented("Tool", [["paint", "Paint"], ["erase", "Erase"]], signal,
    (value) => put("erase", value === "erase"));
  const size = slider("Size", { min: 1, max: 200, step: 1 }, signal,
    (value) => model.set("size", value), () => model.save_changes());
  const opacity = slider("Overlay", { min: 0, max: 1, step: 0.05 }, signal,
    (value) => model.set("opacity", value), () => model.save_changes());
  const undo = button("Undo", "Undo the last stroke (Z)", signal, () => travel(past, future));
  const redo = button("Redo", "Redo (Shift+Z)", signal, () => travel(future, past));
  const clear = button("Clear", "Nothing is masked", signal, () => restart(null));
  const reset = button("Reset", "Back to the mask it began with", signal,
    () => restart(model.get("start")));
  const group = (...buttons) => element("div", { class: "sf-group" }, ...buttons);
  const stage = element("div", { class: "sf-stage" }, picture, board);
  const root = element("div", { class: "sf-widget sf-brush", role: "group" },
    element("div", { class: "sf-bar" }, tool.group, group(undo, redo, clear, reset), size.box,
      opacity.box),
    stage, said, help);

  let past = [];
  let future = [];
  let current = model.get("mask");
  let over = model.get("_pictures"); // which picture is painted over
  let work = Promise.resolve(); // one after the other: masks are read and written asynchronously
  let untold = 0; // changes of the mask that Python has not heard of yet
  const inTurn = (task) => {
    work = work.then(() => signal.aborted || task()).catch(console.error);
    return work;
  };
  const changing = (task) => {
    untold += 1;
    inTurn(task).then(() => (untold -= 1));
  };
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };

  async function decode(bytes) {
    if (!bytes?.byteLength) return null;
    return createImageBitmap(new Blob([bytes])).catch(() => null);
  }

  async function loadPicture() {
    await show(picture, model.get("image"));
    const shape = picture.hidden ? await decode(model.get("mask")) : null;
    mask.width = shape?.width ?? (picture.naturalWidth || 256);
    mask.height = shape?.height ?? (picture.naturalHeight || 256);
    root.style.setProperty("--sf-aspect", `${mask.width} / ${mask.height}`);
    zoom.fit();
    hand.begin();
    [past, future, current] = [[], [], model.get("mask")];
    over = model.get("_pictures");
    await loadMask();
  }

  async function loadMask() {
    drawLight(mask, await decode(current));
    redraw();
    describe();
  }

  function describe() {
    const { data } = mask.getContext("2d").getImageData(0, 0, mask.width, mask.height);
    let sum = 0;
    for (let i = 3; i < data.length; i += 4) sum += data[i];
    const share = (100 * sum) / 255 / (data.length / 4);
    const digits = share > 0 && share < 10 ? 1 : 0;
    said.textContent = `The mask covers ${share.toFixed(digits)} % of the picture.`;
    undo.disabled = !past.length;
    redo.disabled = !future.length;
    reset.disabled = !model.get("start")?.byteLength;
  }

  /** Python hears of the mask, and of the picture it belongs to. */
  function tell() {
    model.set("painted_over", over);
    put("mask", current);
  }

  function change(bytes) {
    past = [...past, current].slice(-HISTORY);
    future = [];
    current = bytes;
    tell();
    describe();
  }

  function travel(from, to) {
    changing(() => {
      if (!from.length) return null;
      to.push(current);
      current = from.pop();
      tell();
      return loadMask();
    });
  }

  function restart(bytes) {
    changing(async () => {
      drawLight(mask, await decode(bytes));
      change(await toPng(mask));
      redraw();
    });
  }

  function redraw() {
    const shown = hand.shown();
    const tip = shown && { at: hand.at(), size: model.get("size"), dashed: model.get("erase") };
    drawOverlay(board, layer, mask, zoom.view(), model.get("opacity"), tip);
  }

  const zoom = zoomOf({
    stage,
    pane: () => [stage.clientWidth, stage.clientHeight],
    size: () => [mask.width, mask.height],
    changed(view) {
      for (const side of ["left", "top", "width", "height"]) picture.style[side] = `${view[side]}px`;
      const unit = window.devicePixelRatio || 1;
      board.width = layer.width = Math.round(stage.clientWidth * unit);
      board.height = layer.height = Math.round(stage.clientHeight * unit);
      redraw();
    },
    interrupted() { // what the first finger painted was no stroke
      hand.drop();
      inTurn(loadMask);
    },
    signal,
  });
  stage.append(zoom.bar);
  const place = (event) => {
    const [box, view] = [stage.getBoundingClientRect(), zoom.view()];
    return [
      ((event.clientX - box.left - view.left) / view.width) * mask.width,
      ((event.clientY - box.top - view.top) / view.height) * mask.height,
    ];
  };
  const hand = handOf({
    board,
    mask,
    place,
    reach: () => Math.max(1, model.get("size") / 2),
    line: (from, to) => drawLine(mask, from, to, {
      size: model.get("size"), erase: model.get("erase"),
    }),
    moved: redraw,
    seen: (x, y) => zoom.reveal(x, y),
    ended: () => changing(async () => change(await toPng(mask))),
    signal,
  });
  root.addEventListener("keydown", (event) => {
    if (zoom.key(event)) {
      event.stopPropagation();
      return;
    }
    const key = event.key.toLowerCase();
    if (STEP[key]) {
      const next = model.get("size") * STEP[key];
      put("size", Math.min(200, Math.max(1, STEP[key] > 1 ? Math.ceil(next) : Math.floor(next))));
    } else if (key === "e" && !event.ctrlKey && !event.metaKey) put("erase", !model.get("erase"));
    else if (key === "z") travel(...(event.shiftKey ? [future, past] : [past, future]));
    else return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl+Z too: it would undo in the notebook
  }, { signal });
  keepKeys(root, signal);
  root.addEventListener("sf-settle", (event) => untold && event.detail.push(work), { signal });

  function drawTools() {
    tool.select(model.get("erase") ? "erase" : "paint");
    size.set(model.get("size"), `${model.get("size")} px`);
    opacity.set(model.get("opacity"), `${Math.round(model.get("opacity") * 100)} %`);
    redraw();
  }
  function drawLabel() {
    root.setAttribute("aria-label", model.get("label"));
    board.setAttribute("aria-label", `${model.get("label")}: canvas`);
  }
  model.on("change:size change:erase change:opacity", drawTools);
  model.on("change:label", drawLabel);
  model.on("change:image change:start change:_pictures", () => inTurn(loadPicture));
  model.on("change:mask", () => inTurn(() => {
    if (model.get("mask") === current) return null;
    past.push(current); // Python's change, or another view's, can be undone like a stroke
    future = [];
    current = model.get("mask");
    return loadMask();
  }));
  drawTools();
  drawLabel();
  inTurn(loadPicture);
  el.append(root);
  return () => show(picture, null);
}

export default { initialize, render };
