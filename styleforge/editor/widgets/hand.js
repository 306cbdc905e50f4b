// The hand that paints: pointer and keys become lines on a mask, and strokes that end.

/**
 * Have a board painted on. `place` gives a pointer's place in pixels of the mask, `line` paints
 * from one place to another, `moved` shows where the brush is, `seen` brings a place into view
 * (shares of the width and height), `ended` hears of every stroke; `reach` is how far an arrow goes.
 */
function handOf({ board, mask, place, reach, line, moved, seen, ended, signal }) {
  let at = null; // the brush, in pixels of the mask
  let stroke = false;
  const listen = (name, react) => board.addEventListener(name, react, { signal });

  function lineTo(to) {
    line(at, to);
    at = to;
  }

  function end() {
    if (!stroke) return;
    stroke = false;
    ended();
  }

  listen("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    board.focus({ preventScroll: true });
    board.setPointerCapture(event.pointerId);
    stroke = true;
    at = place(event);
    lineTo(at);
    moved();
  });
  listen("pointermove", (event) => {
    if (!event.isPrimary) return;
    const drawing = stroke && board.hasPointerCapture(event.pointerId);
    const passed = drawing ? event.getCoalescedEvents?.() ?? [] : [];
    for (const each of passed.length ? passed : [event]) {
      if (drawing) lineTo(place(each));
      else if (!stroke) at = place(each);
    }
    requestAnimationFrame(moved);
  });
  listen("lostpointercapture", end);
  for (const name of ["pointerleave", "focus"]) listen(name, moved);
  listen("blur", () => {
    end();
    moved();
  });
  listen("keyup", (event) => event.key === " " && end());
  listen("keydown", (event) => {
    const far = event.shiftKey ? 1 : reach();
    const [dx, dy] = {
      ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far],
      " ": [0, 0],
    }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    stroke ||= event.key === " ";
    const to = [
      Math.min(mask.width, Math.max(0, at[0] + dx)), Math.min(mask.height, Math.max(0, at[1] + dy)),
    ];
    if (stroke) line(at, to);
    at = to;
    seen(at[0] / mask.width, at[1] / mask.height);
    moved();
  });

  return {
    at: () => at,
    begin() { // in the middle, until it is moved
      at ??= [mask.width / 2, mask.height / 2];
    },
    drop() { // what was begun is no stroke
      stroke = false;
    },
    shown: () => at !== null && (stroke || board.matches(":hover, :focus")),
  };
}
