#!/usr/bin/python3
"""Writes the cases in vectors/arc, by paragraph of RFC 8617: a message with a chain, and the DNS it meets."""

import arc_hostile
import arc_signatures
import arc_structure
from dkimsign import write

FILES = {
    "chains": [arc_structure.chains, arc_structure.internationalized],
    "instances": [arc_structure.instances],
    "structure": [arc_structure.sets, arc_structure.statuses, arc_structure.results],
    "message-signatures": [arc_signatures.message_signatures, arc_signatures.oldest_passes],
    "seals": [arc_signatures.seals],
    "keys": [arc_signatures.lookups],
    "hostile": [arc_hostile.hostile],
}

if __name__ == "__main__":
    write("arc", FILES, "arc_vectors.py")
