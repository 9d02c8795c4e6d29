"""The signed examples that RFC 6376 and RFC 8463 print in their Appendix A, as printed and with changes made to them."""

from dkimsign import Vector, text

FIELDS = [
    "From: Joe SixPack <joe@football.example.com>",
    "To: Suzie Q <suzie@shopping.example.net>",
    "Subject: Is dinner ready?",
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
]
BODY = "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n"

RFC_6376 = (
    "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
    "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
    "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
    "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    "      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
    "      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
    "      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
    "      4bmp/YzhwvcubU4=;"
)
RECEIVED = (
    "Received: from client1.football.example.com  [192.0.2.1]\r\n"
    "      by submitserver.example.com with SUBMISSION;\r\n"
    "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)"
)
RFC_6376_DATA = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631u"
    "BItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
)

BY_ED25519 = (
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    " subject : date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
)
BY_RSA = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
    " date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8="
)
RFC_8463_ED25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RFC_8463_RSA = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0"
    "Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QID"
    "AQAB"
)


def simple_example():
    rule = ["RFC 6376 §A.2"]
    name = "brisbane._domainkey.example.com"
    zone = {name: [text("v=DKIM1; p=" + RFC_6376_DATA)]}
    passes = {"result": "pass", "d": "example.com", "i": "joe@football.example.com"}

    def case(id, why, expect=passes, signature=RFC_6376, fields=None, body=BODY, zone=zone, dkimpy=None):
        header = [signature] + ([RECEIVED] + FIELDS if fields is None else fields)
        return Vector("rfc6376-" + id, rule, why, (header, body), [expect], zone, dkimpy)

    def fails(problem):
        return {"result": "fail", "problem": problem, "d": "example.com"}

    def broken(problem):
        return {"result": "permerror", "problem": problem, "d": "example.com"}

    header, body = fails("SIGNATURE_MISMATCH"), fails("BODY_HASH_MISMATCH")
    yield case("as-printed", "the example of the standard")
    yield case("empty-lines-at-end", "simple: empty lines at the end of the body do not count", body=BODY + "\r\n\r\n")
    yield case("space-in-body", "simple: a space counts", body, body=BODY.replace("game. ", "game.  "))
    yield case("space-at-end-of-line", "simple: so does one that nobody sees", body, body=BODY.replace("Joe.", "Joe. "))
    yield case("word-in-body", "another word is another body", body, body=BODY.replace("lost", "won"))
    yield case("line-cut-off", "what is missing was signed", body, body=BODY.replace("\r\nJoe.\r\n", ""))
    yield case("line-appended", "what is added was not", body, body=BODY + "And bring Jim.\r\n")
    yield case("received-unfolded", "simple: a fold counts", header,
               fields=[RECEIVED.replace("\r\n      by", " by")] + FIELDS)
    yield case("received-space", "simple: of the two spaces in the Received field both count", header,
               fields=[RECEIVED.replace("  [", " [")] + FIELDS)
    yield case("received-below", "the lowest field of a name is the one that is signed", header,
               fields=[RECEIVED, "Received: from elsewhere.example"] + FIELDS)
    yield case("received-above", "another one above it is not",
               fields=["Received: from elsewhere.example", RECEIVED] + FIELDS)
    yield case("received-missing", "a signed field must be there", header, fields=FIELDS)
    yield case("fields-in-another-order", "the order of fields of different names is not signed",
               fields=FIELDS[::-1] + [RECEIVED])
    yield case("name-in-lower-case", "simple: the case of a name counts", header,
               fields=[RECEIVED, FIELDS[0].replace("From", "from")] + FIELDS[1:])
    yield case("subject", "another subject", header,
               fields=[RECEIVED] + FIELDS[:2] + ["Subject: Is lunch ready?"] + FIELDS[3:])
    yield case("second-from-above", "a From field that is not signed is told",
               passes | {"unsigned-from": "1"}, fields=["From: mallory@example.net", RECEIVED] + FIELDS,
               dkimpy="it refuses messages with two From fields")
    yield case("second-from-below", "unless it is in the place of the one signed", header,
               fields=[RECEIVED] + FIELDS + ["From: mallory@example.net"])
    yield case("signature-refolded", "simple: the fold of the signature field itself counts", header,
               signature=RFC_6376.replace("\r\n      c=", " c="))
    yield case("signature-data-refolded", "but not that of the data in b=, which is taken out",
               signature=RFC_6376.replace("\r\n      4nujc", " 4nujc"))
    yield case("signature-data-changed", "one letter of b= is another signature", header,
               signature=RFC_6376.replace("b=AuUo", "b=BuUo"))
    yield case("body-hash-changed", "bh= is compared, and signed as well", body,
               signature=RFC_6376.replace("bh=2j", "bh=3j"))
    yield case("tag-removed", "every tag is signed", header, signature=RFC_6376.replace(" q=dns/txt;", ""))
    yield case("semicolon-removed", "even the last semicolon", header, signature=RFC_6376[:-1])
    yield case("identity-elsewhere", "i= must be within d=", broken("AUID_OUTSIDE_SDID"),
               signature=RFC_6376.replace("i=joe@football.example.com", "i=joe@football.example.net"))
    yield case("without-from", "From must be among the signed fields", broken("FROM_NOT_SIGNED"),
               signature=RFC_6376.replace(" From :", ""))
    yield case("key-revoked", "an empty p= revokes the key", broken("KEY_REVOKED"),
               zone={name: [{"TXT": "v=DKIM1; p="}]})
    yield case("key-missing", "no key, no pass", broken("NO_KEY"), zone={})
    yield case("key-strict", "a key with t=s is not for a subdomain in i=", broken("KEY_NOT_FOR_SUBDOMAINS"),
               zone={name: [text("v=DKIM1; t=s; p=" + RFC_6376_DATA)]}, dkimpy="it does not read t=s")


