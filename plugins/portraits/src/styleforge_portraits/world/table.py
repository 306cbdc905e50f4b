"""The factors as a Markdown table: ``python -m styleforge_portraits.world.table``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .person import FACTORS, Person

if TYPE_CHECKING:
    from .factors import Factor

MEANINGS = {
    "yaw": "turn of the head: -1 and 1 are about 30 degrees to either side",
    "pitch": "nod of the head, up to down",
    "face_width": "narrow to wide",
    "face_length": "short to long",
    "jaw": "round to square",
    "cheek": "tapered to full",
    "eye_size": "small to large",
    "eye_open": "half closed to wide open",
    "eye_tilt": "outer corners down to up",
    "brow_height": "low to high",
    "brow_thickness": "thin to thick",
    "brow_angle": "outer ends down to up",
    "nose_length": "short to long",
    "nose_width": "narrow to wide",
    "mouth_width": "narrow to wide",
    "mouth_height": "place between nose and chin, high to low",
    "lip_thickness": "thin to full",
    "smile": "corners of the mouth down to up",
    "mouth_open": "closed below 0.45, then teeth show",
    "neck_width": "slim to broad",
    "age": "lines appear above 0.55",
    "glasses": "worn above 0.83",
    "beard": "worn above 0.85",
    "earrings": "worn above 0.75",
    "skin_depth": "fair to deep",
    "skin_warmth": "cool to warm",
    "lip_colour": "along a path of four reds",
    "blush": "colour of the cheeks, little to much",
    "iris_colour": "brown, hazel, green, blue, grey",
    "brow_darkness": "brows and beard, light to dark",
    "length": "cropped to the chest; 0.35 reaches the chin, 0.5 the shoulders",
    "volume_top": "flat to high",
    "volume_sides": "close to wide",
    "flare": "narrowing to widening towards the ends",
    "parting": "place of the parting, left to right",
    "fringe": "forehead bare below 0.35, down to the brows at 1",
    "fringe_sweep": "lean of the fringe, left to right",
    "curl": "straight below 0.35, waves about 0.6, curls about 0.8, coils above 0.9",
    "tuck": "how far the sides are drawn back from the face",
    "front": "locks in front of the shoulders, above 0.2",
    "taper": "sides shaved above 0.7 where hair is short",
    "updo": "a bun above 0.88",
    "balding": "thin above 0.84, bald at 1",
    "hair_lightness": "black to white or pale gold",
    "hair_warmth": "ash to red-golden",
    "dye": "dyed above 0.85",
    "dye_hue": "pink, magenta, purple, blue, teal, green",
    "highlights": "streaks of another colour fade in from 0.62",
    "highlight_hue": "cream, gold, orange, pink, violet, sky",
    "strand_width": "fine to coarse: a blend of three fixed frequencies",
    "wisps": "neat to ragged ends and fringe",
    "strand_contrast": "smooth to strongly drawn strands",
    "shine": "matt to glossy",
    "neckline": "cut of the neck",
    "neck_depth": "how deep the neck is cut; of a collar, how high it stands",
    "neck_opening": "tight to wide",
    "shoulders": "narrow to broad",
    "slope": "level to sloping shoulders",
    "cloth_hue": "navy, teal, sage, mustard, terracotta, rose, plum, slate",
    "cloth_lightness": "dark to light",
    "accent_hue": "colour of the pattern, along the same path",
    "accent_lightness": "of the pattern, against the cloth's own",
    "pattern": "what the cloth shows",
    "pattern_scale": "period of the pattern",
    "backdrop_hue": "blue, mint, lime, cream, peach, pink, lavender, blue",
    "backdrop_lightness": "muted to light",
    "backdrop_contrast": "flat to shaded",
    "backdrop_glow": "vertical gradient to a halo behind the head",
}


def table() -> str:
    """All factors by group, as Markdown."""
    rows = ["| group | factor | range | default | moves | meaning |", "|" + "---|" * 6]
    plain = Person()
    group = ""
    for factor in FACTORS:
        shown = "" if factor.group == group else f"`{factor.group}`"
        group = factor.group
        default = getattr(plain, factor.name)
        moves = "colour" if factor.colour else "geometry"
        rows.append(
            f"| {shown} | `{factor.name}` | {_range(factor)} | {default} | {moves} "
            f"| {MEANINGS[factor.name]} |"
        )
    return "\n".join(rows) + "\n"


def _range(factor: Factor) -> str:
    if factor.kind == "category":
        return ", ".join(factor.options)
    return f"{factor.low:g} to {factor.high:g}"


if __name__ == "__main__":
    print(table(), end="")
