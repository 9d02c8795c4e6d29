package org.countersign.doctor;

import static org.countersign.doctor.Severity.ERROR;
import static org.countersign.doctor.Severity.HINT;
import static org.countersign.doctor.Severity.INFO;
import static org.countersign.doctor.Severity.UNKNOWN;
import static org.countersign.doctor.Severity.WARNING;

import org.countersign.syntax.Keyword;

/** Every kind of finding: its usual severity, the clause that it follows from, and when it appears. */
public enum FindingId {
    DNS_UNAVAILABLE(UNKNOWN, "", "the DNS gave no answer, so nothing is known"),
    DOMAIN_MISSING(ERROR, "RFC 8020 §2", "the domain does not exist; what is missing there is not told then"),

    SPF_NONE(WARNING, "RFC 7208 §4.5", "no SPF record; error if DMARC asks for more than none and no key is known"),
    SPF_SEVERAL(ERROR, "RFC 7208 §4.5", "more than one SPF record"),
    SPF_TYPE99(INFO, "RFC 7208 §3.1", "a record of the obsolete type SPF"),
    SPF_VERSION_DAMAGE(
            ERROR, "RFC 7208 §4.5", "a record that was meant as SPF but does not begin with v=spf1 and a blank"),
    SPF_SYNTAX(ERROR, "RFC 7208 §4.6", "a term that the grammar does not allow"),
    SPF_QUOTES(ERROR, "RFC 7208 §3.3", "quotation marks or backslashes inside the text"),
    SPF_JOIN(ERROR, "RFC 7208 §3.3", "two terms without a blank between them"),
    SPF_TOO_MANY_LOOKUPS(ERROR, "RFC 7208 §4.6.4", "more than 10 terms that need the DNS; warning from 8"),
    SPF_TOO_MANY_VOIDS(ERROR, "RFC 7208 §4.6.4", "more than 2 lookups without an answer; warning at 2"),
    SPF_MX_MANY(ERROR, "RFC 7208 §4.6.4", "an mx with more than 10 hosts"),
    SPF_INCLUDE_MISSING(ERROR, "RFC 7208 §5.2", "an include of a name without a record"),
    SPF_INCLUDE_LOOP(ERROR, "RFC 7208 §4.6.4", "an include that leads back"),
    SPF_REDIRECT_LOOP(ERROR, "RFC 7208 §4.6.4", "a redirect that leads back"),
    SPF_INCLUDE_BROKEN(ERROR, "RFC 7208 §5.2", "an error inside an included record"),
    SPF_INCLUDE_ALL(ERROR, "RFC 7208 §5.2", "an included record that passes everybody; warning if it ends in ?all"),
    SPF_INCLUDE_TWICE(HINT, "RFC 7208 §4.6.4", "the same include more than once"),
    SPF_REDIRECT_MISSING(ERROR, "RFC 7208 §6.1", "a redirect to a name without a record"),
    SPF_REDIRECT_ALL(WARNING, "RFC 7208 §6.1", "a redirect in a record with all"),
    SPF_PLUS_ALL(ERROR, "RFC 7208 §5.1", "terms that match every address"),
    SPF_NEUTRAL_ALL(WARNING, "RFC 7208 §8.2", "?all"),
    SPF_NO_ALL(WARNING, "RFC 7208 §4.7", "neither all nor redirect"),
    SPF_SOFTFAIL_ALL(INFO, "RFC 7208 §8.5", "~all"),
    SPF_BEHIND_ALL(WARNING, "RFC 7208 §5.1", "mechanisms after all"),
    SPF_PTR(WARNING, "RFC 7208 §5.5", "ptr or %{p}"),
    SPF_EXISTS(INFO, "RFC 7208 §5.7", "exists, whose name depends on the sender or the client"),
    SPF_MACROS(INFO, "RFC 7208 §7", "a name with macros"),
    SPF_MACRO_LOCAL(HINT, "RFC 7208 §11.6", "%{l} or %{s} in a name"),
    SPF_A_MISSING(WARNING, "RFC 7208 §4.6.4", "an a or mx whose hosts have no address"),
    SPF_OVERLAP(HINT, "RFC 7208 §5.6", "an address range inside another, or with bits after its prefix"),
    SPF_WIDE(WARNING, "RFC 7208 §5.6", "a range above /16 (IPv6: /32); error above /8 (/16)"),
    SPF_PRIVATE(WARNING, "RFC 7208 §5.6", "private, loopback or documentation addresses"),
    SPF_LONG_STRING(ERROR, "RFC 7208 §3.3", "a record of 255 octets that was cut"),
    SPF_LARGE(WARNING, "RFC 7208 §3.4", "TXT records of more than 1232 octets, an error without TCP; above 450 a hint"),
    SPF_EXP_MISSING(WARNING, "RFC 7208 §6.2", "exp= names no record, or several"),
    SPF_EXP_NON_ASCII(WARNING, "RFC 7208 §6.2", "the explanation is not US-ASCII"),
    SPF_UNKNOWN_MODIFIER(INFO, "RFC 7208 §6", "a modifier that is not defined"),
    SPF_SENDER_UNLISTED(ERROR, "RFC 7208 §2.6.3", "a sending address that does not pass"),
    SPF_WILDCARD(WARNING, "RFC 7208 §3.5", "a wildcard SPF record"),
    SPF_HELO(HINT, "RFC 7208 §2.3", "the HELO name has no record"),
    SPF_HOST_NAMES(HINT, "RFC 7208 §10.1.2", "a name of --also that has hosts and no record"),

