"""Run the tutorials and write their outputs: ``python docs/tutorials/execute.py [NOTEBOOK ...]``.

``make notebooks`` runs them all. What is of one run and not of the tutorial is left out: times, the
name of the kernel, versions, widget state.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
TIMEOUT = 600  # seconds for a cell; the tests allow 120
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def execute(path: Path) -> None:
    """Run a notebook in its folder and write it back with its outputs.

    Raises:
        CellExecutionError: if a cell raises; the file is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name=KERNEL["name"],
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
    )
    client.execute()
    nbformat.write(normalised(notebook), path)


def normalised(notebook: Any) -> Any:
    """A notebook without what differs from run to run."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output.metadata = {}
    return notebook


def main(names: list[str]) -> None:
    """Run the notebooks named, all tutorials by default."""
    paths = [Path(name).resolve() for name in names] or sorted(HERE.glob("*.ipynb"))
    for path in paths:
        started = time.perf_counter()
        execute(path)
        size = path.stat().st_size / 1000
        print(f"{path.name}: {time.perf_counter() - started:.0f} s, {size:.0f} KB", flush=True)


if __name__ == "__main__":
    # Said, so that the outputs do not tell how busy the machine was.
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    main(sys.argv[1:])
