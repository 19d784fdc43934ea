"""Small paintings for the works of art: flat landscapes, the same bytes for the same number."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.stocks import SEED

WIDTH, HEIGHT = 220, 160

_SCALE = 3
_COLOURS = 40
_STREAM = 9_500_000
_KEPT_MAX = 64

_SKIES = ("#d8c9a8", "#b9cbd6", "#e2b48c", "#8fa6b8", "#c9d6c2", "#5c6d86")
_SUNS = ("#f6e3b0", "#f2c14e", "#efe9dc", "#d9663f")
_HILLS = (("#7d8f69", "#56703f", "#34492b"), ("#8a7f95", "#655a75", "#3f3853"), ("#b08d57", "#8a6134", "#5b3d20"))
_WATERS = ("#5f8494", "#3f6577", "#7d9a94", "#40506b")
_SAILS = ("#f4efe2", "#c8553d", "#e6c79c")
_WOOD = "#3a2a1d"


@lru_cache(maxsize=_KEPT_MAX)
def painting(number: int) -> bytes:
    """Return the landscape of that number as PNG."""
    dice = Dice(SEED, _STREAM + number)
    wide, high = WIDTH * _SCALE, HEIGHT * _SCALE
    canvas = Image.new("RGB", (wide, high), dice.one_of(_SKIES))
    pen = ImageDraw.Draw(canvas)
    horizon = high * dice.between(45, 62) // 100
    _sun(pen, dice, wide, horizon)
    _hills(pen, dice, wide, horizon)
    pen.rectangle((0, horizon, wide, high), fill=dice.one_of(_WATERS))
    for _ in range(dice.between(1, 4)):
        _boat(pen, dice, wide, horizon, high)
    small = canvas.resize((WIDTH, HEIGHT), Image.Resampling.BOX).quantize(_COLOURS, dither=Image.Dither.NONE)
    out = BytesIO()
    small.save(out, format="PNG", optimize=False, compress_level=9)
    return out.getvalue()


def _sun(pen: ImageDraw.ImageDraw, dice: Dice, wide: int, horizon: int) -> None:
    radius = dice.between(24, 60)
    x, y = dice.between(radius, wide - radius), dice.between(radius, max(radius, horizon - radius))
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=dice.one_of(_SUNS))


def _hills(pen: ImageDraw.ImageDraw, dice: Dice, wide: int, horizon: int) -> None:
    for place, colour in enumerate(dice.one_of(_HILLS)):
        left, top = -wide // 4, horizon - dice.between(90, 170) + place * 50
        points = [(left, horizon)]
        while left < wide * 5 // 4:
            left += dice.between(60, 140)
            points.append((left, min(horizon, top + dice.between(-40, 60))))
        pen.polygon([*points, (left, horizon)], fill=colour)


def _boat(pen: ImageDraw.ImageDraw, dice: Dice, wide: int, horizon: int, high: int) -> None:
    size = dice.between(26, 70)
    x, y = dice.between(size, wide - size), dice.between(horizon + 10, high - size // 2)
    pen.polygon(
        [(x - size, y), (x + size, y), (x + size * 2 // 3, y + size // 3), (x - size * 2 // 3, y + size // 3)], _WOOD
    )
    pen.line(((x, y), (x, y - size * 2)), fill=_WOOD, width=5)
    pen.polygon([(x + 5, y - size * 2), (x + 5, y - 8), (x + size, y - 8)], fill=dice.one_of(_SAILS))
