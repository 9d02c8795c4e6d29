"""Cases about the octets that are signed (RFC 6376 §3.4, §3.7, §5.4.2)."""

from dkim_case import TAGS, broken, fails, passes, received, signed
from dkimsign import BODY, HEADER, Vector, sign


def header_canonicalization():
    simple = TAGS.replace("relaxed/relaxed", "simple/relaxed")
    strict, loose = ["RFC 6376 §3.4.1"], ["RFC 6376 §3.4.2"]
    forms = [
        ("untouched", HEADER, True),
        ("name-in-upper-case", ["FROM" + HEADER[0][4:]] + HEADER[1:], False),
        ("no-space-behind-colon", ["From:" + HEADER[0][6:]] + HEADER[1:], False),
        ("space-before-colon", ["From : " + HEADER[0][6:]] + HEADER[1:], False),
        ("folded-anew", HEADER[:1] + ["To: Bob\r\n <bob@receiver.example>"] + HEADER[2:], False),
        ("folded-with-tab", HEADER[:1] + ["To:\r\n\tBob <bob@receiver.example>"] + HEADER[2:], False),
        ("spaces-to-one", HEADER[:2] + ["Subject: Lunch on Friday"], False),
        ("spaces-to-tab", HEADER[:2] + ["Subject: Lunch on\tFriday"], False),
        ("space-at-end", HEADER[:2] + [HEADER[2] + " \t"], False),
        ("fields-in-another-order", HEADER[::-1], True),
        ("unsigned-field-added", ["Received: by mx.receiver.example"] + HEADER + ["X-Spam: no"], True),
    ]
    for name, header, simple_too in forms:
        yield Vector("header-relaxed-" + name, loose, "relaxed: it is the same message", received(header), [passes()],
                     dkimpy="it wants no white space before the colon" if name == "space-before-colon" else None)
        yield Vector("header-simple-" + name, strict, "simple: it is the same only octet for octet",
                     received(header, tags=simple, c="simple/relaxed"),
                     [passes() if simple_too else fails("SIGNATURE_MISMATCH")])
    for name, subject in (("word-changed", "Lunch on  Monday"), ("case-of-value", "lunch on  Friday"),
                          ("space-removed", "Lunch onFriday"), ("space-added", "Lun ch on  Friday"),
                          ("vertical-tab", "Lunch on\x0bFriday"), ("control-at-end", "Lunch on  Friday\x0b"),
                          ("octet-above-127", "Lunch on  Frid\xe4y")):
        yield Vector("header-relaxed-" + name, loose, "relaxed changes white space and the case of names, nothing else",
                     received(HEADER[:2] + ["Subject: " + subject]), [fails("SIGNATURE_MISMATCH")],
                     dkimpy="it takes a vertical tab for white space" if name == "control-at-end" else None)
    eight_bit = HEADER[:2] + ["Subject: Mittagessen f\xfcr \xff\xfe"]
    yield Vector("header-octets-above-127", loose, "octets are hashed as they are, whatever their charset",
                 signed(header=eight_bit), [passes()])
    folded = HEADER[:2] + ["Subject: \r\n Lunch\r\n\t \r\n on  Friday"]
    yield Vector("header-relaxed-unfolded", loose, "a field that was folded is the same in one line",
                 received(header=folded), [passes()])
    yield Vector("header-relaxed-empty-value", loose, "a field may be empty",
                 signed(header=HEADER[:2] + ["Subject:"]), [passes()])
    yield Vector("header-relaxed-only-white-space", loose, "white space alone is an empty value",
                 ([sign(TAGS, header=HEADER[:2] + ["Subject:"])] + HEADER[:2] + ["Subject:  \t "], BODY), [passes()])


