"""What a host makes of the results by the rules in its policy file, as cases of the pack."""

from common import (ATTACKERS, FORGED, FORWARDED, FORWARDER, FROM_ATTACKER, OWN, REFUSED, expect, failed, letter,
                    organization, passed, smtp)
from pack import Case, rsa_record, sealed, signed

LIST = {
    "list.example": [{"A": FORWARDER}, {"TXT": f"v=spf1 ip4:{FORWARDER} -all"}],
    "test._domainkey.list.example": [rsa_record()],
}
THROUGH_LIST = smtp(FORWARDER, "list.example", "minutes-bounces@list.example")
UNPUBLISHED = {"example.org": [{"A": OWN}], "test._domainkey.example.org": [rsa_record()]}
PROTECT = "protect: [example.org]\n"
SEALER = "indirect-flow: {trusted-sealers: [list.example]}\n"
SAW_PASS = "dmarc=pass header.from=example.org"


def with_footer():
    return signed(letter(), "example.org").replace(b"Alice\r\n", b"Alice\r\n-- \r\nThe list about minutes\r\n")


def forwarded(id, why, policy, verdict, reply=None, results=SAW_PASS, zone=None, envelope=THROUGH_LIST, more=()):
    """A message that a list has changed and sealed, under one policy and another."""
    text = sealed(with_footer(), "list.example", results) if results else with_footer()
    spf = "pass" if envelope is THROUGH_LIST else "fail"
    return Case(
        f"policy-{id}", ["RFC 9989 §7.4", *more], why, zone or organization() | LIST, envelope,
        expect(spf, [failed("BODY_HASH_MISMATCH")], "fail", "reject", verdict, reply,
               headers=["arc=pass"] if results else []),
        text, policy=policy)


def indirect():
    yield forwarded(
        "trusted-sealer", "The list is trusted and saw the message pass before it added its footer.",
        SEALER, "quarantine", more=["RFC 8617 §7.2"])
    yield forwarded(
        "trusted-sealer-accepted", "The same, by a host that accepts such mail.",
        "indirect-flow: {trusted-sealers: [\"*.example\"], then: accept}\n", "accept")
    yield forwarded(
        "sealer-nobody-trusts", "Anybody can seal: a seal counts only where its sealer is trusted.",
        "indirect-flow: {trusted-sealers: [other.example]}\n", "reject", REFUSED)
    yield forwarded(
        "trusted-sealer-saw-a-fail", "A trusted sealer that saw the message fail says nothing for it.",
        SEALER, "reject", REFUSED, results="dmarc=fail header.from=example.org")
    yield forwarded(
        "trusted-sealer-saw-another", "What the sealer saw pass was a message of another author.",
        SEALER, "reject", REFUSED, results="dmarc=pass header.from=attacker.example")
    yield forwarded(
        "forwarder-by-network", "The client is a forwarder that the operator knows.",
        f"indirect-flow: {{forwarders: {{networks: [{FORWARDER}]}}}}\n", "quarantine",
        results=None, envelope=FORWARDED)
    yield forwarded(
        "forwarder-by-mail-from", "SPF passed for the bounce domain of a list that the operator knows.",
        "indirect-flow: {forwarders: {mail-from: [list.example]}}\n", "quarantine", results=None)
    yield Case(
        "policy-forwarder-by-signature", ["RFC 9989 §7.4"],
        "A list that the operator knows has signed what it changed.",
        organization() | LIST, FORWARDED,
        expect("fail", [passed("list.example"), failed("BODY_HASH_MISMATCH")], "fail", "reject", "quarantine"),
        signed(with_footer(), "list.example"),
        policy="indirect-flow: {forwarders: {dkim-domain: [list.example]}}\n")
    yield Case(
        "policy-forwarder-in-name-only", ["RFC 9989 §7.4"],
        "A MAIL FROM of the known list from a stranger's host: SPF fails, so it is no evidence.",
        organization() | LIST | ATTACKERS, smtp("203.0.113.66", "list.example", "minutes-bounces@list.example"),
        expect("fail", [], "fail", "reject", "reject", REFUSED),
        FORGED, policy="indirect-flow: {forwarders: {mail-from: [list.example]}}\n")


