"""Pictures that student code drew, or that stand in a text: a few bytes may be gigabytes once they are shown."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO

MAX_PIXELS = 40_000_000
"""Of one picture: a figure of 60 x 60 inches has 36 million."""
KINDS = ("PNG", "JPEG", "GIF", "WEBP")


def fits(data: str, kinds: tuple[str, ...] = KINDS) -> bool:
    """Is it a picture, in base64, that can be shown? Its head is read, nothing is unpacked."""
    from PIL import Image, UnidentifiedImageError  # takes long, and most notebooks show none

    try:
        with Image.open(BytesIO(base64.b64decode(data, validate=False)), formats=kinds) as picture:
            return picture.width * picture.height <= MAX_PIXELS
    except (UnidentifiedImageError, Image.DecompressionBombError, binascii.Error, OSError, ValueError, SyntaxError):
        return False
