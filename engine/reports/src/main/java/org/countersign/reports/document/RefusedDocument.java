package org.countersign.reports.document;

import java.io.IOException;
import java.io.Serial;
import org.countersign.syntax.Escapes;

/**
 * Ends the reading of a document that is refused. It is an {@link IOException}, so that it passes through the parser from the
 * reader below it. It never leaves this package.
 */
final class RefusedDocument extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int MAX_DETAIL = 200;

    private final Refusal refusal;
    private final String detail;

    RefusedDocument(Refusal refusal, String detail) {
        super(refusal.description());
        this.refusal = refusal;
        this.detail = Escapes.printable(detail, MAX_DETAIL);
    }

    /** Whether it ends the reading of other reports in the same document too. */
    boolean isOfWholeDocument() {
        return refusal == Refusal.DOCTYPE || refusal == Refusal.TOO_LARGE;
    }

    ReadResult.Refused result() {
        return new ReadResult.Refused(refusal, detail);
    }
}
