"""The curated people of the gallery: a seed for what is incidental, factors for what matters."""

from __future__ import annotations

from math import radians

from styleforge_portraits import world
from styleforge_portraits.gallery.entry import Entry

# What colours are called here; see `world.palette` for the paths they lie on.
_BLACK = {"hair_lightness": 0.06, "hair_warmth": 0.2, "brow_darkness": 0.95}
_BROWN = {"hair_lightness": 0.24, "hair_warmth": 0.8, "brow_darkness": 0.75}
_CHESTNUT = {"hair_lightness": 0.40, "hair_warmth": 0.9, "brow_darkness": 0.6}
_COPPER = {"hair_lightness": 0.58, "hair_warmth": 0.95, "brow_darkness": 0.4}
_HONEY = {"hair_lightness": 0.76, "hair_warmth": 0.9, "brow_darkness": 0.3}
_BLOND = {"hair_lightness": 0.92, "hair_warmth": 0.8, "brow_darkness": 0.15}
_GREY = {"hair_lightness": 0.62, "hair_warmth": 0.03, "brow_darkness": 0.6}
_WHITE = {"hair_lightness": 0.94, "hair_warmth": 0.05, "brow_darkness": 0.25}
_STRAIGHT, _WAVY, _CURLY, _COILY = ({"curl": c} for c in (0.15, 0.57, 0.80, 0.97))
_PLAIN = {"pattern": "plain"}


def _wear(pattern: str, scale: str, neckline: str) -> dict[str, str]:
    return {"pattern": pattern, "pattern_scale": scale, "neckline": neckline}


