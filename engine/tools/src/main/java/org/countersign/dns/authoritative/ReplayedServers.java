package org.countersign.dns.authoritative;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dns.RecordType;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.dns.replay.SnapshotSection;
import org.countersign.domain.DomainName;

/** Answers with what {@link AuthoritativeRecording} has recorded, and asks nobody. */
public final class ReplayedServers implements AuthoritativeDns {
    private static final AuthoritativeDns NOBODY = AuthoritativeDns.none("not asked");

    private final Map<DomainName, AuthoritativeAnswers> answers = new LinkedHashMap<>();
    private final Map<DomainName, SnapshotSection> zones = new HashMap<>();

    public ReplayedServers(DnsSnapshot snapshot) {
        Map<DomainName, List<SnapshotSection>> byName = new LinkedHashMap<>();
        for (SnapshotSection section : snapshot.sections()) {
            Optional<DomainName> name = section.authoritative() ? RecordedAnswers.name(section) : Optional.empty();
            if (name.isPresent() && RecordedAnswers.isOfZone(section)) {
                zones.putIfAbsent(name.get(), section);
            } else if (name.isPresent()) {
                byName.computeIfAbsent(name.get(), unknown -> new ArrayList<>()).add(section);
            }
        }
        byName.forEach((name, sections) -> answers.put(name, RecordedAnswers.answers(name, sections)));
    }

    @Override
    public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
        AuthoritativeAnswers known = answers.get(name);
        return known != null && type == RecordType.TXT ? known : NOBODY.query(name, type, existing);
    }

    @Override
    public ZoneSecurity security(DomainName existing) {
        return Optional.ofNullable(zones.get(existing))
                .map(RecordedAnswers::security)
                .orElse(ZoneSecurity.UNKNOWN);
    }

    @Override
    public boolean hasObsoleteSpfRecord(DomainName existing) {
        return Optional.ofNullable(zones.get(existing))
                .filter(RecordedAnswers::hasObsoleteSpf)
                .isPresent();
    }
}
