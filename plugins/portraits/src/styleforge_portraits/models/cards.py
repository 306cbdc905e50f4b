"""The model cards as a Markdown table: ``python -m styleforge_portraits.models.cards``."""

from __future__ import annotations

from styleforge_portraits.models.weights import load_card, weights_folder

ORDER = (
    "generator",
    "basis",
    "regions",
    "perception",
    "lpips",
    "landmarks",
    "subjects",
    "poser",
    "inpainter",
    "inverter",
    "encoder",
    "identity",
    "mapper_hair",
    "mapper_clothing",
)


def table() -> str:
    """One row a model: size on disk, training, figures on held-out people."""
    lines = [
        "| model | what it does | MB | pictures seen | minutes | held out |",
        "|---|---|---|---|---|---|",
    ]
    for name in ORDER:
        file = weights_folder() / f"{name}.safetensors"
        if not file.is_file():
            continue
        card = load_card(name)
        training, figures = card.get("training", {}), card.get("held_out", {})
        numbers = {key: value for key, value in figures.items() if isinstance(value, int | float)}
        shown = ", ".join(f"{key} {value:.4g}" for key, value in numbers.items())
        lines.append(
            f"| {name} | {card.get('task', '')} | {file.stat().st_size / 1e6:.1f} "
            f"| {training.get('pictures', 0):,} | {training.get('seconds', 0) / 60:.0f} | {shown} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
