package org.countersign.postfix;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Octets;
import org.countersign.testing.ServerFault;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.countersign.testing.ZoneServer;
import org.xbill.DNS.Message;

/**
 * Genuine and forged mail of domains that only this object uses, so that no cache has their records. A bank and a list
 * enforce DMARC, a shop publishes {@code p=none}, and one domain has no DMARC record.
 */
final class SenderDomains {
    /** The number of messages that {@link #nextMessages()} returns. */
    static final int KINDS = 16;

    static final String CLIENT = "192.0.2.10";
    static final String STRANGER = "203.0.113.66";
    static final String BOB = "bob@receiver.example";
    private static final String FORWARDER = "198.51.100.7";
    private static final String SELECTOR = "s2026";
    private static final DkimSigner SIGNER = new DkimSigner(SigningDefaults.DEFAULT, InstantSource.system());

    private final String name;
    private final String bank;
    private final String list;
    private final String shop;
    private final String plain;
    private final List<SentMessage> messages = new ArrayList<>();

    SenderDomains(String name) {
        this.name = name;
        this.bank = "bank-" + name + ".example";
        this.list = "list-" + name + ".example";
        this.shop = "shop-" + name + ".example";
        this.plain = "plain-" + name + ".example";
    }

    /** The domain with {@code p=reject}. */
    String bank() {
        return bank;
    }

    /** Starts a DNS server with the records of the domains. */
    ZoneServer serve() {
        return ZoneServer.start(zone(this)).faultForAll(SenderDomains::answer);
    }

    /** The answer of the DNS server: SERVFAIL for names that are broken, and otherwise the honest one. */
    static Optional<byte[]> answer(Message query, Message honest, boolean tcp) throws InterruptedException {
        return isBroken(name(query)) ? ServerFault.SERVFAIL.spoil(query, honest, tcp) : Optional.of(honest.toWire());
    }

    /** The name that a query is about. */
    static DomainName name(Message query) {
        return DomainName.parse(query.getQuestion().getName().toString(true)).orElseThrow();
    }

    /** Whether a name is broken in the DNS: a selector of a former provider, or a lame delegation. */
    private static boolean isBroken(DomainName name) {
        String text = name.toString();
        return text.startsWith("gone._domainkey.bank-") || text.startsWith("old.bank-") || text.contains(".old.bank-");
    }

    /** The DNS records of several series, of the forwarder and of the attacker. */
    static StaticZone zone(SenderDomains... all) {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("forwarder.example", "v=spf1 ip4:" + FORWARDER + " -all")
                .txt("attacker.example", "v=spf1 +all");
        for (SenderDomains series : all) {
            series.publish(zone);
        }
        return zone.build();
    }

    private void publish(StaticZone.Builder zone) {
        for (String domain : List.of(bank, list, shop, plain)) {
            zone.txt(domain, "v=spf1 ip4:" + CLIENT + " -all")
                    .txt("mail." + domain, "v=spf1 ip4:" + CLIENT + " -all")
                    .txt(SELECTOR + "._domainkey." + domain, TestKeys.RSA.publicKeyRecord());
        }
        zone.txt("_dmarc." + bank, "v=DMARC1; p=reject")
                .txt("_dmarc." + list, "v=DMARC1; p=quarantine")
                .txt("_dmarc." + shop, "v=DMARC1; p=none")
                .cname("loop._domainkey." + bank, "loop2._domainkey." + bank)
                .cname("loop2._domainkey." + bank, "loop._domainkey." + bank);
    }

    /** The next messages of the series, one of each kind. */
    List<SentMessage> nextMessages() {
        int before = messages.size();
        genuine();
        forged();
        return List.copyOf(messages.subList(before, messages.size()));
    }

    private void genuine() {
        add(SentMessage.Expected.PASS, CLIENT, "mail." + bank, "news@" + bank, unsigned("news@" + bank));
        add(SentMessage.Expected.PASS, CLIENT, "mail." + bank, "news@" + bank, signed(bank, "news@" + bank));
        add(SentMessage.Expected.PASS, CLIENT, "mail." + bank, "news@" + bank, unsigned("news@sub." + bank));
        add(SentMessage.Expected.PASS, CLIENT, "mail." + bank, "", signed(bank, "MAILER-DAEMON@" + bank));
        add(
                SentMessage.Expected.PASS,
                FORWARDER,
                "mail.forwarder.example",
                "srs@forwarder.example",
                signed(bank, "news@" + bank));
        add(SentMessage.Expected.PASS, CLIENT, "mail." + list, "owner@" + list, signed(list, "owner@" + list));
        add(SentMessage.Expected.POLICY_NONE, CLIENT, "mail." + shop, "order@" + shop, signed(shop, "order@" + shop));
        add(
                SentMessage.Expected.POLICY_NONE,
                FORWARDER,
                "mail.forwarder.example",
                "srs@forwarder.example",
                unsigned("order@" + shop));
        add(SentMessage.Expected.NO_RECORD, CLIENT, "mail." + plain, "ada@" + plain, unsigned("ada@" + plain));
        add(SentMessage.Expected.NO_RECORD, FORWARDER, "mail." + plain, "", unsigned("ada@" + plain));
    }

    private void forged() {
        String stranger = "bulk@attacker.example";
        forgery(SentMessage.Expected.REFUSED, stranger, "mail.attacker.example", "");
        forgery(
                SentMessage.Expected.NEVER_ACCEPTED,
                stranger,
                "mail.attacker.example",
                DummySignatures.signature(bank, "gone"));
        forgery(
                SentMessage.Expected.NEVER_ACCEPTED,
                stranger,
                "mail.attacker.example",
                DummySignatures.signature(bank, "loop"));
        forgery(
                SentMessage.Expected.NEVER_ACCEPTED,
                stranger,
                "mail.attacker.example",
                DummySignatures.signature("old." + bank, "s"));
        forgery(SentMessage.Expected.NEVER_ACCEPTED, "x@old." + bank, "mail.attacker.example", "");
        forgery(SentMessage.Expected.NEVER_ACCEPTED, "", "old." + bank, "");
    }

    private void forgery(SentMessage.Expected expected, String mailFrom, String helo, String signature) {
        add(
                expected,
                STRANGER,
                helo,
                mailFrom,
                Octets.latin1((signature + header("CEO <ceo@" + bank + ">")).replace("\n", "\r\n")));
    }

    private void add(SentMessage.Expected expected, String client, String helo, String mailFrom, Octets message) {
        messages.add(new SentMessage(nextId(), expected, client, helo, mailFrom, message));
    }

    private Octets unsigned(String author) {
        return Octets.latin1(text(author).replace("\n", "\r\n"));
    }

    private Octets signed(String domain, String author) {
        TestMessage message = TestMessage.parse(text(author));
        DkimSigning signing = SIGNER.begin(
                message.headers(), List.of(new SigningIdentity(DomainName.of(domain), SELECTOR, TestKeys.RSA)));
        signing.body(message.body().toByteArray(), 0, message.body().length());
        return Octets.wrap(message.withFieldsOnTop(signing.finish()).toByteArray());
    }

    private String nextId() {
        return name + messages.size() + "@drill.example";
    }

    private String text(String author) {
        return header(author) + "Hello\n";
    }

    private String header(String author) {
        return "From: " + author + "\nTo: " + BOB + "\nSubject: drill\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n"
                + "Message-ID: <" + nextId() + ">\n\n";
    }
}
