#!/usr/bin/python3
"""Writes index.txt, the list of the files below the vectors' folder (a jar cannot be listed)."""

import pathlib

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "src/main/resources/org/countersign/vectors"


def write():
    names = sorted(path.relative_to(VECTORS).as_posix() for path in VECTORS.rglob("*") if path.is_file())
    (VECTORS / "index.txt").write_text("".join(name + "\n" for name in names if name != "index.txt"))


if __name__ == "__main__":
    write()
