"""What the cases of ARC are made of: a chain, and what to expect of it."""

from arcsign import SEALERS, ArcVector, Chain, keys

TOLERANT_AAR = "it takes the instance from anywhere in the field"
KNOWS_NO_LIMIT = "it knows no such limit"
RSA_ALONE = "its ARC knows RSA alone"


def passes(*sealers, oldest=0, content=None):
    """content: what each message signature tells, oldest first; by default all of them verify."""
    sealers = sealers or (SEALERS[0],)
    return {"result": "pass", "oldest-pass": oldest, "sealers": list(sealers),
            "content": content or ["intact"] * len(sealers)}


def fails(problem, instance=None):
    return {"result": "fail", "problem": problem} | ({} if instance is None else {"instance": instance})


def vector(id, rfc, why, chain, expect, zone=None, dkimpy=None):
    return ArcVector(id, ["RFC 8617 §" + one if one[0].isdigit() else one for one in rfc], why, chain.message(),
                     expect, zone or keys(), dkimpy)


def sealed(count=1, **last):
    """As many honest hops; what is given goes to the last."""
    chain = Chain()
    for number in range(1, count + 1):
        chain.seal(**(last if number == count else {}))
    return chain


def prepended(chain, field):
    chain.header = [field] + chain.header
    return chain
