package org.countersign.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** How a {@link ZoneServer} misbehaves: what it sends in place of the honest answer. */
@FunctionalInterface
public interface ServerFault {
    /** Says SERVFAIL. */
    ServerFault SERVFAIL = rcode(Rcode.SERVFAIL);

    /** Says REFUSED. */
    ServerFault REFUSED = rcode(Rcode.REFUSED);

    /** Says nothing. */
    ServerFault DROP = (query, honest, tcp) -> Optional.empty();

    /** Sends nothing but the TC bit over UDP, and the answer over TCP. */
    ServerFault TRUNCATE = (query, honest, tcp) -> {
        if (!tcp) {
            honest.removeAllRecords(Section.ANSWER);
            honest.getHeader().setFlag(Flags.TC);
        }
        return Optional.of(honest.toWire());
    };

    /** Answers under another id than the one asked with. */
    ServerFault WRONG_ID =
            altered(message -> message.getHeader().setID((message.getHeader().getID() + 1) & 0xFFFF));

    /** Answers a question that nobody asked. */
    ServerFault WRONG_QUESTION = altered(message -> {
        message.removeAllRecords(Section.QUESTION);
        message.addRecord(
                Record.newRecord(Name.fromConstantString("other.example."), Type.TXT, DClass.IN), Section.QUESTION);
    });

    /** Sends octets that are no DNS message behind the right id. */
    ServerFault GARBAGE = (query, honest, tcp) -> {
        int id = query.getHeader().getID();
        byte[] octets = new byte[Header.LENGTH + 3];
        Arrays.fill(octets, (byte) 0xFF);
        octets[0] = (byte) (id >>> 8);
        octets[1] = (byte) id;
        return Optional.of(octets);
    };

    /** Refers to the root servers, as a server does that the zone was delegated to by mistake. */
    ServerFault LAME = altered(message -> {
        message.getHeader().setRcode(Rcode.NOERROR);
        message.removeAllRecords(Section.ANSWER);
        message.removeAllRecords(Section.AUTHORITY);
        message.addRecord(
                new NSRecord(Name.root, DClass.IN, 3600, Name.fromConstantString("a.root.example.")),
                Section.AUTHORITY);
    });

    /**
     * What goes out.
     *
     * @param honest the answer that a server in order would give; may be changed
     * @param tcp whether the question came over TCP
     * @return the octets to send, empty to send none
     * @throws InterruptedException when the server is closed meanwhile
     */
    Optional<byte[]> spoil(Message query, Message honest, boolean tcp) throws InterruptedException;

    /** The same fault for questions of this type; others get the honest answer. */
    default ServerFault onlyFor(String type) {
        return (query, honest, tcp) ->
                ZoneReply.typeOf(query).equals(type) ? spoil(query, honest, tcp) : Optional.of(honest.toWire());
    }

    /** The honest answer, this late. */
    static ServerFault delay(Duration delay) {
        return (query, honest, tcp) -> {
            Thread.sleep(delay);
            return Optional.of(honest.toWire());
        };
    }

    /** No records but this response code. */
    static ServerFault rcode(int rcode) {
        return altered(message -> {
            message.removeAllRecords(Section.ANSWER);
            message.removeAllRecords(Section.AUTHORITY);
            message.getHeader().setRcode(rcode);
        });
    }

    /** The honest answer with a change made to it. */
    static ServerFault altered(Consumer<Message> change) {
        return (query, honest, tcp) -> {
            change.accept(honest);
            return Optional.of(honest.toWire());
        };
    }
}
