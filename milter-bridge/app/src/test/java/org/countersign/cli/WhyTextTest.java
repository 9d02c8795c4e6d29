package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Items;
import org.countersign.trace.TraceEntry;
import org.junit.jupiter.api.Test;

class WhyTextTest {
    private static final TraceEntry ENTRY = new TraceEntry(
            1,
            Instant.EPOCH,
            "4Out",
            "home.example",
            "home.example",
            Optional.empty(),
            "accept",
            "",
            "signed",
            "outbound");

    private static String table(TraceEntry... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new WhyText(new PrintStream(out, true, StandardCharsets.UTF_8)).table(List.of(entries));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aListShowsWhatMonitorDidNotDo() {
        TraceEntry monitored = new TraceEntry(
                2,
                Instant.EPOCH,
                "4XzJ2y3Zm4z1",
                "a-long-bank-name.example",
                "bank.example",
                Optional.empty(),
                "accept",
                "quarantine",
                "dmarc-quarantine",
                "inbound");
        assertThat(table(monitored, ENTRY)).isEqualTo("""
                time (UTC)     queue id        verdict    would be   rule          author
                01-01 00:00:00 4XzJ2y3Zm4z1    accept     quarantine dmarc-quaran~ a-long-bank-~
                01-01 00:00:00 4Out            accept     -          signed        home.example
                """);
    }

    @Test
    void aListWithoutSuchMailHasNoColumnForIt() {
        assertThat(table(ENTRY)).isEqualTo("""
                time (UTC)     queue id        verdict    rule               author
                01-01 00:00:00 4Out            accept     signed             home.example
                """);
    }

    private static String explain(Group explanation) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new WhyText(new PrintStream(out, true, StandardCharsets.UTF_8))
                .explanation(ENTRY, explanation, Duration.ofSeconds(3));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void outboundMailHasTheKeyAndTheEntryThatItWasSignedBy() {
        Group key = new Group().text("domain", "home.example").text("selector", "s1");
        Group entry = new Group()
                .text("entry", "/etc/countersign/domains.table:14")
                .put("matches", new Explanation.Flag(true))
                .put(
                        "keys",
                        new Items(List.of(new Group()
                                .text("domain", "home.example")
                                .text("selector", "s1")
                                .put("in-use", new Explanation.Flag(true)))));
        String text = explain(new Group()
                .text("verdict", "accept")
                .text("judged", "accept")
                .text("rule", "signed")
                .text("reason", "Signed with s1._domainkey.home.example.")
                .text("flow", "outbound")
                .put("author", new Group().text("explain", "The author is \u001bann@home.example."))
                .put("signed-by", new Items(List.of(key.text("algorithm", "rsa-sha256"))))
                .put("entries", new Items(List.of(entry)))
                .put("edits", new Items(List.of())));
        assertThat(text)
                .contains("accept  by rule signed\n  Signed with s1._domainkey.home.example.\n")
                .contains("signed    d=home.example s=s1 a=rsa-sha256\n")
                .contains("entry     matches /etc/countersign/domains.table:14\n")
                .contains("s1._domainkey.home.example, in use\n")
                // The signature is not among the changes that the trace keeps.
                .doesNotContain("header changes")
                .matches("[\n -~]*");
    }

    @Test
    void anExplanationOfAnotherVersionIsShownToo() {
        assertThat(explain(new Group().text("flow", "outbound").text("sign-state", "new")))
                .contains("queue id   4Out\n");
    }
}