PEOPLE: tuple[Entry, ...] = (
    Entry("mira", 101, "Straight brown hair to the chin, bare forehead, teal collar", {
        **_BROWN, **_STRAIGHT, **_PLAIN, "neckline": "collar", "yaw": 0.08, "pitch": 0.0,
        "length": 0.42, "fringe": 0.2, "parting": -0.35, "volume_sides": 0.45, "front": 0.2,
        "skin_depth": 0.22, "iris_colour": 0.6, "strand_width": 0.5, "strand_contrast": 0.45,
        "cloth_hue": 0.14, "cloth_lightness": 0.45, "backdrop_hue": 0.5, "tuck": 0.3,
        "backdrop_lightness": 0.7, "blush": 0.4,
        "wisps": 0.3, "flare": 0.4, "shine": 0.4, "face_width": 0.45, "jaw": 0.4,
    }),
    Entry("noor", 102, "Long wavy black hair, bare forehead, dotted mustard top", {
        **_BLACK, **_WAVY, **_wear("dots", "large", "round"), "yaw": -0.12, "pitch": 0.1,
        "length": 0.8, "fringe": 0.3, "fringe_sweep": 0.3, "parting": 0.3, "front": 0.85,
        "volume_top": 0.7, "volume_sides": 0.8, "flare": 0.7, "skin_depth": 0.5, "wisps": 0.5,
        "brow_thickness": 0.4,
        "iris_colour": 0.05, "cloth_hue": 0.43, "cloth_lightness": 0.5, "accent_hue": 0.0,
        "accent_lightness": 0.2, "backdrop_hue": 0.14, "strand_width": 0.6,
        "strand_contrast": 0.7, "tuck": 0.4,
    }),
    Entry("otto", 103, "Chin-length copper hair with strong golden strands, beard, navy stripes", {
        **_COPPER, **_STRAIGHT, **_wear("horizontal", "small", "round"), "yaw": 0.2,
        "length": 0.36, "fringe": 0.5, "parting": 0.5, "volume_top": 0.65, "beard": 0.95,
        "highlights": 0.97, "highlight_hue": 0.12, "strand_width": 0.6, "strand_contrast": 0.95,
        "fringe_sweep": 0.6, "tuck": 0.8, "backdrop_lightness": 0.7,
        "shine": 0.75, "wisps": 0.6, "skin_depth": 0.1, "cloth_hue": 0.02,
        "cloth_lightness": 0.35, "accent_lightness": 0.85, "backdrop_hue": 0.29,
    }),
    Entry("ada", 104, "Silver bob with a straight fringe, round glasses, plum collar", {
        **_WHITE, **_STRAIGHT, **_PLAIN, "neckline": "collar", "length": 0.38, "fringe": 0.85,
        "fringe_sweep": 0.0, "age": 0.9, "glasses": 0.95, "cloth_hue": 0.86, "skin_depth": 0.08,
        "cloth_lightness": 0.45, "backdrop_hue": 0.86, "yaw": 0.25, "volume_sides": 0.6,
    }),
    Entry("amara", 105, "Tall coily black hair, gold earrings, terracotta stripes", {
        **_BLACK, **_COILY, **_wear("vertical", "large", "v"), "length": 0.30, "fringe": 0.3,
        "volume_top": 0.95, "volume_sides": 0.95, "skin_depth": 0.88, "earrings": 0.95,
        "cloth_hue": 0.57, "cloth_lightness": 0.5, "accent_hue": 0.43, "backdrop_hue": 0.43,
        "iris_colour": 0.08, "yaw": -0.3, "smile": 0.9, "mouth_open": 0.8,
    }),
    Entry("anton", 106, "Bald, dark beard, thick brows, green checked shirt", {
        **_GREY, **_wear("checks", "large", "v"), "balding": 1.0, "beard": 0.95, "age": 0.8,
        "length": 0.03, "brow_thickness": 0.8, "skin_depth": 0.3, "cloth_hue": 0.29,
        "accent_hue": 0.29, "yaw": -0.35, "backdrop_hue": 0.0, "brow_darkness": 0.55,
    }),
    Entry("bea", 107, "Pink bob with heavy fringe, navy and white stripes", {
        **_STRAIGHT, **_wear("horizontal", "large", "round"), "dye": 0.96, "dye_hue": 0.02,
        "hair_lightness": 0.95, "length": 0.33, "fringe": 0.8, "fringe_sweep": -0.2,
        "skin_depth": 0.05, "cloth_hue": 0.0, "cloth_lightness": 0.3, "accent_lightness": 0.9,
        "backdrop_hue": 0.0, "brow_darkness": 0.5, "yaw": 0.4, "volume_top": 0.5,
    }),
    Entry("cleo", 108, "Very long straight black hair, bare forehead, rose v-neck", {
        **_BLACK, **_STRAIGHT, **_PLAIN, "neckline": "v", "length": 0.95, "fringe": 0.15,
        "parting": 0.0, "front": 0.9, "skin_depth": 0.42, "cloth_hue": 0.71,
        "cloth_lightness": 0.55, "backdrop_hue": 1.0, "yaw": 0.0, "iris_colour": 0.1, "shine": 0.9,
        "volume_sides": 0.3, "flare": 0.35, "strand_contrast": 0.6,
    }),
    Entry("dario", 109, "Dark curls on top, tapered sides, full beard, slate round neck", {
        **_BROWN, **_CURLY, **_PLAIN, "neckline": "round", "length": 0.06, "taper": 0.95,
        "volume_top": 0.9, "fringe": 0.5, "beard": 0.95, "skin_depth": 0.38, "cloth_hue": 0.95,
        "cloth_lightness": 0.4, "backdrop_hue": 0.57, "yaw": 0.5, "hair_lightness": 0.15,
    }),
    Entry("edda", 110, "Grey hair in a bun, laugh lines, dotted blue collar", {
        **_GREY, **_STRAIGHT, **_wear("dots", "small", "collar"), "updo": 0.97, "age": 0.95,
        "length": 0.3, "fringe": 0.2, "skin_depth": 0.15, "cloth_hue": 0.05,
        "cloth_lightness": 0.5, "accent_lightness": 0.8, "backdrop_hue": 0.71, "yaw": -0.2,
        "glasses": 0.3, "earrings": 0.95, "hair_lightness": 0.72,
    }),
    Entry("femi", 111, "Short coily hair with a fade, round glasses, teal round neck", {
        **_BLACK, **_COILY, **_PLAIN, "neckline": "round", "length": 0.05, "taper": 0.95,
        "volume_top": 0.35, "fringe": 0.2, "glasses": 0.95, "skin_depth": 0.95,
        "cloth_hue": 0.14, "cloth_lightness": 0.6, "backdrop_hue": 0.43, "yaw": 0.15,
        "iris_colour": 0.08,
    }),
    Entry("greta", 112, "Long wavy honey hair, pink cheeks, checked berry shirt", {
        **_HONEY, **_WAVY, **_wear("checks", "small", "v"), "length": 0.72, "fringe": 0.6,
        "fringe_sweep": 0.0, "parting": 0.05, "front": 0.8, "skin_depth": 0.06,
        "cloth_hue": 0.71, "accent_hue": 0.8, "backdrop_hue": 0.29, "yaw": -0.45, "blush": 0.9,
        "volume_top": 0.5,
    }),
    Entry("hugo", 113, "Swept-over chestnut hair, short sides, striped green collar", {
        **_CHESTNUT, **_STRAIGHT, **_wear("vertical", "small", "collar"), "length": 0.12,
        "fringe": 0.45, "fringe_sweep": 0.85, "parting": -0.8, "volume_top": 0.8,
        "skin_depth": 0.2, "cloth_hue": 0.29, "cloth_lightness": 0.4, "accent_lightness": 0.7,
        "backdrop_hue": 0.43, "yaw": -0.1,
    }),
    Entry("ines", 114, "Big chestnut curls to the shoulders, dotted plum top", {
        **_CHESTNUT, **_CURLY, **_wear("dots", "small", "round"), "length": 0.50,
        "volume_top": 0.85, "volume_sides": 0.95, "fringe": 0.4, "parting": 0.3, "front": 0.5,
        "skin_depth": 0.35, "cloth_hue": 0.86, "cloth_lightness": 0.4, "accent_lightness": 0.7,
        "backdrop_hue": 0.57, "yaw": 0.3, "smile": 0.85, "flare": 0.6,
    }),
    Entry("jun", 115, "Blunt black bob, violet highlights, slate collar", {
        **_BLACK, **_STRAIGHT, **_PLAIN, "neckline": "collar", "length": 0.30, "fringe": 0.75,
        "fringe_sweep": 0.1, "highlights": 0.97, "highlight_hue": 0.8, "skin_depth": 0.18,
        "cloth_hue": 0.98, "cloth_lightness": 0.4, "backdrop_hue": 0.86, "yaw": 0.1,
        "volume_sides": 0.5, "wisps": 0.2,
    }),
    Entry("kofi", 116, "Long coily ringlets, beard, wide terracotta stripes", {
        **_BLACK, **_COILY, **_wear("horizontal", "large", "round"), "length": 0.62,
        "volume_sides": 0.7, "fringe": 0.25, "front": 0.8, "beard": 0.95, "skin_depth": 0.8,
        "cloth_hue": 0.57, "cloth_lightness": 0.5, "accent_hue": 0.43, "accent_lightness": 0.8,
        "backdrop_hue": 0.14, "yaw": 0.35, "hair_lightness": 0.14, "hair_warmth": 0.8,
    }),
    Entry("lena", 117, "Blond pixie cut, pink cheeks, coral round neck", {
        **_BLOND, **_STRAIGHT, **_PLAIN, "neckline": "round", "length": 0.10, "fringe": 0.65,
        "fringe_sweep": -0.7, "parting": 0.5, "volume_top": 0.6, "skin_depth": 0.03,
        "blush": 0.95, "cloth_hue": 0.62, "cloth_lightness": 0.5, "backdrop_hue": 0.14,
        "yaw": -0.25, "earrings": 0.95,
    }),
    Entry("malik", 118, "Bald, round glasses, broad smile, mustard v-neck", {
        **_BLACK, **_PLAIN, "neckline": "v", "balding": 1.0, "length": 0.03, "glasses": 0.95,
        "skin_depth": 0.72, "smile": 0.95, "mouth_open": 0.85, "cloth_hue": 0.43,
        "cloth_lightness": 0.5, "backdrop_hue": 0.0, "yaw": 0.2,
    }),
    Entry("nils", 119, "Shoulder-length straight blond hair, beard, checked shirt", {
        **_BLOND, **_STRAIGHT, **_wear("checks", "large", "round"), "length": 0.5,
        "fringe": 0.2, "parting": 0.1, "beard": 0.95, "skin_depth": 0.1, "cloth_hue": 0.0,
        "accent_hue": 0.7, "backdrop_hue": 0.43, "yaw": -0.5, "front": 0.4,
        "backdrop_lightness": 0.7,
        "brow_darkness": 0.35,
    }),
    Entry("olive", 120, "Teal waves to the shoulders, swept fringe, terracotta and cream stripes", {
        **_WAVY, **_wear("vertical", "small", "round"), "dye": 0.96, "dye_hue": 0.85,
        "hair_lightness": 0.8, "brow_darkness": 0.7, "length": 0.6, "fringe": 0.5,
        "fringe_sweep": -0.6, "parting": -0.6, "front": 0.7, "skin_depth": 0.25,
        "cloth_hue": 0.43, "cloth_lightness": 0.85, "accent_lightness": 0.5, "accent_hue": 0.6,
        "backdrop_hue": 0.64, "yaw": 0.05,
    }),
    Entry("pavel", 121, "Thin white hair, round glasses, laugh lines, slate collar", {
        **_WHITE, **_STRAIGHT, **_PLAIN, "neckline": "collar", "length": 0.14, "balding": 0.93,
        "age": 1.0, "glasses": 0.95, "skin_depth": 0.15, "cloth_hue": 1.0,
        "cloth_lightness": 0.35, "backdrop_hue": 1.0, "yaw": 0.3, "fringe": 0.2,
    }),
    Entry("quinn", 122, "Purple undercut with a swept top, gold earrings, dotted dark collar", {
        **_STRAIGHT, **_wear("dots", "large", "collar"), "dye": 0.96, "dye_hue": 0.4,
        "hair_lightness": 0.75, "length": 0.07, "taper": 0.95, "fringe": 0.6,
        "fringe_sweep": 0.9, "parting": -0.7, "volume_top": 0.95, "skin_depth": 0.3,
        "cloth_hue": 0.98, "cloth_lightness": 0.25, "accent_hue": 0.86,
        "accent_lightness": 0.7, "backdrop_hue": 0.29, "yaw": -0.3, "earrings": 0.95,
        "brow_darkness": 0.8,
    }),
    Entry("rosa", 123, "Dark brown bun with loose curly sides, gold earrings, rose stripes", {
        **_BROWN, **_CURLY, **_wear("horizontal", "small", "v"), "updo": 0.97, "length": 0.3,
        "fringe": 0.6, "fringe_sweep": 0.3, "skin_depth": 0.55, "cloth_hue": 0.71,
        "cloth_lightness": 0.6, "accent_lightness": 0.2, "accent_hue": 0.8,
        "backdrop_hue": 0.71, "yaw": 0.25, "earrings": 0.95, "hair_lightness": 0.18,
    }),
    Entry("sami", 124, "Wavy brown mop, round glasses, checked teal collar", {
        **_BROWN, **_WAVY, **_wear("checks", "small", "collar"), "length": 0.17, "fringe": 0.75,
        "fringe_sweep": 0.3, "volume_top": 0.85, "glasses": 0.95, "skin_depth": 0.4,
        "cloth_hue": 0.14, "accent_hue": 0.1, "backdrop_hue": 0.5, "yaw": -0.15,
        "backdrop_lightness": 0.65,
        "volume_sides": 0.7,
    }),
    Entry("tilda", 125, "Long copper waves, golden highlights, sage v-neck", {
        **_COPPER, **_WAVY, **_PLAIN, "neckline": "v", "length": 0.8, "fringe": 0.3,
        "parting": -0.2, "front": 0.9, "highlights": 0.97, "highlight_hue": 0.15,
        "skin_depth": 0.04, "cloth_hue": 0.29, "cloth_lightness": 0.5, "backdrop_hue": 0.14,
        "yaw": 0.6, "volume_sides": 0.6, "blush": 0.8, "eye_open": 0.7,
    }),
    Entry("uma", 126, "Black hair with cream streaks, straight fringe, large dots", {
        **_BLACK, **_STRAIGHT, **_wear("dots", "large", "v"), "length": 0.55, "fringe": 0.9,
        "fringe_sweep": 0.0, "highlights": 0.98, "highlight_hue": 0.05, "skin_depth": 0.6,
        "cloth_hue": 0.71, "cloth_lightness": 0.4, "accent_hue": 0.43, "accent_lightness": 0.7,
        "backdrop_hue": 0.0, "yaw": -0.05, "front": 0.6,
    }),
    Entry("vito", 127, "Short grey waves, beard, laugh lines, plain navy collar", {
        **_GREY, **_WAVY, **_PLAIN, "neckline": "collar", "length": 0.13, "fringe": 0.3,
        "beard": 0.95, "age": 0.9, "volume_top": 0.6, "skin_depth": 0.33, "cloth_hue": 0.0,
        "cloth_lightness": 0.4, "backdrop_hue": 0.64, "yaw": -0.4, "brow_darkness": 0.9,
        "hair_lightness": 0.55,
    }),
    Entry("wren", 128, "Honey bob with a side parting, gold earrings, teal stripes", {
        **_HONEY, **_STRAIGHT, **_wear("vertical", "large", "round"), "length": 0.32,
        "fringe": 0.3, "parting": 0.6, "tuck": 0.97, "skin_depth": 0.14, "cloth_hue": 0.1,
        "cloth_lightness": 0.4, "accent_lightness": 0.85, "backdrop_hue": 0.36, "yaw": 0.15,
        "earrings": 0.95, "flare": 0.1,
    }),
    Entry("yara", 129, "Golden coils to the shoulders, bare forehead, plum v-neck", {
        **_HONEY, **_COILY, **_PLAIN, "neckline": "v", "length": 0.48, "fringe": 0.15,
        "volume_top": 0.7, "volume_sides": 0.8, "skin_depth": 0.66, "cloth_hue": 0.86,
        "cloth_lightness": 0.45, "backdrop_hue": 0.86, "yaw": -0.2, "hair_lightness": 0.66,
        "iris_colour": 0.3,
        "brow_darkness": 0.7, "smile": 0.85,
    }),
    Entry("zeno", 130, "Blue side-swept crop, terracotta striped collar", {
        **_STRAIGHT, **_wear("horizontal", "small", "collar"), "dye": 0.96, "dye_hue": 0.62,
        "hair_lightness": 0.7, "length": 0.09, "fringe": 0.55, "fringe_sweep": -0.8,
        "parting": 0.7, "volume_top": 0.7, "skin_depth": 0.82, "cloth_hue": 0.57,
        "cloth_lightness": 0.45, "accent_lightness": 0.7, "backdrop_hue": 0.43, "yaw": 0.1,
        "brow_darkness": 0.95,
    }),
    Entry("postcard-ella", 131, "Unaligned: tilted by 12 degrees, long brown waves, stripes", {
        **_CHESTNUT, **_WAVY, **_wear("horizontal", "large", "round"), "length": 0.66,
        "fringe": 0.35, "parting": 0.3, "front": 0.7, "skin_depth": 0.28, "cloth_hue": 0.02,
        "cloth_lightness": 0.35, "accent_lightness": 0.85, "backdrop_hue": 0.14, "yaw": -0.2,
    }, world.Frame(dx=0.08, dy=0.12, scale=1.75, roll=radians(12), height=640, width=480)),
    Entry("postcard-ravi", 132, "Unaligned: far off to the left, black crop, glasses, checks", {
        **_BLACK, **_STRAIGHT, **_wear("checks", "small", "collar"), "length": 0.13,
        "fringe": 0.5, "fringe_sweep": 0.6, "volume_top": 0.7, "skin_depth": 0.58,
        "glasses": 0.95, "cloth_hue": 0.3, "accent_hue": 0.2, "backdrop_hue": 0.86, "yaw": 0.3,
    }, world.Frame(dx=-0.4, dy=0.08, scale=1.75, roll=radians(-7), height=480, width=640)),
    Entry("postcard-tove", 133, "Unaligned: close up and tilted, white blond bob, collar", {
        **_WHITE, **_STRAIGHT, **_PLAIN, "neckline": "collar", "length": 0.36, "fringe": 0.7,
        "skin_depth": 0.02, "cloth_hue": 0.71, "cloth_lightness": 0.45, "backdrop_hue": 0.0,
        "yaw": 0.1, "hair_lightness": 0.85, "eye_open": 0.6, "smile": 0.85,
    }, world.Frame(dx=0.03, dy=0.02, scale=2.1, roll=radians(-15), height=512, width=512)),
)  # fmt: skip
