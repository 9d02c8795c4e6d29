"""Lets pyspf answer the cases of SpfDifferentialIT. The protocol is described in SpfPeer."""

import sys

try:
    import spf
except ImportError:
    print("MISSING", flush=True)
    sys.exit()


def text(field):
    return bytes.fromhex(field).decode("utf-8")


def ask(qtype, name):
    print("ASK", qtype, name.encode("utf-8").hex(), sep="\t", flush=True)
    kind, _, *records = sys.stdin.readline().rstrip("\n").split("\t")
    if kind in ("TIMEOUT", "SERVFAIL"):
        raise spf.TempError("DNS " + kind)
    return records


def value(qtype, record):
    if qtype == "TXT":
        return [bytes.fromhex(string) for string in record.split(",")]
    if qtype == "MX":
        preference, exchange = record.split(" ")
        return int(preference), exchange
    return record


def lookup(name, qtype, strict=True, timeout=0):
    """Stands in for pyspf's own; like the one over dnspython it has followed the aliases."""
    return [((name, qtype), value(qtype, record)) for record in ask(qtype, name)]


def result(receiver, time, client, identity, local_part, domain, helo):
    sender = "" if identity == "HELO" else text(local_part) + "@" + text(domain)
    try:
        query = spf.query(i=client, s=sender, h=text(helo), receiver=receiver)
        query.t = time
        return query.check()[0]
    except Exception as crash:
        print(client, sender, repr(crash), file=sys.stderr, flush=True)
        return "crash"


spf.DNSLookup = lookup
print("READY", spf.__version__, sep="\t", flush=True)
for line in iter(sys.stdin.readline, ""):
    print("SAYS", result(*line.rstrip("\n").split("\t")), sep="\t", flush=True)
