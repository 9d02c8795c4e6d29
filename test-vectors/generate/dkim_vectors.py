#!/usr/bin/python3
"""Writes the cases in vectors/dkim, by paragraph of RFC 6376: a message with signatures, and the DNS it meets."""

import rfc_examples
from dkimsign import BODY, CLOCK, HEADER, Vector, ed25519_key, key, rsa_data, sign, text, write

START = " v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; "
TAGS = START + "h=From:To:Subject; bh={bh}; b={b}"


def passes(d="example.org", **facts):
    return {"result": "pass", "d": d, **facts}


def fails(problem, d="example.org"):
    return {"result": "fail", "problem": problem, "d": d}


def broken(problem, d="example.org"):
    return {"result": "permerror", "problem": problem, "d": d}


def signed(tags=TAGS, **how):
    return [sign(tags, **how)] + how.get("header", HEADER), how.get("body", BODY)


def changed(tags, was, now, **how):
    """Signed with these tags, then changed without signing anew: a tag that cannot be part of a valid signature."""
    header, body = signed(tags, **how)
    return [header[0].replace(was, now)] + header[1:], body


def received(header=HEADER, body=BODY, tags=TAGS, **how):
    """Signed in one form, received in another."""
    return [sign(tags, **how)] + header, body


def tag_lists():
    rule = ["RFC 6376 §3.2"]
    yield Vector("tag-list-plain", rule, "tags separated by semicolons", signed(), [passes()])
    yield Vector("tag-white-space-around-equals", rule, "white space around the equals sign is ignored",
                 signed(TAGS.replace("=", " = ")), [passes()])
    yield Vector("tag-folded-everywhere", rule, "folds before and after names, values, semicolons are white space",
                 signed(TAGS.replace("; ", "\r\n\t;\r\n ").replace("d=", "d\r\n =\r\n\t")), [passes()])
    yield Vector("tag-trailing-semicolon", rule, "one semicolon may end the list", signed(TAGS + ";"), [passes()])
    yield Vector("tag-any-order", rule, "tags may come in any order, b= first",
                 signed(" b={b}; bh={bh}; h=From:To:Subject; s=s1; d=example.org; c=relaxed/relaxed;"
                        " a=rsa-sha256; v=1"), [passes()])
    yield Vector("tag-unknown-ignored", rule, "tags that are not known must be ignored",
                 signed(START + "zz9=more; h=From:To:Subject; X_y=; bh={bh}; b={b}"), [passes()])
    yield Vector("tag-unknown-with-equals-sign", rule, "a value may have equals signs in it",
                 signed(START + "u=a=b==c; h=From:To:Subject; bh={bh}; b={b}"), [passes()])
    yield Vector("tag-duplicate", rule, "a tag must not stand there twice",
                 signed(TAGS + "; d=example.org"), [broken("DUPLICATE_TAG")])
    yield Vector("tag-duplicate-unknown", rule, "not even a tag that is not known",
                 signed(START + "u=1; u=1; h=From:To:Subject; bh={bh}; b={b}"), [broken("DUPLICATE_TAG")])
    yield Vector("tag-name-is-case-sensitive", rule, "V= is not v=",
                 signed(TAGS.replace(" v=1", " V=1")), [broken("MISSING_TAG")])
    yield Vector("tag-value-is-case-sensitive", rule, "a value is compared with its case unless its tag says otherwise",
                 signed(TAGS.replace("rsa-sha256", "RSA-SHA256")), [broken("UNKNOWN_ALGORITHM")])
    yield Vector("tag-without-equals-sign", rule, "a word without equals sign is no tag",
                 signed(START + "word; h=From:To:Subject; bh={bh}; b={b}"), [broken("SYNTAX")])
    yield Vector("tag-empty", rule, "nothing between two semicolons is no tag",
                 signed(START + "; h=From:To:Subject; bh={bh}; b={b}"), [broken("SYNTAX")])
    yield Vector("tag-name-of-other-characters", rule, "a name is letters, digits and underscores",
                 signed(START + "x-y=1; h=From:To:Subject; bh={bh}; b={b}"), [broken("SYNTAX")],
                 dkimpy="it takes any name")
    yield Vector("tag-name-begins-with-digit", rule, "a name begins with a letter",
                 signed(START + "9x=1; h=From:To:Subject; bh={bh}; b={b}"), [broken("SYNTAX")])
    yield Vector("tag-b-inside-another-value", ["RFC 6376 §3.5", "RFC 6376 §3.7"],
                 "only the tag b= is taken out before hashing, not the same letters elsewhere",
                 signed(START + "z=X:b=3Dx; xb=1; h=From:To:Subject; bh={bh}; b={b}"), [passes()])


