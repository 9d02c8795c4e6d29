"""Chains that somebody made up, copied or rearranged."""

import base64

from arc_case import KNOWS_NO_LIMIT, fails, passes, prepended, sealed, vector
from arcsign import AAR, Chain, keys
from dkimsign import HEADER, key


def hostile():
    yield vector("hostile-chain-on-another-message", ["5.2", "9"], "an honest chain says nothing about another message",
                 honest_chain_elsewhere(), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    moved = honest_chain_elsewhere()
    moved.seal(d="attacker.example")
    yield vector("hostile-chain-sealed-on-by-the-thief", ["5.2", "9"],
                 "whoever seals an honest chain onto another message gets a pass: only oldest-pass tells",
                 moved, passes("list.example", "attacker.example", oldest=2, content=["changed", "intact"]),
                 keys() | key(name="s1._domainkey.attacker.example"))
    yield vector("hostile-results-added", ["5.2"], "results that are put beside a chain are not of it",
                 prepended(sealed(), "ARC-Authentication-Results: i=1; mx.list.example; dmarc=pass"),
                 fails("FIELD_REPEATED", 1))
    yield vector("hostile-results-of-the-next-set", ["5.2"], "nor in front of it",
                 prepended(sealed(), "ARC-Authentication-Results: i=2; mx.list.example; dmarc=pass"),
                 fails("FIELD_MISSING", 2))
    yield vector("hostile-instance-written-otherwise", ["4.2.1", "5.2"], "01 is 1, so this is a second one",
                 prepended(sealed(), "ARC-Authentication-Results: i=01; mx.list.example; dmarc=pass"),
                 fails("FIELD_REPEATED", 1))
    yield vector("hostile-set-without-signatures", ["5.2"], "a set that nobody signed",
                 made_up(), fails("MESSAGE_SIGNATURE_MALFORMED", 1))
    yield vector("hostile-signature-of-zeros", ["5.2"], "or signed with nothing",
                 made_up(base64.b64encode(bytes(256)).decode()), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    yield vector("hostile-sealer-changed", ["5.2"], "d= of a seal is sealed itself",
                 sealed().change("cv=none; d=list.example", "cv=none; d=forwarder.example"), fails("SEAL_BROKEN", 1))
    yield vector("hostile-seal-of-another-set", ["5.2", "5.1.1"], "a seal fits its own set alone",
                 exchanged_seals(), fails("STATUS_OUT_OF_PLACE", 1))
    yield vector("hostile-field-of-17-kib", ["9.1"], "fields of unusual size are not looked at",
                 sealed(1, aar=AAR + " (" + "x" * 17000 + ")"), fails("FIELD_TOO_LARGE"), dkimpy=KNOWS_NO_LIMIT)
    many, zone = Chain(), {}
    for number in range(1, 34):
        many.seal(aar="i={i}; mx.{d}; none", d=f"h{number}.example", bits=1024)
        zone |= key(bits=1024, name=f"s1._domainkey.h{number}.example")
    yield vector("hostile-33-keys", ["9.2"], "nobody makes a verifier fetch more than 32 keys", many,
                 fails("TOO_MANY_KEYS"), zone, KNOWS_NO_LIMIT)
    flood = sealed()
    flood.header = ["ARC-Seal: i=1; a=rsa-sha256"] * 200 + flood.header
    yield vector("hostile-200-seals", ["5.2", "9.1"], "so many fields are no chain, whatever is in them", flood,
                 fails("TOO_MANY_SETS"))
    yield vector("hostile-space-before-the-colon", ["RFC 5322 §4.5"], "an obsolete form of a field is a field",
                 prepended(sealed(), "ARC-Seal : i=1; a=rsa-sha256"), fails("FIELD_REPEATED", 1))


def honest_chain_elsewhere():
    chain = Chain().seal()
    chain.header = chain.header[:3] + ["From: Alice <alice@example.org>", "To: Bob <bob@receiver.example>",
                                       "Subject: Your invoice"]
    return chain.with_body("Please pay.\r\n")


def made_up(signature=""):
    chain = Chain()
    chain.header = [
        "ARC-Seal: i=1; a=rsa-sha256; t=1795435140; cv=none; d=list.example; s=s1; b=" + signature,
        "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=list.example; s=s1; h=From:To:Subject;"
        " bh=4daN71HNdn/d5SSJNrmA4GnDoSU3uSw9/N1YsKJOhFc=; b=" + signature,
        "ARC-Authentication-Results: i=1; mx.list.example; dmarc=pass"] + HEADER
    return chain


def exchanged_seals():
    chain = sealed(2)
    first, second = chain.sets[0][2], chain.sets[1][2]
    chain.header = [first.replace("i=1;", "i=2;") if field is second else
                    second.replace("i=2;", "i=1;") if field is first else field for field in chain.header]
    return chain
