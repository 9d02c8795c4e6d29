"""Cases about the tags of a signature (RFC 6376 §3.2, §3.5), and about several signatures."""

from dkim_case import START, TAGS, broken, changed, fails, passes, received, signed
from dkimsign import BODY, CLOCK, HEADER, Vector, ed25519_key, key, sign


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
    for name, value in (("white-space-inside", "Sub ject"), ("a-fold-inside", "Sub\r\n ject"),
                        ("an-octet-above-127", "S\xfcbject")):
        yield Vector("h-name-with-" + name, ["RFC 6376 §3.5", "RFC 6376 §6.1.1"],
                     "no field has such a name; programs that remove white space would find another",
                     signed(TAGS.replace(names, "h=From:To:" + value), names=("from", "to")),
                     [broken("BAD_HEADER_NAME")], dkimpy="it looks for such a field and finds none")
    absent = TAGS.replace(names, names + ":Cc:X-None")
    yield Vector("h-absent-field", ["RFC 6376 §5.4"], "a field that is not there counts as nothing",
                 signed(absent), [passes()])
    yield Vector("h-absent-field-added", ["RFC 6376 §5.4"], "and must not come to be there",
                 received(HEADER + ["Cc: Eve <eve@example.net>"], tags=absent), [fails("SIGNATURE_MISMATCH")])


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
    yield Vector("i-quoted-printable-in-lower-case", ["RFC 6376 §2.11"],
                 "beyond the grammar: the digits are in upper case, and cannot be mistaken in lower case",
                 with_tag("i=a=3bb@example.org"), [passes(i="a;b@example.org")])
    yield Vector("i-control-character", ["RFC 6376 §2.11"], "a control character must be encoded",
                 with_tag("i=a\x01b@example.org"), [broken("BAD_AUID")], dkimpy="it looks at the end only")
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
                 with_tag(r'i="a\"@b@c"@example.org'), [passes()])
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
    yield Vector("d-of-one-label", rule, "beyond the grammar: a domain name has two labels, but a private one may have one",
                 signed(TAGS.replace("d=example.org", "d=example")), [passes("example")], key(name="s1._domainkey.example"))
    yield Vector("s-with-underscore", rule, "beyond the grammar, and common",
                 signed(TAGS.replace("s=s1", "s=s_1")), [passes()], key(name="s_1._domainkey.example.org"))
    yield Vector("s-with-hyphen-at-the-end", rule, "beyond the grammar: a hyphen stands between letters or digits",
                 signed(TAGS.replace("s=s1", "s=s1-")), [passes()], key(name="s1-._domainkey.example.org"))
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
    yield Vector("z-malformed", rule, "beyond the grammar: nothing depends on z=, so that nobody can misread it",
                 with_tag("z=a =zz|\xfc"), [passes()])


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
