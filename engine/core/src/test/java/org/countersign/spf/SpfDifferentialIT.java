package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Compares our verifier with two others on the same cases, with the same DNS, clock and host. The file
 * {@code differences.yaml} lists and explains exactly the cases in which the results differ.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpfDifferentialIT {
    private static final DomainName RECEIVER = DomainName.of("receiver.example");
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
    private static final String LIST = "differences.yaml";
    private static final String PUBLIC = "rfc7208-tests/";
    private static final String PYSPF = "pyspf";
    private static final String MAIL_SPF = "Mail::SPF";

    private static final List<Case> CASES = cases();

    @TempDir
    Path scratch;

    private record Case(String id, StaticZone zone, SpfRequest request) {}

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        SpfVectorTest.vectors().forEach(vector -> cases.add(new Case(vector.id(), vector.zone(), vector.request())));
        Rfc7208Suite.load()
                .orElse(List.of())
                .forEach(each -> cases.add(new Case(PUBLIC + each.id(), each.zone(), each.request())));
        assertThat(cases).extracting(Case::id).doesNotHaveDuplicates();
        return List.copyOf(cases);
    }

    @Test
    void disagreesWithPyspfWhereListedOnly() throws IOException {
        compare(PYSPF, "/usr/bin/python3", "ask-pyspf.py", "Debian's python3-spf");
    }

    @Test
    void disagreesWithMailSpfWhereListedOnly() throws IOException {
        compare(MAIL_SPF, "/usr/bin/perl", "ask-mail-spf.pl", "Debian's libmail-spf-perl");
    }

    private void compare(String name, String interpreter, String script, String software) throws IOException {
        Optional<SpfPeer> found = SpfPeer.start(Path.of(interpreter), script, scratch.resolve("complaints"));
        assumeTrue(found.isPresent(), software + " is not installed");
        try (SpfPeer peer = found.orElseThrow()) {
            Map<String, String> differences = differences(peer);
            assertThat(differences)
                    .as("what %s %s says otherwise; its error output: %s", name, peer.version(), peer.complaints())
                    .containsExactlyInAnyOrderEntriesOf(listed(name));
        }
    }

    private static Map<String, String> differences(SpfPeer peer) throws IOException {
        Map<String, String> differences = new TreeMap<>();
        SpfVerifier verifier = new SpfVerifier(SpfLimits.DEFAULT, RECEIVER, InstantSource.fixed(TIME));
        for (Case each : CASES) {
            SpfResult ours = verifier.verify(each.request(), new CountingLookups(each.zone()));
            String theirs = peer.verify(each.request(), each.zone(), RECEIVER, TIME);
            if (!ours.keyword().equals(theirs)) {
                differences.put(each.id(), theirs);
            }
        }
        return differences;
    }

    /** The listed differences of a peer, without the cases of the public suite if the suite is missing. */
    private static Map<String, String> listed(String peer) throws IOException {
        boolean hasPublic = CASES.stream().anyMatch(each -> each.id().startsWith(PUBLIC));
        Map<String, String> listed = new TreeMap<>();
        try (InputStream in = Objects.requireNonNull(SpfDifferentialIT.class.getResourceAsStream(LIST), LIST)) {
            for (Object element : (List<?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in)) {
                Map<?, ?> difference = (Map<?, ?>) element;
                assertThat(Yaml.text(difference, "peer")).isIn(PYSPF, MAIL_SPF);
                assertThat(Yaml.text(difference, "rfc")).matches("RFC [0-9]{4} §[0-9.]+");
                assertThat(Yaml.text(difference, "why")).isNotBlank();
                if (!Yaml.text(difference, "peer").equals(peer)) {
                    continue;
                }
                Yaml.map(difference, "says").forEach((id, keyword) -> {
                    if (hasPublic || !((String) id).startsWith(PUBLIC)) {
                        assertThat(listed.put((String) id, (String) keyword))
                                .as("%s is listed twice", id)
                                .isNull();
                    }
                });
            }
        }
        return listed;
    }
}
