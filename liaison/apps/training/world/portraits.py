"""Portraits: flat drawings of faces, plainly not photographs, the same bytes for the same number.

They are drawn at three times their size and made small, so that edges are smooth, and kept in a palette of few
colours, so that one is a few kilobytes of PNG.
"""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.stocks import SEED

COUNT = 300
WIDTH, HEIGHT = 180, 220

_SCALE = 4
_FRAME = (90, 80, 90 + WIDTH * 3, 80 + HEIGHT * 3)
_COLOURS = 48
_STREAM = 9_000_000
_KEPT_MAX = 32

_PAPERS = ("#dfe7ee", "#e8e3d9", "#dde9e0", "#e9dfe4", "#e2e2ea")
_SKINS = ("#f3d3b5", "#e6b98f", "#cf9a6b", "#a9744a", "#7f5436", "#5b3a26")
_HAIRS = ("#1d1a19", "#3a2418", "#6b4226", "#a9743a", "#c9a25e", "#8d8d90", "#d9d7d2")
_COATS = ("#2f4858", "#5b3c56", "#4a5d3a", "#6e4a34", "#39424e", "#7a3b3b", "#2e5e5a")
_INK = "#2b2623"
_EYE_WHITE = "#fbfaf7"

_LIGHTER = 14


@lru_cache(maxsize=_KEPT_MAX)
def portrait(number: int, *, female: bool = False) -> bytes:
    """Return the drawing of that number as PNG."""
    dice = Dice(SEED, _STREAM + number * 2 + female)
    canvas = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), dice.one_of(_PAPERS))
    _Face(ImageDraw.Draw(canvas), dice, female=female).draw()
    small = (
        canvas.crop(_FRAME).resize((WIDTH, HEIGHT), Image.Resampling.BOX).quantize(_COLOURS, dither=Image.Dither.NONE)
    )
    out = BytesIO()
    small.save(out, format="PNG", optimize=False, compress_level=9)
    return out.getvalue()


