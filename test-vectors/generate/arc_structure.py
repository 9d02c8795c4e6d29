"""Cases about the sets of a chain, their instances, statuses and results (RFC 8617 §4, §5.2 steps 1 to 3)."""

from arc_case import KNOWS_NO_LIMIT, RSA_ALONE, TOLERANT_AAR, fails, passes, sealed, vector
from arcsign import AAR, AMS, SEAL, SEALERS, ArcVector, Chain, ed25519_keys, keys, name_of
from dkimsign import BODY, HEADER, key


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
        if not aar:
            yield vector(f"instance-{name}-behind-a-comment", ["3.9", "4.1.2", "4.1.3"],
                         "stricter than the grammar, as other validators are: a list of tags has no comments",
                         sealed(1, **{template: "(first) i={i}; " + behind}), fails("INSTANCE_MALFORMED"))
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


def internationalized():
    label = "b\xc3\xbccher.example"
    yield vector("domain-in-u-labels", ["4.1.4", "RFC 8616 §5"],
                 "d= may hold U-labels in UTF-8; the key is at the A-labels",
                 sealed(1, d=label), passes("xn--bcher-kva.example"),
                 key(name="s1._domainkey.xn--bcher-kva.example"), "it asks for the octets as they are")
    yield vector("results-in-utf-8", ["4.1.4"], "results may hold UTF-8",
                 sealed(1, aar="i={i}; mx.{d}; auth=pass smtp.auth=b\xc3\xbcrgerin@example.org"), passes())
