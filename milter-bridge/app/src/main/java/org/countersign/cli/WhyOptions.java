package org.countersign.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.trace.TraceQuery;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code countersign why} for a list of messages. */
final class WhyOptions {
    private static final int DEFAULT_LAST = 20;
    private static final int MAX_LAST = 10_000;

    @Option(
            names = "--last",
            paramLabel = "COUNT",
            converter = LastConverter.class,
            description = "List the latest messages, at most this many: 1 to 10000, by default 20.")
    private Optional<Integer> last = Optional.empty();

    @Option(
            names = "--verdict",
            paramLabel = "WORD",
            converter = VerdictConverter.class,
            description =
                    "Only messages with this verdict: accept, tag, quarantine, reject, tempfail or discard. In mode"
                            + " monitor, mail that enforce would refuse has the verdict accept: list it by --would-be.")
    private Optional<String> verdict = Optional.empty();

    @Option(
            names = "--would-be",
            paramLabel = "WORD",
            converter = VerdictConverter.class,
            description = "Only messages to which mode monitor did not do this: tag, quarantine, reject, tempfail or"
                    + " discard.")
    private Optional<String> wouldBe = Optional.empty();

    @Option(names = "--author", paramLabel = "DOMAIN", description = "Only messages with this Author Domain.")
    private Optional<DomainName> author = Optional.empty();

    @Option(names = "--rule", paramLabel = "NAME", description = "Only messages that this rule decided.")
    private Optional<String> rule = Optional.empty();

    @Option(
            names = "--client",
            paramLabel = "NET",
            converter = NetworkConverter.class,
            description = "Only messages from clients in this network, such as 192.0.2.0/24.")
    private Optional<IpNetwork> client = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = SinceConverter.class,
            description = "Only messages since then: 30m, 2h, 3d, or a date (UTC) such as 2026-11-28 or"
                    + " 2026-11-28T12:00:00Z.")
    private Optional<Since> since = Optional.empty();

    /** A time, or the time that has passed since. */
    sealed interface Since {
        record At(Instant time) implements Since {}

        record Ago(Duration duration) implements Since {}
    }

    /** Whether any of these options is given. */
    boolean isGiven() {
        return last.isPresent()
                || verdict.isPresent()
                || wouldBe.isPresent()
                || author.isPresent()
                || rule.isPresent()
                || client.isPresent()
                || since.isPresent();
    }

    int last() {
        return last.orElse(DEFAULT_LAST);
    }

    TraceQuery query(Instant now) {
        return new TraceQuery(verdict, wouldBe, author, rule, client, since.map(from -> switch (from) {
            case Since.At(Instant time) -> time;
            case Since.Ago(Duration duration) -> now.minus(duration);
        }));
    }

    static final class LastConverter extends CountConverter {
        LastConverter() {
            super("a number", MAX_LAST);
        }
    }

    static final class VerdictConverter implements ITypeConverter<String> {
        private static final List<String> WORDS =
                List.of("accept", "tag", "quarantine", "reject", "tempfail", "discard");

        @Override
        public String convert(String text) {
            if (!WORDS.contains(text)) {
                throw new TypeConversionException(Main.quoted(text) + " is not a verdict: " + String.join(", ", WORDS));
            }
            return text;
        }
    }

    static final class SinceConverter implements ITypeConverter<Since> {
        @Override
        public Since convert(String text) {
            return ago(text)
                    .<Since>map(Since.Ago::new)
                    .or(() -> TimeConverter.parse(text).map(Since.At::new))
                    .orElseThrow(() -> new TypeConversionException(Main.quoted(text)
                            + " is neither a time such as 30m, 2h or 3d, nor a date such as 2026-11-28"));
        }

        private static Optional<Duration> ago(String text) {
            if (text.length() < 2) {
                return Optional.empty();
            }
            OptionalInt count = CountConverter.parse(text.substring(0, text.length() - 1));
            if (count.isEmpty() || count.getAsInt() < 0) {
                return Optional.empty();
            }
            return switch (text.charAt(text.length() - 1)) {
                case 's' -> Optional.of(Duration.ofSeconds(count.getAsInt()));
                case 'm' -> Optional.of(Duration.ofMinutes(count.getAsInt()));
                case 'h' -> Optional.of(Duration.ofHours(count.getAsInt()));
                case 'd' -> Optional.of(Duration.ofDays(count.getAsInt()));
                default -> Optional.empty();
            };
        }
    }
}
