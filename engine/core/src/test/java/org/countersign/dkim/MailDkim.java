package org.countersign.dkim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.countersign.syntax.Octets;
import org.countersign.testing.LineProtocolProcess;
import org.countersign.testing.TestMessage;
import org.countersign.testing.ZoneServer;

/** Debian's Mail::DKIM in a process that reads one command for each line and queries the test name server. */
public final class MailDkim implements AutoCloseable {
    private static final Path PERL = Path.of("/usr/bin/perl");
    private static final String SCRIPT = """
        use strict;
        $| = 1;
        eval { require Mail::DKIM::Signer; require Mail::DKIM::Verifier; require Net::DNS::Resolver;
               require MIME::Base64; 1 } or exit 1;
        my $ed25519 = eval { require Mail::DKIM::Algorithm::ed25519_sha256; 1 };
        print "ready", ($ed25519 ? " ed25519" : ""), "\\n";
        Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(
            nameservers => ["127.0.0.1"], port => shift, udppacketsize => 1232, defnames => 0, dnsrch => 0));
        while (my $line = <STDIN>) {
            chomp $line;
            my ($verb, $message, @words) = split / /, $line;
            my $answer = eval {
                my $dkim = $verb eq "verify" ? Mail::DKIM::Verifier->new : Mail::DKIM::Signer->new(
                    Selector => $words[0], Domain => $words[1], Algorithm => $words[3], Method => $words[4],
                    Key => Mail::DKIM::PrivateKey->load(Data => $words[2]));
                $dkim->PRINT(MIME::Base64::decode($message));
                $dkim->CLOSE;
                $verb eq "verify" ? join(" ", "results", map { $_->result } $dkim->signatures)
                    : MIME::Base64::encode($dkim->signature->as_string, "");
            };
            print defined $answer ? $answer : "error " . join(" ", split /\\s+/, $@), "\\n";
        }
        """;

    private final LineProtocolProcess process;

    private MailDkim(LineProtocolProcess process) {
        this.process = process;
    }

    /** Whether the interpreter is where Debian puts it. */
    public static boolean hasPerl() {
        return Files.isExecutable(PERL);
    }

    /** Starts the interpreter. */
    public static MailDkim start(ZoneServer dns) throws IOException {
        return new MailDkim(LineProtocolProcess.start(List.of(
                PERL.toString(), "-e", SCRIPT, Integer.toString(dns.address().getPort()))));
    }

    /** What it can do; to be asked once, first of all. */
    public enum Ability {
        NOTHING,
        RSA,
        RSA_AND_ED25519
    }

    public Ability ability() throws IOException {
        String line = process.greeting();
        if (line == null) {
            return Ability.NOTHING;
        }
        return line.equals("ready") ? Ability.RSA : Ability.RSA_AND_ED25519;
    }

    /** Its results for all signatures, from the top. */
    public List<String> verify(TestMessage message) throws IOException {
        List<String> words = List.of(
                process.ask(List.of("verify", base64(message.toByteArray()))).split(" ", -1));
        return words.subList(1, words.size());
    }

    /** A DKIM-Signature field by the RSA key that every test has. */
    String sign(TestMessage message, String selector, String key, String canonicalizations) throws IOException {
        String answer = process.ask(List.of(
                "sign", base64(message.toByteArray()), selector, Interop.DOMAIN, key, "rsa-sha256", canonicalizations));
        return Octets.wrap(Base64.getDecoder().decode(answer)).latin1();
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
