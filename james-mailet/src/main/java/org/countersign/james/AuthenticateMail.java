package org.countersign.james;

import com.google.inject.Inject;
import org.countersign.CountersignEngine;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mailet.InboundMailet;

/**
 * The mailet that checks inbound mail, for mail that reaches James through trusted relays, or where the hook in the
 * SMTP server is not used. It removes forged Authentication-Results fields, adds one of this server, and records what
 * it found as attributes of the mail.
 *
 * <pre>{@code
 * <mailet match="All" class="org.countersign.james.AuthenticateMail">
 *   <config>/etc/countersign/countersign.yaml</config>
 *   <trusted-hops>192.0.2.0/24</trusted-hops>            <!-- networks, or a number; default: none -->
 *   <reject-processor>rejected</reject-processor>        <!-- default: error -->
 *   <tempfail-processor>rejected</tempfail-processor>    <!-- default: the same -->
 * </mailet>
 * }</pre>
 */
public final class AuthenticateMail extends InboundMailet {
    /** For James, which calls {@link #init} next. */
    @Inject
    public AuthenticateMail(EngineRegistry engines) {
        super(engines);
    }

    /** With an engine that exists already. */
    AuthenticateMail(CountersignEngine engine) {
        super(engine);
    }
}
