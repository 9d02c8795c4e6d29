#!/usr/bin/python3
"""Writes the cases in vectors/arc, by paragraph of RFC 8617: a message with a chain, and the DNS it meets."""

import base64

from arcsign import AAR, AMS, SEAL, SEALERS, ArcVector, Chain, ed25519_keys, keys, name_of
from dkimsign import BODY, HEADER, key, sign, write

TOLERANT_AAR = "it takes the instance from anywhere in the field"
KNOWS_NO_LIMIT = "it knows no such limit"
RSA_ALONE = "its ARC knows RSA alone"


def passes(*sealers, oldest=0, content=None):
    """content: what each message signature tells, oldest first; by default all of them verify."""
    sealers = sealers or (SEALERS[0],)
    return {"result": "pass", "oldest-pass": oldest, "sealers": list(sealers),
            "content": content or ["intact"] * len(sealers)}


def fails(problem, instance=None):
    return {"result": "fail", "problem": problem} | ({} if instance is None else {"instance": instance})


def vector(id, rfc, why, chain, expect, zone=None, dkimpy=None):
    return ArcVector(id, ["RFC 8617 §" + one if one[0].isdigit() else one for one in rfc], why, chain.message(),
                     expect, zone or keys(), dkimpy)


def sealed(count=1, **last):
    """As many honest hops; what is given goes to the last."""
    chain = Chain()
    for number in range(1, count + 1):
        chain.seal(**(last if number == count else {}))
    return chain


def chains():
    yield ArcVector("chain-none", ["RFC 8617 §4.4"], "a message without a field of ARC has no chain",
                    (HEADER, BODY), {"result": "none"}, keys())
    yield vector("chain-of-one", ["5.2"], "one set, sealed and signed", sealed(), passes())
    yield vector("chain-of-two", ["5.2", "5.1.1"], "the second seal covers the first set", sealed(2),
                 passes(*SEALERS[:2]))
    yield vector("chain-of-three", ["5.2", "5.1.1"], "the third seal covers the first two sets", sealed(3),
                 passes(*SEALERS))
    yield vector("chain-by-ed25519", ["5.2", "RFC 8463 §3"],
                 "ed25519-sha256 is an algorithm of DKIM, so it is one of ARC",
                 sealed(1, ed25519=True), passes(), ed25519_keys(), RSA_ALONE)
    yield vector("chain-of-both-algorithms", ["5.2", "RFC 8463 §3"], "each hop has its own algorithm",
                 Chain().seal().seal(ed25519=True).seal(), passes(*SEALERS),
                 keys() | ed25519_keys(SEALERS[1]), RSA_ALONE)
    yield vector("chain-domains-differ-within-a-set", ["4.1.2", "4.1.3"],
                 "no requirements on the domains: the sealer is who sealed",
                 sealed(1, ams=AMS.replace("d={d}", "d=signer.example").replace("s=s1", "s=other")), passes(),
                 keys() | key(name="other._domainkey.signer.example"))
    one = sealed(2)
    one.header = sorted(one.header)
    yield vector("chain-fields-in-any-order", ["5.1.1"], "what is hashed in which order follows the instances alone",
                 one,
                 passes(*SEALERS[:2]), dkimpy="it takes them from the bottom up, whatever their instance")
    one = sealed(2)
    one.header = one.header[:2] + ["Received: by mx.example"] + one.header[2:4] + ["X-Other: 1"] + one.header[4:]
    yield vector("chain-other-fields-between", ["5.1.1"],
                 "fields of others between those of a chain do not matter", one, passes(*SEALERS[:2]))
    upper = sealed()
    upper.header = [field.replace("ARC-Seal", "ARC-SEAL").replace("ARC-Message-Signature", "arc-message-signature")
                    .replace("ARC-Authentication-Results", "Arc-Authentication-Results") for field in upper.header]
    yield vector("chain-names-in-any-case", ["RFC 6376 §3.4.2"], "names of fields are in any case", upper, passes())
    yield vector("chain-refolded", ["4.1.3", "RFC 6376 §3.4.2"],
                 "a seal is relaxed, so folding a field anew does no harm",
                 sealed().change("; spf=pass", ";\r\n\tspf=pass "), passes())
    yield vector("chain-fifty-sets", ["4.2.1"], "50 sets may be there", long_chain(50),
                 passes(*[SEALERS[0]] * 50, oldest=31, content=["not-evaluated"] * 30 + ["intact"] * 20),
                 keys(bits=1024))
    yield vector("chain-fifty-one-sets", ["4.2.1", "5.2"], "51 may not", long_chain(51), fails("TOO_MANY_SETS"),
                 keys(bits=1024), KNOWS_NO_LIMIT)