def example_with_two_keys():
    rule = ["RFC 8463 §A.3"]
    zone = {
        "brisbane._domainkey.football.example.com": [{"TXT": RFC_8463_ED25519}],
        "test._domainkey.football.example.com": [text(RFC_8463_RSA)],
    }
    passes = {"result": "pass", "d": "football.example.com", "i": "@football.example.com"}

    def fails(problem):
        return {"result": "fail", "problem": problem, "d": "football.example.com"}

    def broken(problem):
        return {"result": "permerror", "problem": problem, "d": "football.example.com"}

    def case(id, why, first=passes, second=None, signatures=(BY_ED25519, BY_RSA), fields=FIELDS, body=BODY, zone=zone,
             dkimpy=None):
        return Vector("rfc8463-" + id, rule, why, (list(signatures) + fields, body), [first, second or first], zone, dkimpy)

    header, body = fails("SIGNATURE_MISMATCH"), fails("BODY_HASH_MISMATCH")
    spread = [FIELDS[0].replace("From: ", "FROM:\t"), FIELDS[1] + " \t", "Subject: \r\n Is \t dinner\r\n\tready?"]
    yield case("as-printed", "the example of the standard: both signatures verify")
    yield case("relaxed-header", "relaxed: case of names, folds and the amount of white space do not count",
               fields=spread + FIELDS[3:])
    yield case("relaxed-body", "relaxed: nor does white space in the body, but for where there is any",
               body="Hi. \t\r\n\r\nWe lost  the\tgame. Are you hungry yet?\r\n\r\nJoe.\r\n \r\n\r\n")
    yield case("space-removed", "relaxed: where there was white space it must stay", body,
               body=BODY.replace("the game", "thegame"))
    yield case("word-in-body", "another word is another body", body, body=BODY.replace("lost", "won"))
    yield case("subject", "another subject", header, fields=FIELDS[:2] + ["Subject: Is lunch ready?"] + FIELDS[3:])
    for name in ("From", "Subject", "Date"):
        yield case("second-" + name.lower(), "a field named once more than it occurs must not be added", header,
                   fields=[name + ": other"] + FIELDS)
    yield case("second-to", "one that is named once may be", fields=["To: other@example.net"] + FIELDS)
    yield case("other-order", "signatures may stand in any order", signatures=(BY_RSA, BY_ED25519))
    yield case("ed25519-changed", "each signature is judged by itself", header, passes,
               signatures=(BY_ED25519.replace("b=/gCr", "b=/gCs"), BY_RSA))
    yield case("rsa-changed", "likewise the other way round", passes, header,
               signatures=(BY_ED25519, BY_RSA.replace("b=F45d", "b=F45e")))
    yield case("time-changed", "t= is signed", header, passes,
               signatures=(BY_ED25519.replace("t=1528637909", "t=1528637908"), BY_RSA))
    yield case("ed25519-key-revoked", "one key may be revoked", broken("KEY_REVOKED"), passes,
               zone=zone | {"brisbane._domainkey.football.example.com": [{"TXT": "v=DKIM1; k=ed25519; p="}]})
    yield case("rsa-key-missing", "or missing", passes, broken("NO_KEY"),
               zone={"brisbane._domainkey.football.example.com": [{"TXT": RFC_8463_ED25519}]})
    yield case("keys-exchanged", "a key is for signatures of its own type", broken("KEY_TYPE_MISMATCH"),
               zone={"brisbane._domainkey.football.example.com": [text(RFC_8463_RSA)],
                     "test._domainkey.football.example.com": [{"TXT": RFC_8463_ED25519}]})
