"""An example or two of every command, as they are typed: at the end of each command's help."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXAMPLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "demo": ("styleforge demo", "styleforge demo photo"),
        "gallery": ("styleforge gallery", "styleforge gallery --copy-to pictures"),
        "presets": ("styleforge presets", "styleforge presets hair"),
        "transfer": (
            "styleforge transfer hair --identity gallery:mira --shape gallery:noor -o out.png",
            "styleforge transfer clothing --identity gallery:otto --shape gallery:mira -o out.png",
        ),
        "edit": (
            'styleforge edit hair --identity gallery:mira --shape "long wavy hair" -o out.png',
            'styleforge edit hair --pack photo --identity me.jpg --appearance "#8a2be2" -o out.png',
        ),
        "reproduce": ("styleforge reproduce out.png",),
        "batch": (
            "styleforge batch jobs.csv --domain hair -o out/batch",
            "styleforge batch --identities people --domain hair --appearance red -o out/red",
        ),
        "serve": ("styleforge serve", "styleforge serve --port 0 --data out/server"),
        "evaluate": (
            "styleforge evaluate world --domain hair --methods loho-fast,mapper --cases 4",
        ),
        "tuples": ("styleforge tuples photos --domain hair -o tuples.json",),
        "packs": ("styleforge packs", "styleforge packs photo"),
        "plugins": ("styleforge plugins", "styleforge plugins --disable clothing"),
        "weights": ("styleforge weights", "styleforge weights add vgg16 vgg16-397923af.pth"),
        "train": ("styleforge train hair --minutes 30",),
        "new": ("styleforge new my-domain", "styleforge new necklace --region clothing"),
        "check": ("styleforge check hair", "styleforge check ./my_plugin.py --quick"),
    }
)
