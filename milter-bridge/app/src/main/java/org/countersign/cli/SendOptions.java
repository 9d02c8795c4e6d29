package org.countersign.cli;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.send.ReportSigner;
import org.countersign.reports.send.SendPolicy;
import org.countersign.service.DnsResolver;
import org.countersign.service.SystemClock;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of the commands that send reports. */
final class SendOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

    // A test sends the reports of a day as if it were the next one. Signatures have the real time, because others
    // verify it. The deadlines of lookups are times of this clock, so the DNS client has it too.
    @Option(names = "--now", paramLabel = "INSTANT", hidden = true, converter = InstantConverter.class)
    private Optional<Instant> now = Optional.empty();

    private Path policyFile() {
        return config.required(spec);
    }

    /** The clock, which goes on from the instant of {@code --now} if that is given. */
    InstantSource clock() {
        InstantSource real = new SystemClock();
        return now.map(start -> {
                    long offset = start.toEpochMilli() - real.millis();
                    return (InstantSource) () -> real.instant().plusMillis(offset);
                })
                .orElse(real);
    }

    /** What the policy file says. */
    record Read(SendPolicy policy, StoreLocation store) {}

    /** What shows the status: it needs no key, which only the service and root may read. */
    record Sent(boolean isOn, StoreLocation store) {}

    Sent sent() throws CommandFailure {
        Configuration configuration = PolicyFiles.read(policyFile());
        return new Sent(
                configuration.extension(ReportsSettings.SECTION).send().isOn(),
                configuration.extension(StoreSettings.SECTION).location(policyFile()));
    }

    Read read() throws CommandFailure {
        Configuration configuration = PolicyFiles.read(policyFile());
        SigningPolicy signing = PolicyFiles.readSigning(policyFile(), configuration);
        ReportsSettings settings = configuration.extension(ReportsSettings.SECTION);
        return new Read(
                new SendPolicy(
                        settings.send(),
                        settings.failures(),
                        policyFile(),
                        new ReportSigner(signing.table(), new SystemClock()),
                        DnsResolver.of(configuration.dns(), clock()).cache()),
                configuration.extension(StoreSettings.SECTION).location(policyFile()));
    }

    static final class InstantConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException other) {
                throw new TypeConversionException(
                        Main.quoted(text) + " is not an instant such as 2026-11-28T00:45:00Z");
            }
        }
    }
}
