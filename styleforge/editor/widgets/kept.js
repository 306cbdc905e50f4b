// The sessions that a person can go on with.

function render({ model, el, signal }) {
  const list = element("ul", { class: "sf-kept" });
  const head = element("h3", {}, "Your last sessions");
  const begin = button("Begin a new one", "What is here stays among your sessions", signal, () =>
    model.send({ kind: "begin" }));
  const root = element("section", { class: "sf-widget", "aria-label": "Your last sessions" });
  root.append(element("div", { class: "sf-bar" }, head, begin), list);
  el.append(root);

  const row = (item) => {
    const picture = element("img", { alt: "", width: 48, height: 48 });
    show(picture, item.picture);
    const words = element("span", {}, element("b", {}, item.title), element("small", {}, item.when));
    const go = button("Go on", `Go on with ${item.title}, ${item.when}`, signal, () =>
      model.send({ kind: "go on", key: item.key }));
    go.setAttribute("aria-label", `Go on with ${item.title}, ${item.when}`);
    return element("li", {}, picture, words, go);
  };
  const draw = () => {
    list.replaceChildren(...model.get("items").map(row));
    begin.hidden = !model.get("anew");
    head.textContent = model.get("items").length ? "Your last sessions" : "There is no other session yet";
  };
  model.on("change:items", draw);
  model.on("change:anew", draw);
  draw();
}

export default { initialize, render };