def algorithms():
    rule = ["RFC 6376 §3.3"]
    yield Vector("algorithm-rsa-sha256", rule, "every verifier must know rsa-sha256", signed(), [passes()])
    ed25519 = TAGS.replace("rsa-sha256", "ed25519-sha256")
    yield Vector("algorithm-ed25519-sha256", ["RFC 8463 §3"], "every verifier should know ed25519-sha256",
                 signed(ed25519, ed25519=True), [passes()], ed25519_key())
    yield Vector("algorithm-ed25519-changed", ["RFC 8463 §3"], "a changed field breaks it",
                 received(HEADER[:2] + ["Subject: Dinner"], tags=ed25519, ed25519=True),
                 [fails("SIGNATURE_MISMATCH")], ed25519_key())
    yield Vector("algorithm-rsa-sha1", ["RFC 8301 §3.1"], "rsa-sha1 must not be verified",
                 signed(TAGS.replace("rsa-sha256", "rsa-sha1")), [broken("HISTORIC_ALGORITHM")])
    for name in ("rsa-sha512", "rsa-md5", "sha256", "rsa"):
        yield Vector("algorithm-unknown-" + name, ["RFC 6376 §3.3.4"],
                     "a signature by an algorithm not known is ignored",
                     signed(TAGS.replace("rsa-sha256", name)), [broken("UNKNOWN_ALGORITHM")])
    yield Vector("algorithm-rsa-1024", ["RFC 8301 §3.2"], "verifiers must take keys of 1024 bits",
                 signed(bits=1024), [passes()], key(bits=1024))
    yield Vector("algorithm-rsa-768", ["RFC 8301 §3.2"], "a key of less than 1024 bits must not make a valid signature",
                 signed(bits=768), [broken("KEY_TOO_SHORT")], key(bits=768))
    yield Vector("algorithm-is-not-of-the-key", ["RFC 6376 §6.1.2"], "an RSA key fits no Ed25519 signature",
                 signed(ed25519, ed25519=True), [broken("KEY_TYPE_MISMATCH")])
    yield Vector("algorithm-is-not-of-the-key-either", ["RFC 6376 §6.1.2"], "nor the other way round",
                 signed(), [broken("KEY_TYPE_MISMATCH")], ed25519_key())
    yield Vector("algorithm-ed25519-key-of-31-octets", ["RFC 8463 §4.2"], "an Ed25519 key is 32 octets",
                 signed(ed25519, ed25519=True), [broken("KEY_UNUSABLE")],
                 {"s1._domainkey.example.org": [{"TXT": "v=DKIM1; k=ed25519; p=" + "A" * 40 + "AA=="}]})


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


def required_tags():
    rule = ["RFC 6376 §3.5", "RFC 6376 §6.1.1"]
    for tag, text_of in (("v", " v=1;"), ("a", " a=rsa-sha256;"), ("d", " d=example.org;"), ("s", " s=s1;"),
                         ("h", " h=From:To:Subject;"), ("bh", " bh={bh};"), ("b", " b={b}")):
        yield Vector("required-" + tag, rule, f"a signature must have {tag}=", signed(TAGS.replace(text_of, "")),
                     [broken("MISSING_TAG", "" if tag == "d" else "example.org")])
    for value in ("2", "01", "1.0", "0.5", ""):
        yield Vector("version-" + (value or "empty"), rule, "v= must be 1, compared as text",
                     signed(TAGS.replace("v=1", "v=" + value)), [broken("UNKNOWN_VERSION")])


