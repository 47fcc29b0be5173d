"""Makes downloads as platforms give them out, by their own documentation."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path


def make_zip(path: Path, files: Mapping[str, bytes | str], *, says_utf8: bool = True) -> Path:
    """A zip of some files; unless `says_utf8`, its names are UTF-8 and don't say so, as some systems write them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 11, 20, 12, 30, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    if not says_utf8:
        data = bytearray(path.read_bytes())
        for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(head)
            while at >= 0:
                data[at + flags + 1] &= ~0x08
                at = data.find(head, at + 1)
        path.write_bytes(data)
    return path


METADATA = """---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '7001'
    :email: ada@uni.example
  - :name: Jürgen Müller
    :sid: '7002'
    :email: jm@uni.example
  :created_at: 2026-11-20 12:30:00.123456789 -08:00
  :score: 0.0
  :status: processed
submission_2:
  :submitters:
  - :name: Zoë O'Brien
    :sid: '7003'
    :email: zoe@uni.example
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-21 01:02:03.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Etc/UTC
    time: 2026-11-21 01:02:03.000000000 Z
  :score: 1.0
"""
