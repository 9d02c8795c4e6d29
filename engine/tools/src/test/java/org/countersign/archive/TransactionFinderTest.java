package org.countersign.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.countersign.Client;
import org.countersign.domain.IpNetwork;
import org.countersign.message.MessageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionFinderTest {
    private static final String DATE = "; Mon, 23 Nov 2026 12:00:00 +0100 (CET)\n";
    private static final String OUTER = "Received: from mail.sender.example (out.sender.example [203.0.113.9])\n"
            + "\tby mx.home.example (Postfix) with ESMTPS id 4c1f\n\tfor <bob@home.example>" + DATE;
    private static final String LMTP =
            "Received: from mx.home.example ([127.0.0.1]) by imap.home.example with LMTP id 9" + DATE;
    private static final String FORGED =
            "Received: from mail.bank.example (mail.bank.example [198.51.100.1]) by mx.home.example with ESMTPS id 1"
                    + DATE;
    private static final String MESSAGE = "From: alice@sender.example\n\nHello\n";

    private static RecoveredTransaction find(String message, String... trusted) {
        TransactionFinder finder = new TransactionFinder(List.of(trusted).stream()
                .map(text -> IpNetwork.parse(text).orElseThrow())
                .toList());
        try {
            MessageReader.readFile(new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8)), finder, 100_000);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return finder.find();
    }

    private static String client(RecoveredTransaction found) {
        return found.client()
                .map(fact -> fact.value() instanceof Client.Ip ip
                        ? IpNetwork.renderAddress(ip.address())
                        : fact.value().toString())
                .orElse("none");
    }

    @Test
    void theFirstClientThatIsNotOfThisSiteBroughtTheMessage() {
        RecoveredTransaction found = find("Return-Path: <bounce@sender.example>\nDelivered-To: bob+x@home.example\n"
                + LMTP + OUTER + FORGED + MESSAGE);
        assertThat(client(found)).isEqualTo("203.0.113.9");
        assertThat(found.helo().orElseThrow().value()).isEqualTo("mail.sender.example");
        assertThat(((Client.Ip) found.client().orElseThrow().value()).hostName())
                .isEqualTo("out.sender.example");
        assertThat(found.mailFrom().orElseThrow())
                .hasToString("Fact[value=<bounce@sender.example>, source=RETURN_PATH]");
        assertThat(found.recipients()).containsExactly("bob+x@home.example");
        assertThat(found.when()).contains(Instant.parse("2026-11-23T11:00:00Z"));
        assertThat(found.hop()).isEqualTo(2);
        assertThat(found.user()).isEmpty();
        assertThat(found.problem()).isEmpty();
    }

    /** Dovecot and Cyrus write no address if the mail server delivers over a UNIX socket of the same machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Received: from mx.home.example\n\tby mx.home.example with LMTP\n\tid wHh5Jd8+YWAbTwAAdIwPiA\n"
                        + "\t(envelope-from <bounce@sender.example>)\n\tfor <bob@home.example>",
                "Received: from mx.home.example ([unix socket])\n\t by mx.home.example (Cyrus 3.6.1) with LMTPA",
                "Received: from mx.home.example ([127.0.0.1])\n\t by mx.home.example (Cyrus 3.6.1) with LMTPA id 1"
            })
    void theDeliveryToTheMailboxIsOfThisSite(String delivery) {
        RecoveredTransaction found = find(delivery + DATE + OUTER + FORGED + MESSAGE);
        assertThat(client(found)).isEqualTo("203.0.113.9");
        assertThat(found.user()).isEmpty();
        assertThat(found.hop()).isEqualTo(2);
        assertThat(found.ownFields()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Received: from a by mx.home.example with ESMTP id 1",
                "Received: from a by b with LMTP (out.example [203.0.113.9]) by mx.home.example with ESMTPS id 1",
                "Received: from a (out.example [unix socket]) by mx.home.example with LMTP id 1",
                "Received: from a by mx.home.example with ESMTP id 1 with LMTP",
                "Received: from a by mx.home.example id 1 (with LMTP)"
            })
    void aFieldWithoutAnAddressIsADeliveryOnlyByLmtp(String field) {
        RecoveredTransaction found = find(field + DATE + OUTER + MESSAGE);
        assertThat(client(found)).isEqualTo("none");
        assertThat(found.ownFields()).isEqualTo(1);
    }

    @Test
    void networksOfThisSiteCanBeNamed() {
        assertThat(client(find(OUTER + FORGED + MESSAGE))).isEqualTo("203.0.113.9");
        assertThat(client(find(OUTER + FORGED + MESSAGE, "203.0.113.0/24"))).isEqualTo("198.51.100.1");
    }

    @Test
    void fieldsBelowTheClientAreItsOwnWords() {
        RecoveredTransaction found = find(OUTER
                + "Return-Path: <ceo@bank.example>\nDelivered-To: other@home.example\n"
                + "Received-SPF: pass client-ip=198.51.100.1; envelope-from=ceo@bank.example;\n" + FORGED + MESSAGE);
        assertThat(client(found)).isEqualTo("203.0.113.9");
        assertThat(found.mailFrom()).isEmpty();
        assertThat(found.recipients()).containsExactly("bob@home.example");
    }

    @Test
    void theReverseAndRecipientOfOurOwnFieldsAreRead() {
        assertThat(find("Received-SPF: Pass (mx: domain of a@b.example) identity=mailfrom; client-ip=203.0.113.9;\n"
                                + " envelope-from=\"a@b.example\"; helo=x;\n" + OUTER + MESSAGE)
                        .mailFrom()
                        .orElseThrow())
                .hasToString("Fact[value=<a@b.example>, source=RECEIVED_SPF]");
        assertThat(find("Return-Path: <>\n" + OUTER + MESSAGE)
                        .mailFrom()
                        .orElseThrow()
                        .value())
                .hasToString("<>");
        assertThat(find("Return-Path: nobody here\n" + OUTER + MESSAGE).mailFrom())
                .isEmpty();
    }

    @Test
    void mailOfALoginIsOfItsUser() {
        RecoveredTransaction found =
                find("Received: from laptop (dsl.isp.example [198.51.100.4]) (Authenticated sender: alice)"
                        + " by mx.home.example (Postfix) with ESMTPSA id 1" + DATE + MESSAGE);
        assertThat(found.user()).contains("alice");
        assertThat(find("Received: from [192.168.1.4] (helo=laptop) by mx.home.example with esmtpsa (Exim 4.98) id 1"
                                + DATE + MESSAGE)
                        .user())
                .contains(TransactionFinder.UNNAMED_USER);
    }

    @Test
    void aNameInHeloIsNoLogin() {
        RecoveredTransaction found = find("Received: from x (Authenticated sender: root) (out.example [203.0.113.9])"
                + " by mx.home.example with ESMTPS id 1" + DATE + MESSAGE);
        assertThat(found.user()).isEmpty();
        RecoveredTransaction login = find("Received: from x (Authenticated sender: root) (out.example [203.0.113.9])"
                + " (Authenticated sender: bob) by mx.home.example with ESMTPSA id 1" + DATE + MESSAGE);
        assertThat(login.user()).contains("bob");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Received: from x (a [203.0.113.9]) (b [198.51.100.1]) by y with SMTP id 1",
                "Received: (qmail 7 invoked by uid 89)",
                "Received: from a by b from c ([203.0.113.9]) by d"
            })
    void aFieldThatReadsTwoWaysIsNotRead(String field) {
        RecoveredTransaction found = find(LMTP + field + DATE + OUTER + MESSAGE);
        assertThat(client(found)).isEqualTo("none");
        assertThat(found.problem()).isEqualTo("Received field 2 cannot be read, or can be read in two ways");
    }

    @Test
    void mailThatBeganOnThisMachineHasNoAddress() {
        assertThat(client(
                        find(LMTP + "Received: by mx.home.example (Postfix, from userid 1000) id 7" + DATE + MESSAGE)))
                .isEqualTo("Local[]");
        assertThat(find(LMTP + MESSAGE).problem())
                .isEqualTo("all clients in the Received fields are of this site: 1 field");
        assertThat(find(MESSAGE).problem()).isEqualTo("there is no Received field");
    }
}
