package org.countersign.reports.source;

import java.net.InetAddress;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * Looks up the names of the addresses that sent the most mail in the last week. A name counts only if it leads back to its
 * address, because the owner of an address can give it any name. For one thread.
 */
public final class SourceNames {
    /** The most addresses of one run. */
    static final int MAX_LOOKUPS = 500;

    private static final int MAX_NAMES = 3;
    private static final int RECENT_DAYS = 7;
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Store store;
    private final DnsClient dns;
    private final InstantSource clock;

    /**
     * @param store open for writing
     */
    public SourceNames(Store store, DnsClient dns, InstantSource clock) {
        this.store = store;
        this.dns = dns;
        this.clock = clock;
    }

    /**
     * Looks up names that are missing or older than seven days, and sums up again the last days of the addresses that have
     * got one.
     *
     * @return how many addresses were looked up
     */
    public int lookup(SourceDays days) throws StoreFailure {
        Instant deadline = MeasuringClock.deadline(clock, PATIENCE);
        try {
            List<String> addresses = addresses();
            store.commit();
            List<String> changed = new ArrayList<>();
            for (String address : addresses) {
                Optional<String> name = name(address, deadline);
                if (name.isPresent() && write(address, name.get())) {
                    changed.add(address);
                }
            }
            for (SourceDays.DomainDay day : daysOf(changed)) {
                days.rebuild(day.domain(), day.day());
            }
            return addresses.size();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    private long firstDay() {
        return Math.floorDiv(clock.instant().getEpochSecond(), SourceDays.DAY_SECONDS) - RECENT_DAYS;
    }

    private List<String> addresses() throws SQLException {
        List<String> addresses = new ArrayList<>();
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT f.content, sum(f.messages) AS n FROM report_source_built b"
                        + " JOIN report_source_fact f ON f.domain = b.domain AND f.day = b.day AND f.fact = 'address'"
                        + " LEFT JOIN report_source_name s ON s.source_ip = f.content"
                        + " WHERE b.day >= ? AND (s.source_ip IS NULL OR s.until < ?)"
                        + " GROUP BY f.content ORDER BY n DESC, f.content LIMIT " + MAX_LOOKUPS)) {
            select.setLong(1, firstDay());
            select.setLong(2, clock.instant().getEpochSecond());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    addresses.add(row.getString(1));
                }
            }
        }
        return addresses;
    }

    /** The confirmed name of an address, an empty text if it has none; empty if the DNS gave no answer. */
    private Optional<String> name(String text, Instant deadline) {
        Optional<InetAddress> address = IpNetwork.parseAddress(text);
        if (address.isEmpty()) {
            return Optional.of("");
        }
        DnsAnswer<DnsRecord.Pointer> pointers =
                dns.lookup(DnsQuery.ptr(reverseName(address.get().getAddress())), deadline);
        if (pointers.isError()) {
            return Optional.empty();
        }
        if (pointers instanceof DnsAnswer.Found<DnsRecord.Pointer> found) {
            for (DnsRecord.Pointer pointer :
                    found.records().stream().limit(MAX_NAMES).toList()) {
                if (leadsTo(pointer.target(), address.get(), deadline)) {
                    return Optional.of(pointer.target().toString());
                }
            }
        }
        return Optional.of("");
    }

    private boolean leadsTo(DomainName name, InetAddress address, Instant deadline) {
        DnsQuery<DnsRecord.Address> query = address.getAddress().length == 4 ? DnsQuery.a(name) : DnsQuery.aaaa(name);
        return dns.lookup(query, deadline) instanceof DnsAnswer.Found<DnsRecord.Address> found
                && found.records().stream().anyMatch(record -> record.address().equals(address));
    }

    private static DomainName reverseName(byte[] octets) {
        StringBuilder name = new StringBuilder(72);
        for (int i = octets.length - 1; i >= 0; i--) {
            int octet = octets[i] & 0xFF;
            if (octets.length == 4) {
                name.append(octet).append('.');
            } else {
                name.append(Character.forDigit(octet & 0xF, 16)).append('.');
                name.append(Character.forDigit(octet >> 4, 16)).append('.');
            }
        }
        return DomainName.of(
                name.append(octets.length == 4 ? "in-addr.arpa" : "ip6.arpa").toString());
    }

    /** Writes a name, and tells whether it is another one than before. */
    private boolean write(String address, String name) throws SQLException {
        String before = "";
        try (PreparedStatement select =
                store.connection().prepareStatement("SELECT name FROM report_source_name WHERE source_ip = ?")) {
            select.setString(1, address);
            try (ResultSet row = select.executeQuery()) {
                before = row.next() ? row.getString(1) : "";
            }
        }
        store.commit();
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_source_name (source_ip, name, until) VALUES (?, ?, ?)"
                        + " ON CONFLICT (source_ip) DO UPDATE SET name = excluded.name, until = excluded.until")) {
            insert.setString(1, address);
            insert.setString(2, name);
            insert.setLong(3, clock.instant().plus(KEPT).getEpochSecond());
            insert.executeUpdate();
        }
        store.commit();
        return !name.equals(before);
    }

    private List<SourceDays.DomainDay> daysOf(List<String> addresses) throws SQLException {
        List<SourceDays.DomainDay> days = new ArrayList<>();
        if (addresses.isEmpty()) {
            return days;
        }
        String places = String.join(", ", java.util.Collections.nCopies(addresses.size(), "?"));
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT DISTINCT b.domain, b.day FROM report_source_built b"
                        + " JOIN report_source_fact f ON f.domain = b.domain AND f.day = b.day AND f.fact = 'address'"
                        + " WHERE b.day >= ? AND f.content IN (" + places + ")")) {
            select.setLong(1, firstDay());
            for (int i = 0; i < addresses.size(); i++) {
                select.setString(i + 2, addresses.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long day = row.getLong(2);
                    DomainName.parse(row.getString(1))
                            .ifPresent(domain -> days.add(new SourceDays.DomainDay(domain, day)));
                }
            }
        }
        store.commit();
        return days;
    }
}