def long_chain(count):
    chain = Chain()
    for _ in range(count):
        chain.seal(aar="i={i}; mx.{d}; none", d=SEALERS[0], bits=1024)
    return chain


def instances():
    rule = ["4.2.1", "3.9"]
    for name, template, kind in (("results", "aar", AAR), ("message-signature", "ams", AMS), ("seal", "seal", SEAL)):
        behind = kind.replace("i={i}; ", "", 1)
        aar = name == "results"
        for id, value in (("zero", "0"), ("two-zeros", "00"), ("of-three-digits", "001"), ("text", "one"),
                          ("empty", ""), ("negative", "-1"), ("signed", "+1")):
            # As it is sealed with this instance, the signatures are right: only the number is not.
            yield vector(f"instance-{name}-{id}", rule, "an instance is one or two digits, from 1 to 50",
                         sealed(1, **{template: f"i={value}; " + behind}), fails("INSTANCE_MALFORMED"),
                         dkimpy="it takes any number of digits" if id == "of-three-digits" else None)
        yield vector(f"instance-{name}-missing", rule, "each field has an instance",
                     sealed(1, **{template: behind}), fails("INSTANCE_MALFORMED"))
        yield vector(f"instance-{name}-fifty-one", rule, "the highest is 50",
                     sealed(1, **{template: "i=51; " + behind}), fails("TOO_MANY_SETS"))
        yield vector(f"instance-{name}-in-upper-case", rule, "the tag is i, not I",
                     sealed(1, **{template: "I={i}; " + behind}), fails("INSTANCE_MALFORMED"),
                     dkimpy=TOLERANT_AAR if aar else None)
        yield vector(f"instance-{name}-with-a-zero-before", rule, "one or two digits: 01 is 1",
                     sealed(1, **{template: "i=01; " + behind}), passes())
        yield vector(f"instance-{name}-of-another-set", ["4.2", "5.2"], "the fields of a set share the instance",
                     sealed(1, **{template: "i=2; " + behind}), fails("FIELD_MISSING", 1))
        yield vector(f"instance-{name}-with-white-space", rule, "white space may stand around it",
                     sealed(1, **{template: "\r\n i\t=\r\n {i} ; " + behind}), passes(),
                     dkimpy="it looks for ' i=1;' as it is written" if name == "message-signature" else None)
    yield vector("instance-signatures-behind-other-tags", ["4.1.2", "4.1.3", "RFC 6376 §3.2"],
                 "the grammar has the instance first; tags may come in any order, and handlers write it so",
                 sealed(1, ams=AMS.replace("i={i}; ", "", 1).replace("bh=", "i={i}; bh="),
                        seal=SEAL.replace("i={i}; ", "", 1).replace("b={b}", "i={i}; b={b}")), passes())
    yield vector("instance-results-behind-the-results", ["4.1.1"], "in the results it comes first or not at all",
                 sealed(1, aar="mx.{d}; dmarc=pass; i={i}"), fails("INSTANCE_MALFORMED"), dkimpy=TOLERANT_AAR)
    yield vector("instance-results-without-semicolon", ["4.1.1"], "a semicolon ends the instance",
                 sealed(1, aar="i={i} mx.{d}; dmarc=pass"), fails("INSTANCE_MALFORMED"), dkimpy=TOLERANT_AAR)
    yield vector("instance-results-behind-a-comment", ["3.9", "4.1.1"], "comments may stand around the instance",
                 sealed(1, aar="(a (b) c) i (=) = ( ; i=7 ) {i} (;); mx.{d}; dmarc=pass"), passes(),
                 dkimpy="it takes the number in the comment")
    yield vector("instance-twice-in-a-signature", ["RFC 6376 §3.2"], "no tag may stand twice",
                 sealed(1, ams="i={i}; i={i}; " + AMS.replace("i={i}; ", "", 1)),
                 fails("MESSAGE_SIGNATURE_MALFORMED", 1))


