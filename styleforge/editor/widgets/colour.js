// A colour by hue, vividness and lightness; it is told while a slider moves.

const PAUSE = 50; // milliseconds between two that are told

function toHsl(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const [l, d] = [(most + least) / 2, most - least];
  if (!d) return [0, 0, 100 * l];
  const s = d / (1 - Math.abs(2 * l - 1));
  const h = most === r ? ((g - b) / d + 6) % 6 : most === g ? (b - r) / d + 2 : (r - g) / d + 4;
  return [60 * h, 100 * s, 100 * l];
}

function toHex([h, s, l]) {
  const reach = (s / 100) * Math.min(l / 100, 1 - l / 100);
  const part = (n) => {
    const k = (n + h / 30) % 12;
    return l / 100 - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return `#${[0, 8, 4].map((n) => Math.round(255 * part(n)).toString(16).padStart(2, "0")).join("")}`;
}

function render({ model, el, signal }) {
  let hsl = toHsl(model.get("value"));
  let waiting = 0; // a timer: the pause after what was told
  let untold = false;
  const pick = element("input", { type: "color" });
  const text = element("input", { type: "text", maxlength: "7", spellcheck: "false" });
  const parts = [["Hue", 359, "°"], ["Vividness", 100, " %"], ["Lightness", 100, " %"]];
  const sliders = parts.map(([name, max], index) => slider(name, { min: 0, max, step: 1 }, signal,
    (value) => {
      hsl[index] = value;
      tell(toHex(hsl));
    }, () => tell(toHex(hsl))));
  const root = element("div", { class: "sf-widget sf-colour", role: "group" },
    element("div", { class: "sf-bar" }, pick, text), ...sliders.map((one) => one.box));

  /** Python hears of the newest colour, not of all on the way. */
  function tell(value) {
    model.set("value", value);
    draw();
    if (waiting) untold = true;
    else send();
  }

  function send() {
    untold = false;
    model.save_changes();
    waiting = setTimeout(() => {
      waiting = 0;
      if (untold && !signal.aborted) send();
    }, PAUSE);
  }

  function draw() {
    const value = model.get("value");
    if (toHex(hsl) !== value && /^#[0-9a-f]{6}$/i.test(value)) {
      const [hue] = hsl;
      hsl = toHsl(value);
      if (!hsl[1]) hsl[0] = hue; // grey has every hue
    }
    pick.value = value;
    if (document.activeElement !== text) text.value = value;
    parts.forEach(([, , unit], index) => {
      sliders[index].set(Math.round(hsl[index]), `${Math.round(hsl[index])}${unit}`);
    });
    const disabled = model.get("disabled");
    for (const one of root.querySelectorAll("input")) one.disabled = disabled;
    root.setAttribute("aria-label", model.get("label"));
    pick.setAttribute("aria-label", `${model.get("label")}, chooser`);
    text.setAttribute("aria-label", `${model.get("label")}, as #rrggbb`);
  }

  pick.addEventListener("input", () => tell(pick.value), { signal });
  text.addEventListener("change", () => {
    const short = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.value.trim());
    if (short) {
      const digits = short[1].length === 3 ? [...short[1]].map((one) => one + one).join("") : short[1];
      tell(`#${digits.toLowerCase()}`);
    }
    text.blur();
    draw();
  }, { signal });
  keepKeys(root, signal);
  model.on("change:value change:disabled change:label", draw);
  draw();
  el.append(root);
}

export default { initialize, render };