def hashes_and_names():
    rule = ["RFC 6376 §3.5"]
    header, body = signed()
    start, data = header[0].split(" b=")
    folded = start + " b=" + "\r\n\t".join(data[i:i + 3] for i in range(0, len(data), 3))
    yield Vector("b-folded", rule, "white space inside b= is ignored", ([folded] + HEADER, BODY), [passes()])
    yield Vector("b-not-base64", rule, "b= is base64", ([start + " b=%%%%"] + HEADER, BODY), [broken("BAD_BASE64")])
    yield Vector("b-empty", rule, "b= is not empty", ([start + " b="] + HEADER, BODY), [broken("BAD_BASE64")])
    yield Vector("b-of-another-message", ["RFC 6376 §6.1.3"], "a signature of something else does not verify",
                 ([start + " b=" + sign(TAGS, header=HEADER[:2]).split(" b=")[1]] + HEADER, BODY),
                 [fails("SIGNATURE_MISMATCH")])
    yield Vector("b-cut-short", ["RFC 6376 §6.1.3"], "a signature must be as long as the key",
                 ([start + " b=" + data[:-8]] + HEADER, BODY), [fails("SIGNATURE_MISMATCH")])
    whole = header[0].split(" bh=")[1].split(";")[0]
    yield Vector("bh-folded", rule, "white space inside bh= is ignored",
                 signed(TAGS.replace("{bh}", "\r\n ".join(whole[i:i + 7] for i in range(0, len(whole), 7)))),
                 [passes()])
    yield Vector("bh-not-base64", rule, "bh= is base64", signed(TAGS.replace("{bh}", "!!")), [broken("BAD_BASE64")])
    yield Vector("bh-empty", rule, "bh= is not empty", signed(TAGS.replace("{bh}", "")), [broken("BAD_BASE64")])
    yield Vector("bh-of-sha1", rule, "bh= is as long as the hash", signed(TAGS.replace("{bh}", "A" * 27 + "=")),
                 [broken("BAD_BASE64")])
    yield Vector("bh-wrong", ["RFC 6376 §6.1.3"], "the hash of the body must be bh=",
                 signed(TAGS.replace("{bh}", "A" * 43 + "=")), [fails("BODY_HASH_MISMATCH")])
    names = "h=From:To:Subject"
    yield Vector("h-folded", rule, "white space around the colons is ignored",
                 signed(TAGS.replace(names, "h= From :\r\n\tTo\r\n : Subject ")), [passes()])
    yield Vector("h-any-case", rule, "names of fields have no case", signed(TAGS.replace(names, "h=FROM:tO:subject")),
                 [passes()])
    yield Vector("h-without-from", ["RFC 6376 §5.4", "RFC 6376 §6.1.1"], "From must be signed",
                 signed(TAGS.replace(names, "h=To:Subject"), names=("to", "subject")), [broken("FROM_NOT_SIGNED")],
                 dkimpy="it does not look for From")
    yield Vector("h-empty", rule, "h= is not empty", signed(TAGS.replace(names, "h="), names=()),
                 [broken("FROM_NOT_SIGNED")],
                 dkimpy="it does not look for From")
    for name, value in (("middle", "h=From::To:Subject"), ("end", "h=From:To:Subject:")):
        yield Vector("h-empty-name-at-the-" + name, ["RFC 6376 §3.5", "RFC 6376 §6.1.1"],
                     "a name of no letters is none of a field; signers write it, and it says nothing else",
                     signed(TAGS.replace(names, value)), [passes()])
    absent = TAGS.replace(names, names + ":Cc:X-None")
    yield Vector("h-absent-field", ["RFC 6376 §5.4"], "a field that is not there counts as nothing",
                 signed(absent), [passes()])
    yield Vector("h-absent-field-added", ["RFC 6376 §5.4"], "and must not come to be there",
                 received(HEADER + ["Cc: Eve <eve@example.net>"], tags=absent), [fails("SIGNATURE_MISMATCH")])


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