    DKIM_MISSING(WARNING, "RFC 6376 §6.1.2", "no key record; error if the configuration signs with it"),
    DKIM_WRONG_NAME(ERROR, "RFC 6376 §3.6.2.1", "the key record is at another name"),
    DKIM_SEVERAL(ERROR, "RFC 6376 §3.6.2.2", "more than one record at the name"),
    DKIM_CNAME(INFO, "RFC 6376 §3.6.2", "the name is an alias"),
    DKIM_CNAME_DANGLING(ERROR, "RFC 6376 §6.1.2", "an alias that leads to no key"),
    DKIM_WILDCARD(WARNING, "RFC 6376 §3.6.2.1", "every selector gets the same answer"),
    DKIM_VERSION(ERROR, "RFC 6376 §3.6.1", "v= is not DKIM1, or not first"),
    DKIM_ESCAPED(ERROR, "RFC 6376 §3.2", "a backslash before a semicolon"),
    DKIM_QUOTED(ERROR, "RFC 6376 §3.2", "quotation marks inside the text"),
    DKIM_BLANKS(INFO, "RFC 6376 §3.2", "blanks inside p="),
    DKIM_PEM(ERROR, "RFC 6376 §3.6.1", "the lines of a PEM file in p="),
    DKIM_DUPLICATE_TAG(ERROR, "RFC 6376 §3.2", "a tag that occurs twice, text that is no tag, or too many tags"),
    DKIM_NO_P(ERROR, "RFC 6376 §3.6.1", "p= is missing"),
    DKIM_REVOKED(WARNING, "RFC 6376 §3.6.1", "p= is empty"),
    DKIM_CUT(ERROR, "RFC 6376 §3.6.1", "a part of the key is missing, or two keys run together"),
    DKIM_NOT_A_KEY(ERROR, "RFC 6376 §3.6.1", "p= is no public key; a private key"),
    DKIM_TYPE(ERROR, "RFC 8463 §4.2", "k= is unknown, or the key has another type"),
    DKIM_ED25519_ALONE(WARNING, "RFC 8463 §6", "an Ed25519 key without an RSA key"),
    DKIM_SHORT(ERROR, "RFC 8301 §3.2", "an RSA key below 1024 bits; warning below 2048"),
    DKIM_LONG(INFO, "RFC 8301 §3.2", "an RSA key above 2048 bits; warning above 4096"),
    DKIM_WEAK(ERROR, "RFC 8017 §3.1", "a modulus or exponent that an RSA key cannot have, or a known weak key"),
    DKIM_SHARED(HINT, "RFC 6376 §3.1", "the same key at several names; warning across organizations"),
    DKIM_HASH(ERROR, "RFC 8301 §3.1", "h= without sha256; warning if it lists sha1 too"),
    DKIM_SERVICE(ERROR, "RFC 6376 §3.6.1", "s= without * or email"),
    DKIM_TESTING(WARNING, "RFC 6376 §3.6.1", "t=y"),
    DKIM_STRICT(INFO, "RFC 6376 §3.6.1", "t=s; error if the configuration signs with i= of a subdomain"),
    DKIM_GRANULARITY(WARNING, "RFC 6376 App. C.2", "g=, which was removed"),
    DKIM_UNKNOWN_TAG(INFO, "RFC 6376 §3.2", "a tag that is not defined"),
    DKIM_MISMATCH(ERROR, "RFC 6376 §3.6.1", "another key than that of the configuration"),
    DKIM_STALE(HINT, "RFC 6376 §3.1", "the key of a selector that the configuration has retired"),
    DKIM_AGE(HINT, "RFC 6376 §3.1", "a key in use for more than two years"),
    DKIM_TTL(HINT, "RFC 6376 §3.1", "a time to live below 5 minutes or above a day"),
    DKIM_OLD_POLICY(INFO, "RFC 5617", "a policy of DomainKeys or ADSP, which are historic"),

