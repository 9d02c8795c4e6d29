package org.countersign.milter.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * The result of a filter for one message.
 *
 * @param verdict the final reply
 * @param modifications the replies before it, in order, without PROGRESS
 * @param progress the number of PROGRESS replies
 * @param header the header section after the modifications, from top to bottom
 */
public record FilterOutcome(
        MilterReply verdict, List<MilterReply> modifications, int progress, List<HeaderField> header) {
    public FilterOutcome {
        modifications = List.copyOf(modifications);
        header = List.copyOf(header);
    }

    /** Whether the mail server accepts the message and delivers it or holds it in quarantine. */
    public boolean isAccepted() {
        return verdict instanceof MilterReply.Continue || verdict instanceof MilterReply.Accept;
    }

    /** The reason for the quarantine; empty if there is none. */
    public Optional<Octets> quarantineReason() {
        return modifications.stream()
                .filter(MilterReply.Quarantine.class::isInstance)
                .map(reply -> ((MilterReply.Quarantine) reply).reason())
                .findFirst();
    }

    /**
     * Applies modifications as Postfix does: the instances of a field are counted among the fields that remain at that
     * moment.
     */
    static List<HeaderField> edited(
            List<HeaderField> fields, List<MilterReply> modifications, boolean keepsLeadingSpace) {
        List<HeaderField> edited = new ArrayList<>(fields);
        for (MilterReply modification : modifications) {
            if (modification instanceof MilterReply.InsertHeader insert) {
                edited.add(
                        Math.min(insert.index(), edited.size()),
                        field(insert.name(), insert.value(), keepsLeadingSpace));
            } else if (modification instanceof MilterReply.AddHeader add) {
                edited.add(field(add.name(), add.value(), keepsLeadingSpace));
            } else if (modification instanceof MilterReply.ChangeHeader change) {
                change(edited, change, keepsLeadingSpace);
            }
        }
        return edited;
    }

    private static void change(List<HeaderField> fields, MilterReply.ChangeHeader change, boolean keepsLeadingSpace) {
        int instance = 0;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).is(change.name().latin1()) && ++instance == Math.max(1, change.index())) {
                if (change.value().isEmpty()) {
                    fields.remove(i);
                } else {
                    fields.set(i, field(change.name(), change.value(), keepsLeadingSpace));
                }
                return;
            }
        }
        if (!change.value().isEmpty()) {
            fields.add(field(change.name(), change.value(), keepsLeadingSpace));
        }
    }

    private static HeaderField field(Octets name, Octets value, boolean keepsLeadingSpace) {
        return HeaderField.of(name, keepsLeadingSpace ? value : Octets.latin1(" " + value.latin1()));
    }
}
