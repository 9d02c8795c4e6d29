package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.Packet;
import org.countersign.milter.wire.ProtocolOption;
import org.countersign.milter.wire.ReplyText;

/** Whatever a mail server sends, in any order, a message is accepted only by a decision of the filter. */
class MilterSessionProperties {
    private static final FilterDecision NO =
            FilterDecision.of(new FilterVerdict.Refuse(ReplyText.of(550, "5.7.1", "no")));

    @Property(tries = 2000)
    void arbitraryPacketsNeverThrowAndAreNeverAccepted(@ForAll("packets") List<MilterCommand> commands) {
        RecordingFilter filter = RecordingFilter.deciding(NO);
        InMemoryConnection connection = new InMemoryConnection(filter);
        connection.negotiated();
        for (MilterCommand command : commands) {
            List<MilterReply> replies = connection.send(command);
            assertThat(replies).doesNotHaveAnyElementsOfTypes(MilterReply.Accept.class, MilterReply.Discard.class);
            if (command instanceof MilterCommand.EndOfBody) {
                assertThat(replies).doesNotHaveAnyElementsOfTypes(MilterReply.Continue.class);
            }
        }
        connection.close();
        assertThat(filter.messages()).allMatch(message -> message.closes == 1);
    }

    @Property(tries = 2000)
    void repliesAreSentExactlyWhereExpected(
            @ForAll("packets") List<MilterCommand> commands, @ForAll("protocols") int protocol) {
        InMemoryConnection connection = new InMemoryConnection(RecordingFilter.accepting());
        MilterReply.Negotiated agreed = (MilterReply.Negotiated) connection
                .send(Commands.offer(6, Commands.ALL_ACTIONS, protocol))
                .getFirst();
        for (MilterCommand command : commands) {
            List<MilterReply> replies = connection.send(command);
            if (connection.isOpen()) {
                boolean due = ProtocolOption.expectsReply(code(command), agreed.protocol());
                assertThat(replies).as("%s", command).hasSize(due ? 1 : 0);
            }
        }
        connection.close();
    }

    @Property(tries = 1000)
    void everyMessageThatTheFilterAcceptsIsComplete(@ForAll("packets") List<MilterCommand> commands) {
        RecordingFilter filter = RecordingFilter.accepting();
        InMemoryConnection connection = new InMemoryConnection(filter);
        connection.negotiated();
        long accepted = commands.stream()
                .filter(command -> connection.send(command).contains(new MilterReply.Continue())
                        && command instanceof MilterCommand.EndOfBody)
                .count();
        connection.close();
        assertThat(filter.messages().stream()
                        .mapToInt(message -> message.finished.size())
                        .sum())
                .isEqualTo((int) accepted);
        assertThat(filter.messages())
                .allMatch(message -> message.finished.isEmpty() || message.endsOfHeaders == 1)
                .allMatch(message -> message.closes == 1);
    }

    private static CommandCode code(MilterCommand command) {
        return CommandCode.of(CommandCodec.encode(command)[4] & 0xFF).orElseThrow();
    }

    @Provide
    Arbitrary<Integer> protocols() {
        return Arbitraries.integers().between(0, Commands.ALL_PROTOCOL);
    }

    /** The commands of a correct mail server, with some of them out of order. */
    @Provide
    Arbitrary<List<MilterCommand>> packets() {
        List<MilterCommand> honest = List.of(
                Commands.connect(),
                Commands.helo("client.example"),
                Commands.mail("<a@sender.example>"),
                Commands.recipient("<b@here.example>"),
                Commands.header("From", " a@sender.example"),
                Commands.endOfHeaders(),
                Commands.body("hello\r\n"),
                Commands.endOfBody(""),
                new MilterCommand.Abort());
        Arbitrary<MilterCommand> any = Arbitraries.oneOf(
                Arbitraries.of(honest),
                Arbitraries.of(
                        new MilterCommand.Data(),
                        new MilterCommand.QuitNewConnection(),
                        Commands.macros(CommandCode.MAIL, "{auth_authen}", "jo"),
                        Commands.macros(CommandCode.RECIPIENT, "{rcpt_mailer}", "error")),
                wild());
        Arbitrary<List<MilterCommand>> noise = any.list().ofMaxSize(4);
        return Combinators.combine(noise, noise, Arbitraries.integers().between(0, honest.size()))
                .as((first, second, cut) -> {
                    List<MilterCommand> all = new ArrayList<>(honest.subList(0, cut));
                    all.addAll(first);
                    all.addAll(honest.subList(Math.min(cut, 1), honest.size()));
                    all.addAll(second);
                    return List.copyOf(all);
                });
    }

    /** Well-formed packets with any octets. */
    private static Arbitrary<MilterCommand> wild() {
        Arbitrary<Integer> codes = Arbitraries.of(CommandCode.values()).map(CommandCode::octet);
        Arbitrary<byte[]> data = Arbitraries.of((byte) 0, (byte) 'a', (byte) '4')
                .array(byte[].class)
                .ofMaxSize(12);
        return Combinators.combine(codes, data)
                .as((code, octets) -> CommandCodec.decode(new Packet.Frame(code, ByteBuffer.wrap(octets))))
                .filter(command -> !(command instanceof MilterCommand.Malformed)
                        && !(command instanceof MilterCommand.Quit)
                        && !(command instanceof MilterCommand.OptionNegotiation));
    }
}