def identities():
    rule = ["RFC 6376 §3.5"]
    def with_tag(tag, **how):
        return signed(START + tag + "; h=From:To:Subject; bh={bh}; b={b}", **how)
    yield Vector("i-missing", rule, "without i= it is @ and d=", signed(), [passes(i="@example.org")])
    yield Vector("i-local-part", rule, "i= may name a user", with_tag("i=alice@example.org"),
                 [passes(i="alice@example.org")])
    yield Vector("i-subdomain", rule, "or a subdomain of d=", with_tag("i=@mail.example.org"),
                 [passes(i="@mail.example.org")])
    yield Vector("i-case", rule, "domains have no case", with_tag("i=@MAIL.Example.ORG"),
                 [passes(i="@mail.example.org")])
    yield Vector("i-quoted-printable", ["RFC 6376 §2.11"], "an octet may be written as two hexadecimal digits",
                 with_tag("i=a=3Bb=40c@example.org"), [passes(i="a;b@c@example.org")])
    yield Vector("i-outside", ["RFC 6376 §6.1.1"], "another domain is not allowed", with_tag("i=@example.net"),
                 [broken("AUID_OUTSIDE_SDID")])
    yield Vector("i-parent", ["RFC 6376 §6.1.1"], "nor the parent", with_tag("i=@org"), [broken("AUID_OUTSIDE_SDID")])
    yield Vector("i-other-label", ["RFC 6376 §6.1.1"], "a subdomain begins at a dot", with_tag("i=@badexample.org"),
                 [broken("AUID_OUTSIDE_SDID")])
    yield Vector("i-without-at", rule, "i= has an @", with_tag("i=example.org"), [broken("BAD_AUID")])
    for name, value in (("two-at-signs", "a@b@example.org"), ("two-domains", "@example.net@example.org"),
                        ("dot-at-the-end", "alice@example.org."), ("dot-after-at", "alice@.example.org"),
                        ("at-at-the-end", "alice@")):
        yield Vector("i-with-" + name, rule, "i= is one address, or @ and a domain", with_tag("i=" + value),
                     [broken("BAD_AUID")], dkimpy="it looks at the end only" if name in ("two-at-signs", "two-domains", "dot-after-at")
                     else None)
    yield Vector("i-quoted", rule, "a quoted local part may have any character",
                 with_tag('i="a@b"@example.org'), [passes(i='"a@b"@example.org')])
    other = TAGS.replace("d=example.org", "d=list.example.net")
    yield Vector("d-of-another-domain", ["RFC 6376 §3.9"], "DKIM says who signs; it need not be the author",
                 signed(other), [passes("list.example.net")], key(name="s1._domainkey.list.example.net"))
    yield Vector("d-case", rule, "domains have no case", signed(TAGS.replace("d=example.org", "d=Example.ORG")),
                 [passes()])
    for name, value in (("dots", "example..org"), ("space", "exam ple.org"), ("empty", ""), ("dot-at-the-end", "example.org."),
                        ("label-of-64", "a" * 64 + ".org")):
        yield Vector("d-" + name, rule, "d= is a domain name", signed(TAGS.replace("d=example.org", "d=" + value)),
                     [broken("BAD_DOMAIN", "")],
                     dkimpy="it takes the dot away" if name == "dot-at-the-end" else None)
    for name, value in (("nul", "example.org\0.attacker.example"), ("parenthesis", "example.org(.attacker.example"),
                        ("apostrophe", "example.org'a.attacker.example")):
        yield Vector("d-with-" + name, rule, "d= is a domain name, and nobody may take its beginning for one",
                     signed(TAGS.replace("d=example.org", "d=" + value)), [broken("BAD_DOMAIN", "")],
                     key(name="s1._domainkey." + value.replace("\0", "")),
                     dkimpy="it takes any name" if name == "apostrophe" else None)
    yield Vector("d-with-underscore", rule, "beyond the grammar: names of hosts have no underscore, names in the DNS do",
                 signed(TAGS.replace("d=example.org", "d=_mail.example.org")), [passes("_mail.example.org")],
                 key(name="s1._domainkey._mail.example.org"))
    yield Vector("s-with-underscore", rule, "beyond the grammar, and common",
                 signed(TAGS.replace("s=s1", "s=s_1")), [passes()], key(name="s_1._domainkey.example.org"))
    yield Vector("s-with-dot", ["RFC 6376 §3.1"], "a selector may have several labels",
                 signed(TAGS.replace("s=s1", "s=2026.s1")), [passes()], key(name="2026.s1._domainkey.example.org"))
    yield Vector("s-case", rule, "a selector is part of a domain name, without case",
                 signed(TAGS.replace("s=s1", "s=S1")), [passes()])
    for name, value in (("dots", "s1..x"), ("empty", ""), ("dot-at-the-end", "s1."), ("dot-first", ".s1"),
                        ("label-of-64", "a" * 64)):
        yield Vector("s-" + name, rule, "s= is part of a domain name", signed(TAGS.replace("s=s1", "s=" + value)),
                     [broken("BAD_SELECTOR")])
    yield Vector("s-with-nul", rule, "a selector that leads some to a key of somebody else",
                 signed(TAGS.replace("s=s1", "s=s1._domainkey.attacker.example.\0.any")), [broken("BAD_SELECTOR")],
                 key(name="s1._domainkey.attacker.example"))
    for value, good in (("dns/txt", True), ("dns/txt:other", True), ("other : dns/txt", True), ("other", False),
                        ("dns", False), ("DNS/TXT", False)):
        name = "upper-case" if value == "DNS/TXT" else value
        yield Vector("q-" + name.replace("/", "-").replace(" : ", "-then-").replace(":", "-"), rule,
                     "one query method must be known", with_tag("q=" + value),
                     [passes() if good else broken("UNKNOWN_QUERY_METHOD")],
                     dkimpy="it knows no list of methods" if good and value != "dns/txt" else None)
    yield Vector("z-is-for-diagnosis", rule, "z= takes no part in verification",
                 with_tag("z=From:eve@example.net|Subject:Else"), [passes()])


