"""Attacks on the composition of SPF, DKIM and DMARC that are known in public, as cases of the pack.

From "Composition Kills" (2020), "Weak Links in Authentication Chains" (2021), "BreakSPF" (2024), the VU#517845 note, the
2024 reports on l= in signatures, and RFC 6376 section 8. What a mail server would not take in an envelope or cannot
hand on (NUL, for one) is in the engine's own tests.
"""

import dkim

import pack
from common import (ATTACKER, ATTACKERS, FORWARDED, FROM_ATTACKER, OWN, REFUSED, expect, failed, letter,
                    organization, passed, smtp)
from pack import Case, message, prepend, signed

WORLD = organization() | ATTACKERS
STRANGE = "550 5.7.1"


def oversigned(text, names):
    """Signed over these fields and no others, each as often as it is listed."""
    dkim.time.time = lambda: pack.SIGNED_AT
    signer = dkim.DKIM(text)
    field = signer.sign(b"test", b"example.org", pack.RSA_KEY, canonicalize=(b"relaxed", b"relaxed"),
                        include_headers=[name.encode() for name in names])
    return field + text


def partial(text):
    """Signed with l=, the length of the body as it is."""
    dkim.time.time = lambda: pack.SIGNED_AT
    return dkim.DKIM(text).sign(b"test", b"example.org", pack.RSA_KEY, canonicalize=(b"relaxed", b"relaxed"),
                                length=True) + text


def forged(author, **more):
    return letter(author, "Your account", body=["Please confirm your password."], **more)


def unclear(id, rfc, why, text, headers=()):
    return Case(f"attack-{id}", rfc, why, WORLD, FROM_ATTACKER,
                expect("pass", [], "permerror", None, "reject", STRANGE, headers=headers), text)


def envelopes():
    yield Case(
        "attack-mail-from-below-the-victim", ["RFC 7208 §4.3", "RFC 9989 §3.2.4"],
        "MAIL FROM is a subdomain of the victim's that does not exist: it has no SPF record, and none is no pass.",
        WORLD, smtp(ATTACKER, "attacker.example", "any@mailfrom.no-such.example.org"),
        expect("none", [], "fail", "reject", "reject", REFUSED),
        forged("Alice <alice@example.org>"))
    yield Case(
        "attack-null-sender-of-a-stranger", ["RFC 7208 §2.4", "RFC 9989 §4.4.2"],
        "With a null reverse-path the HELO name is checked: a pass of the forger's own host is not aligned.",
        WORLD, smtp(ATTACKER, "attacker.example", ""),
        expect("pass", [], "fail", "reject", "reject", REFUSED),
        forged("Mail Delivery System <mailer-daemon@example.org>"))
    yield Case(
        "attack-helo-of-the-victim", ["RFC 9989 §3.2.4", "RFC 7208 §2.3"],
        "The HELO name is the victim's, MAIL FROM the forger's: only the latter counts for DMARC.",
        WORLD, smtp(ATTACKER, "mx.example.org", "bulk@attacker.example"),
        expect("pass", [], "fail", "reject", "reject", REFUSED),
        forged("Alice <alice@example.org>"))
    yield Case(
        "attack-shared-addresses", ["RFC 7208 §11.2"],
        "The victim's SPF record admits a whole provider, and the forger is a customer of it. By the domain's own word "
        "this is a pass; nobody but the domain can mend it.",
        organization(**{"example.org": [{"A": OWN}, {"TXT": "v=spf1 ip4:203.0.113.0/24 -all"}]}) | {
            "attacker.example": ATTACKERS["attacker.example"]},
        smtp(ATTACKER, "attacker.example", "alice@example.org"),
        expect("pass", [], "pass", "reject"),
        forged("Alice <alice@example.org>"))


