package org.countersign.james.mailet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.countersign.CountersignEngine;
import org.countersign.james.engine.EngineProvider;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mail.MailReports;
import org.countersign.policy.Decision;

/** A mailet with an engine, which sends mail that the policy rejects or defers to another processor. */
abstract class EngineMailet extends GenericMailet {
    private final EngineRegistry engines;
    private volatile Optional<EngineProvider> engine;
    private volatile RejectionProcessors processors = RejectionProcessors.DEFAULT;

    /** Takes the engine from this registry when the mailet is initialized. */
    EngineMailet(EngineRegistry engines) {
        this.engines = engines;
        this.engine = Optional.empty();
    }

    /** Uses this engine. */
    EngineMailet(CountersignEngine engine) {
        this.engines = new EngineRegistry();
        this.engine = Optional.of(EngineProvider.of(engine));
    }

    /**
     * Reads the parameters and the policy file.
     *
     * @throws MessagingException with the first error in the parameters, or with all errors in the policy file
     */
    @Override
    public final void init() throws MessagingException {
        List<String> parameters = new ArrayList<>(List.of("config"));
        parameters.addAll(ownParameters());
        parameters.addAll(List.of(RejectionProcessors.REJECT, RejectionProcessors.TEMPFAIL));
        MailetSettings settings = MailetSettings.of(getClass(), getMailetConfig(), parameters);
        configure(settings);
        processors = RejectionProcessors.of(settings);
        if (engine.isEmpty()) {
            engine = Optional.of(settings.lease(engines));
        }
    }

    /** The parameters that this mailet has in addition to those that all have. */
    abstract List<String> ownParameters();

    /**
     * Reads them.
     *
     * @throws MessagingException for a value that is not accepted
     */
    abstract void configure(MailetSettings settings) throws MessagingException;

    /** The engine for one message; another one after the policy file has been reloaded. */
    final CountersignEngine engine() {
        return engine.orElseThrow().get();
    }

    /** Counts messages for DMARC reports and sends reports, if the policy file asks for it. */
    final MailReports reports() {
        return engine.orElseThrow().reports();
    }

    /** Sets the state of a mail to the processor that its verdict asks for. */
    final void route(Mail mail, Decision decision) {
        processors.route(mail, decision);
    }

    @Override
    public Collection<ProcessingState> requiredProcessingState() {
        return processors.required();
    }

    @Override
    public void destroy() {
        engine.ifPresent(EngineProvider::close);
    }
}
