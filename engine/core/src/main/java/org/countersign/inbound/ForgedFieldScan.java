package org.countersign.inbound;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.ForgedFields;
import org.countersign.MessageSession;
import org.countersign.MessageSessionFactory;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.MessageLookups;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.StrayOctet;
import org.countersign.syntax.Ascii;

/**
 * Finds forged fields and keeps nothing else, unlike {@link HeaderCollector}. So it needs little memory even for a
 * message that was not evaluated because memory is short.
 */
public final class ForgedFieldScan implements ForgedFields {
    // No genuine message has more of them.
    private static final int MAX_CANDIDATES = 100;

    private final LocalHeaders local;
    private final List<HeaderEdit.Remove> removals = new ArrayList<>(0);
    private final Map<String, Integer> instances = new HashMap<>(0);
    private int candidates;
    private boolean incomplete;

    private ForgedFieldScan(LocalHeaders local) {
        this.local = local;
    }

    /** Adds this scan to a factory of sessions. */
    public static MessageSessionFactory scanning(MessageSessionFactory sessions, LocalHeadersFactory headers) {
        return new MessageSessionFactory() {
            @Override
            public MessageSession open(
                    SmtpTransaction transaction, MessageLookups.AnswerMemory answerMemory, DnsRecorder recorder) {
                return sessions.open(transaction, answerMemory, recorder);
            }

            @Override
            public ForgedFields forgedFields(SmtpTransaction transaction) {
                return new ForgedFieldScan(headers.of(transaction.receivingHost()));
            }
        };
    }

    @Override
    public void add(HeaderField field) {
        if (incomplete) {
            return;
        }
        boolean removed = local.isCandidate(field) && removeIfForged(field);
        if (!removed && StrayOctet.in(field).isPresent() && local.mayHideLocalField(field)) {
            // Its instance number is unknown, since the fields before it were not counted.
            incomplete = true;
        }
    }

    private boolean removeIfForged(HeaderField field) {
        if (++candidates > MAX_CANDIDATES) {
            incomplete = true;
            return false;
        }
        // Mail servers count the fields of a name without regard to case.
        int instance = instances.merge(Ascii.lower(field.name()), 1, Integer::sum);
        boolean forged = local.mustBeRemoved(field);
        if (forged) {
            removals.add(new HeaderEdit.Remove(field.name(), instance));
        }
        return forged;
    }

    @Override
    public Optional<List<HeaderEdit.Remove>> removals() {
        return incomplete ? Optional.empty() : Optional.of(List.copyOf(removals));
    }
}
