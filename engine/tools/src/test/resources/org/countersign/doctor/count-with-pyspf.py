"""Lets pyspf check one client against the records of SpfTreeDifferentialIT, and writes what it counted."""

import sys

try:
    import spf
except ImportError:
    print("MISSING")
    sys.exit()

# The counts are wanted, and not where pyspf stops.
spf.MAX_LOOKUP = 1000
spf.MAX_VOID_LOOKUPS = 1000


def lookup_in(zone):
    def lookup(name, qtype, strict=True, timeout=0):
        found = []
        for record in zone.get((name.lower(), qtype), []):
            if qtype == "TXT":
                found.append(((name, qtype), [record.encode("ascii")]))
            elif qtype == "MX":
                found.append(((name, qtype), (10, record)))
            else:
                found.append(((name, qtype), record))
        return found

    return lookup


zone = {}
for line in sys.stdin:
    words = line.rstrip("\n").split("\t")
    if words[0] == "CHECK":
        spf.DNSLookup = lookup_in(zone)
        query = spf.query(i=words[1], s="alice@example.org", h="mail.example.org", receiver="receiver.test")
        result = query.check()[0]
        print(result, query.lookups, query.void_lookups, flush=True)
        zone = {}
    else:
        zone.setdefault((words[0], words[1]), []).append(words[2])