def authors():
    yield Case(
        "attack-no-such-subdomain", ["RFC 9989 §4.7"],
        "The author's subdomain does not exist: without np and sp it gets the organization's p.",
        WORLD, FROM_ATTACKER,
        expect("pass", [], "fail", "reject", "reject", REFUSED, headers=["header.from=billing.example.org"]),
        forged("Billing <billing@billing.example.org>"))
    yield Case(
        "attack-lookalike-signer", ["RFC 9989 §4.4"],
        "The signing domain begins with the victim's name. It is not the beginning that counts.",
        WORLD | {"test._domainkey.example.org.attacker.example": ATTACKERS["test._domainkey.attacker.example"]},
        FROM_ATTACKER,
        expect("pass", [passed("example.org.attacker.example")], "fail", "reject", "reject", REFUSED),
        signed(forged("Alice <alice@example.org>"), "example.org.attacker.example"))
    yield Case(
        "attack-homograph", ["RFC 9989 §5.3.1", "RFC 9989 §11.4"],
        "A Cyrillic letter in the author's domain makes it another domain, which publishes nothing: none, and never a "
        "pass of the domain that it looks like.",
        WORLD, FROM_ATTACKER,
        expect("pass", [], "none", headers=["header.from=xn--xample-2of.org"]),
        forged("Alice <alice@еxample.org>"))
    yield unclear(
        "second-from-below", ["RFC 5322 §3.6", "RFC 9989 §11.5"],
        "The forger's From field first, the victim's second: programs differ in which one they take.",
        forged("bulk@attacker.example", more=[("From", "Alice <alice@example.org>")]))
    yield unclear(
        "second-from-with-a-space", ["RFC 5322 §4.5", "RFC 9989 §11.5"],
        "White space before the colon hides the second From field from some programs.",
        forged("bulk@attacker.example").replace(b"To: Bob", b"From : Alice <alice@example.org>\r\nTo: Bob"))
    yield unclear(
        "indented-from", ["RFC 5322 §2.2", "RFC 9989 §11.5"],
        "The first line is indented: some programs drop it, others strip it and show it.",
        b" From: Alice <alice@example.org>\r\n" + forged("bulk@attacker.example"))
    yield unclear(
        "two-addresses", ["RFC 5322 §3.6.2", "RFC 9989 §5.3.1"],
        "Addresses of two domains, and a Sender field to choose between them.",
        forged("<bulk@attacker.example>, <alice@example.org>", more=[("Sender", "alice@example.org")]))
    yield unclear(
        "encoded-address", ["RFC 2047 §5", "RFC 9989 §11.5"],
        "The victim's address in an encoded word, which some programs decode before they look for addresses.",
        forged("=?utf-8?b?PGFsaWNlQGV4YW1wbGUub3JnPg==?=, <bulk@attacker.example>"))
    yield unclear(
        "route", ["RFC 5322 §4.4", "RFC 9989 §11.5"],
        "A route before the address: some filters take its first host, mail programs show the address.",
        forged("<@attacker.example,@b.example:alice@example.org>"))
    yield unclear(
        "group-named-like-an-address", ["RFC 6854 §2", "RFC 9989 §11.5"],
        "An address in the place of a group's name: the filter sees the one, the reader the other.",
        forged("<bulk@attacker.example>:<alice@example.org>;"))
    yield unclear(
        "quoted-address", ["RFC 5322 §3.4.1", "RFC 9989 §11.5"],
        "The victim's address as a quoted local part: some programs cut at the first @.",
        forged("\"alice@example.org\"@attacker.example"))
    yield unclear(
        "bracket-in-a-quoted-string", ["RFC 5322 §3.4.1", "RFC 9989 §11.5"],
        "A bracket inside of quotes ends the address for programs that do not know quotes.",
        forged("<\"alice@example.org>\"@attacker.example>"))
    yield unclear(
        "comment-without-an-end", ["RFC 5322 §3.2.2", "RFC 9989 §11.5"],
        "A parenthesis that never closes: the domain goes on, or it does not.",
        forged("alice@example.org(.attacker.example"))
    yield unclear(
        "backspace", ["RFC 5322 §2.2", "RFC 9989 §11.5"],
        "Control characters that some programs drop and some terminals obey.",
        forged("bulk@attacker.example" + "\b" * 21 + "alice@example.org"))
    yield unclear(
        "no-from-but-sender", ["RFC 5322 §3.6", "RFC 9989 §4.2"],
        "No From field at all: some programs show Sender or what was resent instead.",
        message([("Sender", "Alice <alice@example.org>"), ("Resent-From", "alice@example.org"),
                 ("Subject", "Your account")], ["Please confirm your password."]))


