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

/** An error of a {@link ZoneServer}: the reply that it sends instead of the correct one. */
@FunctionalInterface
public interface ServerFault {
    /** Returns SERVFAIL. */
    ServerFault SERVFAIL = rcode(Rcode.SERVFAIL);

    /** Returns REFUSED. */
    ServerFault REFUSED = rcode(Rcode.REFUSED);

    /** Sends no reply. */
    ServerFault DROP = (query, honest, tcp) -> Optional.empty();

    /** Sends a reply with only the TC bit over UDP, and the answer over TCP. */
    ServerFault TRUNCATE = (query, honest, tcp) -> {
        if (!tcp) {
            honest.removeAllRecords(Section.ANSWER);
            honest.getHeader().setFlag(Flags.TC);
        }
        return Optional.of(honest.toWire());
    };

    /** Replies with another ID than that of the query. */
    ServerFault WRONG_ID =
            altered(message -> message.getHeader().setID((message.getHeader().getID() + 1) & 0xFFFF));

    /** Replies with another question section. */
    ServerFault WRONG_QUESTION = altered(message -> {
        message.removeAllRecords(Section.QUESTION);
        message.addRecord(
                Record.newRecord(Name.fromConstantString("other.example."), Type.TXT, DClass.IN), Section.QUESTION);
    });

    /** Sends octets that are no DNS message after the correct ID. */
    ServerFault GARBAGE = (query, honest, tcp) -> {
        int id = query.getHeader().getID();
        byte[] octets = new byte[Header.LENGTH + 3];
        Arrays.fill(octets, (byte) 0xFF);
        octets[0] = (byte) (id >>> 8);
        octets[1] = (byte) id;
        return Optional.of(octets);
    };

    /** Returns a referral to the root servers, as the server of a lame delegation does. */
    ServerFault LAME = altered(message -> {
        message.getHeader().setRcode(Rcode.NOERROR);
        message.removeAllRecords(Section.ANSWER);
        message.removeAllRecords(Section.AUTHORITY);
        message.addRecord(
                new NSRecord(Name.root, DClass.IN, 3600, Name.fromConstantString("a.root.example.")),
                Section.AUTHORITY);
    });

    /**
     * Returns the reply.
     *
     * @param honest the correct reply; may be changed
     * @param tcp whether the query came over TCP
     * @return the octets to send; empty for no reply
     * @throws InterruptedException if the server is closed meanwhile
     */
    Optional<byte[]> spoil(Message query, Message honest, boolean tcp) throws InterruptedException;

    /** The same fault for queries of this type; others get the correct reply. */
    default ServerFault onlyFor(String type) {
        return (query, honest, tcp) ->
                ZoneReply.typeOf(query).equals(type) ? spoil(query, honest, tcp) : Optional.of(honest.toWire());
    }

    /** The correct reply after this delay. */
    static ServerFault delay(Duration delay) {
        return (query, honest, tcp) -> {
            Thread.sleep(delay);
            return Optional.of(honest.toWire());
        };
    }

    /** A reply without records and with this response code. */
    static ServerFault rcode(int rcode) {
        return altered(message -> {
            message.removeAllRecords(Section.ANSWER);
            message.removeAllRecords(Section.AUTHORITY);
            message.getHeader().setRcode(rcode);
        });
    }

    /** The correct reply after this change. */
    static ServerFault altered(Consumer<Message> change) {
        return (query, honest, tcp) -> {
            change.accept(honest);
            return Optional.of(honest.toWire());
        };
    }
}
