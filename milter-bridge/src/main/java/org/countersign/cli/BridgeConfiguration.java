package org.countersign.cli;

import java.util.List;
import org.countersign.config.ConfigSection;
import org.countersign.config.ValueType;
import org.countersign.milter.wire.ListenAddress;

/**
 * What a policy file says about the milter around the engine.
 *
 * @param listen {@code listen}: where mail servers connect, at least one
 */
record BridgeConfiguration(List<ListenAddress> listen) {
    static final BridgeConfiguration DEFAULT =
            new BridgeConfiguration(List.of(new ListenAddress.Inet("127.0.0.1", 8891, false)));

    private static final ValueType<ListenAddress> ADDRESS = ValueType.of(
            "an address such as inet:127.0.0.1:8891 or unix:/run/countersign/milter.sock", ListenAddress::parse);

    BridgeConfiguration {
        listen = List.copyOf(listen);
    }

    static BridgeConfiguration read(ConfigSection root) {
        List<ListenAddress> listen = root.nonEmptyList("listen", ADDRESS, DEFAULT.listen);
        ListenerReview.warn(root, listen);
        return new BridgeConfiguration(listen);
    }
}
