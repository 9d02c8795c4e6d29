"""Builds ARC chains as no honest handler would: any text for each field, signed all the same.

Signatures are made as in dkimsign.py, with dkimpy's arithmetic and canonical forms. dkimpy also verifies every case;
where it sees one otherwise, the case must say why.
"""

import json

import dkim
import spf

from dkimsign import BODY, CLOCK, HEADER, Vector, ed25519_key, key, octets, sign

SEALERS = ["list.example", "forwarder.example", "relay.example"]
AAR = "i={i}; mx.{d}; spf=pass smtp.mailfrom=example.org; dmarc=pass header.from=example.org"
AMS = "i={i}; a={a}; c=relaxed/relaxed; d={d}; s=s1; t=1795435140; h=From:To:Subject; bh={bh}; b={b}"
SEAL = "i={i}; a={a}; t=1795435140; cv={cv}; d={d}; s=s1; b={b}"


def name_of(field):
    return field.partition(":")[0].strip().lower()


def keys(bits=2048):
    """A zone with the same RSA key for each of the usual sealers."""
    zone = {}
    for sealer in SEALERS:
        zone |= key(bits=bits, name="s1._domainkey." + sealer)
    return zone


def ed25519_keys(*sealers):
    record = ed25519_key()["s1._domainkey.example.org"]
    return {f"s1._domainkey.{sealer}": record for sealer in sealers or SEALERS}


def filled(template, **values):
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template


class Chain:
    """A message that is sealed hop by hop; each set stands on top of those before it."""

    def __init__(self, header=HEADER, body=BODY):
        self.header, self.body, self.sets = list(header), body, []

    def seal(self, aar=AAR, ams=AMS, seal=SEAL, cv=None, i=None, d=None, scope=None, ed25519=False, bits=2048,
             ams_bits=None, colon=": ", **how):
        """scope: which fields the seal covers, of those of all sets in order; by default all of them.

        What else is given goes to the message signature.
        """
        number = len(self.sets) + 1
        values = {"i": i or number, "d": d or SEALERS[(number - 1) % len(SEALERS)],
                  "a": "ed25519-sha256" if ed25519 else "rsa-sha256",
                  "cv": cv or ("none" if number == 1 else "pass")}
        aar = "ARC-Authentication-Results" + colon + filled(aar, **values)
        ams = sign(filled(colon[1:] + ams, **values), header=self.header, body=self.body, ed25519=ed25519,
                   bits=ams_bits or bits, field="ARC-Message-Signature" + colon[:-2], **how)
        fields = [field for one in self.sets for field in one] + [aar, ams]
        covered = scope(fields) if scope else fields
        top = sign(filled(colon[1:] + seal, **values), header=covered[::-1], names=[name_of(one) for one in covered],
                   ed25519=ed25519, bits=bits, field="ARC-Seal" + colon[:-2])
        self.sets.append([aar, ams, top])
        self.header = [top, ams, aar] + self.header
        return self

    def change(self, was, now, count=1):
        """On the way; the sets that are remembered for later seals change with it."""
        assert any(was in field for field in self.header), was
        left = count
        for at, field in enumerate(self.header):
            if was in field and left:
                self.replace(at, field.replace(was, now))
                left -= 1
        return self

    def replace(self, at, field):
        old = self.header[at]
        self.header[at] = field
        self.sets = [[field if one is old else one for one in fields] for fields in self.sets]

    def without(self, name, instance):
        """One field of one set is lost."""
        lost = next(one for one in self.sets[instance - 1] if name_of(one) == name.lower())
        self.header = [one for one in self.header if one is not lost]
        return self

    def with_body(self, body):
        self.body = body
        return self

    def message(self):
        return self.header, self.body


class ArcVector(Vector):
    def check(self):
        expected = self.expect["result"] == "pass"
        found = self.dkimpy_passes()
        if (found == expected) == (self.dkimpy is not None):
            raise SystemExit(f"{self.head['id']}: dkimpy says {found}, the case expects {expected}, {self.dkimpy}")

    def dkimpy_passes(self):
        header, body = self.message
        dkim.time.time = lambda: CLOCK
        whole = "".join(line + "\r\n" for line in header) + "\r\n" + body
        try:
            return dkim.ARC(octets(whole), minkey=1024).verify(dnsfunc=self.record)[0] == dkim.CV_Pass
        except (dkim.DKIMException, spf.TempError, ValueError, TypeError, LookupError, AttributeError):
            return False

    def expectations(self):
        yield "    arc: " + json.dumps(self.expect)
