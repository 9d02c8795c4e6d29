package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;

import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.Action;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolOption;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionRendererTest {
    private static final FilterVerdict ACCEPT = new FilterVerdict.Accept();

    private static DecisionRenderer renderer(int actions, int protocol) {
        Optional<Negotiation> agreed = Negotiation.of(new MilterCommand.OptionNegotiation(6, actions, protocol));
        return new DecisionRenderer(agreed.orElseThrow(), new CapabilityWarnings());
    }

    private static List<MilterReply> render(FilterDecision decision) {
        return renderer(ALL_ACTIONS, ALL_PROTOCOL).render(decision);
    }

    private static MilterReply deleted(int index, String name) {
        return new MilterReply.ChangeHeader(index, Octets.latin1(name), Octets.EMPTY);
    }

    private static MilterReply inserted(String name, String value) {
        return new MilterReply.InsertHeader(0, Octets.latin1(name), Octets.latin1(value));
    }

    private static String sentValue(String value, int protocol) {
        FilterDecision decision = new FilterDecision(
                ACCEPT, List.of(new HeaderEdit.Prepend(HeaderField.of(Octets.latin1("X"), Octets.latin1(value)))));
        MilterReply.InsertHeader insert = (MilterReply.InsertHeader)
                renderer(ALL_ACTIONS, protocol).render(decision).getFirst();
        return insert.value().latin1();
    }

    @Test
    void deletesFromTheHighestInstanceDownAndThenInsertsTheTopmostLast() {
        FilterDecision decision = new FilterDecision(
                ACCEPT,
                List.of(
                        new HeaderEdit.Remove("Authentication-Results", 1),
                        new HeaderEdit.Remove("Authentication-Results", 3),
                        new HeaderEdit.Remove("X-Other", 2),
                        new HeaderEdit.Remove("Authentication-Results", 2),
                        new HeaderEdit.Prepend(HeaderField.of("Top", " 1")),
                        new HeaderEdit.Prepend(HeaderField.of("Below", " 2"))));
        assertThat(render(decision))
                .containsExactly(
                        deleted(3, "Authentication-Results"),
                        deleted(2, "X-Other"),
                        deleted(2, "Authentication-Results"),
                        deleted(1, "Authentication-Results"),
                        inserted("Below", " 2"),
                        inserted("Top", " 1"),
                        new MilterReply.Continue());
    }

    @Test
    void deletesAFieldOnlyOnce() {
        FilterDecision decision =
                new FilterDecision(ACCEPT, List.of(new HeaderEdit.Remove("X-A", 1), new HeaderEdit.Remove("x-a", 1)));
        assertThat(render(decision)).containsExactly(deleted(1, "X-A"), new MilterReply.Continue());
    }

    @Test
    void sendsFoldsAsLineFeeds() {
        assertThat(sentValue(" a\r\n\tb\r\n c", ALL_PROTOCOL)).isEqualTo(" a\n\tb\n c");
    }

    @Test
    void sendsNothingThatWouldEndTheFieldEarly() {
        assertThat(sentValue(" a\rb\0c\r\nX-Evil: d\r\n", ALL_PROTOCOL)).isEqualTo(" a b c X-Evil: d ");
        assertThat(sentValue(" a\nBcc: d\n", ALL_PROTOCOL)).isEqualTo(" a Bcc: d ");
        assertThat(sentValue(" a\r\r\n b", ALL_PROTOCOL)).isEqualTo(" a \n b");
    }

    @Test
    void leavesTheLeadingSpaceToAMailServerThatAddsIt() {
        int without = ALL_PROTOCOL & ~ProtocolOption.HEADER_LEADING_SPACE.bit();
        assertThat(sentValue(" a", without)).isEqualTo("a");
        assertThat(sentValue("  a", without)).isEqualTo(" a");
        assertThat(sentValue("a", without)).isEqualTo("a");
        assertThat(sentValue("", without)).isEmpty();
        assertThat(sentValue(" a", ALL_PROTOCOL)).isEqualTo(" a");
    }

    @Test
    void makesNoEditThatWasNotNegotiated() {
        FilterDecision decision = new FilterDecision(
                ACCEPT, List.of(new HeaderEdit.Remove("A", 1), new HeaderEdit.Prepend(HeaderField.of("B", " c"))));
        assertThat(renderer(0, ALL_PROTOCOL).render(decision)).containsExactly(new MilterReply.Continue());
        assertThat(renderer(Action.ADD_HEADERS.bit(), ALL_PROTOCOL).render(decision))
                .containsExactly(inserted("B", " c"), new MilterReply.Continue());
        assertThat(renderer(Action.CHANGE_HEADERS.bit(), ALL_PROTOCOL).render(decision))
                .containsExactly(deleted(1, "A"), new MilterReply.Continue());
    }

    @Test
    void quarantinesWithTheEditsAndAPrintableReason() {
        FilterDecision decision = new FilterDecision(
                new FilterVerdict.Quarantine("DMARC\r\n\0" + "x".repeat(200)),
                List.of(new HeaderEdit.Prepend(HeaderField.of("B", " c"))));
        List<MilterReply> replies = render(decision);
        assertThat(replies).hasSize(3).startsWith(inserted("B", " c")).endsWith(new MilterReply.Continue());
        MilterReply.Quarantine quarantine = (MilterReply.Quarantine) replies.get(1);
        assertThat(quarantine.reason().latin1()).startsWith("DMARC\\x0d\\x0a\\x00xxx");
    }

    @Test
    void defersIfThereIsNoQuarantine() {
        FilterDecision decision = FilterDecision.of(new FilterVerdict.Quarantine("suspicious"));
        assertThat(renderer(ALL_ACTIONS & ~Action.QUARANTINE.bit(), ALL_PROTOCOL)
                        .render(decision))
                .containsExactly(new MilterReply.TempFail());
    }

    @Test
    void acceptsAMarkedMessageIfThereIsNoQuarantine() {
        FilterDecision decision = new FilterDecision(
                new FilterVerdict.Quarantine("suspicious"), List.of(new HeaderEdit.Prepend(HeaderField.of("B", " c"))));
        assertThat(renderer(ALL_ACTIONS & ~Action.QUARANTINE.bit(), ALL_PROTOCOL)
                        .render(decision))
                .containsExactly(inserted("B", " c"), new MilterReply.Continue());
    }

    @Test
    void makesNoEditsOfARejectedOrDiscardedMessage() {
        ReplyText text = ReplyText.of(550, "5.7.1", "no");
        List<HeaderEdit> edits =
                List.of(new HeaderEdit.Remove("A", 1), new HeaderEdit.Prepend(HeaderField.of("B", " c")));
        assertThat(render(new FilterDecision(new FilterVerdict.Refuse(text), edits)))
                .containsExactly(new MilterReply.ReplyCode(text));
        assertThat(render(new FilterDecision(new FilterVerdict.Discard(), edits)))
                .containsExactly(new MilterReply.Discard());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X\0Y"})
    void aFieldNameThatNoPacketCanCarryIsAnError(String name) {
        assertThatThrownBy(
                        () -> new FilterDecision(new FilterVerdict.Accept(), List.of(new HeaderEdit.Remove(name, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
