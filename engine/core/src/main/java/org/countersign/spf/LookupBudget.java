package org.countersign.spf;

/** Counts the work of one check against its limits, over all records (RFC 7208 §4.6.4). */
final class LookupBudget {
    private final SpfLimits limits;
    private int dnsTerms;
    private int voidLookups;

    LookupBudget(SpfLimits limits) {
        this.limits = limits;
    }

    /** Counts one term that causes DNS lookups; false if there were already as many as allowed. */
    boolean takeTerm() {
        if (dnsTerms == limits.dnsTerms()) {
            return false;
        }
        dnsTerms++;
        return true;
    }

    /** Counts one void lookup; false if that is more than allowed. */
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
