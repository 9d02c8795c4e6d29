package org.countersign.dns.replay;

import java.time.Duration;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** Writes a snapshot as text. */
final class SnapshotWriter {
    private final StringBuilder out = new StringBuilder();

    private SnapshotWriter() {}

    static String write(DnsSnapshot snapshot) {
        SnapshotWriter writer = new SnapshotWriter();
        snapshot.sections().forEach(writer::section);
        return writer.out.toString();
    }

    private void section(SnapshotSection section) {
        if (!section.server().isEmpty()) {
            out.append(";!asked ").append(section.asked()).append(' ').append(section.server());
            out.append(section.authoritative() ? " authoritative" : "").append('\n');
        }
        for (SnapshotEntry entry : section.entries()) {
            entry(entry);
            out.append('\n');
        }
    }

    private void entry(SnapshotEntry entry) {
        switch (entry) {
            case SnapshotEntry.Resource data -> {
                name(data.name());
                out.append(' ').append(data.ttl().toSeconds()).append(" IN ").append(data.type());
                boolean quoted = SnapshotRecords.isText(data.type());
                data.words().forEach(word -> word(word, quoted));
            }
            case SnapshotEntry.NoSuchName none -> {
                out.append(";!nxdomain ");
                name(none.name());
                ttl(none.ttl());
            }
            case SnapshotEntry.NoData none -> {
                out.append(";!nodata ");
                question(none.name(), none.type());
                ttl(none.ttl());
            }
            case SnapshotEntry.Failed failed -> {
                out.append(";!").append(failed.failure().word()).append(' ');
                question(failed.name(), failed.type());
                ttl(failed.ttl());
                if (!failed.detail().isEmpty()) {
                    // A detail of digits alone would be read as the TTL.
                    out.append(failed.ttl().isZero() ? " 0" : "");
                    word(Octets.latin1(failed.detail()), true);
                }
            }
            case SnapshotEntry.Validated secure -> {
                out.append(";!ad ");
                question(secure.name(), secure.type());
            }
        }
    }

    private void question(DomainName name, String type) {
        name(name);
        out.append(' ').append(type);
    }

    private void ttl(Duration ttl) {
        if (!ttl.isZero()) {
            out.append(' ').append(ttl.toSeconds());
        }
    }

    private void name(DomainName name) {
        name.toString().chars().forEach(c -> octet(c, " \t\"();@$"));
        out.append('.');
    }

    private void word(Octets word, boolean quoted) {
        boolean marks = quoted || word.isEmpty();
        out.append(marks ? " \"" : " ");
        for (int i = 0; i < word.length(); i++) {
            octet(word.at(i), marks ? "\"" : " \t\"();");
        }
        out.append(marks ? "\"" : "");
    }

    private void octet(int octet, String special) {
        if (octet != ' ' && !Ascii.isVisible(octet)) {
            out.append('\\').append((char) ('0' + octet / 100)).append((char) ('0' + octet / 10 % 10));
            out.append((char) ('0' + octet % 10));
        } else if (octet == ' ' && special.indexOf(' ') >= 0) {
            out.append("\\032");
        } else {
            out.append(octet == '\\' || special.indexOf(octet) >= 0 ? "\\" : "").append((char) octet);
        }
    }
}
