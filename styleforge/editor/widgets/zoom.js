// A picture in a stage: whole, nearer, or pixel for pixel; wheel, pinch, keys and buttons.

const NEAREST = 16; // screen pixels for one of the picture, at most
const STRIDE = 1.25;

/**
 * How a picture lies in its stage.
 *
 * pane() is the place it is shown in, size() the picture's pixels; both [width, height].
 * changed(view) is called with where the picture lies: {left, top, width, height, scale}, in pixels
 * of the page. interrupted() is called when two fingers come down where one had begun something.
 */
function zoomOf({ stage, pane, size, changed, interrupted, signal }) {
  let scale = null; // page pixels for a pixel of the picture; null shows all of it
  let centre = [0.5, 0.5]; // what is in the middle, in shares of the picture
  const fingers = new Map();
  let dragged = null;

  const whole = () => {
    const [[width, height], [w, h]] = [pane(), size()];
    return Math.min(width / w, height / h) || 1;
  };
  const exact = () => 1 / (window.devicePixelRatio || 1);
  const now = () => scale ?? whole();

  function view() {
    const [[width, height], [w, h]] = [pane(), size()];
    const used = now();
    const [shownW, shownH] = [w * used, h * used];
    // What is smaller than its pane stands in the middle, what is larger leaves no gap.
    const place = (all, shown, share) => (shown <= all + 0.5
      ? (all - shown) / 2
      : Math.min(0, Math.max(all - shown, all / 2 - share * shown)));
    return {
      left: place(width, shownW, centre[0]), top: place(height, shownH, centre[1]),
      width: shownW, height: shownH, scale: used,
    };
  }

  function draw() {
    const at = view();
    readout.textContent = `${Math.round((100 * at.scale) / exact())} %`;
    stage.classList.toggle("sf-near", scale !== null);
    stage.classList.toggle("sf-pixels", at.scale >= 4 * exact());
    changed(at);
  }

  /** Show it at a scale, with a point of the stage staying where it is. */
  function to(next, point) {
    const before = view();
    const [width, height] = pane();
    const [px, py] = point ?? [width / 2, height / 2];
    const share = [(px - before.left) / before.width, (py - before.top) / before.height];
    const least = Math.min(whole(), exact());
    scale = Math.min(NEAREST * exact(), Math.max(least, next));
    if (Math.abs(scale / whole() - 1) < 0.02) scale = null;
    const [w, h] = size();
    centre = [
      share[0] + (width / 2 - px) / (w * now()), share[1] + (height / 2 - py) / (h * now()),
    ];
    settle();
    draw();
  }

  /** The middle as it is shown, not as far as somebody has dragged. */
  function settle() {
    const at = view();
    const [width, height] = pane();
    centre = [(width / 2 - at.left) / at.width, (height / 2 - at.top) / at.height];
  }

  function pan(dx, dy) {
    const at = view();
    centre = [centre[0] - dx / at.width, centre[1] - dy / at.height];
    settle();
    draw();
  }

  /** Bring a point of the picture, in shares of it, into sight. */
  function reveal(x, y) {
    const at = view();
    const [width, height] = pane();
    const past = (value, all) => (value < 24 ? 24 - value : value > all - 24 ? all - 24 - value : 0);
    const [dx, dy] = [past(at.left + x * at.width, width), past(at.top + y * at.height, height)];
    if (scale !== null && (dx || dy)) pan(dx, dy);
  }

  function fit() {
    scale = null;
    centre = [0.5, 0.5];
    draw();
  }

  const local = (event) => {
    const box = stage.getBoundingClientRect();
    return [(event.clientX - box.left) % (pane()[0] + 8), event.clientY - box.top];
  };
  const listen = (name, react, how = {}) => (
    stage.addEventListener(name, react, { signal, capture: true, ...how })
  );

  // A page that is scrolled past stops at no picture: the wheel zooms with Ctrl, or in use.
  listen("wheel", (event) => {
    const owner = stage.closest(".sf-editor") ?? stage.closest(".sf-widget");
    if (!event.ctrlKey && !owner.contains(document.activeElement)) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    to(now() * Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 400)), local(event));
  }, { passive: false });

  const between = () => {
    const [a, b] = [...fingers.values()];
    return { far: Math.hypot(a[0] - b[0], a[1] - b[1]) || 1,
      middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  };

  function pinched(event) {
    const was = between();
    fingers.set(event.pointerId, local(event));
    const is = between();
    pan(is.middle[0] - was.middle[0], is.middle[1] - was.middle[1]);
    to((now() * is.far) / was.far, is.middle);
  }

  /** Whether a pointer zooms or pans; the rest of the widget leaves it alone then. */
  const taken = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  listen("pointerdown", (event) => {
    if (event.target.closest(".sf-zoom")) return;
    if (event.pointerType === "touch") {
      fingers.set(event.pointerId, local(event));
      if (fingers.size < 2) return;
      if (fingers.size === 2) interrupted?.();
      taken(event);
    } else if (event.button === 1 || (event.button === 0 && event.altKey)) {
      dragged = [event.clientX, event.clientY];
      stage.setPointerCapture(event.pointerId);
      taken(event);
    }
  });
  listen("pointermove", (event) => {
    if (fingers.size === 2 && fingers.has(event.pointerId)) {
      pinched(event);
      taken(event);
    } else if (fingers.size === 1 && fingers.has(event.pointerId)) {
      fingers.set(event.pointerId, local(event));
    } else if (dragged) {
      pan(event.clientX - dragged[0], event.clientY - dragged[1]);
      dragged = [event.clientX, event.clientY];
      taken(event);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    listen(name, (event) => {
      fingers.delete(event.pointerId);
      dragged = null;
    });
  }

  /** Zoom by a key; true if it was one. */
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const acts = {
      "+": () => to(now() * STRIDE), "=": () => to(now() * STRIDE), "-": () => to(now() / STRIDE),
      0: fit, o: () => to(exact()), O: () => to(exact()),
    };
    if (!acts[event.key]) return false;
    acts[event.key]();
    event.preventDefault();
    return true;
  }

  const readout = element("button", {
    type: "button", class: "sf-button sf-readout", title: "Show the whole picture (0)",
  });
  readout.addEventListener("click", fit, { signal });
  const bar = element("div", { class: "sf-zoom", role: "group", "aria-label": "Zoom" },
    button("−", "Zoom out (-)", signal, () => to(now() / STRIDE)), readout,
    button("+", "Zoom in (+)", signal, () => to(now() * STRIDE)),
    button("1:1", "Pixel for pixel (O)", signal, () => to(exact())));
  const watch = new ResizeObserver(draw);
  watch.observe(stage);
  signal.addEventListener("abort", () => watch.disconnect());
  return { bar, draw, fit, key, pan, reveal, view, near: () => scale !== null };
}
