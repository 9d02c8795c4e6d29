#!/usr/bin/python3
"""Writes the conformance pack: every case.yaml and message.eml, and the index. See ../README.md.

Needs Debian's python3-dkim, python3-nacl, python3-spf and openssl. Running it again changes nothing.
"""

import shutil

import attacks
import chains
import index
import policies
from common import (ATTACKERS, FORGED, FORWARDED, FORWARDER, FROM_ATTACKER, OWN, REFUSED, SPF, dmarc, expect, failed,
                    letter, organization, passed, smtp)
from pack import CONFORMANCE, Case, ed25519_record, message, prepend, rsa_record, signed

RECEIVED = ("Received: from mx.example.org (mx.example.org [192.0.2.11])\r\n"
            "\tby forwarder.example with ESMTP id 7; Mon, 23 Nov 2026 11:59:30 +0000")


def aligned():
    yield Case(
        "aligned-spf-and-dkim", ["RFC 9989 §4.4", "RFC 7208 §8.3", "RFC 6376 §6.1"],
        "An ordinary message of a domain that has everything in order.",
        organization(), smtp(),
        expect("pass", [passed()], "pass", "reject",
               headers=["header.d=example.org", "header.from=example.org", "policy.dmarc=reject",
                        "smtp.mailfrom=example.org", "smtp.helo=mx.example.org"]),
        signed(letter(), "example.org"))
    yield Case(
        "aligned-spf-only", ["RFC 9989 §4.4.2"],
        "Unsigned, but SPF passes for a bounce domain below the Author Domain: aligned in relaxed mode.",
        organization(**{"bounce.example.org": [SPF]}), smtp(sender="b-17@bounce.example.org"),
        expect("pass", [], "pass", "reject"),
        letter())
    yield Case(
        "aligned-dkim-only-forwarded", ["RFC 9989 §4.4.1", "RFC 7208 §D.3"],
        "A forwarder kept the reverse-path, so that SPF fails; the signature still stands and carries the message.",
        organization(), FORWARDED,
        expect("fail", [passed()], "pass", "reject"),
        prepend(signed(letter(), "example.org"), RECEIVED))
    yield Case(
        "aligned-ed25519", ["RFC 8463 §3", "RFC 9989 §4.4.1"],
        "The only signature is an Ed25519 one.",
        organization(**{"test._domainkey.example.org": [ed25519_record()]}), FORWARDED,
        expect("fail", [passed()], "pass", "reject"),
        signed(letter(), "example.org", ed25519=True))
    yield Case(
        "aligned-two-algorithms", ["RFC 8463 §3", "RFC 6376 §4.2"],
        "Signed with both algorithms: two signatures give two results.",
        organization(**{"ed._domainkey.example.org": [ed25519_record()]}), smtp(),
        expect("pass", [passed(), passed()], "pass", "reject",
               headers=["header.s=ed", "header.a=ed25519-sha256", "header.s=test", "header.a=rsa-sha256", "header.b="]),
        signed(signed(letter(), "example.org"), "example.org", selector="ed", ed25519=True))
    yield Case(
        "null-sender-aligned-by-helo", ["RFC 7208 §2.4", "RFC 9989 §4.4.2"],
        "A bounce has no reverse-path: the HELO name takes its place, and is aligned here.",
        organization(**{"mx.example.org": [{"A": OWN}, {"TXT": "v=spf1 a -all"}]}), smtp(sender=""),
        expect("pass", [], "pass", "reject"),
        letter("Mail Delivery System <mailer-daemon@example.org>", "Undelivered Mail Returned to Sender",
               more=[("Auto-Submitted", "auto-replied")]))
    yield Case(
        "several-authors-of-one-domain", ["RFC 5322 §3.6.2", "RFC 9989 §4.2"],
        "Two mailboxes in one From field, both of one domain, are one Author Domain.",
        organization(), smtp(),
        expect("pass", [passed()], "pass", "reject", headers=["header.from=example.org"]),
        signed(letter("\"Doe, Alice\" <alice@example.org>,\r\n carol@EXAMPLE.org (Carol)",
                      more=[("Sender", "alice@example.org")]), "example.org"))
    odd = message([
        ("From", "Alice <alice@example.org>"),
        ("To", "Bob\r\n\t <bob@receiver.example>"),
        ("Subject", b"Gr\xfc\xdfe  in Latin-1 \t "),
        ("Date", "Mon, 23 Nov 2026 11:58:00 +0000"),
    ], [".", "..two dots", "blanks at the end  \t ", b"8-bit: \xe9\xff\x80", "", "--", "", "", ""])
    yield Case(
        "octets-survive-simple", ["RFC 6376 §3.4.1", "RFC 6376 §3.4.3"],
        "Signed simple/simple over octets that careless programs change: 8-bit without a charset, odd folds, "
        "blanks at line ends, empty lines at the end.",
        organization(), FORWARDED,
        expect("fail", [passed()], "pass", "reject"),
        signed(odd, "example.org", canonicalization=("simple", "simple")))


