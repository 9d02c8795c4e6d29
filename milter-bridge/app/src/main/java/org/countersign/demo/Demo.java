package org.countersign.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.policy.Decision;
import org.countersign.smtp.HeaderField;

/** The demonstration: sends sample messages through the milter service, and shows the result of each. */
public final class Demo {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int WIDTH = 90;
    private static final int LABEL_WIDTH = 13;

    private final PrintStream out;
    private final LinkedBlockingQueue<FinishedMessage> finished = new LinkedBlockingQueue<>();
    private int number;

    private Demo(PrintStream out) {
        this.out = out;
    }

    /** The result of one scenario. */
    private record Result(FilterOutcome outcome, String smtpReply, Decision decision, boolean asExpected) {}

    /**
     * Runs the demonstration.
     *
     * @param out where the scenarios are shown
     * @return whether every scenario had the expected result
     * @throws IOException if there is no loopback socket, or the service closes the connection
     */
    public static boolean run(PrintStream out, InstantSource clock) throws IOException {
        return new Demo(out).play(new DemoEnvironment(clock));
    }

    private boolean play(DemoEnvironment world) throws IOException {
        ServerSettings settings = ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false)));
        try (MilterServer server = MilterServer.start(settings, world.filter(finished::add))) {
            ListenAddress address = server.addresses().getFirst();
            out.println("The filter of " + DemoEnvironment.OUR_HOST + " listens on " + address
                    + ", with its own DNS data. Each message is sent to that address.");
            boolean asExpected = true;
            SampleMessage sent = null;
            List<HeaderField> delivered = List.of();
            for (Scenario scenario : Scenarios.all(world)) {
                Result result = play(scenario, address);
                asExpected &= result.asExpected();
                sent = scenario.message();
                delivered = result.outcome().header();
            }
            if (sent != null) {
                asExpected &=
                        play(Scenarios.arrivalOf(sent, delivered), address).asExpected();
            }
            out.println();
            out.println(
                    asExpected
                            ? "Every scenario had the expected result."
                            : "Some scenarios had another result: look for NO above.");
            return asExpected;
        }
    }

    private Result play(Scenario scenario, ListenAddress address) throws IOException {
        FilterOutcome outcome = deliver(scenario, address);
        FinishedMessage message = await();
        Result result = result(scenario, outcome, message.outcome().decision());
        show(scenario, result);
        return result;
    }

    private static FilterOutcome deliver(Scenario scenario, ListenAddress address) throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    scenario.helo(),
                    ClientAddress.parseIp(scenario.clientAddress(), 0),
                    scenario.helo(),
                    Map.of("j", DemoEnvironment.OUR_HOST, "daemon_name", "smtpd")));
            return client.deliver(new MtaMessage(
                    scenario.mailFrom(),
                    List.of("ada@home.example"),
                    scenario.macros(),
                    scenario.message().fields(),
                    scenario.message().octets()));
        }
    }

    private FinishedMessage await() throws IOException {
        try {
            FinishedMessage message = finished.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new IOException("no decision within " + TIMEOUT.toSeconds() + " s");
            }
            return message;
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", end);
        }
    }

    private static Result result(Scenario scenario, FilterOutcome outcome, Decision decision) {
        String reply = smtpReply(outcome.verdict());
        boolean rightReply = reply.startsWith(scenario.expected().smtpReply());
        boolean rightHeaders = !outcome.isAccepted()
                || (added(outcome).stream()
                                .map(Demo::unfolded)
                                .anyMatch(text ->
                                        text.contains(scenario.expected().added()))
                        && removed(outcome) == scenario.expected().removed());
        return new Result(outcome, reply, decision, rightReply && rightHeaders);
    }

    /** The reply of the mail server to the SMTP client. */
    private static String smtpReply(MilterReply verdict) {
        return switch (verdict) {
            case MilterReply.ReplyCode code -> code.text().render().latin1().replace("%%", "%");
            case MilterReply.Continue keep -> "250 2.0.0 Ok";
            case MilterReply.Accept accept -> "250 2.0.0 Ok";
            default -> verdict.toString();
        };
    }

    private void show(Scenario scenario, Result result) {
        number++;
        out.println();
        out.println(number + ". " + scenario.title());
        line("", scenario.description());
        line(
                "arrives",
                "from " + scenario.clientAddress() + " (" + scenario.helo() + "), MAIL FROM <" + scenario.mailFrom()
                        + ">" + (scenario.login().isEmpty() ? "" : ", logged in as " + scenario.login()));
        line(
                "verdict",
                result.decision().verdict().keyword() + ", by the rule "
                        + result.decision().rule() + ". " + result.decision().reason());
        line("sender sees", result.smtpReply());
        if (result.outcome().isAccepted()) {
            headers(scenario, result.outcome());
        }
        line("expected", result.asExpected() ? "yes" : "NO, expected " + scenario.expected());
    }

    private void headers(Scenario scenario, FilterOutcome outcome) {
        for (MilterReply change : outcome.modifications()) {
            if (change instanceof MilterReply.ChangeHeader removal) {
                line("removed", field(scenario.message(), removal.name().latin1(), removal.index()));
            }
        }
        for (String field : added(outcome)) {
            String label = "added";
            for (String folded : field.replace("\r", "").split("\n", -1)) {
                line(label, folded);
                label = "";
            }
        }
    }

    private static String field(SampleMessage message, String name, int instance) {
        List<HeaderField> fields =
                message.fields().stream().filter(field -> field.is(name)).toList();
        return instance <= fields.size() ? fields.get(instance - 1).toString() : name;
    }

    private static List<String> added(FilterOutcome outcome) {
        List<String> added = new ArrayList<>();
        for (MilterReply change : outcome.modifications()) {
            if (change instanceof MilterReply.InsertHeader insert) {
                added.add(insert.name().latin1() + ":" + insert.value().latin1());
            }
        }
        return added;
    }

    private static long removed(FilterOutcome outcome) {
        return outcome.modifications().stream()
                .filter(MilterReply.ChangeHeader.class::isInstance)
                .count();
    }

    private static String unfolded(String value) {
        return value.replace("\r", "").replace("\n", "");
    }

    /** Writes a labelled text, wrapped at spaces. */
    private void line(String label, String text) {
        String first = label;
        StringBuilder line = new StringBuilder(WIDTH);
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + word.length() >= WIDTH) {
                print(first, line);
                first = "";
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        print(first, line);
    }

    private void print(String label, StringBuilder line) {
        out.println("   " + label + " ".repeat(LABEL_WIDTH - label.length()) + line);
        line.setLength(0);
    }
}
