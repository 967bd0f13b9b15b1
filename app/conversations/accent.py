"""A channel's colour in both themes: shades derived in OKLCH until text on them, and they on a page, are readable."""

import math
from typing import Final

DESIGN_ACCENT: Final = "#0b6963"
READABLE: Final = 4.5
SURFACES: Final = {"light": "#ffffff", "dark": "#171c1b"}
Colour = tuple[float, float, float]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    clipped = min(1.0, max(0.0, channel))
    return clipped * 12.92 if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055


def _rgb(text: str) -> Colour:
    red, green, blue = (_linear(int(text[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The WCAG 2 ratio of two #rrggbb colours, 1 to 21."""
    light, dark = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: Colour) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def to_oklch(text: str) -> Colour:
    """#rrggbb as lightness 0..1, chroma, hue in radians. Source: Björn Ottosson, A perceptual color space (2020)."""
    r, g, b = _rgb(text)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b2 = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b2), math.atan2(b2, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest #rrggbb; what sRGB cannot show is clipped."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(_encoded(channel) * 255):02x}" for channel in channels)


def _readable(start: Colour, against: list[str], step: float) -> str:
    """The colour moved in lightness by `step` until it reads on every ground."""
    lightness, chroma, hue = start
    lightness = min(1.0, max(0.0, lightness))
    while True:
        found = from_oklch(lightness, chroma, hue)
        if all(contrast(found, ground) >= READABLE for ground in against) or not 0 < lightness + step < 1:
            return found
        lightness += step


def _light(colour: Colour) -> dict[str, str]:
    _, chroma, hue = colour
    wash = from_oklch(0.95, min(chroma, 0.02), hue)
    accent = _readable(colour, [SURFACES["light"], wash], -0.01)
    lightness = to_oklch(accent)[0]
    return {
        "accent": accent,
        "hover": from_oklch(lightness - 0.07, chroma, hue),
        "on": "#ffffff",
        "wash": wash,
        "line": from_oklch(0.8, min(chroma, 0.06), hue),
    }


def _dark(colour: Colour) -> dict[str, str]:
    lightness, chroma, hue = colour
    wash = from_oklch(0.29, min(chroma, 0.04), hue)
    on = from_oklch(0.22, min(chroma, 0.03), hue)
    start = (max(lightness, 0.72), min(chroma, 0.12), hue)
    accent = _readable(start, [SURFACES["dark"], wash, on], 0.01)
    return {
        "accent": accent,
        "hover": from_oklch(min(0.95, to_oklch(accent)[0] + 0.06), min(chroma, 0.11), hue),
        "on": on,
        "wash": wash,
        "line": from_oklch(0.44, min(chroma, 0.06), hue),
    }


def shades(accent: str) -> dict[str, dict[str, str]] | None:
    """The shades of `--accent*`, `--wash` and `--bot` per theme; None where the design's own colour is meant."""
    if accent.lower() == DESIGN_ACCENT:
        return None
    colour = to_oklch(accent)
    return {"light": _light(colour), "dark": _dark(colour)}
