// How much room the editor has: all of its page or of its notebook's pane, so that what is used most
// is always in view. What does not fit scrolls inside.

const LEAST = 520; // pixels; below that the page scrolls
const MOST = 1240;
const PANES = ".jp-WindowedPanel-outer, .jp-NotebookPanel-notebook, [data-voila] .lm-BoxPanel-child";
const ABOVE = 150; // pixels of what stands above the editor on a page, at most, to fit with it

function keepRoom(root, signal) {
  const pane = root.closest(PANES);
  const page = Boolean(root.closest("[data-voila]"));
  root.classList.toggle("sf-page", page);
  document.documentElement.classList.toggle("sf-on-page", page);

  const fit = () => {
    const height = pane?.clientHeight || window.innerHeight;
    const from = pane ? pane.getBoundingClientRect().top - pane.scrollTop : -window.scrollY;
    const above = root.getBoundingClientRect().top - from;
    const left = page && above <= ABOVE ? height - above : height;
    root.style.setProperty("--sf-room", `${Math.min(MOST, Math.max(LEAST, left - (page ? 6 : 14)))}px`);
  };
  const watch = new ResizeObserver(() => requestAnimationFrame(fit));
  watch.observe(pane ?? document.documentElement);
  window.addEventListener("resize", fit, { signal });
  signal.addEventListener("abort", () => watch.disconnect());
  fit();
  setTimeout(() => signal.aborted || fit(), 600); // fonts and what stands above come late
}
