"""The domains, transactions, messages and expectations that the cases of the conformance pack share."""

from pack import message, rsa_record

SPF = {"TXT": "v=spf1 ip4:192.0.2.0/28 -all"}
OWN = "192.0.2.10"  # one of example.org's hosts
FORWARDER = "198.51.100.7"
ATTACKER = "203.0.113.66"


def dmarc(text):
    return [{"TXT": "v=DMARC1; " + text}]


def organization(policy="p=reject", **more):
    """example.org with everything in order; an argument set to None takes a name away."""
    zone = {
        "example.org": [{"A": OWN}, {"MX": "10 mx.example.org"}, SPF],
        "mx.example.org": [{"A": "192.0.2.11"}],
        "_dmarc.example.org": dmarc(policy),
        "test._domainkey.example.org": [rsa_record()],
    }
    return zone | more


ATTACKERS = {
    "attacker.example": [{"A": ATTACKER}, {"TXT": f"v=spf1 ip4:{ATTACKER} -all"}],
    "test._domainkey.attacker.example": [rsa_record()],
}


def smtp(ip=OWN, helo="mx.example.org", sender="alice@example.org"):
    return {"ip": ip, "helo": helo, "mail-from": sender, "rcpt": ["bob@receiver.example"]}


FROM_ATTACKER = smtp(ATTACKER, "attacker.example", "bulk@attacker.example")
FORWARDED = smtp(FORWARDER, "forwarder.example")


def letter(author="Alice <alice@example.org>", subject="Minutes of Monday", more=(), body=None):
    return message([
        ("From", author),
        ("To", "Bob <bob@receiver.example>"),
        ("Subject", subject),
        ("Date", "Mon, 23 Nov 2026 11:58:00 +0000"),
        ("Message-ID", "<1795435080.17@example.org>"),
        *more,
    ], body or ["Dear Bob,", "", "the minutes are in the usual place.", "", "Alice"])


def passed(domain="example.org"):
    return {"result": "pass", "d": domain}


def failed(problem, domain="example.org"):
    return {"result": "fail", "problem": problem, "d": domain}


def expect(spf, dkim, dmarc, policy=None, verdict="accept", reply=None, removed=None, headers=()):
    written = [f"spf={spf}", f"dmarc={dmarc}"] + [f"dkim={one['result']}" for one in dkim]
    found = {"spf": spf, "dkim": dkim, "dmarc": dmarc}
    optional = {"policy": policy, "verdict": verdict, "reply": reply, "removed": removed}
    found |= {key: value for key, value in optional.items() if value is not None}
    found["headers"] = list(dict.fromkeys(written)) + list(headers)
    return found


REFUSED = "550 5.7.26"
FORGED = letter(subject="Your account", body=["Please confirm your password."])
