"""The Python half of the widgets: no kernel and no browser is needed."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
import traitlets
from PIL import Image

from styleforge.editor.widgets import (
    Brush,
    Compare,
    DroppedFile,
    Dropzone,
    decode_mask,
    encode_mask,
)
from styleforge.editor.widgets.assets import browser_half
from styleforge.editor.widgets.dropzone import media_type
from styleforge.errors import UserError


def picture(form="PNG", mode="RGB"):
    file = io.BytesIO()
    Image.new(mode, (40, 30), 128 if mode == "L" else (90, 60, 30)).save(file, format=form)
    return file.getvalue()


class Sent:
    """Keeps the messages of a widget to its views."""

    def __init__(self, widget, monkeypatch):
        self.messages = []
        monkeypatch.setattr(widget, "send", self.note)

    def note(self, content, buffers=None):
        self.messages.append(content)

    @property
    def sentences(self):
        return [each["text"] for each in self.messages if each["kind"] == "said"]


def parts(data, name="a.png", size=1000, key="one", mime="image/png"):
    """A file as the browser sends it."""
    for offset in range(0, len(data), size):
        about = {"kind": "part", "id": key, "name": name, "mime": mime}
        yield about | {"size": len(data), "offset": offset}, [memoryview(data)[offset:][:size]]


def give(zone, sent):
    for content, buffers in sent:
        zone._handle_custom_msg(content, buffers)


def test_the_browsers_half_fetches_nothing():
    for name in ("compare", "brush", "dropzone"):
        for half in browser_half(name):
            assert "http" not in half.replace("http://www.w3.org/2000/svg", "")
            assert "import " not in half
            assert "@import" not in half


@pytest.mark.parametrize("widget", [Compare, Brush, Dropzone])
def test_a_widget_says_what_it_is_alike_in_every_run(widget):
    assert repr(widget()) == repr(widget())
    assert " at 0x" not in repr(widget())
    assert widget().layout.max_width


def test_compare_takes_bytes_and_refuses_what_is_out_of_range():
    widget = Compare(before=picture(), after=memoryview(picture("JPEG")))
    widget.set_state({"position": 0.25, "mode": "side", "gain": 9})
    assert (widget.position, widget.mode, widget.gain) == (0.25, "side", 9)
    assert bytes(widget.before) == picture()
    with pytest.raises(traitlets.TraitError):
        widget.mode = "blink"
    with pytest.raises(traitlets.TraitError):
        widget.position = 1.5


def test_the_same_picture_again_is_no_change():
    widget = Compare(before=picture())
    seen = []
    widget.observe(seen.append, names="before")
    widget.before = picture()
    assert not seen
    widget.before = picture("JPEG")
    assert len(seen) == 1


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
@pytest.mark.parametrize("shape", [(30, 40), (1, 30, 40), (1, 1, 30, 40)])
def test_masks_travel(kind, shape):
    values = np.linspace(0, 1, 1200, dtype=np.float32).reshape(shape)
    back = decode_mask(encode_mask(kind(values)))
    assert back.shape == (1, 1, 30, 40)
    assert back.dtype == np.float32
    assert np.abs(back.reshape(shape) - values).max() <= 0.5 / 255 + 1e-6


def test_boolean_masks_travel():
    values = np.eye(40, dtype=bool)
    assert (decode_mask(encode_mask(values))[0, 0] == values).all()


def test_what_is_transparent_is_no_part_of_a_mask():
    file = io.BytesIO()
    pixels = np.full((30, 40, 4), 255, np.uint8)
    pixels[:, 20:, 3] = 0
    Image.fromarray(pixels).save(file, format="PNG")
    assert decode_mask(file.getvalue()).mean() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "There is no mask yet"), (b"x" * 99, "cannot be read"), (picture()[:60], "cannot")],
)
def test_what_is_no_mask_is_said(data, said):
    with pytest.raises(UserError, match=said):
        decode_mask(data)


@pytest.mark.parametrize("shape", [(2, 30, 40), (7,), (0, 4), ()])
def test_the_shape_of_a_mask_is_checked(shape):
    with pytest.raises(UserError, match="A mask of shape"):
        encode_mask(np.zeros(shape))


def test_a_brush_begins_with_the_start():
    start = encode_mask(np.eye(40))
    brush = Brush(image=picture(), start=start)
    assert bytes(brush.mask) == start
    assert brush.coverage == pytest.approx(1 / 40)
    assert Brush().coverage == 0
    with pytest.raises(UserError, match="no mask yet"):
        _ = Brush().values


def test_a_stroke_comes_as_a_memoryview():
    brush = Brush(image=picture())
    seen = []
    brush.observe(seen.append, names="mask")
    brush.set_state({"mask": memoryview(encode_mask(np.ones((30, 40))))})
    assert len(seen) == 1
    assert brush.values.shape == (1, 1, 30, 40)
    assert brush.coverage == 1


def test_another_picture_comes_with_its_mask():
    brush = Brush(image=picture(), start=encode_mask(np.ones((30, 40))))
    brush.show(picture("JPEG"), encode_mask(np.zeros((30, 40))))
    assert bytes(brush.image) == picture("JPEG")
    assert brush.coverage == 0


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (b'  {"a": 1}', "application/json"),
        (picture("BMP"), ""),
        (b"", ""),
    ],
)
def test_a_file_is_known_by_its_bytes(data, kind):
    assert media_type(data) == kind


def test_files_come_in_parts(monkeypatch):
    zone = Dropzone()
    sent = Sent(zone, monkeypatch)
    came = []
    zone.on_file(came.append)
    data = np.random.default_rng(0).bytes(2500)
    data = b"\x89PNG\r\n\x1a\n" + data
    a, b = list(parts(data, "a.png")), list(parts(data[:1500], "b.png", key="two"))
    give(zone, [a[0], b[0], a[1], b[1], a[2]])
    assert {file.name: file.data for file in came} == {"a.png": data, "b.png": data[:1500]}
    assert sent.sentences == ["Received b.png (1 KB).", "Received a.png (2 KB)."]
    assert zone.message == sent.sentences[-1]
    assert "bytes)" in repr(came[0])
    assert len(repr(came[0])) < 80


def test_a_file_that_lacks_a_part_is_said_once(monkeypatch):
    zone = Dropzone()
    sent = Sent(zone, monkeypatch)
    came = []
    zone.on_file(came.append)
    whole = list(parts(bytes(5000)))
    give(zone, [whole[0], *whole[2:]])
    assert not came
    assert sent.sentences == ["a.png did not arrive whole. Drop it once more."]
    give(zone, parts(picture(), key="again"))
    assert len(came) == 1


def test_what_is_too_large_or_of_no_use_is_refused(monkeypatch):
    zone = Dropzone(max_bytes=1000, accept=["image/png"])
    sent = Sent(zone, monkeypatch)
    came = []
    zone.on_file(came.append)
    give(zone, parts(bytes(1001), "large.png", size=2000))
    give(zone, parts(picture("JPEG"), "photo.png"))
    assert not came
    assert "large.png was not taken: it is 1001 bytes, at most 1000" in sent.sentences[0]
    assert "photo.png was not taken" in sent.sentences[1]


def test_what_a_receiver_says_is_shown(monkeypatch):
    zone = Dropzone()
    sent = Sent(zone, monkeypatch)

    def receive(file: DroppedFile):
        if file.name == "user.png":
            raise UserError("This picture is too small.")
        if file.name == "bug.png":
            raise KeyError("lost")
        return f"{file.name} is the identity now."

    zone.on_file(receive)
    for name in ("user.png", "bug.png", "good.png"):
        give(zone, parts(picture(), name, key=name))
    assert sent.sentences == [
        "This picture is too small.",
        "bug.png could not be used: KeyError: 'lost'",
        "good.png is the identity now.",
    ]


def test_other_messages_are_left_alone(monkeypatch):
    zone = Dropzone()
    sent = Sent(zone, monkeypatch)
    give(zone, [({"kind": "hello"}, []), ({"kind": "part"}, [])])
    assert not sent.messages
