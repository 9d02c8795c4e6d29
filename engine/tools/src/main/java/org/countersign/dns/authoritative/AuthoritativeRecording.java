package org.countersign.dns.authoritative;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.dns.RecordType;
import org.countersign.dns.replay.SnapshotSection;
import org.countersign.domain.DomainName;

/** Asks other servers, and keeps their answers for TXT records as sections of a snapshot. For one thread. */
public final class AuthoritativeRecording implements AuthoritativeDns {
    private final AuthoritativeDns servers;
    private final Instant asked;
    private final Map<DomainName, AuthoritativeAnswers> answers = new LinkedHashMap<>();
    private final Map<DomainName, ZoneSecurity> security = new LinkedHashMap<>();
    private final Map<DomainName, Boolean> obsoleteSpf = new LinkedHashMap<>();

    /**
     * @param asked the time of the queries, for the headings of the sections
     */
    public AuthoritativeRecording(AuthoritativeDns servers, Instant asked) {
        this.servers = servers;
        this.asked = asked;
    }

    @Override
    public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
        return type == RecordType.TXT
                ? answers.computeIfAbsent(name, unknown -> servers.query(name, type, existing))
                : servers.query(name, type, existing);
    }

    @Override
    public ZoneSecurity security(DomainName existing) {
        return security.computeIfAbsent(existing, servers::security);
    }

    @Override
    public boolean hasObsoleteSpfRecord(DomainName existing) {
        return obsoleteSpf.computeIfAbsent(existing, servers::hasObsoleteSpfRecord);
    }

    /** The answers until now, server by server. */
    public List<SnapshotSection> sections() {
        List<SnapshotSection> sections = new ArrayList<>();
        security.forEach((name, known) ->
                sections.add(RecordedAnswers.zone(name, known, obsoleteSpf.getOrDefault(name, false), asked)));
        answers.values().forEach(each -> sections.addAll(RecordedAnswers.sections(each, asked)));
        return List.copyOf(sections);
    }
}