def lengths_and_times():
    rule = ["RFC 6376 §3.5"]
    def with_tag(tag, **how):
        return signed(START + tag + "; h=From:To:Subject; bh={bh}; b={b}", **how)
    def longer(tag, length, body):
        return [with_tag(tag, length=length)[0][0]] + HEADER, body
    size = len(BODY)
    yield Vector("l-whole-body", rule, "l= may be the length of the body", with_tag(f"l={size}"), [passes()])
    yield Vector("l-footer", ["RFC 6376 §3.5", "RFC 6376 §8.2"], "what follows is not covered",
                 longer(f"l={size}", size, BODY + "Buy now\r\n"), [passes()])
    yield Vector("l-begin-changed", rule, "what is covered must not change",
                 longer(f"l={size}", size, "At four?\r\n"), [fails("BODY_HASH_MISMATCH")])
    yield Vector("l-zero", rule, "l=0 covers nothing", longer("l=0", 0, "Whatever\r\n"), [passes()])
    yield Vector("l-leading-zeros", rule, "a number may begin with zeros", with_tag(f"l=000{size}"), [passes()])
    yield Vector("l-larger", rule, "l= must not be larger than the body", with_tag(f"l={size + 1}"),
                 [broken("BODY_SHORTER_THAN_SIGNED")],
                 dkimpy="it hashes what there is")
    yield Vector("l-of-76-digits", rule, "and may have 76 digits", with_tag("l=" + "9" * 76),
                 [broken("BODY_SHORTER_THAN_SIGNED")],
                 dkimpy="it hashes what there is")
    for name, value in (("negative", "-2"), ("letters", "ten"), ("empty", ""), ("with-plus", "+10")):
        yield Vector("l-" + name, rule, "l= is digits", with_tag("l=" + value, length=0 if value == "-2" else None),
                     [broken("BAD_NUMBER")])
    day = 86_400
    yield Vector("t-past", rule, "t= is when it was signed", with_tag(f"t={CLOCK - day}"), [passes()])
    yield Vector("t-future", rule, "a signature made tomorrow may be refused", with_tag(f"t={CLOCK + day}"),
                 [broken("SIGNED_IN_FUTURE")])
    yield Vector("t-letters", rule, "t= is digits", with_tag("t=now"), [broken("BAD_NUMBER")])
    yield Vector("x-future", rule, "valid until tomorrow", with_tag(f"t={CLOCK - day}; x={CLOCK + day}"), [passes()])
    yield Vector("x-past", ["RFC 6376 §6.1.1"], "expired yesterday", with_tag(f"t={CLOCK - 2 * day}; x={CLOCK - day}"),
                 [broken("EXPIRED")])
    yield Vector("x-before-t", rule, "x= must be later than t=", with_tag(f"t={CLOCK - 10}; x={CLOCK - 20}"),
                 [broken("EXPIRES_BEFORE_SIGNED")],
                 dkimpy="it compares neither")
    yield Vector("x-equal-to-t", rule, "later, not equal", with_tag(f"t={CLOCK - 10}; x={CLOCK - 10}"),
                 [broken("EXPIRES_BEFORE_SIGNED")],
                 dkimpy="it compares neither")
    yield Vector("x-letters", rule, "x= is digits", with_tag("x=never"), [broken("BAD_NUMBER")])
    yield Vector("x-of-13-digits", rule, "a time of more than 12 digits may be taken for endless",
                 with_tag("x=9999999999999"), [passes()])


