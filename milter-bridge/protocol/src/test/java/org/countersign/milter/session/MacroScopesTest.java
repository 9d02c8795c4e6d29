package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.macros;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.junit.jupiter.api.Test;

class MacroScopesTest {

    private final RecordingFilter filter = RecordingFilter.accepting();
    private final InMemoryConnection connection = new InMemoryConnection(filter);

    @Test
    void theLatestStageOfAMacroCounts() {
        connection
                .connected()
                .send(
                        macros(CommandCode.CONNECT, "j", "mx.example", "{daemon_name}", "smtpd", "_", "x [y]"),
                        macros(CommandCode.MAIL, "{auth_authen}", "jo", "{mail_addr}", "a"),
                        mail("<>"));
        MacroValues atMail = filter.message().envelope.macros();
        assertThat(atMail.hostName()).contains("mx.example");
        assertThat(atMail.daemonName()).contains("smtpd");
        assertThat(atMail.authenticatedUser()).contains("jo");
        assertThat(atMail.queueId()).isEmpty();
        connection.send(
                recipient("b"),
                macros(CommandCode.END_OF_HEADERS, "i", "early"),
                endOfHeaders(),
                macros(CommandCode.END_OF_BODY, "{i}", "4AbCdE"),
                endOfBody(""));
        MacroValues atEnd = filter.message().finished.getFirst();
        assertThat(atEnd.queueId()).contains("4AbCdE");
        assertThat(atEnd.authenticatedUser()).contains("jo");
    }

    @Test
    void aLoginDoesNotOutliveItsMessage() {
        connection
                .connected()
                .send(macros(CommandCode.MAIL, "{auth_authen}", "jo"), mail("<>"), recipient("b"), endOfBody(""));
        connection.send(mail("<>"));
        assertThat(filter.messages().get(1).envelope.macros().authenticatedUser())
                .isEmpty();
    }

    @Test
    void macrosOfAnUnfinishedMessageDoNotReachTheNextOne() {
        connection
                .connected()
                .send(
                        mail("<>"),
                        recipient("b"),
                        macros(CommandCode.END_OF_HEADERS, "{auth_authen}", "jo"),
                        endOfHeaders(),
                        macros(CommandCode.MAIL, "{mail_addr}", "next"),
                        mail("<>"));
        MacroValues values = filter.messages().get(1).envelope.macros();
        assertThat(values.authenticatedUser()).isEmpty();
        assertThat(values.find("mail_addr")).contains("next");
    }

    @Test
    void aNewSetReplacesTheOldOneOfItsStage() {
        connection
                .connected()
                .send(macros(CommandCode.MAIL, "{auth_authen}", "jo"), macros(CommandCode.MAIL), mail("<>"));
        assertThat(filter.message().envelope.macros().authenticatedUser()).isEmpty();
    }

    @Test
    void setsForAnyCommandAreAccepted() {
        connection
                .connected()
                .send(
                        macros(CommandCode.HEADER, "i", "a"),
                        macros(CommandCode.BODY),
                        macros(CommandCode.UNKNOWN_SMTP_COMMAND, "i", "b"),
                        macros(CommandCode.ABORT, "i", "c"),
                        new MilterCommand.Macros('?', List.of()));
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void longNamesAndValuesAreDropped() {
        connection
                .connected()
                .send(
                        macros(CommandCode.MAIL, "{long}", "x".repeat(1025), "n".repeat(65), "x", "{fit}", "x"),
                        mail("<>"));
        assertThat(filter.message().envelope.macros().byName()).containsOnlyKeys("fit");
    }

    @Test
    void allStagesTogetherAreLimited() {
        List<CommandCode> stages =
                List.of(CommandCode.CONNECT, CommandCode.HELO, CommandCode.END_OF_HEADERS, CommandCode.MAIL);
        connection.connected();
        for (CommandCode stage : stages) {
            String[] many = Collections.nCopies(80, "x".repeat(100)).toArray(String[]::new);
            for (int i = 0; i < many.length; i += 2) {
                many[i] = "{" + stage + i + "}";
            }
            connection.send(macros(stage, many));
        }
        connection.send(mail("<>"));
        Collection<String> values = filter.message().envelope.macros().byName().values();
        assertThat(values).hasSizeGreaterThan(40);
        assertThat(values.stream().mapToInt(String::length).sum()).isLessThan(8 * 1024);
    }

    @Test
    void aSetThatReplacesAnotherHasItsRoom() {
        String[] many = Collections.nCopies(80, "x".repeat(100)).toArray(String[]::new);
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "{m" + i + "}";
        }
        connection.connected();
        for (int i = 0; i < 10; i++) {
            connection.send(macros(CommandCode.CONNECT, many));
        }
        connection.send(mail("<>"));
        assertThat(filter.message().envelope.macros().byName()).hasSize(40);
    }
}
