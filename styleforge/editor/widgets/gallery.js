// A grid of pictures: searched, filtered, used by a press, dragged to where they are used.

const CARRIED = "application/x-styleforge-picture";
const KEEP = "styleforge.favourites"; // names, in this browser
const HELP = "Enter uses the picture, arrows move, F makes it a favourite.";

function favourites() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEEP) ?? "[]"));
  } catch {
    return new Set(); // a page without storage has none
  }
}

function render({ model, el, signal }) {
  const kept = favourites();
  const cards = new Map(); // by key
  const shown = new Map(); // thumbnails' addresses, by key
  const asked = new Set();
  let current = ""; // the key of the picture that the keys act on
  const search = element("input", {
    type: "search", placeholder: "Search", "aria-label": "Search pictures by name or description",
  });
  const filter = element("select", { "aria-label": "Which pictures" },
    ...[["", "All"], ["favourites", "Favourites"], ["mine", "Mine"], ["used", "In use"]].map(
      ([value, text]) => element("option", { value }, text)));
  const target = element("select", { "aria-label": "A picture that is pressed is used as" });
  const grid = element("ul", {
    class: "sf-pictures", role: "listbox", "aria-label": "Pictures", "aria-description": HELP,
  });
  const said = element("span", { role: "status" });
  const star = button("☆ Favourite", "Find it under Favourites (F)", signal, () => favour(current));
  const away = button("Remove", "Take it off the pictures at hand (Delete)", signal,
    () => tell("remove", current));
  const root = element("div", { class: "sf-widget sf-gallery", role: "group", "aria-label": "Pictures" },
    element("div", { class: "sf-bar" }, search, filter,
      element("label", { class: "sf-as" }, element("span", {}, "Press to use as"), target)),
    grid, element("div", { class: "sf-about" }, said, star, away));

  const items = () => model.get("items");
  const item = (key) => items().find((one) => one.key === key);
  const tell = (kind, key, role = model.get("target")) => key && model.send({ kind, key, role });

  function fits(one) {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    const text = `${one.name} ${one.about}`.toLowerCase();
    const among = { favourites: kept.has(one.name), mine: one.mine, used: one.used.length > 0 };
    return words.every((word) => text.includes(word)) && (among[filter.value] ?? true);
  }

  function cardOf(key) {
    const card = element("li", { class: "sf-picture", role: "option", draggable: "true" });
    card.dataset.key = key;
    cards.set(key, card);
    watch.observe(card);
    return card;
  }

  function fill(card, one) {
    const state = JSON.stringify([one.name, one.used, one.about, kept.has(one.name), shown.get(one.key)]);
    if (card.dataset.state === state) return;
    card.dataset.state = state;
    const used = one.used.join(", ");
    card.title = one.about ? `${one.name}: ${one.about}` : one.name;
    card.classList.toggle("sf-used", one.used.length > 0);
    card.setAttribute("aria-selected", one.used.length > 0);
    card.setAttribute("aria-label",
      [one.name, used && `used as ${used}`, kept.has(one.name) && "favourite", one.about]
        .filter(Boolean).join(", "));
    const url = shown.get(one.key);
    card.replaceChildren(
      url ? element("img", { src: url, alt: "", draggable: "false" }) : element("i"),
      ...(used ? [element("b", {}, used)] : []),
      ...(kept.has(one.name) ? [element("em", { "aria-hidden": "true" }, "★")] : []),
      element("span", {}, one.name));
  }

  function draw() {
    const seen = items().filter(fits);
    const keys = new Set(items().map((one) => one.key));
    for (const [key, card] of cards) {
      if (keys.has(key)) continue;
      card.remove();
      cards.delete(key);
    }
    const order = seen.map((one) => {
      const card = cards.get(one.key) ?? cardOf(one.key);
      fill(card, one);
      return card;
    });
    const same = order.length === grid.children.length && order.every((card, i) => card === grid.children[i]);
    if (!same) {
      const focused = grid.contains(document.activeElement) ? current : "";
      grid.replaceChildren(...order);
      if (focused) cards.get(focused)?.focus({ preventScroll: true });
    }
    if (!seen.some((one) => one.key === current)) current = seen[0]?.key ?? "";
    for (const card of order) card.tabIndex = card.dataset.key === current ? 0 : -1;
    describe();
  }

  function describe() {
    const one = item(current);
    const count = grid.children.length;
    const all = items().length;
    said.textContent = count === 0
      ? "No picture is called or described so."
      : one && grid.contains(document.activeElement)
        ? [one.name, one.about].filter(Boolean).join(": ")
        : count < all ? `${count} of ${all} pictures` : `${all} ${all === 1 ? "picture" : "pictures"}`;
    star.hidden = !one;
    star.textContent = one && kept.has(one.name) ? "★ Favourite" : "☆ Favourite";
    star.setAttribute("aria-pressed", Boolean(one && kept.has(one.name)));
    away.hidden = !one?.mine;
  }

  function favour(key) {
    const one = item(key);
    if (!one) return;
    if (!kept.delete(one.name)) kept.add(one.name);
    try {
      localStorage.setItem(KEEP, JSON.stringify([...kept]));
    } catch { /* it holds until the page is closed */ }
    draw();
  }

  function drawTarget() {
    target.replaceChildren(...model.get("roles").map(
      ([title, role]) => element("option", { value: role }, title)));
    target.value = model.get("target");
  }

  // Pictures are asked for when they come into sight, many at once.
  const watch = new IntersectionObserver((entries) => {
    const keys = entries.filter((one) => one.isIntersecting).map((one) => one.target.dataset.key)
      .filter((key) => !shown.has(key) && !asked.has(key));
    keys.forEach((key) => asked.add(key));
    if (keys.length) model.send({ kind: "want", keys });
  }, { rootMargin: "200px" });
  signal.addEventListener("abort", () => watch.disconnect());

  const keyOf = (event) => event.target.closest(".sf-picture")?.dataset.key ?? "";
  const listen = (where, name, react) => where.addEventListener(name, react, { signal });
  listen(grid, "click", (event) => {
    const key = keyOf(event);
    if (!key) return;
    focusOn(key);
    tell("use", key);
  });
  listen(grid, "focusin", (event) => {
    current = keyOf(event) || current;
    draw();
  });
  listen(grid, "focusout", () => setTimeout(() => signal.aborted || describe()));
  listen(grid, "dragstart", (event) => {
    event.dataTransfer.setData(CARRIED, keyOf(event));
    event.dataTransfer.effectAllowed = "copy";
    event.stopPropagation();
  });

  function focusOn(key) {
    current = key;
    for (const [one, card] of cards) card.tabIndex = one === key ? 0 : -1;
    cards.get(key)?.focus();
  }

  listen(grid, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...grid.children];
    const at = all.findIndex((card) => card.dataset.key === current);
    const across = all.filter((card) => card.offsetTop === all[0].offsetTop).length || 1;
    const to = {
      ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across,
      Home: 0, End: all.length - 1,
    }[event.key];
    if (to !== undefined) {
      if (all[to]) focusOn(all[to].dataset.key);
    } else if (event.key === "Enter" || event.key === " ") tell("use", current);
    else if (event.key.toLowerCase() === "f") favour(current);
    else if (event.key === "Delete" && item(current)?.mine) tell("remove", current);
    else return;
    event.preventDefault();
  });
  keepKeys(root, signal);
  listen(search, "input", draw);
  listen(filter, "change", draw);
  listen(target, "change", () => {
    model.set("target", target.value);
    model.save_changes();
  });

  model.on("change:items", draw);
  model.on("change:roles change:target", drawTarget);
  model.on("msg:custom", (message, buffers) => {
    if (message.kind !== "pictures") return;
    message.keys.forEach((key, index) => {
      if (shown.has(key)) URL.revokeObjectURL(shown.get(key));
      shown.set(key, URL.createObjectURL(new Blob([buffers[index]])));
    });
    draw();
  });
  drawTarget();
  draw();
  el.append(root);
  return () => [...shown.values()].forEach((url) => URL.revokeObjectURL(url));
}

export default { initialize, render };
