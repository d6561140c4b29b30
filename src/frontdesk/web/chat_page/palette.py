"""One brand colour in, every brand token out, as `ui/loader/src/palette.ts` makes them for the widget.

Contrast is solved in linear light, where WCAG luminance is a straight line; tints are mixed in plain sRGB.
https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
"""

import math
from typing import Literal

Rgb = tuple[float, float, float]
Ground = Literal["light", "dark"]
_WHITE: Rgb = (1.0, 1.0, 1.0)
_BLACK: Rgb = (0.0, 0.0, 0.0)
_SURFACE: dict[Ground, tuple[str, str]] = {"light": ("#ffffff", "#f1f2f5"), "dark": ("#17191e", "#24272e")}
_TINT: dict[Ground, float] = {"light": 0.07, "dark": 0.15}
TEXT, INK, EDGE = 4.5, 4.6, 3.05
"""Contrast of text on the colour, of the colour as text, and of its edge."""


def palette(brand: str, ground: Ground) -> dict[str, str]:
    """The tokens for six hexadecimal digits after a `#`."""
    dark = ground == "dark"
    panel, bubble = (_parse(each) for each in _SURFACE[ground])
    color = _parse(brand)
    white = _ratio(color, _WHITE) >= TEXT
    soft = _tint(panel, color, _TINT[ground])
    worst = soft if dark == (_luminance(soft) > _luminance(bubble)) else bubble
    pale = _luminance(color) > (0.02 if white else 0.85)
    return {
        "brand": brand,
        "on": "#ffffff" if white else "#000000",
        "hover": _hex(_tint(color, _BLACK if pale else _WHITE, 0.12)),
        "soft": _hex(soft),
        "ink": _fit(color, worst, INK, dark=dark),
        "edge": _fit(color, panel, EDGE, dark=dark) if _ratio(color, panel) < 3 else "transparent",  # noqa: PLR2004  # WCAG
    }


def _fit(color: Rgb, ground: Rgb, want: float, *, dark: bool) -> str:
    """The nearest colour with `want` : 1 on `ground`: darker on a light one; on a dark one brightened first, then whitened."""
    own, below = _luminance(color), _luminance(ground)
    if not dark:
        return _hex(_mix(_BLACK, color, min(1.0, ((below + 0.05) / want - 0.05) / (own or 1.0))), up=False)
    need = want * (below + 0.05) - 0.05
    top = max(color)
    bright = _mix(_BLACK, color, max(1.0, min(need / (own or 1.0), 1 / top if top else 1.0)))
    reached = _luminance(bright)
    whiter = min(1.0, max(0.0, (need - reached) / ((1 - reached) or 1.0)))
    return _hex(_mix(bright, _WHITE, whiter), up=True)


def _hex(color: Rgb, *, up: bool | None = None) -> str:
    """Rounded away from the ground, so that eight bits lose no contrast."""
    return "#" + "".join(f"{_byte(each, up=up):02x}" for each in color)


def _byte(value: float, *, up: bool | None) -> int:
    whole = _gamma(value) * 255
    near = 0.5 if up is None else 0.0
    found = math.ceil(whole - 1e-6) if up else math.floor(whole + 1e-6 + near)
    return min(255, max(0, found))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # sRGB


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055  # noqa: PLR2004  # sRGB


def _parse(given: str) -> Rgb:
    red, green, blue = (_linear(int(given[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _luminance(color: Rgb) -> float:
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _tint(one: Rgb, other: Rgb, share: float) -> Rgb:
    a: Rgb = (_gamma(one[0]), _gamma(one[1]), _gamma(one[2]))
    b: Rgb = (_gamma(other[0]), _gamma(other[1]), _gamma(other[2]))
    red, green, blue = (_linear(each) for each in _mix(a, b, share))
    return red, green, blue


def _ratio(one: Rgb, other: Rgb) -> float:
    low, high = sorted((_luminance(one) + 0.05, _luminance(other) + 0.05))
    return high / low