def signatures():
    genuine = letter()
    yield Case(
        "attack-appended-behind-l", ["RFC 6376 §8.2", "RFC 6376 §3.5"],
        "The signature's l= leaves open what follows the signed part of the body, and a forger wrote there. The "
        "signature passes, but speaks for nobody.",
        WORLD, FORWARDED,
        expect("fail", [passed()], "fail", "reject", "reject", REFUSED),
        partial(genuine) + b"\r\nPS: our new account is XX00 0000.\r\n")
    once = oversigned(genuine, ["from", "to", "subject", "date"])
    yield Case(
        "attack-added-from", ["RFC 6376 §8.15", "RFC 9989 §11.5"],
        "A signed message is replayed with another From field on top. Its signer did not sign the absence of a second "
        "one, so the signature passes. Two From fields have no author all the same.",
        WORLD, FORWARDED,
        expect("fail", [passed()], "permerror", None, "reject", STRANGE),
        prepend(once, "From: The Bank <service@attacker.example>"),
        dkimpy=["SIGNATURE_MISMATCH"])  # it checks one From more than the signature lists
    yield Case(
        "attack-added-subject-oversigned", ["RFC 6376 §8.15"],
        "Another Subject field on top of a message whose signer signed the absence of a second one.",
        WORLD, FORWARDED,
        expect("fail", [failed("SIGNATURE_MISMATCH")], "fail", "reject", "reject", REFUSED),
        prepend(oversigned(genuine, ["from", "from", "to", "subject", "subject", "date"]), "Subject: You have won"))
    yield Case(
        "attack-added-subject", ["RFC 6376 §8.15"],
        "The same where it was not signed: the author is who it says, and what was added is not his. Only a signer who "
        "signs one Subject too many can prevent this.",
        WORLD, FORWARDED,
        expect("fail", [passed()], "pass", "reject"),
        prepend(once, "Subject: You have won"))
    yield Case(
        "attack-replay", ["RFC 6376 §8.6"],
        "A genuine message, whole, from a stranger's host to somebody else. DKIM cannot tell and DMARC passes.",
        WORLD, smtp(ATTACKER, "attacker.example", "bulk@attacker.example"),
        expect("pass", [passed()], "pass", "reject"),
        signed(genuine, "example.org"))
    good = signed(genuine, "example.org")
    field = good[:good.index(b"\r\nFrom:") + 2]
    yield Case(
        "attack-damaged-copy", ["RFC 6008 §6.2", "RFC 9989 §4.4.1"],
        "A damaged copy of a genuine signature on top of it: a failure beside an aligned pass takes nothing away.",
        WORLD, FORWARDED,
        expect("fail", [failed("SIGNATURE_MISMATCH"), passed()], "pass", "reject"),
        field.replace(b"t=1795435140", b"t=1795435141") + good)


def results():
    yield Case(
        "attack-results-nobody-can-parse", ["RFC 8601 §5"],
        "Fields that begin with our name and that no parser takes: they must go before somebody's does.",
        organization("p=none") | ATTACKERS, FROM_ATTACKER,
        expect("pass", [], "fail", "none", removed=[1, 2, 3, 4, 6]),
        prepend(
            letter(),
            "Authentication-Results: mx.receiver.example",
            "Authentication-Results: mx.receiver.example 7; dmarc=pass",
            "Authentication-Results: mx.receiver.example; dmarc=pass (",
            "Authentication-Results: \"mx.receiver.example; dmarc=pass",
            "Authentication-Results: mx.receiver.example.attacker.example; dmarc=pass",
            "Authentication-Results: ( mx.receiver.example; dmarc=pass"))


def all_cases():
    for group in envelopes, authors, signatures, results:
        yield from group()
