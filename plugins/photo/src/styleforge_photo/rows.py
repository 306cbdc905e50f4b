"""The published files that the pack can use, where the user brings them; all are optional.

Addresses, classes and value ranges are those of MediaPipe's pages and of ports of it. Older copies
of ``selfie-segmenter``, ``face-detector`` and ``face-landmarks`` were run here (those that
MediaPipe's package carried until 0.10.21); the others were not.
"""

from __future__ import annotations

from styleforge.weights.row import WeightFile
from styleforge_photo.layouts import FACES, MESH, TFLITE

MODELS = "https://storage.googleapis.com/mediapipe-models/image_segmenter"
PAGE = "https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter"
LICENCE = "Apache-2.0"

PERSON = WeightFile(
    name="selfie-segmenter",
    file="selfie_segmenter.tflite",
    gives="people and what is behind them, in photographs",
    layout=TFLITE,
    licence=LICENCE,
    page=PAGE,
    url=f"{MODELS}/selfie_segmenter/float16/1/selfie_segmenter.tflite",
    expects={"classes": 1},
    package="mediapipe:modules/selfie_segmentation/selfie_segmentation.tflite",
)
PARTS = WeightFile(
    name="selfie-multiclass",
    file="selfie_multiclass_256x256.tflite",
    gives="hair, skin, face and clothing, in photographs",
    layout=TFLITE,
    licence=LICENCE,
    page=PAGE,
    url=f"{MODELS}/selfie_multiclass_256x256/float32/1/selfie_multiclass_256x256.tflite",
    expects={"classes": 6},
)
HAIR = WeightFile(
    name="hair-segmenter",
    file="hair_segmenter.tflite",
    gives="hair, in photographs",
    layout=TFLITE,
    licence=LICENCE,
    page=PAGE,
    url=f"{MODELS}/hair_segmenter/float32/1/hair_segmenter.tflite",
    expects={"classes": 2},
)
DETECTOR = WeightFile(
    name="face-detector",
    file="blaze_face_short_range.tflite",
    gives="faces, in photographs",
    layout=FACES,
    licence=LICENCE,
    page="https://ai.google.dev/edge/mediapipe/solutions/vision/face_detector",
    url="https://storage.googleapis.com/mediapipe-models/face_detector/"
    "blaze_face_short_range/float16/1/blaze_face_short_range.tflite",
    package="mediapipe:modules/face_detection/face_detection_short_range.tflite",
)
LANDMARKS = WeightFile(
    name="face-landmarks",
    file="face_landmarker.task",
    gives="landmarks of faces, in photographs",
    layout=MESH,
    licence=LICENCE,
    page="https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
    url="https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/"
    "float16/1/face_landmarker.task",
    package="mediapipe:modules/face_landmark/face_landmark.tflite",
)
ROWS = (PERSON, DETECTOR, LANDMARKS, PARTS, HAIR)
PARSER = "face-parsing"  # SegFormer's, whose row the plugin ffhq hands over
