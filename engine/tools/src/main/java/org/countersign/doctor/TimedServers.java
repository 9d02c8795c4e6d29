package org.countersign.doctor;

import java.util.function.BooleanSupplier;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;

/**
 * Asks authoritative servers until the time of an examination is over.
 *
 * @param isOver whether nobody is to be asked any more
 */
record TimedServers(AuthoritativeDns servers, BooleanSupplier isOver) implements AuthoritativeDns {
    private static final AuthoritativeDns NOBODY = AuthoritativeDns.none("the time of the examination is over");

    private AuthoritativeDns current() {
        return isOver.getAsBoolean() ? NOBODY : servers;
    }

    @Override
    public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
        return current().query(name, type, existing);
    }

    @Override
    public ZoneSecurity security(DomainName existing) {
        return current().security(existing);
    }

    @Override
    public boolean hasObsoleteSpfRecord(DomainName existing) {
        return current().hasObsoleteSpfRecord(existing);
    }
}