def key_records():
    rule = ["RFC 6376 §3.6.1"]
    for name, tags in (("without-version", "k=rsa; "), ("without-type", "v=DKIM1; "), ("nothing-but-data", ""),
                       ("notes", "v=DKIM1; n=a note; "), ("unknown-tag", "v=DKIM1; zz=9; "),
                       ("granularity-of-old", "v=DKIM1; g=; "), ("hash-sha256", "v=DKIM1; h=sha256; "),
                       ("hashes", "v=DKIM1; h=sha1 : sha256; "), ("hash-unknown-too", "v=DKIM1; h=sha9:sha256; "),
                       ("service-email", "v=DKIM1; s=email; "), ("service-any", "v=DKIM1; s=*; "),
                       ("services", "v=DKIM1; s=tlsrpt:email; "), ("flag-unknown", "v=DKIM1; t=q; "),
                       ("flag-strict", "v=DKIM1; t=s; "), ("white-space", "v = DKIM1 ;\t k = rsa ;  "),
                       ("white-space-first", " \tv=DKIM1; ")):
        yield Vector("key-" + name, rule, "a record that fits", signed(), [passes()], key(tags),
                     "it knows no list of services" if name == "services" else None)
    yield Vector("key-testing", rule, "t=y changes nothing about the result, but is to be known",
                 signed(), [passes(testing="yes")], key("v=DKIM1; t=y:s; "))
    for name, tags, problem, peer in (
            ("version-unknown", "v=DKIM2; ", "NO_KEY", None), ("version-in-lower-case", "v=dkim1; ", "NO_KEY", None),
            ("version-not-first", "k=rsa; v=DKIM1; ", "KEY_SYNTAX", "it takes v= anywhere"),
            ("tag-twice", "v=DKIM1; k=rsa; k=rsa; ", "KEY_SYNTAX", None),
            ("type-unknown", "v=DKIM1; k=dsa; ", "KEY_TYPE_MISMATCH", None),
            ("type-in-upper-case", "v=DKIM1; k=RSA; ", "KEY_TYPE_MISMATCH", None),
            ("hash-sha1-only", "v=DKIM1; h=sha1; ", "KEY_HASH_NOT_ALLOWED", "it does not read h="),
            ("hash-unknown", "v=DKIM1; h=sha9; ", "KEY_HASH_NOT_ALLOWED", "it does not read h="),
            ("hash-in-upper-case", "v=DKIM1; h=SHA256; ", "KEY_HASH_NOT_ALLOWED", "it does not read h="),
            ("service-in-upper-case", "v=DKIM1; s=EMAIL; ", "KEY_NOT_FOR_EMAIL", None),
            ("service-other", "v=DKIM1; s=tlsrpt; ", "KEY_NOT_FOR_EMAIL", None)):
        yield Vector("key-" + name, rule + ["RFC 6376 §6.1.2"], "a record that does not fit", signed(),
                     [broken(problem)],
                     key(tags), peer)
    for name, tags, peer in (
            ("empty-tags", "v=DKIM1;; k=rsa; ;", "it wants each tag"), ("stray-word", "v=DKIM1; rsa; ",
                                                                             "it wants each tag"),
            ("hash-empty", "v=DKIM1; h=; ", None), ("service-empty", "v=DKIM1; s= : ; ", "it knows no list of services"),
            ("flag-empty", "v=DKIM1; t=; ", None)):
        yield Vector("key-" + name, rule + ["RFC 6376 §6.1.2"],
                     "beyond the grammar: what says nothing is skipped, as if it were not there",
                     signed(), [passes()], key(tags), peer)
    name = "s1._domainkey.example.org"
    data = rsa_data(2048)
    for id, record, problem in (("revoked", "v=DKIM1; p=", "KEY_REVOKED"), ("revoked-by-blanks", "v=DKIM1; p= ",
                                "KEY_REVOKED"),
                                ("without-data", "v=DKIM1; k=rsa", "KEY_SYNTAX"),
                                ("data-not-base64", "v=DKIM1; p=%%%", "KEY_SYNTAX"),
                                ("data-no-key", "v=DKIM1; p=AAAA", "KEY_UNUSABLE")):
        yield Vector("key-" + id, ["RFC 6376 §3.6.1", "RFC 6376 §6.1.2"], "there is no key in it", signed(),
                     [broken(problem)], {name: [{"TXT": record}]})
    yield Vector("key-data-with-white-space", rule, "white space inside p= is ignored", signed(), [passes()],
                 {name: [text("v=DKIM1; p=" + "  ".join(data[i:i + 60] for i in range(0, len(data), 60)))]})
    yield Vector("key-bare-rsa", rule, "p= may be a bare RSAPublicKey", signed(), [passes()],
                 {name: [text("v=DKIM1; p=" + rsa_data(2048, bare=True))]})
    yield Vector("key-strings-are-joined", ["RFC 6376 §3.6.2.2"],
                 "the strings of a record are joined without white space",
                 signed(), [passes()], {name: [{"TXT": ["v=DK", "IM1; p=" + data[:101], data[101:]]}]})
    yield Vector("key-trailing-semicolon", rule, "one semicolon may end the list", signed(), [passes()],
                 {name: [text("v=DKIM1; p=" + data + ";")]})
    strict = signed(START + "i=@mail.example.org; h=From:To:Subject; bh={bh}; b={b}")
    yield Vector("key-strict-subdomain", rule, "t=s: i= must be of d= itself", strict,
                 [broken("KEY_NOT_FOR_SUBDOMAINS")],
                 key("v=DKIM1; t=s; "),
                 dkimpy="it does not read t=s")
    yield Vector("key-strict-among-flags", rule, "also among other flags", strict, [broken("KEY_NOT_FOR_SUBDOMAINS")],
                 key("v=DKIM1; t=q : s; "), "it does not read t=s")


