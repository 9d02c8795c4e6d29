package org.countersign.demo;

import java.util.List;
import org.countersign.demo.Scenario.Outcome;
import org.countersign.smtp.HeaderField;

/** The acts of the demonstration. */
final class Scenarios {
    private static final String BANK_SERVER = "192.0.2.10";
    private static final String OUR_SERVER = "198.51.100.25";
    private static final String ACCEPTED = "250";
    private static final String FORGED_RESULTS = "MX.Home.Example (trust me) 1; dmarc=pass header.from=plain.example";

    private Scenarios() {}

    /** Everything that comes from outside, and the letter that is to be signed at last. */
    static List<Scenario> all(DemoWorld world) {
        SampleMessage genuine = world.bankLetter();
        return List.of(
                new Scenario(
                        "Genuine mail",
                        "The bank writes from its own server, and its server has signed the letter.",
                        BANK_SERVER,
                        "mail.bank.example",
                        "bounces@bank.example",
                        "",
                        genuine,
                        new Outcome(ACCEPTED, "dmarc=pass header.from=bank.example", 0)),
                new Scenario(
                        "A forged author",
                        "Somebody writes as the bank. His own domain passes SPF, which says nothing about the bank; the"
                                + " bank publishes p=reject.",
                        "203.0.113.66",
                        "mail.forger.example",
                        "bulk@forger.example",
                        "",
                        SampleMessage.from(
                                "Bank <notices@bank.example>",
                                "Your account is locked",
                                "Dear customer,\r\n\r\nplease confirm your password.\r\n"),
                        new Outcome("550 5.7.26", "", 0)),
                new Scenario(
                        "A changed letter",
                        "The bank's signed letter was caught on its way, a sentence was put in, and it comes from"
                                + " another server.",
                        "203.0.113.66",
                        "mail.forger.example",
                        "bounces@bank.example",
                        "",
                        genuine.withBody(genuine.body() + "Pay your fee at http://forger.example/ today.\r\n"),
                        new Outcome("550 5.7.26", "", 0)),
                new Scenario(
                        "Forwarded mail",
                        "Ada's old address forwards the bank's letter unchanged. The forwarder is no server of the"
                                + " bank's, so SPF fails; the signature still verifies.",
                        "198.51.100.7",
                        "mail.forwarder.example",
                        "bounces@bank.example",
                        "",
                        genuine,
                        new Outcome(ACCEPTED, "dmarc=pass header.from=bank.example", 0)),
                new Scenario(
                        "Forged results",
                        "A sender who publishes nothing brings along a header in our name that says all is well.",
                        "198.51.100.80",
                        "mail.plain.example",
                        "someone@plain.example",
                        "",
                        SampleMessage.from("someone@plain.example", "Hello", "Hello Ada.\r\n")
                                .with("Authentication-Results", FORGED_RESULTS),
                        new Outcome(ACCEPTED, "dmarc=none header.from=plain.example", 1)),
                new Scenario(
                        "Our own mail goes out",
                        "Ada has logged in and writes; her letter leaves signed.",
                        "192.0.2.200",
                        "laptop.home.example",
                        "ada@home.example",
                        "ada",
                        SampleMessage.from("Ada <ada@home.example>", "Re: Your statement", "Thank you.\r\n"),
                        new Outcome(ACCEPTED, "d=home.example; s=demo;", 0)));
    }

    /** The letter that was signed, as the next mail server sees it arrive. */
    static Scenario arrivalOf(SampleMessage sent, List<HeaderField> signedFields) {
        return new Scenario(
                "... and arrives",
                "The signed letter as another mail server receives it from ours, checked by the same filter.",
                OUR_SERVER,
                "mx.home.example",
                "ada@home.example",
                "",
                sent.withFields(signedFields),
                new Outcome(ACCEPTED, "dmarc=pass header.from=home.example", 0));
    }
}
