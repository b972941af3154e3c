# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the TIFF fuzz target into fuzz_corpus/: one small file for each layout and each known lie.

Run it beside this file after changing it: python3 make_fuzz_corpus.py. Needs nothing but Python.
"""

import pathlib
import struct
import zlib

SHORT, LONG, ASCII, RATIONAL, LONG8 = 3, 4, 2, 5, 16
SIZES = {1: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, LONG8: 8}
CODES = {SHORT: "H", LONG: "I", LONG8: "Q"}


class Tiff:
    """A file under construction; values that do not fit an entry are appended before the directory."""

    def __init__(self, order="<", big=False):
        self.order, self.big = order, big
        self.bytes = bytearray(b"II" if order == "<" else b"MM")
        self.bytes += self.pack("HHH", 43, 8, 0) if big else self.pack("H", 42)
        self.link = len(self.bytes)
        self.bytes += self.offset(0)

    def pack(self, codes, *values):
        return struct.pack(self.order + codes, *values)

    def offset(self, value):
        return self.pack("Q" if self.big else "I", value)

    def append(self, data):
        at = len(self.bytes)
        self.bytes += data
        return at

    def set_next(self, at):
        self.bytes[self.link : self.link + len(self.offset(0))] = self.offset(at)

    def directory(self, fields):
        room = 8 if self.big else 4
        entries = b""
        for tag, (kind, values) in sorted(fields.items()):
            if isinstance(values, bytes):
                count, raw = len(values) // SIZES[kind], values
            else:
                values = values if isinstance(values, list) else [values]
                count, raw = len(values), b"".join(self.pack(CODES[kind], v) for v in values)
            value = raw.ljust(room, b"\0") if len(raw) <= room else self.offset(self.append(raw))
            entries += self.pack("HH", tag, kind) + self.offset(count) + value
        at = len(self.bytes)
        self.set_next(at)
        self.bytes += self.pack("Q" if self.big else "H", len(fields)) + entries
        self.link = len(self.bytes)
        self.bytes += self.offset(0)
        return at


def grey(tiff, width, height, bits=8, form=1, rows=None, compress=None, compression=1, **more):
    """Fields of a page whose strips are appended here; pixels count upwards."""
    rows = rows or height
    row_bytes = width * bits // 8
    pixels = bytes(i % 251 for i in range(row_bytes * height))
    strips = [pixels[y * row_bytes : (y + rows) * row_bytes] for y in range(0, height, rows)]
    strips = [compress(s) if compress else s for s in strips]
    fields = {
        256: (SHORT, width), 257: (SHORT, height), 258: (SHORT, bits), 259: (SHORT, compression), 262: (SHORT, 1),
        273: (LONG, [tiff.append(s) for s in strips]), 277: (SHORT, 1), 278: (SHORT, rows),
        279: (LONG, [len(s) for s in strips]), 339: (SHORT, form),
    }
    fields.update({int(tag[1:]): field for tag, field in more.items()})
    return fields


def packbits(data):
    return b"".join(bytes([len(data[i : i + 128]) - 1]) + data[i : i + 128] for i in range(0, len(data), 128))


def tiles(tiff, width, height, edge):
    count = -(-width // edge) * -(-height // edge)
    fields = grey(tiff, width, height)
    for tag in (273, 278, 279):
        del fields[tag]
    places = [tiff.append(bytes(i % 7 for i in range(edge * edge))) for _ in range(count)]
    fields.update({322: (SHORT, edge), 323: (SHORT, edge), 324: (LONG, places), 325: (LONG, [edge * edge] * count)})
    return fields


def seeds():
    for name, order, big in (("little", "<", False), ("big_endian", ">", False), ("bigtiff", "<", True),
                             ("bigtiff_big_endian", ">", True)):
        tiff = Tiff(order, big)
        tiff.directory(grey(tiff, 7, 5, bits=16))
        yield name, tiff
    for name, compression, function, extra in (
            ("deflate", 8, zlib.compress, {}), ("deflate_predictor", 8, zlib.compress, {"t317": (SHORT, 2)}),
            ("old_deflate", 32946, zlib.compress, {}), ("packbits", 32773, packbits, {})):
        tiff = Tiff()
        tiff.directory(grey(tiff, 20, 9, bits=16, rows=4, compress=function, compression=compression, **extra))
        yield name, tiff
    tiff = Tiff()
    fields = grey(tiff, 4, 4, bits=32, form=3, compression=5)
    fields[273] = (LONG, tiff.append(bytes.fromhex("800020503824160d07844261509808")))
    fields[279] = (LONG, 15)
    tiff.directory(fields)
    yield "lzw", tiff
    tiff = Tiff()
    fields = grey(tiff, 4, 4, compression=50000)
    fields[273] = (LONG, tiff.append(bytes.fromhex("28b52ffd2010810000") + bytes(range(16))))
    fields[279] = (LONG, 25)
    tiff.directory(fields)
    yield "zstd", tiff
    tiff = Tiff()
    tiff.directory(grey(tiff, 6, 9, rows=2, bits=32, form=3))
    yield "strips", tiff
    tiff = Tiff(">")
    tiff.directory(tiles(tiff, 20, 18, 16))
    yield "tiles", tiff
    tiff = Tiff()
    for _ in range(3):
        tiff.directory(grey(tiff, 3, 2))
    yield "pages", tiff
    tiff = Tiff(">")
    text = b"ImageJ=1.53t\nimages=3\nslices=3\nunit=micron\nspacing=2.0\n\0"
    resolution = (RATIONAL, struct.pack(">II", 4, 1))
    fields = grey(tiff, 3, 2, t270=(ASCII, text), t282=resolution, t283=resolution, t296=(SHORT, 1))
    fields[273] = (LONG, len(tiff.bytes) + 200 + len(text))
    tiff.directory(fields)
    tiff.append(bytes(200))
    yield "imagej", tiff
    tiff = Tiff()
    first = tiff.directory(grey(tiff, 3, 2))
    tiff.directory(grey(tiff, 3, 2))
    tiff.set_next(first)
    yield "loop", tiff
    tiff = Tiff()
    tiff.directory(grey(tiff, 3, 2))
    tiff.set_next(0x7FFFFFFF)
    yield "next_past_end", tiff
    tiff = Tiff()
    tiff.directory(grey(tiff, 3, 2, t256=(LONG, 1 << 31), t257=(LONG, 1 << 31)))
    yield "absurd_size", tiff
    tiff = Tiff()
    tiff.directory(grey(tiff, 3, 2, t273=(LONG, 0x7FFFFFF0)))
    yield "strip_past_end", tiff
    tiff = Tiff(big=True)
    tiff.directory(grey(tiff, 3, 2, t273=(LONG8, (1 << 64) - 4)))
    yield "strip_overflow", tiff
    yield "no_page", Tiff()


def main():
    folder = pathlib.Path(__file__).parent / "fuzz_corpus"
    folder.mkdir(exist_ok=True)
    for name, tiff in seeds():
        (folder / f"{name}.tif").write_bytes(tiff.bytes)


main()
