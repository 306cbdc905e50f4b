// Nothing is done before Python has heard of all that the controls show. ipywidgets hold back a value
// while the kernel is busy with the one before, and let a click through; JupyterLab lets a kernel
// answer some widgets on another thread. So a click could come before what was typed last.

const ASK = 20; // milliseconds between two looks
const LOST = 3_000; // milliseconds after which an idle kernel's answer will not come any more

/** A widget's model and all that are in it; what Python has closed has no way to it any more. */
function* within(model) {
  if (!model.comm) return;
  yield model;
  for (const child of model.get("children") ?? []) yield* within(child);
}

/** Have a field say what is typed in it, as when it is left. */
function commit(field) {
  if (!field?.matches("input, textarea, [contenteditable=true]")) return;
  field.blur();
  field.focus({ preventScroll: true });
}

/** As if the kernel had answered a model's message: what it holds back is sent. */
function goOn(model) {
  console.warn("styleforge: no answer to what a control said", model.model_id, model._pending_msgs);
  model._handle_status({ content: { execution_state: "idle" } });
}

/**
 * Hold every press of a button back until Python has heard of the controls. What it returns does so
 * for keys: it calls `then`, at once where there is nothing to wait for.
 *
 * @param manager the widget manager of anywidget's model
 * @param id the model that is the editor's
 */
function holdUntilHeard(root, manager, id, signal) {
  let editor = null;
  if (id) manager.get_model(id).then((model) => (editor = model));
  const models = () => (editor ? [...within(editor)] : []);
  const untold = () => models().filter((one) => one._pending_msgs > 0 || one._msg_buffer);

  /** What is to be waited for; null where Python has heard all. */
  function hear(target) {
    const field = root.contains(document.activeElement) ? document.activeElement : null;
    if (field && !field.contains(target)) commit(field); // who clicks for a person moves no focus
    const strokes = [];
    for (const one of root.querySelectorAll(".sf-brush")) {
      one.dispatchEvent(new CustomEvent("sf-settle", { detail: strokes }));
    }
    for (const one of models()) one.save_changes(); // what is told after a pause only
    return strokes.length || untold().length ? all(strokes) : null;
  }

  async function all(strokes) {
    await Promise.all(strokes);
    let busy = performance.now();
    while (!signal.aborted && untold().length) {
      await new Promise((done) => setTimeout(done, ASK));
      if (manager.kernel?.status !== "idle") busy = performance.now();
      else if (performance.now() - busy > LOST) untold().forEach(goOn);
    }
  }

  root.addEventListener("click", (event) => {
    const pressed = event.target.closest(".widget-button");
    if (!pressed || pressed.matches(".sf-at-once")) return;
    const waits = hear(event.target);
    if (!waits) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed.setAttribute("aria-busy", "true");
    waits.finally(() => pressed.removeAttribute("aria-busy"));
    waits.then(() => signal.aborted || pressed.click());
  }, { capture: true, signal });
  return (then) => {
    const waits = hear(null);
    if (waits) waits.then(() => signal.aborted || then());
    else then();
  };
}
