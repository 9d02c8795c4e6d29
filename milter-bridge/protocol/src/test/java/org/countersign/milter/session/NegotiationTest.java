package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.offer;

import java.util.List;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.Action;
import org.countersign.milter.wire.MacroStage;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {
    private final InMemoryConnection connection = new InMemoryConnection(RecordingFilter.accepting());

    private MilterReply.Negotiated answer(int version, int actions, int protocol) {
        List<MilterReply> replies = connection.send(offer(version, actions, protocol));
        assertThat(replies).hasSize(1);
        return (MilterReply.Negotiated) replies.getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, 0x3F, 0x7F",
        "3, 3, 0x3F, 0x1FF",
        "4, 4, 0x3F, 0x3FF",
        "5, 5, 0x1FF, 0x1FFFFF",
        "6, 6, 0x1FF, 0x1FFFFF",
        "7, 6, 0x7FFFFFFF, 0x7FFFFFFF",
        "6, 6, 0, 0",
        "2, 2, 0, 0",
        "6, 6, 0x1FF, 0",
        "6, 6, 0, 0x1FFFFF",
        "6, 6, 0x10, 0x80"
    })
    void repliesWithASubsetOfTheOffer(int version, int answered, int actions, int protocol) {
        MilterReply.Negotiated answer = answer(version, actions, protocol);
        assertThat(answer.version()).isEqualTo(answered);
        assertThat(answer.actions() & ~actions).isZero();
        assertThat(answer.protocol() & ~protocol).isZero();
    }

    @Test
    void usesOnlyTheNeededOptionsOfAFullOffer() {
        MilterReply.Negotiated answer = answer(6, ALL_ACTIONS, ALL_PROTOCOL);
        assertThat(answer.actions())
                .isEqualTo(Action.mask(
                        Action.ADD_HEADERS, Action.CHANGE_HEADERS, Action.QUARANTINE, Action.SET_MACRO_LISTS));
        assertThat(ProtocolOption.HEADER_LEADING_SPACE.isIn(answer.protocol())).isTrue();
        for (ProtocolOption needed : List.of(
                ProtocolOption.NO_CONNECT,
                ProtocolOption.NO_HELO,
                ProtocolOption.NO_MAIL,
                ProtocolOption.NO_RECIPIENT,
                ProtocolOption.NO_HEADERS,
                ProtocolOption.NO_END_OF_HEADERS,
                ProtocolOption.NO_BODY,
                ProtocolOption.REJECTED_RECIPIENTS,
                ProtocolOption.SKIP)) {
            assertThat(needed.isIn(answer.protocol())).as("%s", needed).isFalse();
        }
    }

    @Test
    void listsMacrosForEveryStage() {
        MilterReply.Negotiated answer = answer(6, ALL_ACTIONS, ALL_PROTOCOL);
        assertThat(answer.macroLists()).containsOnlyKeys(MacroStage.values());
        assertThat(answer.macroLists().get(MacroStage.CONNECT)).contains("j", "{daemon_name}", "{client_addr}", "v");
        assertThat(answer.macroLists().get(MacroStage.MAIL)).contains("{auth_authen}", "{auth_type}");
        assertThat(answer.macroLists().get(MacroStage.END_OF_MESSAGE)).contains("i");
        assertThat(answer.macroLists().values()).allMatch(list -> list.size() <= 50);
    }

    @Test
    void listsNoMacrosIfThatIsNotOffered() {
        assertThat(answer(6, ALL_ACTIONS & ~Action.SET_MACRO_LISTS.bit(), ALL_PROTOCOL)
                        .macroLists())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, Integer.MIN_VALUE})
    void closesTheConnectionForAVersionThatIsTooOld(int version) {
        assertThat(connection.send(offer(version, ALL_ACTIONS, ALL_PROTOCOL))).isEmpty();
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void closesTheConnectionWithoutANegotiation() {
        assertThat(connection.send(new MilterCommand.Data())).isEmpty();
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void closesTheConnectionAtASecondNegotiation() {
        connection.negotiated();
        assertThat(connection.send(offer(6, 0, 0))).isEmpty();
        assertThat(connection.isOpen()).isFalse();
    }
}
