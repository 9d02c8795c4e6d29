package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.milter.filter.AdmissionControl;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.InternalErrors;
import org.countersign.milter.filter.OverloadSettings;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.service.SystemClock;
import org.countersign.service.log.LogEvent;
import org.junit.jupiter.api.Test;

class OverloadLogTest {
    private final AdmissionControl admission =
            new AdmissionControl(() -> OverloadSettings.DEFAULT, () -> Long.MAX_VALUE);
    private final List<LogEvent> events = new ArrayList<>();
    private final OverloadLog log = new OverloadLog(admission, events::add);
    private final EngineFilter filter = new EngineFilter(
                    () -> {
                        throw new IllegalStateException("not needed");
                    },
                    finished -> {},
                    new SystemClock())
            .with(admission, new InternalErrors(new SystemClock()));

    private void refuseMessages(int messages) {
        Envelope envelope =
                new Envelope(new ClientAddress.Unknown(), "", "helo", "<>", List.of(), new MacroValues(Map.of()));
        for (int i = 0; i < messages; i++) {
            try (MessageTransaction message = filter.begin(envelope)) {
                assertThat(message.isRefused()).isTrue();
            }
        }
    }

    @Test
    void warnsOnceAMinuteWhileMessagesAreNotEvaluatedAndNamesTheSetting() {
        log.look();
        assertThat(events).isEmpty();
        refuseMessages(3);
        log.look();
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.pairs().toString())
                        .contains("bound=processor", "setting=overload.processor-delay", "refused=3", "advice="));
        refuseMessages(2);
        for (int second = 1; second < 60; second++) {
            log.look();
        }
        assertThat(events).hasSize(1);
        log.look();
        assertThat(events).hasSize(2);
        assertThat(events.getLast().pairs()).containsEntry("refused", 2L);
        for (int second = 0; second < 200; second++) {
            log.look();
        }
        assertThat(events).hasSize(2);
    }
}
