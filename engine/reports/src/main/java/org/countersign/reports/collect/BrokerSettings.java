package org.countersign.reports.collect;

import java.nio.file.Path;
import java.util.Optional;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.service.HostFiles;

/**
 * Where events of judged messages go to: the section {@code reports.kafka} of the policy file.
 *
 * @param properties {@code properties}: the name of the file with the settings of the client; empty for no events
 * @param topic {@code topic}: the name under which the broker keeps the events
 */
public record BrokerSettings(Optional<String> properties, String topic) {
    /** No events. */
    public static final BrokerSettings OFF = new BrokerSettings(Optional.empty(), "countersign.verdicts");

    /** Declares the section. */
    public static final Section<BrokerSettings> SECTION = Section.of("kafka", OFF, BrokerSettings::read);

    private static final ValueType<String> FILE = ValueType.of("the name of a file", ValueType.TEXT::parse, "file");
    private static final ValueType<String> TOPIC =
            ValueType.of("a topic such as countersign.verdicts", BrokerSettings::parseTopic, "topic");
    private static final int MAX_TOPIC = 249;

    private static Optional<String> parseTopic(String text) {
        return Optional.of(text)
                .filter(name -> !name.isEmpty()
                        && name.length() <= MAX_TOPIC
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars().allMatch(BrokerSettings::isTopicCharacter));
    }

    private static boolean isTopicCharacter(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || "._-".indexOf(character) >= 0;
    }

    private static BrokerSettings read(SettingReader<BrokerSettings> keys) {
        return new BrokerSettings(
                keys.setting(
                                "properties",
                                "A Java properties file with the settings of the Kafka client, such as `bootstrap.servers`."
                                        + " Only the user of the service may be able to read it. `credential:NAME` is a"
                                        + " credential of systemd.")
                        .optional(FILE, "none"),
                keys.setting("topic", "The topic of the events.").value(TOPIC, BrokerSettings::topic));
    }

    /**
     * Where the client finds its settings; empty for no events.
     *
     * @param policyFile the file that the settings come from; a relative name is resolved against its directory
     */
    public Optional<BrokerClient> client(Path policyFile) {
        return properties.map(name -> new BrokerClient(HostFiles.secretFile(policyFile, name), topic));
    }
}
