package org.countersign.reports.document;

import java.util.Optional;

/** The action on the messages of a row (RFC 9990 §3.1.1.9, {@code ActionDispositionType}). */
public enum Disposition {
    /** No action: a policy that only monitors, or an override. */
    NONE(0, "none"),
    /** No action, because the messages passed. The policy asks for an action on those that do not. */
    PASS(1, "pass"),
    QUARANTINE(2, "quarantine"),
    REJECT(3, "reject");

    private final int number;
    private final String keyword;

    Disposition(int number, String keyword) {
        this.number = number;
        this.keyword = keyword;
    }

    /** The number in the tables of the store, which never changes. */
    public int number() {
        return number;
    }

    /** The word in reports. */
    public String keyword() {
        return keyword;
    }

    /** The disposition with this number in the store; empty for another number. */
    public static Optional<Disposition> ofNumber(int number) {
        for (Disposition disposition : values()) {
            if (disposition.number == number) {
                return Optional.of(disposition);
            }
        }
        return Optional.empty();
    }

    /** The disposition with this word; empty for another word. */
    public static Optional<Disposition> ofKeyword(String keyword) {
        for (Disposition disposition : values()) {
            if (disposition.keyword.equals(keyword)) {
                return Optional.of(disposition);
            }
        }
        return Optional.empty();
    }
}