def sets():
    fields = {"results": "ARC-Authentication-Results", "message-signature": "ARC-Message-Signature",
              "seal": "ARC-Seal"}
    for name, field in fields.items():
        for count, instance in ((1, 1), (2, 1), (2, 2)):
            yield vector(f"set-{instance}-of-{count}-without-{name}", ["4.2", "5.2"],
                         "each set has one of each of the three fields",
                         sealed(count).without(field, instance), fails("FIELD_MISSING", instance))
            twice = sealed(count)
            again = next(one for one in twice.sets[instance - 1] if name_of(one) == field.lower())
            twice.header = [again] + twice.header
            yield vector(f"set-{instance}-of-{count}-{name}-twice", ["4.2", "5.2"], "and not two of one",
                         twice, fails("FIELD_REPEATED", instance))
    two = sealed(2)
    two.header = [one for one in two.header if one not in two.sets[0]]
    yield vector("set-first-removed", ["5.2"], "the sequence begins at 1", two, fails("SET_MISSING", 1))
    three = sealed(3)
    three.header = [one for one in three.header if one not in three.sets[1]]
    yield vector("set-in-the-middle-removed", ["5.2"], "the sequence has no gaps", three, fails("SET_MISSING", 2))
    three = sealed(3)
    three.header = [one for one in three.header if one not in three.sets[2]]
    yield vector("set-newest-removed", ["5.2"], "what is left is a chain again, since nothing was changed",
                 three, passes(*SEALERS[:2]))
    only = sealed()
    only.header = [only.sets[0][0]] + HEADER
    yield vector("set-of-results-alone", ["5.2"], "results without a seal are no set", only, fails("FIELD_MISSING", 1))
    two = sealed(2)
    first, second = two.sets
    swapped = [first[0].replace("i=1;", "i=2;"), second[0].replace("i=2;", "i=1;")]
    two.header = [second[2], second[1], swapped[0], first[2], first[1], swapped[1]] + HEADER
    yield vector("set-results-exchanged", ["5.2", "5.1.1"], "a seal ties the results to their set", two,
                 fails("SEAL_BROKEN", 2))


def statuses():
    rule = ["5.2", "4.4"]
    for id, count, cv, problem in (
            ("first-pass", 1, "pass", "STATUS_OUT_OF_PLACE"), ("second-none", 2, "none", "STATUS_OUT_OF_PLACE"),
            ("first-unknown", 1, "maybe", "STATUS_OUT_OF_PLACE"), ("second-in-upper-case", 2, "PASS",
                                                                  "STATUS_OUT_OF_PLACE"),
            ("first-fail", 1, "fail", "MARKED_AS_FAILED"), ("second-fail", 2, "fail", "MARKED_AS_FAILED")):
        yield vector("status-" + id, rule, "cv= is none in the first set and pass in all others",
                     sealed(count, cv=cv), fails(problem, count))
    for count in (1, 2):
        yield vector(f"status-missing-in-{count}", rule + ["4.1.3"], "each seal has cv=",
                     sealed(count, seal=SEAL.replace(" cv={cv};", "")), fails("STATUS_OUT_OF_PLACE", count))
    yield vector("status-empty", rule + ["4.1.3"], "and not an empty one", sealed(1, seal=SEAL.replace("{cv}", "")),
                 fails("STATUS_OUT_OF_PLACE", 1))
    yield vector("status-failed-before", rule, "none of the seals may have cv=fail",
                 Chain().seal().seal(cv="fail").seal(), fails("STATUS_OUT_OF_PLACE", 2))
    yield vector("status-first-pass-of-two", rule, "the first seal of several is looked at too",
                 Chain().seal(cv="pass").seal(), fails("STATUS_OUT_OF_PLACE", 1))
    alone = Chain().seal().change("Friday", "Monday")
    alone.seal(cv="fail", scope=lambda fields: fields[-2:])
    yield vector("status-fail-sealed-alone", ["5.1.2", "5.2"],
                 "a seal with cv=fail covers its own set alone, and ends the chain", alone,
                 fails("MARKED_AS_FAILED", 2))
    junk = Chain()
    junk.header = ["ARC-Seal: i=1; junk"] + junk.header
    junk.sets = [["ARC-Seal: i=1; junk"]]
    junk.seal(cv="fail", scope=lambda fields: fields[-2:])
    yield vector("status-fail-on-top-of-junk", ["5.1.2", "5.2"],
                 "the highest set is looked at before the structure of the others", junk, fails("MARKED_AS_FAILED", 2))
    yield vector("status-fail-with-a-broken-seal", ["5.2"], "the mark counts before any signature is verified",
                 sealed(2, cv="fail").change("ARC-Seal: i=2; a=rsa-sha256; t=1795435140",
                                             "ARC-Seal: i=2; a=rsa-sha256; t=1795435141"), fails("MARKED_AS_FAILED", 2))


