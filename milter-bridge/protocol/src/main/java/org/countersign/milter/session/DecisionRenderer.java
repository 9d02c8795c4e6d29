package org.countersign.milter.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.countersign.milter.wire.Action;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/** Turns a decision into replies that every mail server takes in the same way. */
final class DecisionRenderer {
    // Postfix cuts the reason at this length.
    private static final int MAX_REASON = 100;

    private final Negotiation negotiation;
    private final CapabilityWarnings notices;

    DecisionRenderer(Negotiation negotiation, CapabilityWarnings notices) {
        this.negotiation = negotiation;
        this.notices = notices;
    }

    /** The edits of the message, if it is kept, and the final reply behind them. */
    List<MilterReply> render(FilterDecision decision) {
        List<MilterReply> replies = new ArrayList<>();
        switch (decision.verdict()) {
            case FilterVerdict.Accept() -> {
                edits(decision, replies);
                replies.add(new MilterReply.Continue());
            }
            case FilterVerdict.Quarantine(String reason) -> {
                boolean marked = negotiation.may(Action.ADD_HEADERS)
                        && !decision.insertions().isEmpty();
                if (negotiation.may(Action.QUARANTINE)) {
                    edits(decision, replies);
                    replies.add(new MilterReply.Quarantine(Octets.latin1(Escapes.printable(reason, MAX_REASON))));
                    replies.add(new MilterReply.Continue());
                } else if (marked) {
                    // Its header says what it is.
                    notices.cannotQuarantine();
                    edits(decision, replies);
                    replies.add(new MilterReply.Continue());
                } else {
                    notices.cannotQuarantine();
                    replies.add(new MilterReply.TempFail());
                }
            }
            case FilterVerdict.Refuse(var text) -> replies.add(new MilterReply.ReplyCode(text));
            case FilterVerdict.Discard() -> replies.add(new MilterReply.Discard());
        }
        return replies;
    }

    private void edits(FilterDecision decision, List<MilterReply> replies) {
        // Deletions before insertions: Postfix counts what an inserted field pushed its own Received to.
        if (negotiation.may(Action.CHANGE_HEADERS)) {
            removals(decision.removals(), replies);
        } else if (!decision.removals().isEmpty()) {
            notices.cannotRemoveHeaders();
        }
        if (negotiation.may(Action.ADD_HEADERS)) {
            // Each goes on top of the one before, so the last of the list goes first.
            for (int i = decision.insertions().size() - 1; i >= 0; i--) {
                HeaderField field = decision.insertions().get(i);
                replies.add(new MilterReply.InsertHeader(0, name(field), value(field)));
            }
        } else if (!decision.insertions().isEmpty()) {
            notices.cannotInsertHeaders();
        }
    }

    /**
     * From the highest instance down, since a deletion shifts those behind it in Postfix and does not in
     * Sendmail; none twice, for the second deletion would hit a field that nobody meant.
     */
    private static void removals(List<HeaderRemoval> removals, List<MilterReply> replies) {
        Set<HeaderRemoval> seen = new HashSet<>();
        removals.stream()
                .filter(removal -> seen.add(new HeaderRemoval(Ascii.lower(removal.name()), removal.instance())))
                .sorted(Comparator.comparingInt(HeaderRemoval::instance).reversed())
                .forEach(removal -> replies.add(
                        new MilterReply.ChangeHeader(removal.instance(), Octets.latin1(removal.name()), Octets.EMPTY)));
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

    /** With folds as LF; what would end the field early, or the text on the wire, becomes a space. */
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
        // Without the option the mail server writes the space itself.
        boolean drop = !negotiation.keepsLeadingSpace() && !sent.isEmpty() && sent.at(0) == ' ';
        return drop ? sent.from(1) : sent;
    }
}
