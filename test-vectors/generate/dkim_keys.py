"""Cases about key records and their lookups (RFC 6376 §3.6, §6.1.2)."""

import base64

from dkim_case import START, TAGS, broken, fails, passes, signed
from dkimsign import Vector, key, rsa_data, text


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
            ("tags-without-proper-names", "v=DKIM1; =1; -x=2; 3x=4; ", "it wants each tag"),
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
    yield Vector("key-data-with-line-ends", rule, "beyond the grammar: a line end there needs no white space after it",
                 signed(), [passes()],
                 {name: [text("v=DKIM1; p=" + "\r\n".join(data[i:i + 60] for i in range(0, len(data), 60)))]})
    yield Vector("key-octets-behind-the-key", rule, "beyond the grammar: the length of a key says where it ends",
                 signed(), [passes()],
                 {name: [text("v=DKIM1; p=" + base64.b64encode(base64.b64decode(data) + b"\0\1\2").decode())]})
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
