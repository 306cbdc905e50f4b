"""A plugin's source, and what becomes of plugins."""

from __future__ import annotations

from styleforge.forge import Forge
from styleforge.plugins import discovery

DOMAIN = """
from styleforge import Domain, hookimpl

@hookimpl
def register_domains(register):
    register(Domain(name={name!r}, title="", help="", region="thing", keep=()){more})
"""


def infos(made: Forge) -> dict[str, discovery.PluginInfo]:
    return {info.name: info for info in made.plugins if info.status != "disabled"}
