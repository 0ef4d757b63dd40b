"""A drawn QR code as pixels: painted the way a browser would, and as a poor camera sees it."""

import re
from random import Random  # noqa: TID251 - seeded: a failure can be seen again
from xml.etree import ElementTree as ET

from PIL import Image, ImageFilter
from PIL.ImageDraw import Draw

SVG = "{http://www.w3.org/2000/svg}"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\3z")

GROUND = 40
FINE = 8
"""Pixels of a module before the camera looks."""


def painted(svg: str, *, scale: int = 4, ground: str = "white") -> Image.Image:
    """Paint the element module by module, on a page of any colour."""
    root = ET.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    light, dark = root.findall(f"{SVG}path")
    assert light.attrib == {"fill": "#fff", "d": f"M0 0h{size}v{size}H0z"}
    image = Image.new("L", (size * scale + GROUND, size * scale + GROUND), ground)
    draw = Draw(image)
    draw.rectangle((20, 20, 19 + size * scale, 19 + size * scale), fill="white")
    runs = RUN.findall(dark.attrib["d"])
    assert "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs) == dark.attrib["d"]
    for x, y, length in (tuple(map(int, run)) for run in runs):
        left, top = 20 + x * scale, 20 + y * scale
        draw.rectangle((left, top, left + length * scale - 1, top + scale - 1), fill="black")
    return image


def photographed(svg: str, rng: Random, *, pixels: int, blur: float) -> Image.Image:
    """The code held at any angle on a grey ground, `pixels` wide with its quiet zone, out of focus by `blur` pixels."""
    fine = painted(svg, scale=FINE)
    held = Image.new("L", (2 * fine.width, 2 * fine.height), rng.randint(150, 255))
    held.paste(fine, (fine.width // 2, fine.height // 2))
    turned = held.rotate(rng.uniform(0, 360), Image.Resampling.BICUBIC, fillcolor=rng.randint(150, 255))
    shrink = pixels / (fine.width - GROUND)
    size = (round(turned.width * shrink), round(turned.height * shrink))
    return turned.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(blur))
