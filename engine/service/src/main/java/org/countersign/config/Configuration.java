package org.countersign.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.countersign.MessageLimits;
import org.countersign.TrafficRules;
import org.countersign.dkim.DkimLimits;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.DmarcSettings;
import org.countersign.inbound.InboundSettings;
import org.countersign.inbound.SpfSettings;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;

/**
 * The contents of a policy file, as the settings that the engine and the program around it take.
 *
 * @param traffic which mail is judged, signed or neither
 * @param inbound how mail from outside is judged
 * @param outbound how mail of local users is signed
 * @param policy the operator's part of the rules in {@code inbound}, with the examples that they are tested with
 * @param signing the keys, and which of them signs which mail
 * @param sealKey {@code arc.seal}: the key that seals delivered mail with ARC; empty for none
 * @param messageMemory {@code limits.message-memory} in octets
 * @param extensions the settings of each section that the program around the engine added
 */
public record Configuration(
        TrafficRules traffic,
        InboundSettings inbound,
        OutboundSettings outbound,
        DnsSettings dns,
        PolicyConfiguration policy,
        SigningConfiguration signing,
        Optional<KeyEntry> sealKey,
        long messageMemory,
        Map<Section<?>, Object> extensions) {
    /** The configuration of an empty file. */
    public static final Configuration DEFAULT =
            read(SectionReader.root(Optional.empty(), new ConfigProblems("")), FrontEnd.NONE);

    public Configuration {
        extensions = Map.copyOf(extensions);
    }

    /** Whether decisions are enforced. */
    public Mode mode() {
        return inbound.mode();
    }

    /**
     * The settings of a section that the program around the engine added.
     *
     * @throws NullPointerException if the file was read without this section
     */
    @SuppressWarnings("unchecked") // read puts settings of the section's own type under each section
    public <S> S extension(Section<S> section) {
        return (S) Objects.requireNonNull(extensions.get(section), "the section was not read");
    }

    static Configuration read(SectionReader root, FrontEnd frontEnd) {
        AuthservSettings authserv = Sections.AUTHSERV.read(root);
        Mode mode = Sections.MODE.read(root);
        DnsSettings dns = Sections.DNS.read(root).withDeadlineAtMost(frontEnd.maxDeadline());
        MessageLimits limits = MessageLimits.DEFAULT.withDeadline(dns.deadline());
        TrafficRules traffic = Sections.TRAFFIC.read(root);
        boolean receivedSpf = Sections.RECEIVED_SPF.read(root);
        SpfSettings spf = Sections.SPF.read(root);
        DkimLimits dkim = Sections.DKIM.read(root);
        DmarcSettings dmarc = Sections.DMARC.read(root);
        PolicyConfiguration policy = PolicyConfiguration.read(root);
        long messageMemory = Sections.MESSAGE_MEMORY.read(root);
        Optional<KeyEntry> sealKey = root.section("arc").optionalSection("seal").flatMap(KeyEntry::read);
        SigningConfiguration signing = SigningConfiguration.SECTION.read(root);
        Map<Section<?>, Object> extensions = new HashMap<>();
        for (Section<?> section : frontEnd.sections()) {
            extensions.put(section, section.read(root));
        }
        return new Configuration(
                traffic,
                new InboundSettings(limits, authserv, receivedSpf, spf, dkim, dmarc, mode, policy.policyRules()),
                new OutboundSettings(
                        limits, authserv, receivedSpf, signing.transportCheck().withMode(mode)),
                dns,
                policy,
                signing,
                sealKey,
                messageMemory,
                extensions);
    }
}
