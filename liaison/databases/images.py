"""Pictures as records keep them: PNG or JPEG, whole, and without what a camera or a program wrote beside the picture.

Where and when a photograph was taken, with whose camera, and what was cut off it (the small picture inside) is no
business of those who see it. Only the structure is read (PNG: ISO/IEC 15948; JPEG: ITU-T T.81), no pixel is decoded:
what decodes pixels is attacked through them. What is not known to be harmless is left out, or the picture is refused.
"""

import zlib
from collections.abc import Iterator

from liaison.refusal import Finding, Refused, mark

SIDE_MAX = 8_192
"""A small file can claim a picture of any size, and whoever shows it needs memory for all of it."""

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"

_PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"IDAT", b"IEND"))
_PNG_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PNG_HEADER_BYTES = 13
_PNG_COLOURS = 3
_PNG_PALETTE_BYTES_MAX = 256 * 3
_PNG_FRAME_BYTES = 12
_ANCILLARY = 0x20

_START, _END, _SCAN, _RESTARTS = 0xD8, 0xD9, 0xDA, range(0xD0, 0xD8)
_FRAMES = frozenset((0xC0, 0xC1, 0xC2))  # baseline, extended and progressive: what every program shows
_TABLES = frozenset((0xC4, 0xDB, 0xDD))  # Huffman, quantisation, restart interval
_APPLICATIONS, _COMMENT = range(0xE0, 0xF0), 0xFE
_JFIF, _JFIF_BYTES = b"JFIF\0", 14
_ADOBE, _ADOBE_BYTES = b"Adobe", 12
_COMPONENTS = (1, 3, 4)


class _Broken(Exception):
    """The bytes are no picture, or not a whole one."""


def stripped(image: bytes, *, bytes_max: int) -> bytes:
    """Return a PNG or JPEG with its picture alone; what follows its end, and all but its first frame, is cut.

    Kept are only the parts that a picture is drawn from. Raise Refused where the bytes are no such picture, not a
    whole one, larger than SIDE_MAX in height or width, or stripped still more than `bytes_max`.
    """
    try:
        if image.startswith(PNG_START):
            kept = PNG_START + b"".join(_png_chunks(image))
        elif image.startswith(JPEG_START):
            kept = b"".join(_jpeg_segments(image))
        else:
            raise Refused(_no_picture(bytes_max))
    except _Broken as broken:
        raise Refused(_not_whole()) from broken
    if len(kept) > bytes_max:
        raise Refused(_no_picture(bytes_max))
    return kept


def _png_chunks(image: bytes) -> Iterator[bytes]:
    """Yield the chunks that are kept, as they stand; raise _Broken where they could not be a picture."""
    place, previous, seen = len(PNG_START), b"", set()
    colour = 0
    while previous != b"IEND":
        kind, content, end = _png_chunk(image, place)
        known = kind in _PNG_KEPT
        _insist(known or bool(kind[0] & _ANCILLARY))
        _insist((kind == b"IHDR") == (not previous))
        _insist(kind not in seen or not known or kind == b"IDAT" == previous)
        if kind == b"IHDR":
            colour = _png_colour(content)
        if kind == b"PLTE":
            _insist(0 < len(content) <= _PNG_PALETTE_BYTES_MAX and not len(content) % 3 and b"IDAT" not in seen)
        if kind == b"IDAT":
            _insist(colour != _PNG_COLOURS or b"PLTE" in seen)
        if kind == b"IEND":
            _insist(not content and b"IDAT" in seen)
        seen.add(kind)
        previous = kind
        if known:
            yield image[place:end]
        place = end


def _png_chunk(image: bytes, place: int) -> tuple[bytes, bytes, int]:
    """Return the name of a chunk, what it holds and where it ends: length, name, content and checksum are there."""
    length, kind = int.from_bytes(image[place : place + 4]), image[place + 4 : place + 8]
    end = place + _PNG_FRAME_BYTES + length
    _insist(end <= len(image) and kind.isalpha())
    content = image[place + 8 : end - 4]
    _insist(zlib.crc32(kind + content) == int.from_bytes(image[end - 4 : end]))
    return kind, content, end


