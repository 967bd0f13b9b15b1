"""Reading pictures: the models come inside the package, and are loaded in the child that has a picture to read."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from app.adapters.parsing.pictures import pictures

LEAST_SCORE = 0.5
TALL = 1.5
"""A line is upright writing turned aside when its box is this many times as high as wide."""
SAID = {
    "Global.log_level": "critical",
    "Global.text_score": LEAST_SCORE,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
Pixels = npt.NDArray[np.uint8]
Box = list[float]


def recognise(data: bytes, file_type: str, numbers: list[int]) -> Iterator[dict[str, Any]]:
    """Each picture's lines with how sure they are and where they stand, in fractions of it."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params=SAID)
    for number, image in pictures(data, file_type, numbers):
        # The models were trained on blue, green, red.
        pixels = np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1])
        lines = _lines(engine, pixels)
        turned = _mostly_tall(lines)
        if turned:
            pixels = np.ascontiguousarray(np.rot90(pixels, -1))
            lines = _lines(engine, pixels)
        height, width = pixels.shape[:2]
        told = [
            [text, round(score, 4), *(round(edge, 4) for edge in _fractions(box, width, height))]
            for text, score, box in lines
            if text.strip()
        ]
        yield {"number": number, "lines": told, "ratio": width / height, "turned": turned}


def _lines(engine: Callable[[Pixels], Any], pixels: Pixels) -> list[tuple[str, float, Box]]:
    found = engine(pixels)
    if found.boxes is None:
        return []
    rects = [
        [float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))]
        for xs, ys in ((corners[:, 0], corners[:, 1]) for corners in np.asarray(found.boxes))
    ]
    return [(str(text), float(score), rect) for text, score, rect in zip(found.txts, found.scores, rects, strict=True)]


def _mostly_tall(lines: list[tuple[str, float, Box]]) -> bool:
    long = [(text, box) for text, _, box in lines if len(text) > 2]
    tall = sum(len(text) for text, box in long if box[3] - box[1] > TALL * (box[2] - box[0]))
    return bool(long) and tall * 2 > sum(len(text) for text, _ in long)


def _fractions(box: Box, width: int, height: int) -> Box:
    sides = (width, height, width, height)
    return [min(max(edge / side, 0.0), 1.0) for edge, side in zip(box, sides, strict=True)]
