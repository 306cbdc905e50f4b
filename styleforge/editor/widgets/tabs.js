// Tabs for the panels beside them; the open one has the class sf-open.

function render({ model, el, signal }) {
  const root = element("div", { class: "sf-tabs", role: "tablist" });
  el.classList.add("sf-tabs-view");
  let tabs = [];

  const panels = () => {
    const box = el.parentElement;
    return box && model.get("beside") ? [...box.querySelectorAll(":scope > .sf-panel")] : [];
  };

  function draw() {
    const chosen = model.get("selected_index");
    const all = panels();
    tabs.forEach((tab, index) => {
      const open = index === chosen;
      tab.setAttribute("aria-selected", open);
      tab.tabIndex = open ? 0 : -1;
      const panel = all[index];
      if (!panel) return;
      panel.id ||= unique("sf-panel");
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-label", tab.textContent);
      panel.classList.toggle("sf-open", open);
      tab.setAttribute("aria-controls", panel.id);
    });
  }

  function choose(index, focus) {
    model.set("selected_index", index);
    model.save_changes();
    if (focus) tabs[index].focus();
  }

  function build() {
    tabs = model.get("titles").map((title, index) => {
      const tab = element("button", { type: "button", class: "sf-tab", role: "tab" }, title);
      tab.addEventListener("click", () => choose(index), { signal });
      return tab;
    });
    root.setAttribute("aria-label", model.get("label"));
    root.replaceChildren(...tabs);
    draw();
  }

  root.addEventListener("keydown", (event) => {
    const seen = tabs.filter((tab) => tab.offsetParent);
    const at = seen.indexOf(document.activeElement);
    const last = seen.length - 1;
    const to = { ArrowRight: (at + 1) % seen.length, ArrowLeft: (at + last) % seen.length,
      Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(tabs.indexOf(seen[to]), true);
  }, { signal });

  // Panels come into the page after this view, one after the other.
  const attach = () => {
    if (signal.aborted) return;
    draw();
    if (model.get("beside") && panels().length < tabs.length) setTimeout(attach, 50);
  };
  model.on("change:titles", build);
  model.on("change:selected_index", draw);
  build();
  attach();
  el.append(root);
}

export default { initialize, render };
