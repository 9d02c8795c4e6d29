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

/** Plays the stories through the bridge and tells what became of each. */
public final class Demo {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WIDTH = 90;
    private static final int LABEL = 13;

    private final PrintStream out;
    private final LinkedBlockingQueue<FinishedMessage> finished = new LinkedBlockingQueue<>();
    private int number;

    private Demo(PrintStream out) {
        this.out = out;
    }

    /** What one story came to. */
    private record Ending(FilterOutcome outcome, String smtpReply, Decision decision, boolean asTold) {}

    /**
     * Runs the demonstration.
     *
     * @param out where the stories are told
     * @return whether every story ended as told
     * @throws IOException if no loopback socket can be had, or the bridge hangs up
     */
    public static boolean run(PrintStream out, InstantSource clock) throws IOException {
        return new Demo(out).play(new DemoWorld(clock));
    }

    private boolean play(DemoWorld world) throws IOException {
        ServerSettings settings = ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false)));
        try (MilterServer server = MilterServer.start(settings, world.filter(finished::add))) {
            ListenAddress address = server.addresses().getFirst();
            out.println("The bridge of " + DemoWorld.OUR_HOST + " listens on " + address
                    + ", with a DNS of its own. Each message goes through its socket.");
            boolean asTold = true;
            SampleMessage sent = null;
            List<HeaderField> delivered = List.of();
            for (Scenario story : Scenarios.all(world)) {
                Ending ending = play(story, address);
                asTold &= ending.asTold();
                sent = story.letter();
                delivered = ending.outcome().header();
            }
            if (sent != null) {
                asTold &= play(Scenarios.arrivalOf(sent, delivered), address).asTold();
            }
            out.println();
            out.println(asTold ? "Every story ended as told." : "NOT every story ended as told: look for NO above.");
            return asTold;
        }
    }

    private Ending play(Scenario story, ListenAddress address) throws IOException {
        FilterOutcome outcome = deliver(story, address);
        FinishedMessage message = await();
        Ending ending = ending(story, outcome, message.conclusion().decision());
        tell(story, ending);
        return ending;
    }

    private static FilterOutcome deliver(Scenario story, ListenAddress address) throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    story.helo(),
                    ClientAddress.parseIp(story.clientAddress(), 0),
                    story.helo(),
                    Map.of("j", DemoWorld.OUR_HOST, "daemon_name", "smtpd")));
            return client.deliver(new MtaMessage(
                    story.mailFrom(),
                    List.of("ada@home.example"),
                    story.macros(),
                    story.letter().fields(),
                    story.letter().octets()));
        }
    }

    private FinishedMessage await() throws IOException {
        try {
            FinishedMessage message = finished.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new IOException("the bridge has not decided within " + PATIENCE.toSeconds() + " s");
            }
            return message;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private static Ending ending(Scenario story, FilterOutcome outcome, Decision decision) {
        String reply = smtpReply(outcome.verdict());
        boolean rightReply = reply.startsWith(story.outcome().smtpReply());
        boolean rightHeaders = !outcome.isAccepted()
                || (added(outcome).stream()
                                .map(Demo::unfolded)
                                .anyMatch(text -> text.contains(story.outcome().added()))
                        && removed(outcome) == story.outcome().removed());
        return new Ending(outcome, reply, decision, rightReply && rightHeaders);
    }

    /** What the mail server tells the sender. */
    private static String smtpReply(MilterReply verdict) {
        return switch (verdict) {
            case MilterReply.ReplyCode code -> code.text().render().latin1().replace("%%", "%");
            case MilterReply.Continue keep -> "250 2.0.0 Ok";
            case MilterReply.Accept accept -> "250 2.0.0 Ok";
            default -> verdict.toString();
        };
    }

    private void tell(Scenario story, Ending ending) {
        number++;
        out.println();
        out.println(number + ". " + story.title());
        line("", story.tale());
        line(
                "arrives",
                "from " + story.clientAddress() + " (" + story.helo() + "), MAIL FROM <" + story.mailFrom() + ">"
                        + (story.login().isEmpty() ? "" : ", logged in as " + story.login()));
        line(
                "verdict",
                ending.decision().verdict().keyword() + ", by the rule "
                        + ending.decision().rule() + ". " + ending.decision().reason());
        line("sender sees", ending.smtpReply());
        if (ending.outcome().isAccepted()) {
            headers(story, ending.outcome());
        }
        line("as told", ending.asTold() ? "yes" : "NO: expected " + story.outcome());
    }

    private void headers(Scenario story, FilterOutcome outcome) {
        for (MilterReply change : outcome.modifications()) {
            if (change instanceof MilterReply.ChangeHeader removal) {
                line("removed", field(story.letter(), removal.name().latin1(), removal.index()));
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

    private static String field(SampleMessage letter, String name, int instance) {
        List<HeaderField> fields =
                letter.fields().stream().filter(field -> field.is(name)).toList();
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

    /** A labeled text, broken at spaces. */
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
        out.println("   " + label + " ".repeat(LABEL - label.length()) + line);
        line.setLength(0);
    }
}
