package org.countersign.james;

import com.google.inject.Inject;
import org.countersign.CountersignEngine;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mailet.OutboundMailet;

/**
 * The mailet that signs outbound mail with DKIM. Place it after every mailet that changes messages, and before
 * {@code RemoteDelivery}.
 *
 * <pre>{@code
 * <mailet match="All" class="org.countersign.james.SignOutbound">
 *   <config>/etc/countersign/countersign.yaml</config>
 *   <make-7bit>true</make-7bit>                          <!-- default -->
 *   <daemon-name>ORIGINATING</daemon-name>               <!-- see signing.when.daemon-names -->
 *   <reject-processor>error</reject-processor>           <!-- default -->
 *   <tempfail-processor>error</tempfail-processor>       <!-- default: the same -->
 * </mailet>
 * }</pre>
 */
public final class SignOutbound extends OutboundMailet {
    /** For James, which calls {@link #init} next. */
    @Inject
    public SignOutbound(EngineRegistry engines) {
        super(engines);
    }

    /** With an engine that exists already. */
    SignOutbound(CountersignEngine engine) {
        super(engine);
    }
}
