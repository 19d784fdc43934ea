"""Pictures are kept whole and alone: what a camera or a program wrote beside them does not come in."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from liaison.databases.images import SIDE_MAX, stripped
from liaison.refusal import Refused
from tests.databases.records_of import a_chunk, a_png

LARGE = 10_000_000
SECRET = b"52.5200 N 13.4050 E"
JPEG_END = b"\xff\xd9"


def a_picture(*, size: tuple[int, int] = (16, 12), mode: str = "RGB", format: str = "JPEG", **more: object) -> bytes:
    """An image of a slope of colours, as a program writes it."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    written = io.BytesIO()
    image.save(written, format, **more)
    return written.getvalue()


def a_segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def with_segment(image: bytes, marker: int, content: bytes) -> bytes:
    """The JPEG with one more segment behind its start."""
    return image[:2] + a_segment(marker, content) + image[2:]


def shown(image: bytes) -> bytes:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.convert("RGBA").tobytes()


def refused(image: bytes, *, bytes_max: int = LARGE) -> str:
    with pytest.raises(Refused) as caught:
        stripped(image, bytes_max=bytes_max)
    return caught.value.code


class TestGivenAPictureOfAProgram:
    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_a_png_looks_as_before(self, mode):
        image = a_picture(format="PNG", mode=mode)
        assert shown(stripped(image, bytes_max=LARGE)) == shown(image)

    @pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
    @pytest.mark.parametrize("more", [{}, {"progressive": True}, {"optimize": True}, {"restart_marker_blocks": 1}])
    def test_a_jpeg_looks_as_before(self, mode, more):
        image = a_picture(mode=mode, size=(80, 60), **more)
        assert shown(stripped(image, bytes_max=LARGE)) == shown(image)

    @pytest.mark.parametrize("format_", ["PNG", "JPEG"])
    def test_stripping_twice_changes_nothing_more(self, format_):
        once = stripped(a_picture(format=format_), bytes_max=LARGE)
        assert stripped(once, bytes_max=LARGE) == once


class TestGivenWordsBesideThePicture:
    @pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"iCCP", b"prVt"])
    def test_a_png_is_kept_without_them(self, kind):
        assert stripped(a_png(a_chunk(kind, SECRET)), bytes_max=LARGE) == a_png()

    @pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE])
    def test_a_jpeg_is_kept_without_them(self, marker):
        image = a_picture()
        assert stripped(with_segment(image, marker, SECRET), bytes_max=LARGE) == stripped(image, bytes_max=LARGE)

    def test_the_small_picture_inside_a_jpeg_is_cut(self):
        small = b"JFIF\0\1\2\0\0\1\0\1\6\1" + SECRET[:18]
        kept = stripped(with_segment(a_picture(), 0xE0, small), bytes_max=LARGE)
        assert SECRET[:18] not in kept
        assert shown(kept) == shown(a_picture())

    @pytest.mark.parametrize("image", [a_png(), a_picture()])
    def test_what_follows_the_end_is_cut(self, image):
        assert stripped(image + SECRET, bytes_max=LARGE) == stripped(image, bytes_max=LARGE)

    def test_only_the_first_picture_of_a_moving_one_is_kept(self):
        first, second = (Image.new("RGB", (4, 4), colour) for colour in ("red", "blue"))
        written = io.BytesIO()
        first.save(written, "PNG", save_all=True, append_images=[second])

        kept = stripped(written.getvalue(), bytes_max=LARGE)

        assert b"acTL" in written.getvalue()
        assert b"acTL" not in kept
        assert b"fdAT" not in kept


class TestGivenNoPicture:
    @pytest.mark.parametrize(
        "image", [b"", b"%PDF-1.7", b"GIF89a", b"<svg/>", b"RIFF0000WEBP", b"\x89PNG", b"\xff\xd8"]
    )
    def test_it_is_refused(self, image):
        assert refused(image) == "field.image"

    @pytest.mark.parametrize("image", [a_png(), a_picture(), a_picture(progressive=True)])
    def test_one_that_is_cut_off_anywhere_is_refused(self, image):
        for end in range(3, len(image) - 1):
            assert refused(image[:end]) in {"field.image", "field.image_broken"}

    def test_one_with_a_wrong_checksum_is_refused(self):
        image = bytearray(a_png())
        image[20] ^= 1
        assert refused(bytes(image)) == "field.image_broken"

    @pytest.mark.parametrize(
        "chunks",
        [
            (a_chunk(b"IHDR", bytes(13)),),
            (a_chunk(b"PLTE", b"\0\0"),),
            (a_chunk(b"UNKN", b"\0"),),
            (a_chunk(b"IEND"),),
            (a_chunk(b"IDAT"), a_chunk(b"sRGB", b"\0")),
        ],
    )
    def test_one_whose_parts_no_standard_allows_there_is_refused(self, chunks):
        assert refused(a_png(*chunks)) == "field.image_broken"

    @pytest.mark.parametrize(("side", "is_kept"), [(SIDE_MAX, True), (SIDE_MAX + 1, False), (0, False)])
    def test_one_that_claims_to_be_too_large_is_refused(self, side, is_kept):
        header = struct.pack(">IIBBBBB", side, 1, 8, 0, 0, 0, 0)
        body = a_chunk(b"IHDR", header) + a_chunk(b"IDAT", zlib.compress(b"\0")) + a_chunk(b"IEND")
        image = b"\x89PNG\r\n\x1a\n" + body
        if is_kept:
            assert stripped(image, bytes_max=LARGE) == image
        else:
            assert refused(image) == "field.image_broken"

    def test_a_jpeg_without_a_scan_is_refused(self):
        assert refused(a_picture()[:2] + JPEG_END) == "field.image_broken"

    def test_more_bytes_than_are_kept_are_refused_only_after_stripping(self):
        image = a_png(a_chunk(b"tEXt", bytes(1000)))
        assert stripped(image, bytes_max=len(a_png())) == a_png()
        assert refused(image, bytes_max=len(a_png()) - 1) == "field.image"


@given(st.binary(max_size=200), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", a_png(), a_picture()]))
def test_any_bytes_are_stripped_or_refused(more, start):
    try:
        kept = stripped(start + more, bytes_max=LARGE)
    except Refused:
        return
    assert shown(kept)


@given(st.sampled_from([a_png(), a_picture(), a_picture(progressive=True)]), st.data())
def test_any_damage_is_stripped_or_refused(image, data):
    damaged = bytearray(image)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
    try:
        kept = stripped(bytes(damaged), bytes_max=LARGE)
    except Refused:
        return
    assert len(kept) <= len(damaged)
