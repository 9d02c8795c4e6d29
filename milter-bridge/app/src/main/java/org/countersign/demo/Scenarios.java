package org.countersign.demo;

import java.util.List;
import org.countersign.demo.Scenario.Expectation;
import org.countersign.smtp.HeaderField;

/** The messages of the demonstration. */
final class Scenarios {
    private static final String BANK_SERVER = "192.0.2.10";
    private static final String OUR_SERVER = "198.51.100.25";
    private static final String ACCEPTED = "250";
    private static final String FORGED_RESULTS = "MX.Home.Example (trust me) 1; dmarc=pass header.from=plain.example";

    private Scenarios() {}

    /** All inbound messages, and at the end one outbound message. */
    static List<Scenario> all(DemoEnvironment world) {
        SampleMessage genuine = world.messageOfTheBank();
        return List.of(
                genuineMail(genuine),
                forgedAuthor(),
                changedMessage(genuine),
                forwardedMail(genuine),
                forgedResults(),
                ownOutboundMail());
    }

    private static Scenario genuineMail(SampleMessage genuine) {
        return new Scenario(
                "Genuine mail",
                "The bank sends a signed message from its own server.",
                BANK_SERVER,
                "mail.bank.example",
                "bounces@bank.example",
                "",
                genuine,
                new Expectation(ACCEPTED, "dmarc=pass header.from=bank.example", 0));
    }

    private static Scenario forgedAuthor() {
        return new Scenario(
                "A forged author",
                "A forger writes in the name of the bank. SPF passes, but only for the forger's own domain. The bank"
                        + " publishes p=reject.",
                "203.0.113.66",
                "mail.forger.example",
                "bulk@forger.example",
                "",
                SampleMessage.from(
                        "Bank <notices@bank.example>",
                        "Your account is locked",
                        "Dear customer,\r\n\r\nplease confirm your password.\r\n"),
                new Expectation("550 5.7.26", "", 0));
    }

    private static Scenario changedMessage(SampleMessage genuine) {
        return new Scenario(
                "A changed message",
                "Somebody has added a sentence to the bank's signed message and sends it from another server.",
                "203.0.113.66",
                "mail.forger.example",
                "bounces@bank.example",
                "",
                genuine.withBody(genuine.body() + "Pay your fee at http://forger.example/ today.\r\n"),
                new Expectation("550 5.7.26", "", 0));
    }

    private static Scenario forwardedMail(SampleMessage genuine) {
        return new Scenario(
                "Forwarded mail",
                "Ada's old address forwards the bank's message unchanged. The forwarder is not a server of"
                        + " the bank, so SPF fails. The signature still verifies.",
                "198.51.100.7",
                "mail.forwarder.example",
                "bounces@bank.example",
                "",
                genuine,
                new Expectation(ACCEPTED, "dmarc=pass header.from=bank.example", 0));
    }

    private static Scenario forgedResults() {
        return new Scenario(
                "Forged results",
                "The message of a sender without DNS records has a header field in our name that reports a pass.",
                "198.51.100.80",
                "mail.plain.example",
                "someone@plain.example",
                "",
                SampleMessage.from("someone@plain.example", "Hello", "Hello Ada.\r\n")
                        .with("Authentication-Results", FORGED_RESULTS),
                new Expectation(ACCEPTED, "dmarc=none header.from=plain.example", 1));
    }

    private static Scenario ownOutboundMail() {
        return new Scenario(
                "Our own outbound mail",
                "Ada has logged in and sends a message, which is signed.",
                "192.0.2.200",
                "laptop.home.example",
                "ada@home.example",
                "ada",
                SampleMessage.from("Ada <ada@home.example>", "Re: Your statement", "Thank you.\r\n"),
                new Expectation(ACCEPTED, "d=home.example; s=demo;", 0));
    }

    /** The signed outbound message as the next mail server receives it. */
    static Scenario arrivalOf(SampleMessage sent, List<HeaderField> signedFields) {
        return new Scenario(
                "The signed message arrives",
                "Another mail server receives the signed message from ours; the same filter evaluates it.",
                OUR_SERVER,
                "mx.home.example",
                "ada@home.example",
                "",
                sent.withFields(signedFields),
                new Expectation(ACCEPTED, "dmarc=pass header.from=home.example", 0));
    }
}