def forged():
    for policy, verdict, reply in ("reject", "reject", REFUSED), ("quarantine", "quarantine", None), \
            ("none", "accept", None):
        yield Case(
            f"forged-from-policy-{policy}", ["RFC 9989 §5.3.5", "RFC 9989 §5.4"],
            "A stranger with SPF and DKIM of his own in order writes somebody else's domain into From: both pass, "
            "neither is aligned.",
            organization(f"p={policy}") | ATTACKERS, FROM_ATTACKER,
            expect("pass", [passed("attacker.example")], "fail", policy, verdict, reply),
            signed(FORGED, "attacker.example"))
    yield Case(
        "forged-from-monitored", ["RFC 9989 §5.4"],
        "The same under p=reject on a host that only monitors: accepted, with the result on record.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [passed("attacker.example")], "fail", "reject"),
        signed(FORGED, "attacker.example"), mode="monitor")
    yield Case(
        "forged-from-testing", ["RFC 9989 §4.7"],
        "p=reject with t=y applies as quarantine.",
        organization("p=reject; t=y") | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "quarantine", "quarantine", headers=["policy.dmarc=quarantine"]),
        FORGED)
    yield Case(
        "forged-subdomain-sp", ["RFC 9989 §4.7", "RFC 9989 §4.10.1"],
        "From names an existing subdomain without a record: the Organizational Domain's sp counts, not its p.",
        organization("p=none; sp=reject", **{"news.example.org": [{"A": OWN}]}) | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", "reject", REFUSED, headers=["header.from=news.example.org"]),
        letter("News <editor@news.example.org>"))
    yield Case(
        "forged-subdomain-np", ["RFC 9989 §3.2.13", "RFC 9989 §4.7"],
        "From names a subdomain that does not exist: np counts, not sp.",
        organization("p=none; sp=none; np=reject") | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", "reject", REFUSED,
               headers=["header.from=no-such.example.org", "policy.dmarc=reject"]),
        letter("Billing <billing@no-such.example.org>"))
    yield Case(
        "strict-alignment-refuses-subdomain", ["RFC 9989 §4.4", "RFC 9989 §4.7"],
        "With adkim=s and aspf=s a subdomain's SPF and DKIM pass are not enough.",
        organization("p=quarantine; adkim=s; aspf=s", **{
            "mail.example.org": [SPF], "test._domainkey.mail.example.org": [rsa_record()]}),
        smtp(sender="alice@mail.example.org"),
        expect("pass", [passed("mail.example.org")], "fail", "quarantine", "quarantine"),
        signed(letter(), "mail.example.org"))
    yield Case(
        "display-name-is-no-author", ["RFC 5322 §3.4", "RFC 9989 §3.2.2"],
        "An address in the display name is decoration: the Author Domain is that of the address in brackets, "
        "which has no DMARC record.",
        organization() | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "none", headers=["header.from=attacker.example"]),
        letter("\"Alice <alice@example.org>\" <bulk@attacker.example>"))
    yield Case(
        "two-from-fields", ["RFC 5322 §3.6", "RFC 9989 §5.3.1", "RFC 9989 §11.5"],
        "A second From field above a genuine signed message: what people see is not what was signed. "
        "There is no Author Domain, and that must not be a way around DMARC.",
        organization() | ATTACKERS, FORWARDED,
        expect("fail", [failed("SIGNATURE_MISMATCH")], "permerror", None, "reject"),
        prepend(signed(letter(), "example.org"), "From: The Bank <service@attacker.example>"))


