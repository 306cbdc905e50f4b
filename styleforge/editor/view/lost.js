// Whether the kernel is still there, and the link that leads a page's visitor back to their session.

const ENDED = ["dead", "terminating", "restarting", "autorestarting"];

/** Call `tell(lost)` when the kernel of a model goes, and when it is there again. */
function watchKernel(model, signal, tell) {
  // Backbone tells listeners of the model itself; anywidget hands out only a part of it.
  model.on("change:sf_watched", (whole) => {
    const kernel = whole.widget_manager?.kernel;
    const look = () => {
      if (signal.aborted) return;
      const gone = !kernel || ENDED.includes(kernel.status) || kernel.connectionStatus === "disconnected";
      tell(whole.comm_live === false || (kernel !== undefined && gone));
    };
    whole.on("comm_live_update", look);
    kernel?.statusChanged?.connect(look);
    kernel?.connectionStatusChanged?.connect(look);
    kernel?.disposed?.connect(() => !signal.aborted && tell(true));
    signal.addEventListener("abort", () => {
      whole.off("comm_live_update", look);
      kernel?.statusChanged?.disconnect(look);
      kernel?.connectionStatusChanged?.disconnect(look);
    });
    look();
  });
  model.set("sf_watched", (model.get("sf_watched") ?? 0) + 1);
}

/** One calm sentence in place of an editor that does not answer. */
function showLost(root, place, text, lost) {
  const said = place.querySelector(".sf-lost-words");
  root.classList.toggle("sf-lost", lost);
  for (const part of root.children) part.inert = lost && !part.contains(place);
  if (!lost) said?.remove();
  else if (!said) {
    const words = document.createElement("p");
    words.className = "sf-lost-words";
    words.setAttribute("role", "alert");
    words.textContent = text;
    place.append(words);
  }
}

/** The address of the page leads to the session from now on. */
function putLink(token) {
  if (!token) return;
  const url = new URL(window.location.href);
  if (url.searchParams.get("session") === token) return;
  url.searchParams.set("session", token);
  window.history.replaceState(window.history.state, "", url);
}
