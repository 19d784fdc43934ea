"""Copy the assets of other people that the pages use into the package, so that no page ever calls a foreign host.

A maintainer runs it when a version changes; users need neither node nor this script, because its output is committed.

    npm install --ignore-scripts @tabler/core@1.6.1 @tabler/icons@3 htmx.org@2.0.11 \
        @expo-google-fonts/noto-sans @expo-google-fonts/noto-sans-arabic \
        @expo-google-fonts/noto-naskh-arabic @expo-google-fonts/noto-sans-mono
    pip install fonttools brotli
    python tools/vendor_assets.py node_modules [name of a new icon ...]
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "liaison" / "web"
STATIC = WEB / "static" / "liaison"
ICONS = WEB / "icons"

SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*")
"""ManifestStaticFilesStorage refuses a comment that names a map which is not there."""

LATIN = (
    "U+0000-024F,U+0259,U+02B0-02FF,U+0300-036F,U+1E00-1EFF,U+2000-206F,U+20A0-20CF,U+2100-214F,U+2190-2199,"
    "U+2212,U+FEFF,U+FFFD"
)
WIDER = "U+0250-02AF,U+0370-052F,U+1C80-1C8F,U+1D00-1DFF,U+1F00-1FFF,U+2DE0-2DFF,U+A640-A69F,U+A720-A7FF"
ARABIC = "U+0600-06FF,U+0750-077F,U+0870-08FF,U+200C-200F,U+2010-2011,U+204F,U+2E41,U+FB50-FDFF,U+FE70-FEFC"

FONTS = (
    # package, style, weight name, weight, {part: unicode range}
    ("noto-sans", "NotoSans", "Regular", 400, {"latin": LATIN, "wider": WIDER}),
    ("noto-sans", "NotoSans", "Medium", 500, {"latin": LATIN, "wider": WIDER}),
    ("noto-sans", "NotoSans", "SemiBold", 600, {"latin": LATIN, "wider": WIDER}),
    ("noto-sans-arabic", "NotoSansArabic", "Regular", 400, {"arabic": ARABIC}),
    ("noto-sans-arabic", "NotoSansArabic", "Medium", 500, {"arabic": ARABIC}),
    ("noto-sans-arabic", "NotoSansArabic", "SemiBold", 600, {"arabic": ARABIC}),
    ("noto-naskh-arabic", "NotoNaskhArabic", "Regular", 400, {"arabic": ARABIC}),
    ("noto-naskh-arabic", "NotoNaskhArabic", "SemiBold", 600, {"arabic": ARABIC}),
    ("noto-sans-mono", "NotoSansMono", "Regular", 400, {"latin": "U+0020-017F,U+2010-2026"}),
)


def main(node_modules: Path, *new_icons: str) -> None:
    """Refresh every vendored file from `node_modules`, and add icons by their names."""
    copy_without_map(node_modules / "@tabler/core/dist/css/tabler.min.css", STATIC / "tabler/tabler.min.css")
    copy_without_map(node_modules / "@tabler/core/dist/css/tabler.rtl.min.css", STATIC / "tabler/tabler.rtl.min.css")
    copy_without_map(node_modules / "htmx.org/dist/htmx.min.js", STATIC / "htmx/htmx.min.js")
    for package, family, style, weight, parts in FONTS:
        ttf = next((node_modules / "@expo-google-fonts" / package).glob(f"*/{family}_{weight}{style}.ttf"))
        for part, ranges in parts.items():
            subset(ttf, STATIC / "fonts" / f"{package}-{part}-{weight}.woff2", ranges)
        licence = node_modules / "@expo-google-fonts" / package / "LICENSE_FONT"
        shutil.copyfile(licence, STATIC / "fonts" / f"{package}.OFL.txt")
    ICONS.mkdir(exist_ok=True)
    for name in sorted({*new_icons, *(known.stem for known in ICONS.glob("*.svg"))}):
        copy_icon(node_modules / "@tabler/icons/icons/outline" / f"{name}.svg", ICONS / f"{name}.svg")
    shutil.copyfile(node_modules / "@tabler/icons/LICENSE", ICONS / "LICENSE")


def copy_without_map(source: Path, target: Path) -> None:
    """Copy a text file without its reference to a source map."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = SOURCE_MAP.sub("", source.read_text(encoding="utf-8"))
    target.write_text(text.rstrip() + "\n", encoding="utf-8")


def copy_icon(source: Path, target: Path) -> None:
    """Keep only the shapes of an icon, on one line: the template tag writes the frame around them."""
    svg = source.read_text(encoding="utf-8")
    shapes = re.findall(r"<(?:path|circle|rect|line|polyline|ellipse)[^>]*/>", svg)
    assert shapes, f"{source.name} has no shapes"
    target.write_text("".join(shapes) + "\n", encoding="utf-8")


def subset(ttf: Path, target: Path, ranges: str) -> None:
    """Write the part of a font that covers `ranges`, with its layout features, as WOFF2."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arguments = [f"--unicodes={ranges}", "--layout-features=*", "--flavor=woff2", f"--output-file={target}"]
    subprocess.run([sys.executable, "-m", "fontTools.subset", str(ttf), *arguments], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
