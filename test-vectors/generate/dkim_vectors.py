#!/usr/bin/python3
"""Writes the cases in vectors/dkim, by paragraph of RFC 6376: a message with signatures, and the DNS it meets."""

import dkim_canonicalization
import dkim_fields
import dkim_keys
import rfc_examples
from dkimsign import write

FILES = {
    "tag-lists": [dkim_fields.tag_lists],
    "algorithms": [dkim_fields.algorithms],
    "canonicalization": [dkim_canonicalization.header_canonicalization, dkim_canonicalization.body_canonicalization],
    "fields": [dkim_fields.required_tags, dkim_fields.hashes_and_names, dkim_canonicalization.header_selection,
               dkim_fields.identities, dkim_fields.lengths_and_times],
    "keys": [dkim_keys.key_records, dkim_keys.key_lookups],
    "signatures": [dkim_fields.several_signatures],
    "rfc-examples": [rfc_examples.simple_example, rfc_examples.example_with_two_keys],
}

if __name__ == "__main__":
    write("dkim", FILES, "dkim_vectors.py")