def results():
    for id, aar in (("nobody-can-read", "i={i}; ;;=;(()"), ("empty", "i={i};"), ("none", "i={i}; mx.{d}; none"),
                    ("of-another-version", "i={i}; mx.{d} 2; x"), ("octets-above-127", "i={i}; mx.{d}; x=\xe4\xff"),
                    ("unknown-method", "i={i}; mx.{d}; moo=pass policy.x=y")):
        yield vector("results-" + id, ["3.4"], "what the results say does not matter to the chain",
                     sealed(1, aar=aar), passes())
    yield vector("results-changed", ["5.2", "4.1.3"], "but the seal covers them",
                 sealed().change("dmarc=pass", "dmarc=fail"), fails("SEAL_BROKEN", 1))
    yield vector("results-of-the-first-changed", ["5.2", "5.1.1"], "by each later seal too",
                 sealed(2).change("i=1; mx.list.example; spf=pass", "i=1; mx.list.example; spf=fail"),
                 fails("SEAL_BROKEN", 2))


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


def prepended(chain, field):
    chain.header = [field] + chain.header
    return chain


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


def internationalized():
    label = "b\xc3\xbccher.example"
    yield vector("domain-in-u-labels", ["4.1.4", "RFC 8616 §5"],
                 "d= may hold U-labels in UTF-8; the key is at the A-labels",
                 sealed(1, d=label), passes("xn--bcher-kva.example"),
                 key(name="s1._domainkey.xn--bcher-kva.example"), "it asks for the octets as they are")
    yield vector("results-in-utf-8", ["4.1.4"], "results may hold UTF-8",
                 sealed(1, aar="i={i}; mx.{d}; auth=pass smtp.auth=b\xc3\xbcrgerin@example.org"), passes())


