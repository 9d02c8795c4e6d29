"""What the cases in generate.py are made with: signing, writing, and a check by other implementations.

Signatures come from dkimpy, SPF results are checked with pyspf: neither shares a line with Countersign.
Everything is deterministic: fixed keys, fixed times, no randomness.
"""

import base64
import json
import pathlib
import re
import subprocess

import dkim
import spf

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "src/main/resources/org/countersign/vectors"
CONFORMANCE = VECTORS / "conformance"

SIGNED_AT = 1795435140  # 2026-11-23T11:59:00Z
ARRIVES_AT = SIGNED_AT + 60
CLOCK = "2026-11-23T12:00:00Z"

RSA_KEY = (HERE / "keys/test-only-rsa2048.pem").read_bytes()
ED25519_KEY = (HERE / "keys/test-only-ed25519.seed").read_bytes().strip()


def rsa_record():
    """The key record of the RSA key, in two strings as it does not fit into one."""
    der = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "DER"],
                         input=RSA_KEY, capture_output=True, check=True).stdout
    text = "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()
    return {"TXT": [text[:200], text[200:]]}


def ed25519_record():
    public = dkim.nacl.signing.SigningKey(ED25519_KEY, encoder=dkim.nacl.encoding.Base64Encoder).verify_key
    return {"TXT": "v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(public)).decode()}


def message(fields, body):
    """Octets from (name, value) pairs and body lines; a value may hold folds as CRLF and white space."""
    def octets(text):
        return text if isinstance(text, bytes) else text.encode("utf-8")
    lines = [octets(name) + b": " + octets(value) for name, value in fields]
    return b"\r\n".join(lines + [b""] + [octets(line) for line in body]) + b"\r\n"


def prepend(text, *fields):
    """The message with whole fields on top, the first given topmost."""
    return b"".join(field.encode("utf-8") + b"\r\n" for field in fields) + text


def signed(text, domain, selector="test", ed25519=False, canonicalization=("relaxed", "relaxed")):
    """The message with a DKIM-Signature by dkimpy on top; From is signed once more than it occurs."""
    dkim.time.time = lambda: SIGNED_AT
    signer = dkim.DKIM(text, signature_algorithm=b"ed25519-sha256" if ed25519 else b"rsa-sha256")
    field = signer.sign(selector.encode(), domain.encode(), ED25519_KEY if ed25519 else RSA_KEY,
                        canonicalize=tuple(part.encode() for part in canonicalization))
    return field + text


def sealed(text, domain, results, selector="test"):
    """The message with an ARC Set by dkimpy on top, which carries these results."""
    field = "Authentication-Results: " + domain + ";\r\n " + results
    set_fields = dkim.ARC(prepend(text, field)).sign(
        selector.encode(), domain.encode(), RSA_KEY, domain.encode(), timestamp=SIGNED_AT)
    return b"".join(set_fields) + text


class Case:
    def __init__(self, id, rfc, why, zone, smtp, expect, text, mode="enforce", dkimpy=None, policy=None):
        """dkimpy: what it sees where that is something else, for a reason that stands beside it."""
        self.id, self.text, self.dkimpy = id, text, dkimpy
        self.description = {"id": id, "rfc": rfc, "why": why, "zone": zone, "smtp": smtp,
                            "clock": CLOCK, "mode": mode}
        if policy:
            self.description["policy"] = policy
        self.description["expect"] = expect

    def write(self):
        folder = CONFORMANCE / self.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "case.yaml").write_text("\n".join(yaml(self.description)) + "\n", encoding="utf-8")
        (folder / "message.eml").write_bytes(self.text)

    def check(self):
        """Stops where dkimpy or pyspf does not see what the case expects."""
        expect = self.description["expect"]
        found = self.spf_result()
        if found != expect["spf"]:
            raise SystemExit(f"{self.id}: pyspf says {found}, the case expects {expect['spf']}")
        found = [signature.get("problem", signature["result"]) for signature in expect["dkim"]]
        if self.dkim_results() != (self.dkimpy or found) or self.dkimpy == found:
            raise SystemExit(f"{self.id}: dkimpy says {self.dkim_results()}, the case expects {found}")

    def spf_result(self):
        smtp = self.description["smtp"]
        spf.DNSLookup = lambda name, kind, *rest: [((name, kind), data) for data in self.records(name, kind)]
        return spf.query(i=smtp["ip"], s=smtp["mail-from"], h=smtp["helo"]).check()[0]

    def dkim_results(self):
        dkim.time.time = lambda: ARRIVES_AT
        results = []
        for index in range(len(re.findall(rb"(?mi)^dkim-signature:", self.text.split(b"\r\n\r\n")[0]))):
            try:
                good = dkim.DKIM(self.text).verify(index, dnsfunc=self.key_record)
                results.append("pass" if good else "SIGNATURE_MISMATCH")
            except dkim.ValidationError as problem:
                results.append("BODY_HASH_MISMATCH" if "body hash mismatch" in str(problem) else str(problem))
            except spf.TempError:
                results.append("temperror")
        return results

    def key_record(self, name, timeout=5):
        strings = self.records(name.decode(), "TXT")
        return b"".join(strings[0]) if strings else None

    def records(self, name, kind):
        for owner, records in self.description["zone"].items():
            if owner.lower() == name.rstrip(".").lower():
                return [self.record(value, kind) for record in records for key, value in record.items() if key == kind]
        return []

    @staticmethod
    def record(value, kind):
        if value in ("SERVFAIL", "TIMEOUT"):
            raise spf.TempError(value)
        if kind == "TXT":
            return tuple(text.encode() for text in (value if isinstance(value, list) else [value]))
        if kind == "MX":
            return int(value.split()[0]), value.split()[1]
        return value


PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ._/@§+-]*(?<! )")


def yaml(value, indent=0):
    """YAML lines of mappings, lists and texts; JSON's strings are YAML's double-quoted scalars."""
    pad = " " * indent
    for key, content in value.items():
        if isinstance(content, dict):
            yield f"{pad}{scalar(key)}:"
            yield from yaml(content, indent + 2)
        elif isinstance(content, list) and content and isinstance(content[0], dict):
            yield f"{pad}{scalar(key)}:"
            for element in content:
                lines = list(yaml(element, indent + 4))
                yield pad + "  - " + lines[0].lstrip()
                yield from lines[1:]
        elif isinstance(content, list):
            yield f"{pad}{scalar(key)}: [{', '.join(scalar(element) for element in content)}]"
        else:
            yield f"{pad}{scalar(key)}: {scalar(content)}"


def scalar(value):
    if isinstance(value, int):
        return str(value)
    return value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