def _png_colour(header: bytes) -> int:
    """Return the type of colour that a header names; raise _Broken for a header that the standard does not know."""
    _insist(len(header) == _PNG_HEADER_BYTES)
    depth, colour, compression, filtering, interlaced = header[8:]
    _insist(depth in _PNG_DEPTHS.get(colour, ()) and (compression, filtering) == (0, 0) and interlaced in (0, 1))
    _insist_on_sides(int.from_bytes(header[:4]), int.from_bytes(header[4:8]))
    return colour


def _jpeg_segments(image: bytes) -> Iterator[bytes]:
    """Yield the segments that are kept; raise _Broken where they could not be a picture."""
    yield image[:2]
    place, frames, scans = 2, 0, 0
    while True:
        marker, place = _jpeg_marker(image, place)
        if marker == _END:
            _insist(scans > 0)
            yield bytes((0xFF, _END))
            return
        content, end = _jpeg_content(image, place)
        head = bytes((0xFF, marker))
        if marker in _FRAMES:
            frames += 1
            _insist(frames == 1 and not scans)
            _insist_on_frame(content)
            yield head + image[place:end]
        elif marker == _SCAN:
            scans += 1
            _insist(frames == 1)
            after = _end_of_scan(image, end)
            yield head + image[place:after]
            end = after
        elif marker in _TABLES:
            yield head + image[place:end]
        elif marker in _APPLICATIONS:
            yield from _about_colours(marker, content)
        else:
            _insist(marker == _COMMENT)
        place = end


def _jpeg_marker(image: bytes, place: int) -> tuple[int, int]:
    """Return the marker that stands there and the place behind it; any number of fill bytes may stand before it."""
    _insist(image[place : place + 1] == b"\xff")
    while image[place : place + 1] == b"\xff":
        place += 1
    _insist(place < len(image))
    return image[place], place + 1


def _jpeg_content(image: bytes, place: int) -> tuple[bytes, int]:
    length = int.from_bytes(image[place : place + 2])
    _insist(length >= 2 and place + length <= len(image))
    return image[place + 2 : place + length], place + length


def _insist_on_frame(content: bytes) -> None:
    _insist(len(content) >= 6)
    height, width, components = int.from_bytes(content[1:3]), int.from_bytes(content[3:5]), content[5]
    _insist(components in _COMPONENTS and len(content) == 6 + 3 * components)
    _insist_on_sides(width, height)


def _end_of_scan(image: bytes, place: int) -> int:
    """Return where the next marker stands: in a scan 0xFF is followed by 0, or by a restart that belongs to it."""
    while True:
        place = image.find(b"\xff", place)
        _insist(0 <= place < len(image) - 1)
        if image[place + 1] == 0xFF:
            place += 1
        elif image[place + 1] == 0 or image[place + 1] in _RESTARTS:
            place += 2
        else:
            return place


def _about_colours(marker: int, content: bytes) -> Iterator[bytes]:
    """Yield what says how a picture is drawn: JFIF without its small picture, Adobe's word on the colours."""
    if marker == _APPLICATIONS[0] and content.startswith(_JFIF) and len(content) >= _JFIF_BYTES:
        yield b"\xff\xe0\x00\x10" + content[: _JFIF_BYTES - 2] + b"\0\0"
    if marker == _APPLICATIONS[14] and content.startswith(_ADOBE) and len(content) == _ADOBE_BYTES:
        yield b"\xff\xee\x00\x0e" + content


def _insist_on_sides(width: int, height: int) -> None:
    _insist(0 < width <= SIDE_MAX and 0 < height <= SIDE_MAX)


def _insist(holds: bool) -> None:
    if not holds:
        raise _Broken


def _no_picture(bytes_max: int) -> Finding:
    return Finding(
        code="field.image",
        problem=mark("This is no PNG or JPEG picture of at most %(most)s kilobytes."),
        remedy=mark("Send a smaller PNG or JPEG picture, in base64."),
        values={"most": bytes_max // 1024},
    )


def _not_whole() -> Finding:
    return Finding(
        code="field.image_broken",
        problem=mark("The picture is cut off or damaged, or more than %(side)s pixels high or wide."),
        remedy=mark("Open it in a program for pictures, save it anew as PNG or JPEG and send that."),
        values={"side": SIDE_MAX},
    )
