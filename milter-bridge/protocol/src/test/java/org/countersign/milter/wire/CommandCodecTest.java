package org.countersign.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCodecTest {
    private static MilterCommand decode(char code, String data) {
        return CommandCodec.decode(
                new Packet.Frame(code, ByteBuffer.wrap(Octets.latin1(data).toByteArray())));
    }

    private static Octets text(String text) {
        return Octets.latin1(text);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 192.0.2.7, 192.0.2.7",
        "6, 2001:db8::7, 2001:db8::7",
        "6, IPv6:2001:db8::7, 2001:db8::7",
        "6, ipv6:2001:db8::7, 2001:db8::7",
        "6, fe80::1%eth0, fe80::1",
        "6, ::ffff:192.0.2.7, 192.0.2.7",
        "4, 2001:db8::7, 2001:db8::7"
    })
    void readsAddressesOfBothFamilies(char family, String sent, String meant) throws UnknownHostException {
        assertThat(decode('C', "host\0" + family + "\1\2" + sent + "\0"))
                .isEqualTo(new MilterCommand.Connect(
                        text("host"), new ClientAddress.Ip(InetAddress.getByName(meant), 258)));
    }

    @Test
    void readsAConnectionWithoutAnIpAddress() {
        assertThat(decode('C', "localhost\0L\0\0/run/mail\0"))
                .isEqualTo(new MilterCommand.Connect(text("localhost"), new ClientAddress.Local("/run/mail")));
        assertThat(decode('C', "unknown\0U"))
                .isEqualTo(new MilterCommand.Connect(text("unknown"), new ClientAddress.Unknown()));
        assertThat(decode('C', "martian\0X\0\0whatever"))
                .isEqualTo(new MilterCommand.Connect(text("martian"), new ClientAddress.Unusable()));
        assertThat(decode('C', "host\0004\0\0mail.example\0"))
                .isEqualTo(new MilterCommand.Connect(text("host"), new ClientAddress.Unusable()));
    }

    @ParameterizedTest
    @CsvSource({
        "C, '', MISSING_NUL",
        "C, host, MISSING_NUL",
        "C, 'host|', TOO_SHORT",
        "C, 'host|4', TOO_SHORT",
        "C, 'host|4x', TOO_SHORT",
        "C, 'host|4xx192.0.2.1', MISSING_NUL",
        "O, '12345678901', TOO_SHORT",
        "D, '', TOO_SHORT",
        "D, 'Mname', MISSING_NUL",
        "D, 'Mname|value', MISSING_NUL",
        "H, 'name', MISSING_NUL",
        "M, '', MISSING_NUL",
        "M, '<a@b.example>|SIZE=1', MISSING_NUL",
        "L, '', MISSING_NUL",
        "L, 'Subject|', MISSING_NUL",
        "L, 'Subject|hello', MISSING_NUL",
        "!, '', UNKNOWN_CODE"
    })
    void namesTheProblemOfAPacket(char code, String data, ProtocolProblem problem) {
        assertThat(decode(code, data.replace('|', '\0'))).isEqualTo(new MilterCommand.Malformed(code, problem));
    }

    @ParameterizedTest
    @ValueSource(chars = {'D', 'M', 'R'})
    void refusesMorePartsThanAnyMailServerSends(char code) {
        String stage = code == 'D' ? "M" : "<a@b.example>\0";
        assertThat(decode(code, stage + "\0".repeat(1024))).isNotInstanceOf(MilterCommand.Malformed.class);
        assertThat(decode(code, stage + "\0".repeat(1026)))
                .isEqualTo(new MilterCommand.Malformed(code, ProtocolProblem.TOO_MANY_TEXTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<>", "", "<a@b.example>", "a@b.example", "<\"a b\"@c.example>"})
    void keepsAnAddressAsSent(String address) {
        assertThat(decode('M', address + "\0")).isEqualTo(new MilterCommand.Mail(text(address), List.of()));
        assertThat(decode('R', address + "\0")).isEqualTo(new MilterCommand.Recipient(text(address), List.of()));
    }

    @Test
    void readsParametersOfMail() {
        assertThat(decode('M', "<>\0SIZE=10\0BODY=8BITMIME X\0"))
                .isEqualTo(new MilterCommand.Mail(text("<>"), List.of(text("SIZE=10"), text("BODY=8BITMIME X"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "\ta", "a", "", " a\n\tb", " \u00e9\u00ff", " a\0b", "\n a"})
    void keepsEveryOctetOfAHeaderValue(String value) {
        assertThat(decode('L', "X-Name \0" + value + "\0"))
                .isEqualTo(new MilterCommand.Header(text("X-Name "), text(value)));
    }

    @Test
    void readsMacrosOfAnyCommand() {
        assertThat(decode('D', "Mi\0004Abc\0{auth_authen}\0jo\0"))
                .isEqualTo(new MilterCommand.Macros(
                        'M',
                        List.of(
                                new MilterCommand.Macro(text("i"), text("4Abc")),
                                new MilterCommand.Macro(text("{auth_authen}"), text("jo")))));
        assertThat(decode('D', "U")).isEqualTo(new MilterCommand.Macros('U', List.of()));
        assertThat(decode('D', "?")).isEqualTo(new MilterCommand.Macros('?', List.of()));
    }

    @Test
    void dropsAMacroNameWithoutAValue() {
        assertThat(decode('D', "Bi\0a\0j\0"))
                .isEqualTo(new MilterCommand.Macros('B', List.of(new MilterCommand.Macro(text("i"), text("a")))));
    }

    @Test
    void readsTheEndOfTheBodyWithALastPiece() {
        assertThat(decode('E', "rest\r\n"))
                .isEqualTo(new MilterCommand.EndOfBody(
                        ByteBuffer.wrap(text("rest\r\n").toByteArray())));
    }

    @Test
    void returnsTheBodyWithoutACopy() {
        byte[] buffer = text("xxxxbodyyyy").toByteArray();
        ByteBuffer window = ByteBuffer.wrap(buffer, 4, 4).slice();
        MilterCommand.Body body = (MilterCommand.Body) CommandCodec.decode(new Packet.Frame('B', window));
        assertThat(body.octets().array()).isSameAs(buffer);
        assertThat(body.octets().remaining()).isEqualTo(4);
    }
}
