package org.countersign.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.rotation.KeyRotation;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.KeyState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign key tick}. */
@Command(
        name = "tick",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Does every step that is due and nothing else, for cron. Writes a line for each step, and"
                    + " nothing if there is none.",
            "",
            "Run it every few minutes."
        },
        footer = {
            "",
            "Exit status: 0, 1 a person has to do something and the output says what, 75 a",
            "server could not be asked or another command runs.",
            "",
            "Examples:",
            "  countersign key tick",
            "  countersign key tick --auto --rotate-after 365d"
        })
final class KeyTickCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Option(names = "--auto", description = "Also activate ready keys, and make successors of old keys.")
    private boolean auto;

    @Option(
            names = "--rotate-after",
            paramLabel = "TIME",
            converter = KeyTimes.DurationConverter.class,
            description = "The age at which --auto makes the successor of a key. Default: 365d.")
    private Duration rotateAfter = KeyRotation.ROTATE_AFTER;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyTickCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        KeyWork work = options.work(console.clock());
        Result result = work.run(rotation -> rotation.tick(auto, rotateAfter));
        console.text().steps(result);
        boolean signs = result.keys().stream().anyMatch(each -> each.key().state() == KeyState.ACTIVE);
        Optional<String> setting = work.missingSetting().filter(line -> signs);
        setting.ifPresent(console::showSetting);
        ExitStatus status = console.finish(result);
        return (setting.isPresent() ? ExitStatus.CHECK_FAILED : status).code();
    }
}
