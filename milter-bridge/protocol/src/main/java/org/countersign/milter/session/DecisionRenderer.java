package org.countersign.milter.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.countersign.milter.wire.Action;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/** Turns a decision into replies that have the same effect in every mail server. */
final class DecisionRenderer {
    // Postfix truncates the reason to this length.
    private static final int MAX_REASON = 100;

    private final Negotiation negotiation;
    private final CapabilityWarnings warnings;

    DecisionRenderer(Negotiation negotiation, CapabilityWarnings warnings) {
        this.negotiation = negotiation;
        this.warnings = warnings;
    }

    /** The replies for a decision: the edits, if the mail server keeps the message, then the final reply. */
    List<MilterReply> render(FilterDecision decision) {
        List<MilterReply> replies = new ArrayList<>();
        switch (decision.verdict()) {
            case FilterVerdict.Accept() -> {
                edits(decision.edits(), replies);
                replies.add(new MilterReply.Continue());
            }
            case FilterVerdict.Quarantine(String reason) -> {
                boolean marked = negotiation.may(Action.ADD_HEADERS)
                        && decision.edits().stream().anyMatch(HeaderEdit.Prepend.class::isInstance);
                if (negotiation.may(Action.QUARANTINE)) {
                    edits(decision.edits(), replies);
                    replies.add(new MilterReply.Quarantine(Octets.latin1(Escapes.printable(reason, MAX_REASON))));
                    replies.add(new MilterReply.Continue());
                } else if (marked) {
                    // One of the inserted fields says that the message is suspicious.
                    warnings.cannotQuarantine();
                    edits(decision.edits(), replies);
                    replies.add(new MilterReply.Continue());
                } else {
                    warnings.cannotQuarantine();
                    replies.add(new MilterReply.TempFail());
                }
            }
            case FilterVerdict.Refuse(var text) -> replies.add(new MilterReply.ReplyCode(text));
            case FilterVerdict.Discard() -> replies.add(new MilterReply.Discard());
        }
        return replies;
    }

    private void edits(List<HeaderEdit> edits, List<MilterReply> replies) {
        // Deletions before insertions: an insertion pushes down Postfix's own Received field, which Postfix then
        // counts.
        List<HeaderEdit.Remove> removals = only(HeaderEdit.Remove.class, edits);
        if (negotiation.may(Action.CHANGE_HEADERS)) {
            removals(removals, replies);
        } else if (!removals.isEmpty()) {
            warnings.cannotRemoveHeaders();
        }
        List<HeaderEdit.Prepend> insertions = only(HeaderEdit.Prepend.class, edits);
        if (negotiation.may(Action.ADD_HEADERS)) {
            // Each field is inserted above the one before, so the last of the list is sent first.
            for (HeaderEdit.Prepend insertion : insertions.reversed()) {
                replies.add(new MilterReply.InsertHeader(0, name(insertion.field()), value(insertion.field())));
            }
        } else if (!insertions.isEmpty()) {
            warnings.cannotInsertHeaders();
        }
    }

    private static <T extends HeaderEdit> List<T> only(Class<T> kind, List<HeaderEdit> edits) {
        List<T> found = new ArrayList<>();
        for (HeaderEdit edit : edits) {
            if (kind.isInstance(edit)) {
                found.add(kind.cast(edit));
            }
        }
        return found;
    }

    /**
     * Deletes from the highest instance down, because a deletion renumbers the fields after it in Postfix but not in
     * Sendmail. A field is deleted once only: a second deletion would remove a different field.
     */
    private static void removals(List<HeaderEdit.Remove> removals, List<MilterReply> replies) {
        List<HeaderEdit.Remove> sorted = new ArrayList<>(removals);
        sorted.sort(Comparator.comparingInt(HeaderEdit.Remove::instance).reversed());
        Set<HeaderEdit.Remove> seen = new HashSet<>();
        for (HeaderEdit.Remove removal : sorted) {
            if (seen.add(new HeaderEdit.Remove(Ascii.lower(removal.name()), removal.instance()))) {
                replies.add(
                        new MilterReply.ChangeHeader(removal.instance(), Octets.latin1(removal.name()), Octets.EMPTY));
            }
        }
    }

    private static Octets name(HeaderField field) {
        String name = field.name();
        for (int i = 0; i < name.length(); i++) {
            if (!Ascii.isVisible(name.charAt(i))) {
                throw new IllegalArgumentException("not the name of a header field: " + Escapes.printable(name));
            }
        }
        return Octets.latin1(name);
    }

    /** The value with folds as LF. An octet that would end the field or the text on the wire becomes a space. */
    private Octets value(HeaderField field) {
        Octets value = field.value();
        byte[] out = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            boolean beforeLineFeed = i + 1 < value.length() && value.at(i + 1) == '\n';
            if (octet == '\r' && beforeLineFeed) {
                continue;
            }
            boolean fold = octet == '\n' && i + 1 < value.length() && Ascii.isWsp(value.at(i + 1));
            boolean plain = octet != '\r' && octet != '\n' && octet != 0;
            out[length++] = (byte) (plain || fold ? octet : ' ');
        }
        Octets sent = Octets.wrap(out).slice(0, length);
        // Without the option the mail server adds the leading space.
        boolean drop = !negotiation.keepsLeadingSpace() && !sent.isEmpty() && sent.at(0) == ' ';
        return drop ? sent.from(1) : sent;
    }
}