def hostile():
    yield vector("hostile-chain-on-another-message", ["5.2", "9"], "an honest chain says nothing about another message",
                 honest_chain_elsewhere(), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    moved = honest_chain_elsewhere()
    moved.seal(d="attacker.example")
    yield vector("hostile-chain-sealed-on-by-the-thief", ["5.2", "9"],
                 "whoever seals an honest chain onto another message gets a pass: only oldest-pass tells",
                 moved, passes("list.example", "attacker.example", oldest=2, content=["changed", "intact"]),
                 keys() | key(name="s1._domainkey.attacker.example"))
    yield vector("hostile-results-added", ["5.2"], "results that are put beside a chain are not of it",
                 prepended(sealed(), "ARC-Authentication-Results: i=1; mx.list.example; dmarc=pass"),
                 fails("FIELD_REPEATED", 1))
    yield vector("hostile-results-of-the-next-set", ["5.2"], "nor in front of it",
                 prepended(sealed(), "ARC-Authentication-Results: i=2; mx.list.example; dmarc=pass"),
                 fails("FIELD_MISSING", 2))
    yield vector("hostile-instance-written-otherwise", ["4.2.1", "5.2"], "01 is 1, so this is a second one",
                 prepended(sealed(), "ARC-Authentication-Results: i=01; mx.list.example; dmarc=pass"),
                 fails("FIELD_REPEATED", 1))
    yield vector("hostile-set-without-signatures", ["5.2"], "a set that nobody signed",
                 made_up(), fails("MESSAGE_SIGNATURE_MALFORMED", 1))
    yield vector("hostile-signature-of-zeros", ["5.2"], "or signed with nothing",
                 made_up(base64.b64encode(bytes(256)).decode()), fails("MESSAGE_SIGNATURE_BROKEN", 1))
    yield vector("hostile-sealer-changed", ["5.2"], "d= of a seal is sealed itself",
                 sealed().change("cv=none; d=list.example", "cv=none; d=forwarder.example"), fails("SEAL_BROKEN", 1))
    yield vector("hostile-seal-of-another-set", ["5.2", "5.1.1"], "a seal fits its own set alone",
                 exchanged_seals(), fails("STATUS_OUT_OF_PLACE", 1))
    yield vector("hostile-field-of-17-kib", ["9.1"], "fields of unusual size are not looked at",
                 sealed(1, aar=AAR + " (" + "x" * 17000 + ")"), fails("FIELD_TOO_LARGE"), dkimpy=KNOWS_NO_LIMIT)
    many, zone = Chain(), {}
    for number in range(1, 34):
        many.seal(aar="i={i}; mx.{d}; none", d=f"h{number}.example", bits=1024)
        zone |= key(bits=1024, name=f"s1._domainkey.h{number}.example")
    yield vector("hostile-33-keys", ["9.2"], "nobody makes a verifier fetch more than 32 keys", many,
                 fails("TOO_MANY_KEYS"), zone, KNOWS_NO_LIMIT)
    flood = sealed()
    flood.header = ["ARC-Seal: i=1; a=rsa-sha256"] * 200 + flood.header
    yield vector("hostile-200-seals", ["5.2", "9.1"], "so many fields are no chain, whatever is in them", flood,
                 fails("TOO_MANY_SETS"))
    yield vector("hostile-space-before-the-colon", ["RFC 5322 §4.5"], "an obsolete form of a field is a field",
                 prepended(sealed(), "ARC-Seal : i=1; a=rsa-sha256"), fails("FIELD_REPEATED", 1))


def honest_chain_elsewhere():
    chain = Chain().seal()
    chain.header = chain.header[:3] + ["From: Alice <alice@example.org>", "To: Bob <bob@receiver.example>",
                                       "Subject: Your invoice"]
    return chain.with_body("Please pay.\r\n")


def made_up(signature=""):
    chain = Chain()
    chain.header = [
        "ARC-Seal: i=1; a=rsa-sha256; t=1795435140; cv=none; d=list.example; s=s1; b=" + signature,
        "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=list.example; s=s1; h=From:To:Subject;"
        " bh=4daN71HNdn/d5SSJNrmA4GnDoSU3uSw9/N1YsKJOhFc=; b=" + signature,
        "ARC-Authentication-Results: i=1; mx.list.example; dmarc=pass"] + HEADER
    return chain


def exchanged_seals():
    chain = sealed(2)
    first, second = chain.sets[0][2], chain.sets[1][2]
    chain.header = [first.replace("i=1;", "i=2;") if field is second else
                    second.replace("i=2;", "i=1;") if field is first else field for field in chain.header]
    return chain


FILES = {
    "chains": [chains, internationalized],
    "instances": [instances],
    "structure": [sets, statuses, results],
    "message-signatures": [message_signatures, oldest_passes],
    "seals": [seals],
    "keys": [lookups],
    "hostile": [hostile],
}

if __name__ == "__main__":
    write("arc", FILES, "arc_vectors.py")