class _Face:
    """One face, drawn from back to front on a canvas of known size."""

    def __init__(self, pen: ImageDraw.ImageDraw, dice: Dice, *, female: bool) -> None:
        self.pen = pen
        self.dice = dice
        self.female = female
        self.skin = dice.one_of(_SKINS)
        self.hair = dice.one_of(_HAIRS)
        self.coat = dice.one_of(_COATS)
        self.middle = WIDTH * _SCALE // 2
        self.face_wide = dice.between(200, 244)
        self.face_high = dice.between(270, 310)
        self.face_top = dice.between(150, 176)
        self.chin = self.face_top + self.face_high

    def draw(self) -> None:
        """Draw everything."""
        long_hair = self.dice.happens(70 if self.female else 8)
        bald = not self.female and self.dice.happens(14)
        if long_hair:
            self._long_hair()
        self._shoulders()
        self._head()
        if not bald:
            self._hair()
        self._eyes()
        self._nose_and_mouth()
        if not self.female and self.dice.happens(38):
            self._beard()
        if self.dice.happens(22):
            self._glasses()
        if self.dice.happens(12):
            self._scar()

    def _ellipse(self, x: int, y: int, half_wide: int, half_high: int, fill: str) -> None:
        self.pen.ellipse((x - half_wide, y - half_high, x + half_wide, y + half_high), fill=fill)

    def _long_hair(self) -> None:
        half = self.face_wide // 2 + self.dice.between(26, 44)
        end = self.chin + self.dice.between(40, 130)
        self.pen.rounded_rectangle(
            (self.middle - half, self.face_top + 40, self.middle + half, end), radius=90, fill=self.hair
        )

    def _shoulders(self) -> None:
        neck = self.face_wide // 4
        self.pen.rectangle(
            (self.middle - neck, self.chin - 60, self.middle + neck, self.chin + 90), fill=_shade(self.skin, -16)
        )
        top = self.chin + self.dice.between(48, 70)
        half = self.dice.between(250, 300)
        self.pen.rounded_rectangle(
            (self.middle - half, top, self.middle + half, HEIGHT * _SCALE + 200), radius=150, fill=self.coat
        )
        collar = neck + 14
        self.pen.polygon(
            ((self.middle - collar, top - 6), (self.middle + collar, top - 6), (self.middle, top + 90)),
            fill=_shade(self.skin, -16),
        )

    def _head(self) -> None:
        half = self.face_wide // 2
        ear_at = self.face_top + self.face_high // 2 + 6
        for side in (-1, 1):
            self._ellipse(self.middle + side * half, ear_at, 20, 34, _shade(self.skin, -_LIGHTER))
        jaw = self.dice.between(84, 118)
        self.pen.rounded_rectangle(
            (self.middle - half, self.face_top, self.middle + half, self.chin), radius=jaw, fill=self.skin
        )

    def _hair(self) -> None:
        half = self.face_wide // 2 + 8
        fringe = self.face_top + self.dice.between(50, 84)
        box = (self.middle - half, self.face_top - self.dice.between(24, 54), self.middle + half, fringe + 90)
        self.pen.chord(box, 180, 360, fill=self.hair)
        parting = self.dice.between(-60, 60)
        self.pen.polygon(
            (
                (self.middle - half, fringe + 20),
                (self.middle + parting, fringe - 42),
                (self.middle + half, fringe + 20),
                (self.middle + half, fringe - 50),
                (self.middle - half, fringe - 50),
            ),
            fill=self.hair,
        )

    def _eyes(self) -> None:
        level = self.face_top + self.face_high * 45 // 100
        apart = self.face_wide * self.dice.between(22, 26) // 100
        iris = self.dice.one_of(("#3b2a1e", "#51402c", "#4d6a56", "#456a8c"))
        brow_tilt = self.dice.between(-8, 8)
        for side in (-1, 1):
            x = self.middle + side * apart
            self._ellipse(x, level, 24, self.dice.between(11, 15), _EYE_WHITE)
            self._ellipse(x, level, 11, 11, iris)
            self.pen.line(
                ((x - 32, level - 34 + side * brow_tilt), (x + 32, level - 34 - side * brow_tilt)),
                fill=_shade(self.hair, -10),
                width=8 if self.female else 12,
            )

    def _nose_and_mouth(self) -> None:
        bridge = self.face_top + self.face_high * 47 // 100
        tip = self.face_top + self.face_high * self.dice.between(62, 67) // 100
        wide = self.dice.between(16, 28)
        shade = _shade(self.skin, -34)
        self.pen.line(((self.middle - 4, bridge), (self.middle - wide, tip), (self.middle + 6, tip + 4)), shade, 8)
        level = self.face_top + self.face_high * self.dice.between(77, 81) // 100
        half = self.dice.between(34, 52)
        if self.female:
            self.pen.chord((self.middle - half, level - 16, self.middle + half, level + 18), 0, 180, fill="#a8504f")
        smile = self.dice.between(2, 18)
        self.pen.arc((self.middle - half, level - smile, self.middle + half, level + smile), 10, 170, _INK, 7)

    def _beard(self) -> None:
        half = self.face_wide // 2
        top = self.face_top + self.face_high * self.dice.between(68, 74) // 100
        if self.dice.happens(50):
            self.pen.chord(
                (self.middle - half, top - 100, self.middle + half, self.chin + 24), 12, 168, fill=self.hair
            )
            mouth = self.face_top + self.face_high * 80 // 100
            self._ellipse(self.middle, mouth, 44, 10, "#8d4a48")
        else:
            self.pen.chord((self.middle - 62, top - 10, self.middle + 62, top + 44), 180, 360, fill=self.hair)

    def _glasses(self) -> None:
        level = self.face_top + self.face_high * 45 // 100
        apart = self.face_wide * 25 // 100
        for side in (-1, 1):
            x = self.middle + side * apart
            self.pen.rounded_rectangle((x - 44, level - 32, x + 44, level + 34), radius=22, outline=_INK, width=7)
        self.pen.line(((self.middle - 16, level), (self.middle + 16, level)), fill=_INK, width=7)

    def _scar(self) -> None:
        side = self.dice.one_of((-1, 1))
        x = self.middle + side * self.face_wide * 30 // 100
        y = self.face_top + self.face_high * 60 // 100
        self.pen.line(((x, y), (x + side * 16, y + 56)), fill=_shade(self.skin, -48), width=7)


def _shade(colour: str, by: int) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{max(0, min(255, part + by)):02x}" for part in parts)
