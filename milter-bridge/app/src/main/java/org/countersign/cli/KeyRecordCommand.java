package org.countersign.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.countersign.domain.DomainName;
import org.countersign.rotation.KeyRotation.Known;
import org.countersign.rotation.KeyState;
import org.countersign.rotation.RecordText;
import org.countersign.rotation.RotatedKey;
import org.countersign.rotation.RotationStates;
import org.countersign.rotation.RotationStates.Slots;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign key record}. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the records of a domain that are to be published, or are needed.",
            "",
            "Each is shown as a panel, a zone file or nsupdate wants it. Nothing is asked or changed."
        },
        footer = {
            "",
            "Examples:",
            "  countersign key record example.org --panel",
            "  countersign key record example.org --cname"
        })
final class KeyRecordCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DOMAIN", description = "The signing domain.")
    private DomainName domain;

    @Option(names = "--zone", description = "As a line of a zone file.")
    private boolean zone;

    @Option(names = "--panel", description = "As the form of a DNS provider wants it (the default).")
    private boolean panel;

    @Option(names = "--nsupdate", description = "As input of nsupdate(1).")
    private boolean nsupdate;

    @Option(names = "--cname", description = "The aliases of the slots, which the owner of the domain sets once.")
    private boolean cname;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyRecordCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (Stream.of(zone, panel, nsupdate, cname).filter(chosen -> chosen).count() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--zone, --panel, --nsupdate and --cname exclude each other");
        }
        Known known = options.work(console.clock()).run(rotation -> rotation.known(domain));
        console.notes(known.notes());
        RotationStates states = known.states();
        if (cname) {
            RecordText.aliases(slots(states)).forEach(console.out()::println);
        } else {
            keys(states).forEach(key -> record(key).forEach(console.out()::println));
        }
        return ExitStatus.OK.code();
    }

    private Slots slots(RotationStates states) throws CommandFailure {
        return states.slotsOf(domain)
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.CHECK_FAILED,
                        domain + " has no slots: countersign key new " + domain
                                + " --slots a,b --cname-target NAME makes some"));
    }

    /** The keys whose records verifiers need, now or soon. */
    private List<RotatedKey> keys(RotationStates states) throws CommandFailure {
        List<RotatedKey> keys = states.of(domain).stream()
                .filter(key -> key.state().compareTo(KeyState.RETIRED) <= 0
                        && !key.publicRecord().isEmpty())
                .toList();
        if (keys.isEmpty()) {
            throw new CommandFailure(
                    ExitStatus.CHECK_FAILED, domain + " has no key: countersign key new " + domain + " makes one");
        }
        return keys;
    }

    private List<String> record(RotatedKey key) {
        if (zone) {
            return List.of(RecordText.zone(key));
        }
        return nsupdate ? RecordText.nsupdate(key, Optional.empty()) : RecordText.panel(key);
    }
}
