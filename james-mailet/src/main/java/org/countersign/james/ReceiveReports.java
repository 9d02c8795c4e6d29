package org.countersign.james;

import com.google.inject.Inject;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mailet.ReportMailet;

/**
 * The mailet that reads DMARC reports of other systems, which arrive as mail, and puts them into the store. It comes after
 * {@link AuthenticateMail}, if that is used, because the results of that check tell who sent a report.
 *
 * <pre>{@code
 * <mailet match="RecipientIs=dmarc@example.org" class="org.countersign.james.ReceiveReports">
 *   <config>/etc/countersign/countersign.yaml</config>
 *   <then>discard</then>                                 <!-- default: keep -->
 *   <failure-processor>unread</failure-processor>        <!-- default: the mail continues -->
 * </mailet>
 * }</pre>
 */
public final class ReceiveReports extends ReportMailet {
    /** For James, which calls {@link #init} next. */
    @Inject
    public ReceiveReports(EngineRegistry engines) {
        super(engines);
    }
}
