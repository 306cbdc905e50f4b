// What is dropped on the parts of an editor: pictures of its gallery, and files.

const CARRIED = "application/x-styleforge-picture";

/** Have told(key, role) called for pictures, and hand files to the editor's dropzone. */
function takeDrops(root, signal, told) {
  const place = (event) => event.target.closest?.("[class*='sf-to-']");
  const roleOf = (part) => [...part.classList].find((one) => one.startsWith("sf-to-")).slice(6);
  const fits = (event) => {
    const kinds = [...(event.dataTransfer?.types ?? [])];
    return kinds.includes(CARRIED) || kinds.includes("Files");
  };
  let over = null;
  const mark = (part) => {
    over?.classList.remove("sf-drop-over");
    over = part;
    over?.classList.add("sf-drop-over");
  };
  for (const name of ["dragenter", "dragover"]) {
    root.addEventListener(name, (event) => {
      const part = place(event);
      if (event.defaultPrevented || !fits(event)) return;
      mark(part ?? null);
      if (!part) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "copy";
    }, { signal });
  }
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(event.relatedTarget)) mark(null);
  }, { signal });
  root.addEventListener("drop", (event) => {
    const part = place(event);
    mark(null);
    if (event.defaultPrevented || !part || !fits(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const key = event.dataTransfer.getData(CARRIED);
    const [role, files] = [roleOf(part), [...event.dataTransfer.files]];
    if (key) told(key, role);
    else {
      root.querySelector(".sf-dropzone")
        ?.dispatchEvent(new CustomEvent("sf-files", { detail: { files, role } }));
    }
  }, { signal });
}