def key_lookups():
    rule, name = ["RFC 6376 §6.1.2"], "s1._domainkey.example.org"
    yield Vector("lookup-no-such-name", rule, "no key, for good", signed(), [broken("NO_KEY")],
                 {"example.org": [{"A": "192.0.2.1"}]})
    yield Vector("lookup-no-data", rule, "a name without TXT records has no key", signed(), [broken("NO_KEY")],
                 {name: []})
    for trouble in ("SERVFAIL", "TIMEOUT"):
        yield Vector("lookup-" + trouble.lower(), rule, "the DNS may answer later", signed(),
                     [{"result": "temperror", "problem": "KEY_UNAVAILABLE", "d": "example.org"}],
                     {name: [{"TXT": trouble}]})
    yield Vector("lookup-alias", ["RFC 6376 §3.6.2"], "a key may be found by way of a CNAME", signed(), [passes()],
                 {name: [{"CNAME": "s1.keys.example.net"}]} | key(name="s1.keys.example.net"))
    yield Vector("lookup-not-at-the-parent", ["RFC 6376 §3.6.2.1"], "the key is below d=, not below its parent",
                 signed(TAGS.replace("d=example.org", "d=mail.example.org")), [broken("NO_KEY", "mail.example.org")])
    yield Vector("lookup-other-text-first", rule, "a record that is no key does not hide the key", signed(), [passes()],
                 {name: [{"TXT": "v=spf1 -all"}] + key()[name]}, "it reads the first record only")
    yield Vector("lookup-two-keys", rule, "of two keys one may fit", signed(), [passes()],
                 {name: key(bits=1024)[name] + key()[name]}, "it reads the first record only")
    yield Vector("lookup-another-key", ["RFC 6376 §6.1.3"], "another key does not verify", signed(),
                 [fails("SIGNATURE_MISMATCH")], key(bits=1024))


