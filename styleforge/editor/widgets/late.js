// anywidget waits two seconds for a widget's module. On a page that is busy for longer it gives up:
// the view is drawn, but messages from Python are dropped for good. Here they are taken up again.

/** Called by anywidget when the module is there, however late. */
function initialize({ model }) {
  // Backbone tells listeners of the model itself; anywidget hands out only a part of it.
  model.on("change:sf_began", (whole) => {
    // An empty message fails if anywidget has given up, and does nothing otherwise.
    const empty = { content: { data: { method: "" } } };
    Promise.resolve(whole._handle_comm_msg(empty)).catch(() => listenAgain(whole));
  });
  model.set("sf_began", true);
}

function listenAgain(model) {
  const base = Object.getPrototypeOf(model.constructor.prototype);
  model.comm.on_msg((message) => base._handle_comm_msg.call(model, message));
  model.comm.send({ method: "request_state" }, model.callbacks?.()); // what was missed
}