def tampered():
    genuine = signed(letter(), "example.org")
    yield Case(
        "tampered-body", ["RFC 6376 §3.7", "RFC 6376 §6.1.3"],
        "One word of the body changed on the way; SPF does not help a forwarded message.",
        organization(), FORWARDED,
        expect("fail", [failed("BODY_HASH_MISMATCH")], "fail", "reject", "reject", REFUSED),
        genuine.replace(b"the usual place", b"the other place"))
    yield Case(
        "tampered-subject", ["RFC 6376 §3.7", "RFC 6376 §6.1.3"],
        "The Subject changed on the way: the body hash stands, the signature does not.",
        organization(), FORWARDED,
        expect("fail", [failed("SIGNATURE_MISMATCH")], "fail", "reject", "reject", REFUSED),
        genuine.replace(b"Subject: Minutes", b"Subject: [bulk] Minutes"))
    listed = genuine.replace(b"Alice\r\n", b"Alice\r\n-- \r\nThe list about minutes\r\n")
    yield Case(
        "mailing-list-footer", ["RFC 6376 §4.2", "RFC 9989 §4.4.1"],
        "A list added a footer, broke the author's signature and signed for itself: its own passes are not aligned.",
        organization("p=quarantine") | {
            "list.example": [{"TXT": f"v=spf1 ip4:{FORWARDER} -all"}],
            "test._domainkey.list.example": [rsa_record()]},
        smtp(FORWARDER, "list.example", "minutes-bounces@list.example"),
        expect("pass", [passed("list.example"), failed("BODY_HASH_MISMATCH")], "fail", "quarantine", "quarantine"),
        signed(listed, "list.example"))
    yield Case(
        "forged-authentication-results", ["RFC 8601 §5", "RFC 8601 §2.2"],
        "Three fields claim to be ours: by another letter case, by a comment, a fold and a quoted-string with a "
        "version, by a quoted-pair. The field of another host stays.",
        organization("p=none") | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "none", removed=[1, 3, 4]),
        prepend(
            letter(),
            "AUTHENTICATION-RESULTS: MX.Receiver.EXAMPLE; dmarc=pass header.from=example.org",
            "Authentication-Results: mx.other.example; spf=pass smtp.mailfrom=example.org",
            "Authentication-Results: (by (nested) mx.other.example)\r\n\t\"mx.receiver.example\" 1\r\n"
            "\t; dkim=pass header.d=example.org",
            "Authentication-Results:\r\n \"mx.rec\\eiver.example\"; dmarc=pass header.from=example.org"))


def unresolved():
    yield Case(
        "key-lookup-times-out", ["RFC 6376 §6.1.2", "RFC 9989 §5.3.6"],
        "The key could not be fetched and nothing else is aligned: DMARC can neither pass nor fail. The client keeps "
        "the message and comes back.",
        organization(**{"example.org": [{"A": OWN}], "test._domainkey.example.org": [{"TXT": "TIMEOUT"}]}),
        smtp(),
        expect("none", [{"result": "temperror", "d": "example.org"}], "temperror", "reject", "tempfail", "451 4.7.0"),
        signed(letter(), "example.org"))
    yield Case(
        "key-lookup-times-out-but-spf-aligned", ["RFC 9989 §4.4"],
        "The key could not be fetched, but SPF passes in alignment: one is enough.",
        organization(**{"test._domainkey.example.org": [{"TXT": "TIMEOUT"}]}), smtp(),
        expect("pass", [{"result": "temperror", "d": "example.org"}], "pass", "reject"),
        signed(letter(), "example.org"))
    yield Case(
        "no-records-at-all", ["RFC 7208 §2.6.1", "RFC 9989 §4.10.1"],
        "A domain that publishes nothing: there is nothing to check and nothing to hold against it.",
        {"example.org": [{"A": OWN}]}, smtp(),
        expect("none", [], "none", headers=["header.from=example.org"]),
        letter())
    yield Case(
        "two-policy-records", ["RFC 9989 §4.10"],
        "Two DMARC records at one name are as good as none.",
        organization(**{"_dmarc.example.org": dmarc("p=reject") + dmarc("p=none")}) | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "none"),
        letter())


def main():
    groups = (aligned, forged, tampered, unresolved, attacks.all_cases, chains.all_cases, policies.all_cases)
    cases = [case for group in groups for case in group()]
    for case in cases:
        case.check()
    shutil.rmtree(CONFORMANCE, ignore_errors=True)
    for case in cases:
        case.write()
    index.write()
    print(f"{len(cases)} cases, as dkimpy and pyspf see them too")


if __name__ == "__main__":
    main()
