"""Pictures, masks and words that nobody wrote: each is used, or refused in a sentence, and soon."""

from __future__ import annotations

import io
import time

import pytest
import torch
from fuzzing import CHANGES, tried, used_or_refused
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare import masks
from styleforge.prepare.images import load_image
from styleforge.recipe.condition import Text

# --- pictures ---------------------------------------------------------------------------------
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


def encoded(form: str) -> bytes:
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((24, 20)).convert("RGB").save(kept, form)
    return kept.getvalue()


WHOLE = {form: encoded(form) for form in FORMATS}


@tried(60)
@given(form=st.sampled_from(FORMATS), changes=CHANGES, cut=st.integers(0, 3000), more=st.binary())
@pytest.mark.filterwarnings("ignore")
def test_pictures(tmp_path_factory, form, changes, cut, more):
    data = bytearray(WHOLE[form])
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "fuzzed.png"
    path.write_bytes(bytes(data[: len(data) - cut % len(data)]) + more)
    with used_or_refused():
        image = load_image(path)
        assert image.ndim == 4
        assert image.shape[1] == 3
        assert bool(torch.isfinite(image).all())


# --- masks ------------------------------------------------------------------------------------
LEAVES = st.sampled_from(["identity.thing", "shape.keep", "image.rest", "nobody.x", "x", "1", "''"])
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from(["1e999", "True", "None", "2j"]))


def larger(inner):
    return st.one_of(
        st.builds("~({})".format, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("&|^+"), inner),
        st.builds(
            "{}({}, {})".format,
            st.sampled_from(["dilate", "erode", "blur", "soft"]),
            inner,
            NUMBERS,
        ),
        st.builds("morph({}, {}, {})".format, inner, inner, NUMBERS),
        st.builds("{}({})".format, st.sampled_from(["soft", "exec", "dilate"]), inner),
    )


EXPRESSIONS = st.one_of(
    st.recursive(LEAVES, larger, max_leaves=12),
    st.text(max_size=60),
    st.builds(lambda one, n: one * n, st.sampled_from(["(", "~", "a.b&", "a", "9"]),
              st.integers(1, 5000)),
)  # fmt: skip


@tried(150)
@given(expression=EXPRESSIONS)
def test_mask_expressions(expression):
    square = torch.zeros(1, 1, 32, 32)
    square[..., 8:20, 8:20] = 1

    def lookup(role, region, soft):
        return square

    with used_or_refused():
        found = masks.evaluate(expression, lookup)
        assert found.shape == square.shape
        assert bool(((found >= 0) & (found <= 1)).all())


@pytest.mark.parametrize(
    "expression",
    ["dilate(a.b, 1e9)", "blur(a.b, 1e999)", "erode(a.b, 10**9)", "morph(a.b, a.b, 'x')",
     "dilate(a.b, -3)", "dilate(a.b, 3, 4)", "a.b\0", "(" * 300 + "a.b" + ")" * 300, "~" * 3000,
     "dilate(a.b, r=4)", "a.b if a.b else a.b"],
)  # fmt: skip
def test_masks_that_mean_nothing_are_refused(expression):
    with pytest.raises(UserError, match="mask"):
        masks.evaluate(expression, lambda *_: torch.zeros(1, 1, 8, 8))


# --- words ------------------------------------------------------------------------------------
@tried(60)
@given(text=st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(["tall", "redd", "not", "a", "thing", "#fff"]), max_size=900)
    .map(" ".join),
))  # fmt: skip
def test_words(models, text):
    with used_or_refused():
        models.get("embedding").place(Text(text).text)


def test_very_many_words_are_refused_at_once():
    start = time.monotonic()
    with pytest.raises(UserError, match="say it in 1000 or fewer"):
        Text("word " * 4000)
    assert time.monotonic() - start < 1
