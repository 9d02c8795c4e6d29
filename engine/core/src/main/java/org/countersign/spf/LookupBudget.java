package org.countersign.spf;

/** Counts the work of one check against its limits, over all records (RFC 7208 §4.6.4). */
final class LookupBudget {
    private final SpfLimits limits;
    private int dnsTerms;
    private int voidLookups;

    LookupBudget(SpfLimits limits) {
        this.limits = limits;
    }

    /** Takes one term that asks the DNS; false where there is none left. */
    boolean takeTerm() {
        if (dnsTerms == limits.dnsTerms()) {
            return false;
        }
        dnsTerms++;
        return true;
    }

    /** Counts a term that the DNS had nothing for; false where that was one too many. */
    boolean takeVoid() {
        voidLookups++;
        return voidLookups <= limits.voidLookups();
    }

    int dnsTerms() {
        return dnsTerms;
    }

    int voidLookups() {
        return voidLookups;
    }
}
