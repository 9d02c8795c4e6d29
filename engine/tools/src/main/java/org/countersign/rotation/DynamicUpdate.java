package org.countersign.rotation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.wire.WireRecords;
import org.countersign.domain.DomainName;
import org.countersign.rotation.RotationFailure.Reason;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Adds the record of a key to a zone by a dynamic update (RFC 2136) that is signed with TSIG (RFC 8945). The update has the
 * prerequisite that the name has no TXT record, so that it never replaces one. The messages are built and signed by dnsjava,
 * which the DNS client uses already.
 */
public final class DynamicUpdate {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int TTL = 3600;
    private static final int MAX_STRING = 255;

    private final InetSocketAddress server;
    private final TsigKey key;

    /**
     * @param server the primary server of the zone
     * @param key a key that may add records to the zone
     */
    public DynamicUpdate(InetSocketAddress server, TsigKey key) {
        this.server = server;
        this.key = key;
    }

    /**
     * Adds the record.
     *
     * @param zone the name of the zone that has the record
     * @throws RotationFailure if the server cannot be asked, or refuses; then nothing has changed
     */
    public void add(DomainName zone, RotatedKey of) throws RotationFailure {
        Name name = WireRecords.name(of.publishedAt());
        Update update = new Update(WireRecords.name(zone));
        update.absent(name, Type.TXT);
        update.add(new TXTRecord(name, DClass.IN, TTL, strings(of.publicRecord())));
        Message answer = send(update, of);
        switch (answer.getRcode()) {
            case Rcode.NOERROR -> {
                // Done. Whether the record has arrived at every server is seen by asking them.
            }
            case Rcode.YXRRSET ->
                throw new RotationFailure(
                        Reason.NOT_POSSIBLE,
                        of.publishedAt() + " has a TXT record already, which is never replaced: compare it with"
                                + " countersign key status " + of.domain() + ", and remove it if it is not needed");
            case Rcode.NOTAUTH, Rcode.BADKEY, Rcode.BADSIG, Rcode.BADTIME ->
                throw refused(
                        of,
                        answer,
                        "the server does not accept the TSIG key " + key.name()
                                + ": compare name, algorithm and secret with the server's, and the clocks of both hosts");
            case Rcode.REFUSED ->
                throw refused(
                        of,
                        answer,
                        "the server does not let this key change " + of.publishedAt()
                                + ": allow it there (update-policy, allow-update or acl)");
            case Rcode.NOTZONE ->
                throw refused(of, answer, of.publishedAt() + " is not in the zone " + zone + " of this server");
            default -> throw refused(of, answer, "see the log of the server");
        }
    }

    private RotationFailure refused(RotatedKey of, Message answer, String advice) {
        return new RotationFailure(
                Reason.NOT_POSSIBLE,
                "the update of " + of.publishedAt() + " was refused by " + server.getHostString() + " ("
                        + Rcode.string(answer.getRcode()) + "): " + advice);
    }

    private Message send(Update update, RotatedKey of) throws RotationFailure {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setTCP(true);
        resolver.setTimeout(TIMEOUT);
        resolver.setTSIGKey(new TSIG(key.algorithm(), key.name() + ".", key.secret()));
        try {
            return resolver.send(update);
        } catch (IOException failed) {
            throw new RotationFailure(
                    Reason.TRY_AGAIN,
                    "the server " + server.getHostString() + " cannot be asked to add " + of.publishedAt() + ": "
                            + failed.getMessage());
        }
    }

    private static List<String> strings(String text) {
        List<String> strings = new ArrayList<>();
        for (int from = 0; from < text.length(); from += MAX_STRING) {
            strings.add(text.substring(from, Math.min(from + MAX_STRING, text.length())));
        }
        return strings;
    }
}