def body_canonicalization():
    strict, loose = ["RFC 6376 §3.4.3"], ["RFC 6376 §3.4.4"]
    simple = TAGS.replace("relaxed/relaxed", "relaxed/simple")
    first = "One  two\tthree\r\n\r\n four \r\n"
    forms = [
        ("untouched", first, True, True),
        ("empty-lines-at-end", first + "\r\n\r\n\r\n", True, True),
        ("blank-lines-at-end", first + " \r\n\t\r\n", False, True),
        ("space-at-line-end", first.replace("three", "three \t"), False, True),
        ("spaces-to-one", first.replace("  ", " "), False, True),
        ("tab-to-space", first.replace("\t", " "), False, True),
        ("space-at-line-begin-grown", first.replace("\r\n four", "\r\n\t  four"), False, True),
        ("space-at-line-begin-removed", first.replace("\r\n four", "\r\nfour"), False, False),
        ("space-between-words-removed", first.replace("  ", ""), False, False),
        ("empty-line-inside-removed", first.replace("\r\n\r\n", "\r\n"), False, False),
        ("empty-line-inside-added", first.replace("\r\n\r\n", "\r\n\r\n\r\n"), False, False),
        ("empty-line-at-begin-added", "\r\n" + first, False, False),
        ("word-changed", first.replace("two", "too"), False, False),
        ("case-changed", first.replace("two", "Two"), False, False),
        ("line-added", first + "-- \r\nA list\r\n", False, False),
        ("no-line-end-at-end", first.rstrip("\r\n"), True, True),
        ("octet-above-127", first.replace("two", "tw\xf6"), False, False),
        ("nothing-left", "", False, False),
    ]
    for name, body, same_simple, same_relaxed in forms:
        for form, tags, c, same, rule in (("simple", simple, "relaxed/simple", same_simple, strict),
                                          ("relaxed", TAGS, "relaxed/relaxed", same_relaxed, loose)):
            wrong = {("relaxed", "no-line-end-at-end"): "it keeps white space before an end without CRLF"}
            yield Vector(f"body-{form}-{name}", rule,
                         f"{form}: {'the same body' if same else 'another body'}",
                         ([sign(tags, body=first, c=c)] + HEADER, body),
                         [passes() if same else fails("BODY_HASH_MISMATCH")],
                         dkimpy=wrong.get((form, name)))
    for name, body in (("empty", ""), ("one-line-end", "\r\n"), ("many-line-ends", "\r\n\r\n\r\n")):
        yield Vector("body-simple-" + name, strict, "simple: an empty body is one CRLF",
                     ([sign(simple.replace("{bh}", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="))] + HEADER, body),
                     [passes()])
        yield Vector("body-relaxed-" + name, loose, "relaxed: an empty body is nothing at all",
                     ([sign(TAGS.replace("{bh}", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))] + HEADER, body),
                     [passes()])
    yield Vector("body-relaxed-only-spaces", loose, "relaxed: a line of blanks is an empty line",
                 ([sign(TAGS.replace("{bh}", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))] + HEADER,
                  " \t\r\n \r\n"),
                 [passes()])
    for c, hashed, problem in (("simple", "simple/simple", None), ("relaxed", "relaxed/simple", None),
                               ("simple/relaxed", "simple/relaxed", None), ("nowsp", "simple/simple",
                                "UNKNOWN_CANONICALIZATION"),
                               ("relaxed/", "relaxed/simple", "UNKNOWN_CANONICALIZATION"),
                               ("RELAXED", "relaxed/simple", "UNKNOWN_CANONICALIZATION"),
                               ("relaxed/relaxed/relaxed", "relaxed/relaxed", "UNKNOWN_CANONICALIZATION")):
        yield Vector("canonicalization-" + c.replace("/", "-").strip("-") + ("-slash" if c.endswith("/") else "")
                     if c != "RELAXED" else "canonicalization-in-upper-case", ["RFC 6376 §3.5"],
                     "the second half of c= is simple where it is missing; other names are not known",
                     signed(TAGS.replace("relaxed/relaxed", c), c=hashed, body="a  b \r\n"),
                     [broken(problem) if problem else passes()])
    yield Vector("canonicalization-missing", ["RFC 6376 §3.5"], "without c= both halves are simple",
                 signed(TAGS.replace("c=relaxed/relaxed; ", ""), c="simple/simple", body="a  b \r\n"), [passes()])


def header_selection():
    rule = ["RFC 6376 §5.4.2"]
    two = HEADER + ["Subject: the lower"]
    yield Vector("select-from-the-bottom", rule, "one mention is the lowest field of the name",
                 (signed(header=two)[0][:3] + ["Subject: another upper", two[3]], BODY), [passes()])
    yield Vector("select-lowest-changed", rule, "so that one must not change",
                 (signed(header=two)[0][:4] + ["Subject: changed"], BODY), [fails("SIGNATURE_MISMATCH")])
    both = TAGS.replace("h=From:To:Subject", "h=From:Subject:To:Subject")
    order = ("from", "subject", "to", "subject")
    yield Vector("select-two-mentions", rule, "a second mention is the field above",
                 signed(both, header=two, names=order), [passes()])
    yield Vector("select-two-swapped", rule, "so their order must not change",
                 ([sign(both, header=two, names=order)] + HEADER[:2] + [two[3], two[2]], BODY),
                  [fails("SIGNATURE_MISMATCH")])
    over = TAGS.replace("h=From", "h=From:From")
    yield Vector("select-oversigned", ["RFC 6376 §8.15"], "a mention beyond the last field is nothing",
                 signed(over, names=("from", "from", "to", "subject")), [passes()])
    yield Vector("select-oversigned-from-added", ["RFC 6376 §8.15"], "a second From breaks it",
                 received(["From: Eve <eve@example.net>"] + HEADER, tags=over, names=("from", "from", "to", "subject")),
                 [fails("SIGNATURE_MISMATCH")])
    yield Vector("select-from-added-above", ["RFC 6376 §8.15"],
                 "a signature that names From once survives a From above it: the verifier reports it beside the pass",
                 received(["From: Eve <eve@example.net>"] + HEADER), [passes(**{"unsigned-from": "1"})],
                 dkimpy="it refuses messages with two From fields")
    other = "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=x; h=From; bh=AA==; b=AA=="
    covering = TAGS.replace("h=From", "h=From:DKIM-Signature")
    header = [other] + HEADER
    yield Vector("select-another-signature", ["RFC 6376 §3.5"], "a signature may cover another, which was there before",
                 ([sign(covering, header=header, names=("from", "dkim-signature", "to", "subject"))] + header, BODY),
                 [passes(), broken("BAD_BASE64", "example.net")])
    yield Vector("select-itself-never", ["RFC 6376 §3.7"], "the field being verified is no field of h=",
                 signed(covering, names=("from", "dkim-signature", "to", "subject")), [passes()],
                 dkimpy="it hashes the field itself")
    yield Vector("signature-field-in-lower-case", ["RFC 6376 §3.5"], "the name of the field has no case",
                 signed(field="dkim-signature"), [passes()])
    yield Vector("signature-field-in-lower-case-simple", ["RFC 6376 §3.7"], "but is hashed as written",
                 signed(TAGS.replace("relaxed/relaxed", "simple/simple"), c="simple/simple", field="dKIM-signature"),
                 [passes()])