def protection():
    yield Case(
        "policy-protect-without-a-record", ["RFC 9989 §5.4", "RFC 7372 §3.4"],
        "The domain publishes nothing, but it is the receiver's own, and nothing proves that this is from it.",
        UNPUBLISHED | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "none", None, "reject", REFUSED), FORGED, policy=PROTECT)
    yield Case(
        "policy-protect-below", ["RFC 9989 §5.4"],
        "What is below a protected domain is protected with it.",
        UNPUBLISHED | {"board.example.org": [{"A": OWN}]} | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "none", None, "reject", REFUSED),
        letter("Chair <chair@board.example.org>"), policy=PROTECT)
    yield Case(
        "policy-protect-despite-none", ["RFC 9989 §5.4"],
        "The domain publishes p=none, which does not bind its own host.",
        organization("p=none") | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "none", "reject", REFUSED), FORGED, policy=PROTECT)
    yield Case(
        "policy-protect-signed", ["RFC 9989 §4.4.1"],
        "Mail of a protected domain that comes back from outside with its signature is let in, record or not.",
        UNPUBLISHED | {"forwarder.example": [{"A": FORWARDER}]}, FORWARDED,
        expect("none", [passed()], "none"), signed(letter(), "example.org"), policy=PROTECT)
    yield Case(
        "policy-protect-undecided", ["RFC 9989 §5.3.6"],
        "The policy of a protected domain cannot be looked up now: the client is asked to come back.",
        UNPUBLISHED | {"_dmarc.example.org": [{"TXT": "SERVFAIL"}]} | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "temperror", None, "tempfail", "451 4.7.0"), FORGED, policy=PROTECT)


def choices():
    broken = organization(**{"_dmarc.example.org": [{"TXT": "SERVFAIL"}]}) | ATTACKERS
    yield Case(
        "policy-fail-closed", ["RFC 9989 §5.3.6"],
        "The author's domain is on the list of those whose mail has to wait for the DNS.",
        broken, FROM_ATTACKER,
        expect("pass", [], "temperror", None, "tempfail", "451 4.7.0"), FORGED,
        policy="dmarc: {fail-closed: [example.org]}\n")
    yield Case(
        "policy-fail-open", ["RFC 9989 §5.3.6"],
        "All mail has to wait for the DNS, but that of this domain does not.",
        broken, FROM_ATTACKER,
        expect("pass", [], "temperror"), FORGED,
        policy="dmarc: {fail-closed: [\"*\"], fail-open: [example.org]}\n")
    yield Case(
        "policy-treated-as-none", ["RFC 9989 §5.4"],
        "The domain asks for rejection, the host takes it for one that asks for nothing.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject"), FORGED,
        policy="dmarc: {treat-as: {none: [example.org]}}\n")
    yield Case(
        "policy-treated-as-reject", ["RFC 9989 §5.4"],
        "The domain asks for nothing, the host takes it for one that asks for rejection.",
        organization("p=none") | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "none", "reject", REFUSED), FORGED,
        policy="dmarc: {treat-as: {reject: [\"*.org\"]}}\n")
    yield Case(
        "policy-reject-as-quarantine", ["RFC 9989 §7.4"],
        "The host never refuses for a published policy alone.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", "quarantine"), FORGED,
        policy="dmarc: {on-reject: quarantine}\n")


def rules():
    yield Case(
        "policy-rule-for-a-recipient", ["RFC 9989 §5.4"],
        "A rule for a recipient comes before what is built in.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", "tag"), FORGED,
        policy="rules: [{name: abuse-desk, when: {recipient: bob@receiver.example, dmarc: fail}, then: tag}]\n")
    yield Case(
        "policy-rule-discards", ["RFC 9989 §7.2"],
        "A rule drops a message and tells nobody.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", "discard"), FORGED,
        policy="rules: [{name: known-flood, when: {client: 203.0.113.66}, then: discard}]\n")
    yield Case(
        "policy-rule-monitored", ["RFC 9989 §5.4"],
        "In mode monitor a rule is on record and not carried out.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", headers=["monitor: would be tempfail, rule not-now"]), FORGED,
        mode="monitor",
        policy="rules: [{name: not-now, when: {helo: attacker.example}, then: tempfail}]\n")
    yield Case(
        "policy-null-sender-without-spf", ["RFC 7208 §2.4", "RFC 9989 §5.4"],
        "A bounce from a host that knows nothing of SPF: that alone refuses nothing.",
        {"mx.other.example": [{"A": FORWARDER}]}, smtp(FORWARDER, "mx.other.example", ""),
        expect("none", [], "none"),
        letter("Mail Delivery System <mailer-daemon@other.example>", "Undelivered Mail Returned to Sender"))


def all_cases():
    for group in (indirect, protection, choices, rules):
        yield from group()
