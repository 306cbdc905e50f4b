"""Hooks by example: a panel of the notebook editor."""

from __future__ import annotations

# [shown]
from styleforge import Panel, hookimpl

styleforge_api = 1

COLOURS = {"Violet": "#8a2be2", "Brick": "#c0392b", "Pine": "#1f7a5c"}


def palette(session):
    """A button for each colour."""
    import ipywidgets  # the editor is an extra, so it is not imported above

    buttons = []
    for name, colour in COLOURS.items():
        button = ipywidgets.Button(description=name, tooltip=f"Ask for {colour}")
        button.style.button_color = colour
        button.on_click(lambda _, colour=colour: session.set_colour("backdrop.colour", colour))
        buttons.append(button)
    return ipywidgets.HBox(buttons)


@hookimpl
def register_panels(register):
    register(
        Panel(
            name="backdrop.palette",
            title="Palette",
            help="Colours that go with portraits.",
            build=palette,
            domains=("backdrop",),
        )
    )


# [end]
