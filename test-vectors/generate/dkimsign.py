"""Signs what dkimpy would never write: any text with the tags of a signature, right or wrong.

The arithmetic and the canonical forms are dkimpy's, so that a case shares no line with Countersign. dkimpy also
verifies every case; where it sees one otherwise, the case must say why.
"""

import base64
import hashlib
import json
import subprocess

import dkim
import dkim.canonicalization
import dkim.crypto
import nacl.signing
import spf

import index
import pack

CLOCK = pack.ARRIVES_AT
HEADER = ["From: Alice <alice@example.org>", "To: Bob <bob@receiver.example>", "Subject: Lunch on  Friday"]
BODY = "At noon?\r\n"


def rsa_key(bits):
    return (pack.HERE / f"keys/test-only-rsa{bits}.pem").read_bytes()


def rsa_data(bits, bare=False):
    """The p= tag: SubjectPublicKeyInfo, or the bare RSAPublicKey of RFC 6376."""
    command = ["openssl", "rsa", "-RSAPublicKey_out" if bare else "-pubout", "-outform", "DER"]
    return base64.b64encode(
        subprocess.run(command, input=rsa_key(bits), capture_output=True, check=True).stdout).decode()


def key(tags="v=DKIM1; k=rsa; ", bits=2048, name="s1._domainkey.example.org"):
    """A zone with one key record, in strings of 200 octets."""
    return {name: [text(tags + "p=" + rsa_data(bits))]}


def text(record):
    pieces = [record[i:i + 200] for i in range(0, len(record), 200)]
    return {"TXT": pieces if len(pieces) > 1 else record}


def ed25519_key(tags="v=DKIM1; k=ed25519; "):
    return {"s1._domainkey.example.org": [{"TXT": tags + "p=" + pack.ed25519_record()["TXT"].split("p=")[1]}]}


def octets(value):
    return value.encode("latin-1")


def named(field):
    name, _, value = field.partition(":")
    return octets(name), octets(value) + b"\r\n"


def sign(tags, header=HEADER, body=BODY, names=("from", "to", "subject"), c="relaxed/relaxed", length=None,
         ed25519=False, bits=2048, field="DKIM-Signature"):
    """The field with {bh} and {b} in its tags filled in. What is hashed follows the arguments, not the tags."""
    policy = dkim.canonicalization.CanonicalizationPolicy.from_c_value(octets(c))
    canonical = policy.canonicalize_body(octets(body))
    bh = base64.b64encode(hashlib.sha256(canonical[:length]).digest()).decode()
    whole = f"{field}:" + tags.replace("{bh}", bh)
    left = [named(line) for line in header]
    chosen = []
    for name in names:
        found = [i for i, one in enumerate(left) if one[0].strip().lower() == octets(name)]
        if found:
            chosen.append(left.pop(found[-1]))
    fields = policy.canonicalize_headers(chosen + [named(whole.replace("{b}", ""))])
    digest = hashlib.sha256(b"".join(name + b":" + value for name, value in fields)[:-2])
    if ed25519:
        signer = nacl.signing.SigningKey(pack.ED25519_KEY, encoder=dkim.nacl.encoding.Base64Encoder)
        signature = signer.sign(digest.digest()).signature
    else:
        signature = dkim.crypto.RSASSA_PKCS1_v1_5_sign(digest, dkim.crypto.parse_pem_private_key(rsa_key(bits)))
    return whole.replace("{b}", base64.b64encode(signature).decode())


class Vector:
    def __init__(self, id, rfc, why, message, expect, zone=None, dkimpy=None):
        self.zone, self.message, self.expect, self.dkimpy = zone or key(), message, expect, dkimpy
        self.head = {"id": id, "rfc": rfc, "why": why}

    def check(self):
        expected = [one["result"] == "pass" for one in self.expect]
        found = [self.dkimpy_passes(index) for index in range(len(expected))]
        if (found == expected) == (self.dkimpy is not None):
            raise SystemExit(f"{self.head['id']}: dkimpy says {found}, the case expects {expected}, {self.dkimpy}")

    def dkimpy_passes(self, index):
        header, body = self.message
        dkim.time.time = lambda: CLOCK
        whole = "".join(line + "\r\n" for line in header) + "\r\n" + body
        try:
            return dkim.DKIM(octets(whole), minkey=1024).verify(index, dnsfunc=self.record)
        except (dkim.DKIMException, spf.TempError, ValueError, TypeError, LookupError):
            return False

    def record(self, name, timeout=5):
        case = pack.Case("", [], "", self.zone, {}, {}, b"")
        owner = name.decode().rstrip(".")
        alias = case.records(owner, "CNAME")
        strings = case.records(alias[0] if alias else owner, "TXT")
        return b"".join(strings[0]) if strings else None

    def lines(self):
        """JSON is YAML, and has an escape for every octet that text in a file would not survive."""
        header, body = self.message
        yield "- id: " + self.head["id"]
        yield "  rfc: " + json.dumps(self.head["rfc"], ensure_ascii=False)
        yield "  why: " + json.dumps(self.head["why"], ensure_ascii=False)
        yield "  zone: " + json.dumps(self.zone)
        yield "  message:"
        yield "    header:"
        yield from ("      - " + json.dumps(line) for line in header)
        yield "    body: " + json.dumps(body)
        yield "  expect:"
        yield from self.expectations()

    def expectations(self):
        if not self.expect:
            yield "    dkim: []"
            return
        yield "    dkim:"
        for one in self.expect:
            yield "      - {" + ", ".join(f"{name}: {json.dumps(value)}" for name, value in one.items()) + "}"


def write(folder, files, script):
    """Checks the cases of each file, and writes them into this folder of vectors."""
    place = pack.VECTORS / folder
    place.mkdir(exist_ok=True)
    count = 0
    for name, groups in files.items():
        cases = [case for group in groups for case in group()]
        for case in cases:
            case.check()
        count += len(cases)
        blocks = ["\n".join(case.lines()) + "\n" for case in cases]
        head = f"# Written by generate/{script}: change it there.\n"
        (place / (name + ".yaml")).write_text(head + "\n".join(blocks), encoding="utf-8")
    index.write()
    print(f"{count} cases, as dkimpy sees them too, or said where not")