    DMARC_NONE(ERROR, "RFC 9989 §4.10", "no record; warning if a record above applies"),
    DMARC_WRONG_PLACE(ERROR, "RFC 9989 §4.5", "the record is at another name"),
    DMARC_SEVERAL(ERROR, "RFC 9989 §4.10", "more than one record"),
    DMARC_VERSION(ERROR, "RFC 9989 §4.7", "a record that was meant as DMARC but does not begin with v=DMARC1;"),
    DMARC_P_MISSING(WARNING, "RFC 9989 §4.10.1", "p= is missing"),
    DMARC_P_INVALID(ERROR, "RFC 9989 §4.10.1", "p= is none of the three words"),
    DMARC_SP_INVALID(ERROR, "RFC 9989 §4.10.1", "sp= is none of the three words"),
    DMARC_NP_INVALID(ERROR, "RFC 9989 §4.10.1", "np= is none of the three words"),
    DMARC_P_LATE(HINT, "RFC 7489 §6.4", "p= is not the second tag"),
    DMARC_REMOVED_TAG(WARNING, "RFC 9989 App. C.5.2", "pct, rf or ri, which were removed"),
    DMARC_MONITORING(INFO, "RFC 9989 §3.2.12", "p=none; hint after a year of --since"),
    DMARC_TESTING(WARNING, "RFC 9989 §4.7", "t=y with a policy"),
    DMARC_SP_WEAKER(WARNING, "RFC 9989 §4.7", "sp= is milder than p="),
    DMARC_NP_WEAKER(WARNING, "RFC 9989 §4.7", "np= is milder than the policy of existing names"),
    DMARC_NP_MISSING(HINT, "RFC 9989 §4.7", "names that do not exist get less than reject"),
    DMARC_SP_USELESS(INFO, "RFC 9989 §4.7", "sp= or np= in a record that is not that of the Organizational Domain"),
    DMARC_PSD(ERROR, "RFC 9989 §4.7", "psd=y at a name that is no public suffix; info for psd=n"),
    DMARC_SUFFIX_ABOVE(INFO, "RFC 9989 §4.10.2", "the walk ends at the record of a public suffix"),
    DMARC_TREE_DIFFERS(WARNING, "RFC 9989 App. C.3", "tree walk and Public Suffix List give different organizations"),
    DMARC_RUA_MISSING(WARNING, "RFC 9989 §4.7", "nobody receives aggregate reports"),
    DMARC_RUA_SYNTAX(ERROR, "RFC 9989 §4.6", "an address of reports that cannot be read"),
    DMARC_RUA_SIZE(HINT, "RFC 9989 §4.8", "a size limit, which is obsolete"),
    DMARC_RUA_SCHEME(WARNING, "RFC 9989 §4.6", "an address of reports that is not mailto:"),
    DMARC_RUA_UNAUTHORIZED(ERROR, "RFC 9990 §4", "rua= names another organization that has not agreed"),
    DMARC_RUF_UNAUTHORIZED(ERROR, "RFC 9991 §5", "ruf= names another organization that has not agreed"),
    DMARC_RUA_NO_MX(WARNING, "RFC 5321 §5.1", "the domain of an address of reports takes no mail"),
    DMARC_FO(INFO, "RFC 9989 §4.7", "fo= without ruf=; warning if it is invalid"),
    DMARC_RUF(INFO, "RFC 9991 §7", "failure reports are asked for"),
    DMARC_STRICT(INFO, "RFC 9989 §4.4", "adkim=s or aspf=s; warning if a configured signature is not aligned so"),
    DMARC_DUPLICATE_TAG(WARNING, "RFC 9989 §4.8", "a tag that occurs twice"),
    DMARC_UNKNOWN_TAG(INFO, "RFC 9989 §4.7", "a tag that is not defined"),
    DMARC_VALUE_INVALID(WARNING, "RFC 9989 §4.8", "a value that is not allowed, so that the default counts"),
    DMARC_SEPARATOR(ERROR, "RFC 9989 §4.8", "tags that are not separated by a semicolon"),
    DMARC_CNAME(INFO, "RFC 9989 §4.5", "the name is an alias"),
    DMARC_UNSIGNED_REJECT(WARNING, "RFC 9989 §5.1.2", "a policy, and the configuration signs nothing of the domain"),
    DMARC_READY(INFO, "RFC 9989 §5.1.7", "what stands between the configuration and p=reject"),

