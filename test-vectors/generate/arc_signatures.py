"""Cases about message signatures, seals and their keys (RFC 8617 §5.2 steps 4 to 6)."""

from arc_case import fails, passes, prepended, sealed, vector
from arcsign import AMS, SEAL, SEALERS, Chain, ed25519_keys, keys, name_of
from dkimsign import BODY, HEADER, key, sign


def message_signatures():
    malformed = "MESSAGE_SIGNATURE_MALFORMED"
    for tag in ("a={a}; ", "d={d}; ", "s=s1; ", "h=From:To:Subject; ", "bh={bh}; ", "; b={b}"):
        yield vector("signature-without-" + tag.strip("; ").split("=")[0], ["4.1.2", "RFC 6376 §3.5"],
                     "the required tags are those of DKIM, but for v=",
                     sealed(1, ams=AMS.replace(tag, "", 1)), fails(malformed, 1))
    for version in ("1", "2", "x"):
        yield vector(f"signature-version-{version}", ["4.1.2"], "v= is not defined here, so it is ignored",
                     sealed(1, ams=f"i={{i}}; v={version}; " + AMS.replace("i={i}; ", "", 1)), passes(),
                     dkimpy=None if version == "1" else "it reads v= all the same")
    yield vector("signature-unknown-tag", ["4.1.2", "RFC 6376 §3.2"], "tags that are not known are ignored",
                 sealed(1, ams=AMS.replace("; bh=", "; zz=1; bh=")), passes())
    yield vector("signature-without-from", ["4.1.2", "RFC 6376 §5.4"], "it must cover From, as in DKIM",
                 sealed(1, ams=AMS.replace("From:To", "To"), names=("to", "subject")), fails(malformed, 1),
                 dkimpy="it does not ask for From")
    yield vector("signature-covers-seals", ["4.1.2"], "it must not cover ARC-Seal fields",
                 sealed(1, ams=AMS.replace("From:To", "From:ARC-Seal:To")), fails("MESSAGE_SIGNATURE_COVERS_SEALS", 1))
    yield vector("signature-covers-a-seal-that-is-there", ["4.1.2"], "not even of an earlier set",
                 sealed(2, ams=AMS.replace("From:To", "From:ARC-Seal:To"), names=("from", "arc-seal", "to", "subject")),
                 fails("MESSAGE_SIGNATURE_COVERS_SEALS", 2))
    older = Chain().seal(ams=AMS.replace("From:To", "From:ARC-Seal:To")).seal()
    yield vector("signature-of-an-older-set-covers-seals", ["4.1.2", "5.2"],
                 "only the newest message signature decides", older,
                 passes(*SEALERS[:2], oldest=2, content=["not-evaluated", "intact"]),
                 dkimpy="it looks at the h= of all")
    with_results = Chain(["Authentication-Results: mx.list.example; dmarc=pass"] + HEADER).seal(
        ams=AMS.replace("From:To", "From:Authentication-Results:To"),
        names=("from", "authentication-results", "to", "subject"))
    yield vector("signature-covers-authentication-results", ["4.1.2"],
                 "which a signer must not do; a verifier has no reason to mind", with_results, passes())
    lost = Chain(["Authentication-Results: mx.list.example; dmarc=pass"] + HEADER).seal(
        ams=AMS.replace("From:To", "From:Authentication-Results:To"),
        names=("from", "authentication-results", "to", "subject"))
    lost.header = [field for field in lost.header if not field.startswith("Authentication-Results")]
    yield vector("signature-covers-results-that-are-removed", ["4.1.2"], "here is why: the next host takes them away",
                 lost, fails("MESSAGE_SIGNATURE_BROKEN", 1))
    signature = sign(" v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; h=From:To:Subject; bh={bh}; b={b}")
    covered = Chain([signature] + HEADER).seal(ams=AMS.replace("From:To", "From:DKIM-Signature:To"),
                                                names=("from", "dkim-signature", "to", "subject"))
    yield vector("signature-covers-those-of-dkim", ["4.1.2"], "it should cover the DKIM-Signature fields", covered,
                 passes())
    for c in ("relaxed/simple", "simple/relaxed", "simple/simple"):
        yield vector("signature-canonical-" + c.replace("/", "-"), ["4.1.2", "RFC 6376 §3.4"],
                     "the canonicalizations are DKIM's", sealed(1, ams=AMS.replace("relaxed/relaxed", c), c=c),
                     passes())
    yield vector("signature-canonical-by-default", ["4.1.2", "RFC 6376 §3.5"], "without c= it is simple/simple",
                 sealed(1, ams=AMS.replace("c=relaxed/relaxed; ", ""), c="simple/simple"), passes(),
                 dkimpy="it takes relaxed/relaxed for the default of ARC")
    yield vector("signature-algorithm-of-old", ["RFC 8301 §3.1"], "rsa-sha1 must not be verified",
                 sealed(1, ams=AMS.replace("{a}", "rsa-sha1")), fails(malformed, 1))
    yield vector("signature-algorithm-unknown", ["RFC 6376 §3.3.4"], "nor what is not known",
                 sealed(1, ams=AMS.replace("{a}", "rsa-sha512")), fails(malformed, 1))
    yield vector("signature-expired", ["4.1.2", "RFC 6376 §3.5"], "x= means what it does in DKIM",
                 sealed(1, ams=AMS.replace("t=1795435140", "t=1795000000; x=1795000001")), fails(malformed, 1))
    yield vector("signature-of-the-future", ["4.1.2", "RFC 6376 §3.5"], "so does t=",
                 sealed(1, ams=AMS.replace("t=1795435140", "t=1895435140")), fails(malformed, 1))
    yield vector("signature-of-a-part-of-the-body", ["4.1.2", "RFC 6376 §8.2"],
                 "l= leaves the rest to anybody, so the content is not known to be that of the sealer",
                 sealed(1, ams=AMS.replace("; bh=", "; l=10; bh="), length=10).with_body(BODY + "Buy now!\r\n"),
                 passes(content=["partly-intact"]))
    yield vector("signature-body-changed", ["5.2"], "the newest message signature must verify",
                 sealed().with_body("At one?\r\n"), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    yield vector("signature-header-changed", ["5.2"], "header fields included",
                 sealed().change("Friday", "Monday"), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    yield vector("signature-from-added", ["5.2", "RFC 6376 §8.15"],
                 "From signed once more than it is there: none may be added",
                 prepended(sealed(1, ams=AMS.replace("From:To", "From:From:To"),
                                  names=("from", "from", "to", "subject")),
                           "From: Eve <eve@attacker.example>"), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    yield vector("signature-itself-changed", ["5.2"], "the seal covers it",
                 sealed().change("s=s1; t=1795435140; h=", "s=s1; t=1795435141; h="),
                 fails("MESSAGE_SIGNATURE_BROKEN", 1))
    yield vector("signature-of-an-older-set-changed", ["5.2", "5.1.1"], "later seals too",
                 sealed(2).change("ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=list",
                                  "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=mist"),
                 fails("SEAL_BROKEN", 2))


def oldest_passes():
    rule = ["5.2", "6"]
    yield vector("oldest-pass-second", rule, "the message was changed by the second handler",
                 Chain().seal().change("Friday", "Monday").seal(),
                 passes(*SEALERS[:2], oldest=2, content=["changed", "intact"]))
    yield vector("oldest-pass-third", rule, "older ones are not looked at behind the first that is broken",
                 Chain().seal().seal().with_body("At one?\r\n").seal(),
                 passes(*SEALERS, oldest=3, content=["not-evaluated", "changed", "intact"]))
    yield vector("oldest-pass-second-of-three", rule, "changed once, by the second",
                 Chain().seal().with_body("At one?\r\n").seal().seal(),
                 passes(*SEALERS, oldest=2, content=["changed", "intact", "intact"]))
    yield vector("oldest-pass-first-malformed", rule, "an old message signature may be anything",
                 Chain().seal(ams=AMS.replace("bh={bh}; ", "")).seal(),
                 passes(*SEALERS[:2], oldest=2, content=["changed", "intact"]),
                 dkimpy="it wants the tags of all of them")
    yield vector("oldest-pass-first-expired", rule, "time passes", Chain().seal(
        ams=AMS.replace("t=1795435140", "t=1795000000; x=1795000001")).seal(),
        passes(*SEALERS[:2], oldest=2, content=["changed", "intact"]),
        dkimpy="it wants all of them to be in force")
    gone = AMS.replace("s=s1", "s=gone")
    yield vector("oldest-pass-key-gone", rule, "a key of an old message signature is gone",
                 Chain().seal(ams=gone).seal(), passes(*SEALERS[:2], oldest=2, content=["changed", "intact"]))
    yield vector("oldest-pass-key-unavailable", rule, "or cannot be fetched now, which says nothing about the message",
                 Chain().seal(ams=gone).seal(), passes(*SEALERS[:2], oldest=2, content=["not-evaluated", "intact"]),
                 keys() | {"gone._domainkey.list.example": [{"TXT": "SERVFAIL"}]}, "it stops there")


def seals():
    malformed = "SEAL_MALFORMED"
    for tag in ("a={a}; ", "d={d}; ", "s=s1; ", "; b={b}"):
        yield vector("seal-without-" + tag.strip("; ").split("=")[0], ["4.1.3", "RFC 6376 §3.5"],
                     "the required tags are those of DKIM, but for v=, h= and bh=",
                     sealed(1, seal=SEAL.replace(tag, "", 1)), fails(malformed, 1))
    yield vector("seal-without-t", ["4.1.3"], "t= may be missing", sealed(1, seal=SEAL.replace("t=1795435140; ", "")),
                 passes())
    yield vector("seal-time-malformed", ["4.1.3", "RFC 6376 §3.5"], "where it is there it is a number",
                 sealed(1, seal=SEAL.replace("t=1795435140", "t=soon")), fails(malformed, 1))
    for count, instance in ((1, 1), (2, 1), (2, 2)):
        chain = Chain()
        for number in range(1, count + 1):
            chain.seal(seal=SEAL.replace("; b=", "; h=From; b=") if number == instance else SEAL)
        yield vector(f"seal-{instance}-of-{count}-lists-fields", ["4.1.3"], "h= is not allowed, in no seal", chain,
                     fails("SEAL_LISTS_FIELDS", instance))
    yield vector("seal-lists-no-fields", ["4.1.3"], "not even an empty one",
                 sealed(1, seal=SEAL.replace("; b=", "; h=; b=")), fails("SEAL_LISTS_FIELDS", 1))
    for tag, peer in (("c=simple/simple", "it goes by c="), ("c=nonsense", "it goes by c="), ("l=5", None),
                      ("bh=AAAA", "it compares bh= with the body"), ("q=carrier/pigeon", "it reads q="),
                      ("x=1", "it reads x="), ("x=never", "it reads x="), ("v=9", "it reads v="), ("z=From:x", None)):
        yield vector("seal-ignores-" + tag.replace("=", "-").replace("/", "-").replace(":", "-").lower(),
                     ["4.1.3", "RFC 6376 §3.2"], "other tags are not supported, and ignored",
                     sealed(1, seal=SEAL.replace("; b=", f"; {tag}; b=")), passes(), dkimpy=peer)
    for id, seal, problem in (
            ("tag-twice", SEAL.replace("; b=", "; s=s1; b="), malformed),
            ("tag-empty", SEAL.replace("; b=", ";; b="), malformed),
            ("algorithm-of-old", SEAL.replace("{a}", "rsa-sha1"), malformed),
            ("algorithm-unknown", SEAL.replace("{a}", "rsa-sha512"), malformed),
            ("algorithm-in-upper-case", SEAL.replace("{a}", "RSA-SHA256"), malformed),
            ("domain-malformed", SEAL.replace("d={d}", "d=no domain"), malformed),
            ("selector-malformed", SEAL.replace("s=s1", "s=s..1"), malformed),
            ("without-base64", SEAL.replace("{b}", "%%%%"), malformed)):
        yield vector("seal-" + id, ["4.1.3", "RFC 6376 §3.5"], "tags mean what they do in DKIM", sealed(1, seal=seal),
                     fails(problem, 1))
    yield vector("seal-broken", ["5.2"], "a seal that does not verify",
                 sealed().change("ARC-Seal: i=1; a=rsa-sha256; t=1795435140",
                                 "ARC-Seal: i=1; a=rsa-sha256; t=1795435141"), fails("SEAL_BROKEN", 1))
    broken = Chain().seal().change("ARC-Seal: i=1; a=rsa-sha256; t=1795435140",
                                   "ARC-Seal: i=1; a=rsa-sha256; t=1795435141")
    yield vector("seal-broken-before-the-next", ["5.2"], "all seals are verified, not only the newest", broken.seal(),
                 fails("SEAL_BROKEN", 1))
    yield vector("seal-trailing-semicolon", ["4.1.3", "RFC 6376 §3.2"], "one semicolon may end the list",
                 sealed(1, seal=SEAL + ";"), passes())
    scopes = {
        "without-earlier-sets": lambda fields: fields[-2:],
        "without-results": lambda fields: fields[:-2] + fields[-1:],
        "without-message-signature": lambda fields: fields[:-1],
        "without-earlier-seals": lambda fields: [one for one in fields if name_of(one) != "arc-seal"],
        "newest-set-first": lambda fields: fields[3:] + fields[:3],
        "set-in-another-order": lambda fields: fields[:-2] + fields[:-3:-1],
    }
    for id, scope in scopes.items():
        yield vector("seal-scope-" + id, ["5.1.1"], "a seal covers all sets, in the one order",
                     sealed(2, scope=scope), fails("SEAL_BROKEN", 2))


def lookups():
    name = "s1._domainkey.list.example"
    rule = ["5.2.1"]
    for trouble in ("SERVFAIL", "TIMEOUT"):
        yield vector("key-" + trouble.lower(), rule, "no answer is a fail for others; asking again may help us",
                     sealed(), {"result": "temperror", "instance": 1}, keys() | {name: [{"TXT": trouble}]})
    yield vector("key-of-an-older-seal-unavailable", rule, "so it is for any seal",
                 sealed(2), {"result": "temperror", "instance": 1}, keys() | {name: [{"TXT": "SERVFAIL"}]})
    broken = sealed(2).change("i=1; mx.list.example; spf=pass", "i=1; mx.list.example; spf=fail")
    yield vector("key-unavailable-but-broken-anyway", rule, "what is broken for good stays so whatever the DNS says",
                 broken, fails("SEAL_BROKEN", 2), keys() | {name: [{"TXT": "SERVFAIL"}]})
    yield vector("key-unavailable-but-an-older-seal-broken", rule, "also where the key of a newer seal is missing",
                 Chain().seal().change("ARC-Seal: i=1; a=rsa-sha256; t=1795435140",
                                       "ARC-Seal: i=1; a=rsa-sha256; t=1795435141").seal(
                     ams=AMS.replace("d={d}", "d=list.example")),
                 fails("SEAL_BROKEN", 1), keys() | {"s1._domainkey.forwarder.example": [{"TXT": "TIMEOUT"}]})
    for id, records, peer in (
            ("no-such-name", None, None), ("no-data", [], None), ("revoked", [{"TXT": "v=DKIM1; p="}], None),
            ("not-for-email", key("v=DKIM1; s=tlsrpt; ")["s1._domainkey.example.org"], None),
            ("for-sha1", key("v=DKIM1; h=sha1; ")["s1._domainkey.example.org"], "it does not read h="),
            ("another", key(bits=1024)["s1._domainkey.example.org"], None)):
        zone = keys()
        del zone[name]
        yield vector("key-" + id, ["5.2", "RFC 6376 §6.1.2"], "keys are DKIM's, and so is what is wrong with them",
                     sealed(), fails("MESSAGE_SIGNATURE_BROKEN", 1),
                     zone if records is None else zone | {name: records}, peer)
    yield vector("key-for-no-subdomains", ["4.1.2", "RFC 6376 §3.6.1"],
                 "t=s is about an identity that ARC does not have",
                 sealed(), passes(), keys() | key("v=DKIM1; t=s; ", name=name))
    yield vector("key-in-test-mode", ["RFC 6376 §3.6.1"], "t=y does not make a chain worth less or more",
                 sealed(), passes(), keys() | key("v=DKIM1; t=y; ", name=name))
    yield vector("key-of-1024-bits", ["RFC 8301 §3.2"], "keys of 1024 bits must be taken", sealed(1, bits=1024),
                 passes(), keys(bits=1024))
    yield vector("key-of-768-bits", ["RFC 8301 §3.2"], "shorter ones must not", sealed(1, bits=768),
                 fails("MESSAGE_SIGNATURE_BROKEN", 1), keys(bits=768))
    yield vector("key-of-a-seal-of-768-bits", ["RFC 8301 §3.2"], "a seal is no exception",
                 sealed(1, bits=768, ams_bits=2048, ams=AMS.replace("s=s1", "s=long")), fails("SEAL_BROKEN", 1),
                 keys(bits=768) | key(name="long._domainkey.list.example"))
    yield vector("key-of-another-kind", ["RFC 6376 §6.1.2"], "an Ed25519 key fits no RSA signature", sealed(),
                 fails("MESSAGE_SIGNATURE_BROKEN", 1), ed25519_keys())
