package org.countersign.reports.receive;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.InboundSettings;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.receive.MessageReports.DocumentReader;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;

/** A receiver for reports about example.org, with a store, a clock and a DNS that a test controls. */
final class ReceiveFixture implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-09-25T10:00:00Z");

    final ManualClock clock = ManualClock.at(NOW);
    final StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.receiver.example", "v=DMARC1; p=none");
    final List<String> bounces = new ArrayList<>();
    final StoreLocation location;
    ReceiveSettings settings = ReceiveSettings.DEFAULT;
    String authservId = "mx.example.org";
    private ReportReceiver receiver;

    ReceiveFixture(Path directory) {
        this(new StoreLocation.File(directory.resolve("store.db")));
    }

    ReceiveFixture(StoreLocation location) {
        this.location = location;
        this.receiver = receiver();
    }

    /** Another receiver, as another process would have it. */
    ReportReceiver receiver() {
        return receiver(new AggregateReportReader(settings.documentLimits(), clock)::read);
    }

    /** One that reads documents in another way. */
    ReportReceiver receiver(DocumentReader documents) {
        InboundSettings inbound =
                InboundSettings.DEFAULT.withAuthserv(new AuthservSettings(authservId, List.of(), false));
        DomainName own = DomainName.of("example.org");
        receiver = new ReportReceiver(
                location,
                settings,
                domain -> domain.isWithin(own),
                new MessageAuthenticator(inbound, settings.authservIds(), zone::build, clock),
                (store, recipient) -> bounces.contains(recipient),
                clock,
                documents);
        return receiver;
    }

    /** Lets the file not grow until the receiver opens it again. */
    void fillStore() throws IOException {
        try (Statement statement = receiver.store().connection().createStatement()) {
            statement.execute("PRAGMA max_page_count = 1");
        } catch (SQLException | StoreFailure error) {
            throw new IOException(error);
        }
    }

    List<Outcome> mail(ReportMail mail) throws StoreFailure {
        return mail(mail.octets());
    }

    List<Outcome> mail(byte[] message) throws StoreFailure {
        return receiver.message(message, List.of(), Door.MAIL);
    }

    List<Outcome> file(String name, byte[] content) throws StoreFailure {
        return receiver.file(name, content, List.of());
    }

    /** A number that a query gives. */
    long number(String query) throws StoreFailure, SQLException {
        return Long.parseLong(texts(query).getFirst());
    }

    /** The first column of a query. */
    List<String> texts(String query) throws StoreFailure, SQLException {
        try (Store store = Store.openForReading(location);
                Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
            return texts;
        }
    }

    @Override
    public void close() {
        receiver.close();
    }
}
