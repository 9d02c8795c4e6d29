package org.countersign.dmarc;

import java.util.List;
import org.countersign.domain.DomainName;

/** Selects the policy that a published record requests for messages of an Author Domain. */
sealed interface PolicySelection permits Rfc9989Policy, Rfc7489Policy {
    /** Whether the policy tags that this version of DMARC knows are valid. */
    boolean hasValidPolicy(DmarcRecord record);

    /**
     * The requested policy. There are two candidates if the choice between them depends on a lookup that failed; never
     * none.
     */
    List<RequestedPolicy> select(PublishedPolicy published, DomainName author);

    /** The policy for a message that did not pass. RFC 7489 applies a policy to a sample of these messages only. */
    List<RequestedPolicy> sample(PublishedPolicy published, List<RequestedPolicy> selected);

    /** The policy of a record with invalid policy tags that requests reports (RFC 9989 §4.10.1, RFC 7489 §6.6.3). */
    RequestedPolicy SUBSTITUTE = RequestedPolicy.of(DmarcPolicy.NONE, RequestedPolicy.Tag.SUBSTITUTED, false);
}
