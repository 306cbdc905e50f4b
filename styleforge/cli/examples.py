"""An example or two of every command, as they are typed: at the end of each command's help.

Words in capitals are to be replaced. Where a domain was named, it and its first attribute stand in
the place of ``DOMAIN`` and ``ATTRIBUTE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXAMPLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "demo": ("styleforge demo", "styleforge demo photo"),
        "gallery": ("styleforge gallery", "styleforge gallery --copy-to pictures"),
        "presets": ("styleforge presets", "styleforge presets DOMAIN"),
        "transfer": (
            "styleforge transfer DOMAIN --identity me.png --ATTRIBUTE other.png -o out.png",
        ),
        "edit": (
            'styleforge edit DOMAIN --identity me.png --ATTRIBUTE "IN WORDS" -o out.png',
            'styleforge edit DOMAIN --identity me.png --ATTRIBUTE "#8a2be2" -o out.png',
        ),
        "reproduce": ("styleforge reproduce out.png",),
        "batch": (
            "styleforge batch jobs.csv --domain DOMAIN -o out/batch",
            "styleforge batch --identities people --domain DOMAIN --ATTRIBUTE red -o out/red",
        ),
        "serve": ("styleforge serve", "styleforge serve --port 0 --data out/server"),
        "evaluate": (
            "styleforge evaluate world --domain DOMAIN --methods PRESET,PRESET --triples 4",
        ),
        "tuples": ("styleforge tuples photos --domain DOMAIN -o tuples.json",),
        "packs": ("styleforge packs", "styleforge packs photo"),
        "plugins": ("styleforge plugins", "styleforge plugins --disable NAME"),
        "weights": ("styleforge weights", "styleforge weights add vgg16 vgg16-397923af.pth"),
        "train": ("styleforge train DOMAIN --minutes 30",),
        "new": ("styleforge new my-domain",),
        "check": ("styleforge check DOMAIN", "styleforge check ./my_plugin.py --quick"),
    }
)


def examples_of(command: str, domain: str = "", attribute: str = "") -> tuple[str, ...]:
    """The examples of a command; of a domain, where it and the option of an attribute are known.

    Example:
        >>> examples_of("train", "lips")
        ('styleforge train lips --minutes 30',)
    """
    lines = EXAMPLES.get(command, ())
    if domain:
        lines = tuple(line.replace("DOMAIN", domain) for line in lines)
    if attribute:
        lines = tuple(line.replace("--ATTRIBUTE", attribute) for line in lines)
    return lines
