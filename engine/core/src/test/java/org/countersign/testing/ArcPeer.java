package org.countersign.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.countersign.syntax.Octets;

/** An independent implementation of ARC as a separate process with a line protocol. It knows only RSA. */
public final class ArcPeer implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path PERL = Path.of("/usr/bin/perl");

    private static final String DKIMPY = """
        import authres, base64, dkim, sys
        print("ready", flush=True)
        plain = lambda word: base64.b64decode(word)
        zone = {name.encode(): plain(record) for name, record in (word.split(":") for word in sys.argv[1:])}
        find = lambda name, timeout=5: zone.get(name.rstrip(b"."))
        for line in sys.stdin:
            words = line.rstrip("\\n").split(" ")
            try:
                message = plain(words[1])
                if words[0] == "verify":
                    cv, results, reason = dkim.ARC(message, minkey=1024).verify(dnsfunc=find)
                    answer = "result " + (cv or b"ended").decode()
                else:
                    fields = dkim.arc_sign(message, words[2].encode(), words[3].encode(), plain(words[4]),
                        words[5].encode())
                    answer = " ".join(["fields"] + [base64.b64encode(field).decode() for field in fields])
            except dkim.DKIMException as error:
                answer = "result " + repr(error)
            except Exception as error:
                answer = "error " + repr(error)
            print(answer, flush=True)
        """;

    private static final String MAIL_DKIM = """
        use strict;
        $| = 1;
        eval { require Mail::DKIM::ARC::Signer; require Mail::DKIM::ARC::Verifier; require Net::DNS::Resolver;
               require MIME::Base64; 1 } or exit 1;
        print "ready\\n";
        Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(
            nameservers => ["127.0.0.1"], port => shift, udppacketsize => 1232, defnames => 0, dnsrch => 0));
        while (my $line = <STDIN>) {
            chomp $line;
            my ($verb, $message, @words) = split / /, $line;
            my $answer = eval {
                my $arc = $verb eq "verify" ? Mail::DKIM::ARC::Verifier->new : Mail::DKIM::ARC::Signer->new(
                    Algorithm => "rsa-sha256", Chain => "ar", Selector => $words[0], Domain => $words[1],
                    SrvId => $words[3], Key => Mail::DKIM::PrivateKey->load(Data => $words[2]));
                $arc->PRINT(MIME::Base64::decode($message));
                $arc->CLOSE;
                $verb eq "verify" ? "result " . $arc->result
                    : join(" ", "fields", map { MIME::Base64::encode($_, "") } $arc->as_strings);
            };
            print defined $answer ? $answer : "error " . join(" ", split /\\s+/, $@), "\\n";
        }
        """;

    /** Whether the interpreter is installed where Debian has it. */
    public static boolean hasPython() {
        return Files.isExecutable(PYTHON);
    }

    /** Whether the interpreter is where Debian puts it. */
    public static boolean hasPerl() {
        return Files.isExecutable(PERL);
    }

    /** Debian's dkimpy, which receives the keys from the test. */
    public static ArcPeer dkimpy(Map<String, String> records) throws IOException {
        List<String> command = new ArrayList<>(List.of(PYTHON.toString(), "-c", DKIMPY));
        records.forEach((name, record) -> command.add(name + ":" + base64(record)));
        return new ArcPeer(command, base64(TestKeys.RSA_PEM));
    }

    /** Debian's Mail::DKIM, which queries the keys from the DNS server of the test. */
    public static ArcPeer mailDkim(ZoneServer dns) throws IOException {
        String data =
                TestKeys.RSA_PEM.lines().filter(line -> !line.startsWith("--")).reduce("", String::concat);
        return new ArcPeer(
                List.of(
                        PERL.toString(),
                        "-e",
                        MAIL_DKIM,
                        Integer.toString(dns.address().getPort())),
                data);
    }

    private final LineProtocolProcess process;
    private final String key;

    private ArcPeer(List<String> command, String key) throws IOException {
        this.process = LineProtocolProcess.start(command);
        this.key = key;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(Octets.latin1(text).toByteArray());
    }

    /** To be asked once, first of all. */
    public boolean isReady() throws IOException {
        return "ready".equals(process.greeting());
    }

    /** The validation status of the chain: {@code pass}, {@code fail}, {@code none}. */
    public String verify(TestMessage message) throws IOException {
        return answer("verify", message, List.of()).get(0);
    }

    /**
     * The message with its set on top, sealed by the RSA key that every test has. Its results, and the status of the
     * chain, are those of the fields with this authserv-id.
     */
    public TestMessage seal(TestMessage message, String selector, String domain, String authservId) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String field : answer("seal", message, List.of(selector, domain, key, authservId))) {
            text.append(Octets.wrap(Base64.getDecoder().decode(field))
                            .latin1()
                            .replaceAll("\\r?\\n", "\r\n")
                            .stripTrailing())
                    .append("\r\n");
        }
        return TestMessage.parse(text + Octets.wrap(message.toByteArray()).latin1());
    }

    private List<String> answer(String verb, TestMessage message, List<String> words) throws IOException {
        List<String> question =
                new ArrayList<>(List.of(verb, Base64.getEncoder().encodeToString(message.toByteArray())));
        question.addAll(words);
        String answer = process.ask(question);
        List<String> parts = List.of(answer.split(" ", -1));
        return parts.subList(1, parts.size());
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