def several_signatures():
    rule = ["RFC 6376 §6.1"]
    bad = sign(TAGS.replace("{bh}", "A" * 43 + "="))
    junk = "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=x; junk"
    good = sign(TAGS)
    yield Vector("signatures-none", rule, "a message without signature has no result", (HEADER, BODY), [])
    yield Vector("signatures-bad-then-good", rule, "each is judged by itself", ([bad, good] + HEADER, BODY),
                 [fails("BODY_HASH_MISMATCH"), passes()])
    yield Vector("signatures-junk-then-good", ["RFC 6376 §6.1.1"],
                 "one that cannot be read does not matter to the others",
                 ([junk, good] + HEADER, BODY), [broken("SYNTAX", "example.net"), passes()])
    yield Vector("signatures-twice-the-same", rule, "the same field twice is two signatures",
                 ([good, good] + HEADER, BODY), [passes(), passes()])
    simple = sign(TAGS.replace("relaxed/relaxed", "simple/simple"), c="simple/simple")
    yield Vector("signatures-of-both-kinds", rule, "each has its own canonicalization",
                 ([simple, good] + HEADER, BODY.replace(" ", "  ")), [fails("BODY_HASH_MISMATCH"), passes()])
    yield Vector("signatures-in-any-place", rule, "a signature may stand anywhere in the header section",
                 (HEADER[:1] + [good] + HEADER[1:], BODY), [passes()])
    wrong = changed(TAGS, "d=example.org", "d=example.net")
    yield Vector("signature-changed-itself", ["RFC 6376 §3.7"], "the field that holds the signature is signed too",
                 wrong, [fails("SIGNATURE_MISMATCH", "example.net")], key(name="s1._domainkey.example.net"))
    yield Vector("signature-tag-added", ["RFC 6376 §3.7"], "even a tag without a meaning must not be added",
                 changed(TAGS, " s=s1;", " s=s1; u=1;"), [fails("SIGNATURE_MISMATCH")])
    yield Vector("everything-changed", ["RFC 6376 §6.1.3"], "the body is reported before the header",
                 received(HEADER[:2] + ["Subject: Else"], "Else\r\n"), [fails("BODY_HASH_MISMATCH")])


FILES = {
    "tag-lists": [tag_lists],
    "algorithms": [algorithms],
    "canonicalization": [header_canonicalization, body_canonicalization],
    "fields": [required_tags, hashes_and_names, header_selection, identities, lengths_and_times],
    "keys": [key_records, key_lookups],
    "signatures": [several_signatures],
    "rfc-examples": [rfc_examples.simple_example, rfc_examples.example_with_two_keys],
}


if __name__ == "__main__":
    write("dkim", FILES, "dkim_vectors.py")
