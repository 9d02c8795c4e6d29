"""Messages with an ARC chain, as cases of the pack: what it carries is shown, and nobody's word for anything."""

from arcsign import Chain, keys
from common import ATTACKER, ATTACKERS, FORWARDER, REFUSED, expect, failed, letter, organization, passed, smtp
from dkimsign import key
from pack import Case, signed

LIST = {"list.example": [{"A": FORWARDER}, {"TXT": f"v=spf1 ip4:{FORWARDER} -all"}]}
WORLD = organization() | LIST | ATTACKERS | keys() | key(name="s1._domainkey.attacker.example")
FROM_LIST = smtp(FORWARDER, "list.example", "minutes-bounces@list.example")
FOOTER = "-- \r\nThe list of minutes\r\n"


def arrived(text):
    """A message as a list of fields and a body, for a chain."""
    header, _, body = text.decode("latin-1").partition("\r\n\r\n")
    return Chain(header.replace("\r\n ", "\n ").replace("\r\n\t", "\n\t").split("\r\n"), body)


def octets(chain):
    header = [field.replace("\r\n", "\n").replace("\n", "\r\n") for field in chain.header]
    return ("\r\n".join(header) + "\r\n\r\n" + chain.body).encode("latin-1")


def listed():
    """As a list sends it on that has put its footer below."""
    chain = arrived(signed(letter(), "example.org"))
    return chain.with_body(chain.body + FOOTER)


def all_cases():
    broken = failed("BODY_HASH_MISMATCH")
    yield Case(
        "arc-forwarded-by-a-list", ["RFC 8617 §5.2", "RFC 8617 §6", "RFC 9989 §7.4"],
        "A list broke the signature and sealed what it had found: the chain verifies, and moves nothing while nobody "
        "trusts the list.",
        WORLD, FROM_LIST,
        expect("pass", [broken], "fail", "reject", "reject", REFUSED,
               headers=["arc=pass (i=1 list.example)", f"smtp.remote-ip={FORWARDER}", "header.oldest-pass=0"]),
        octets(listed().seal()))
    chain = arrived(signed(letter(), "example.org")).seal(d="forwarder.example")
    chain.with_body(chain.body + FOOTER).seal(d="list.example")
    yield Case(
        "arc-changed-between-two-handlers", ["RFC 8617 §5.2"],
        "The second handler changed the message: oldest-pass says so.",
        WORLD, FROM_LIST,
        expect("pass", [broken], "fail", "reject", "reject", REFUSED,
               headers=["arc=pass (i=2 list.example, i=1 forwarder.example)", "header.oldest-pass=2"]),
        octets(chain))
    chain = listed().seal()
    yield Case(
        "arc-chain-broken", ["RFC 8617 §5.2", "RFC 8617 §4.4"],
        "Changed after it was sealed: a chain that fails is worth as much as none.",
        WORLD, FROM_LIST,
        expect("pass", [broken], "fail", "reject", "reject", REFUSED,
               headers=['arc=fail reason="the newest message signature does not verify"']),
        octets(chain.with_body(chain.body + "Sent by a friend\r\n")))
    chain = listed().seal(d="forwarder.example")
    chain.with_body(chain.body + "Sent by a friend\r\n")
    chain.seal(d="list.example", cv="fail", scope=lambda fields: fields[-2:])
    yield Case(
        "arc-marked-as-failed", ["RFC 8617 §5.1.2", "RFC 8617 §5.2"],
        "The handler before us found the chain broken and said so.",
        WORLD, FROM_LIST,
        expect("pass", [broken], "fail", "reject", "reject", REFUSED,
               headers=['arc=fail reason="the last handler found the chain broken already"']),
        octets(chain))
    yield Case(
        "arc-key-cannot-be-fetched", ["RFC 8617 §5.2.1"],
        "Trouble with the DNS of the sealer: for others this is a fail.",
        WORLD | {"s1._domainkey.list.example": [{"TXT": "TIMEOUT"}]}, smtp(),
        expect("pass", [passed()], "pass", "reject", headers=['arc=fail reason="a public key cannot be fetched now"']),
        octets(arrived(signed(letter(), "example.org")).seal()))
    yield Case(
        "arc-sealed-by-the-forger", ["RFC 8617 §7.2", "RFC 8617 §9"],
        "Whoever has a domain can seal: that a chain verifies says who speaks, not that it is true.",
        WORLD, smtp(ATTACKER, "attacker.example", "bulk@attacker.example"),
        expect("pass", [], "fail", "reject", "reject", REFUSED,
               headers=["arc=pass (i=1 attacker.example)", "dmarc=fail"]),
        octets(arrived(letter(subject="Your account")).seal(d="attacker.example")))
