package org.countersign.ops;

import java.time.Duration;
import java.util.List;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.milter.filter.DefaultAction;
import org.countersign.milter.filter.OverloadSettings;

/** The settings of a policy file about messages that are not evaluated. A reload applies them. */
final class OverloadSection {
    static final Section<OverloadSettings> SECTION =
            Section.atTopLevel(OverloadSettings.DEFAULT, OverloadSection::read);

    private static final int MAX_MESSAGES = 100_000;
    private static final Duration MIN_DELAY = Duration.ofMillis(500);
    // Sendmail waits for 10 seconds, and Postfix for 30.
    private static final Duration MAX_DELAY = Duration.ofSeconds(25);

    private OverloadSection() {}

    private static OverloadSettings read(SettingReader<OverloadSettings> keys) {
        SettingReader<OverloadSettings> overload = keys.in("overload");
        return new OverloadSettings(
                overload.setting(
                                "messages",
                                "The maximum number of messages in flight. A further message is not evaluated, and gets the"
                                        + " answer of `on-overload` at once.")
                        .count(OverloadSettings::maxMessages, 1, MAX_MESSAGES),
                overload.setting(
                                "processor-delay",
                                "The longest time that work may wait for a processor. While it waits longer, new messages"
                                        + " are not evaluated.")
                        .duration(OverloadSettings::maxProcessorDelay, MIN_DELAY, MAX_DELAY),
                keys.setting(
                                "on-overload",
                                "What becomes of a message that is not evaluated because a bound is reached: `tempfail`"
                                        + " answers 451 4.3.2, so that the client tries again. `accept` lets it pass"
                                        + " unchecked and unsigned, without forged results.")
                        .keyword(OverloadSettings::onOverload, List.of(DefaultAction.values())),
                keys.setting(
                                "on-error",
                                "The same for a message whose evaluation fails because of an error in this program;"
                                        + " `tempfail` answers 451 4.3.0.")
                        .keyword(OverloadSettings::onError, List.of(DefaultAction.values())));
    }
}
