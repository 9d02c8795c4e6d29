package org.countersign.simulate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages by Author Domain. So many domains have rows of their own; those that come later share one. */
public final class AuthorTable {
    /** The maximum number of rows. */
    public static final int MAX_ROWS = 5_000;
    /** The row of messages without a single Author Domain. */
    public static final String NO_AUTHOR = "(no single author)";
    /** The row of all domains that have no row of their own. */
    public static final String OTHERS = "(others)";

    private final int policies;
    private final Map<String, AuthorRow> rows = new LinkedHashMap<>();

    AuthorTable(int policies) {
        this.policies = policies;
    }

    AuthorRow row(String author) {
        boolean own = rows.containsKey(author) || rows.size() < MAX_ROWS;
        return rows.computeIfAbsent(own ? author : OTHERS, name -> new AuthorRow(name, policies));
    }

    /** The rows: those with changes first, then those with objections, then those with the most messages. */
    public List<AuthorRow> rows() {
        return rows.values().stream()
                .sorted(Comparator.comparingLong(AuthorRow::changed)
                        .thenComparingLong(AuthorRow::interest)
                        .thenComparingLong(AuthorRow::messages)
                        .reversed()
                        .thenComparing(AuthorRow::author))
                .toList();
    }
}