    MX_NONE(INFO, "RFC 5321 §5.1", "no MX record"),
    MX_NULL(INFO, "RFC 7505 §3", "the domain takes no mail"),
    MX_CNAME(ERROR, "RFC 2181 §10.3", "an MX record names an alias"),
    MX_NO_ADDRESS(ERROR, "RFC 5321 §5.1", "an MX record names a host without an address"),
    MX_LITERAL(ERROR, "RFC 5321 §5.1", "an MX record names an address"),
    PTR_NONE(WARNING, "RFC 8601 §3", "a sending address without a name"),
    PTR_MISMATCH(WARNING, "RFC 8601 §3", "the name of a sending address does not lead back"),
    HELO_UNRESOLVABLE(WARNING, "RFC 5321 §2.3.5", "the HELO name has no address"),
    HELO_MISMATCH(WARNING, "RFC 5321 §4.1.4", "the HELO name has other addresses than the sender"),
    HELO_LITERAL(WARNING, "RFC 5321 §4.1.3", "the HELO name is an address"),
    DNSSEC(INFO, "RFC 4035 §5", "the zone is not signed; error if its signatures are wrong"),
    MTA_STS(INFO, "RFC 8461 §3.1", "no record; warning if it is wrong or, with --https, without a policy"),
    TLSRPT(INFO, "RFC 8460 §3", "no record; warning if it is wrong"),
    BIMI(INFO, "", "no record; warning if it is wrong"),
    PARKED(WARNING, "RFC 7208 §10.1.2", "a domain without mail does not say so"),
    NS_DISAGREE(WARNING, "RFC 1034 §4.3.5", "the authoritative servers give different answers"),
    NS_LAME(WARNING, "RFC 1912 §2.8", "an authoritative server does not answer, or not with authority"),
    TTL_LONG(HINT, "RFC 1035 §3.2.1", "a time to live above a day"),

    OWN_ENTRY_UNALIGNED(WARNING, "RFC 9989 §4.4.1", "a signing entry whose key is not aligned with its authors"),
    OWN_DOMAIN_UNPROTECTED(HINT, "", "a domain that is signed for is not in protect"),
    OWN_AUTHSERV_ID(WARNING, "RFC 8601 §2.5", "authserv-id is no name of the own domains"),
    OWN_KEY_EXPIRING(WARNING, "", "a key retires within 14 days, and has no successor"),
    OWN_KEY_PERMS(ERROR, "", "a key file that cannot be used"),
    OWN_RESOLVER(WARNING, "", "the resolver is not on this machine");

    private final Severity severity;
    private final String clause;
    private final String condition;

    FindingId(Severity severity, String clause, String condition) {
        this.severity = severity;
        this.clause = clause;
        this.condition = condition;
    }

    /** The word in output and documents: {@code spf-too-many-lookups}. */
    public String keyword() {
        return Keyword.of(this);
    }

    /** The usual severity. */
    public Severity severity() {
        return severity;
    }

    /** The clause that it follows from: {@code RFC 7208 §4.6.4}; empty for a rule of this program. */
    public String clause() {
        return clause;
    }

    /** When it appears, a clause for documents. */
    public String condition() {
        return condition;
    }
}
