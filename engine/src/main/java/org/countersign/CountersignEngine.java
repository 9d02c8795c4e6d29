package org.countersign;

/**
 * The engine as a front end sees it: every message goes in by {@link #open}, whichever way it is bound. Holds
 * no state of any message; one serves all threads.
 */
public final class CountersignEngine {
    private final TrafficRules traffic;
    private final MailAuthenticator authenticator;
    private final MailSigner signer;

    public CountersignEngine(TrafficRules traffic, MailAuthenticator authenticator, MailSigner signer) {
        this.traffic = traffic;
        this.authenticator = authenticator;
        this.signer = signer;
    }

    /** Which way a message is bound, without opening it: nothing is looked up. */
    public TrafficRules.Direction direction(SmtpTransaction transaction) {
        return traffic.direction(transaction);
    }

    /** A message has begun: MAIL FROM was given and accepted. */
    public MailFlow open(SmtpTransaction transaction) {
        return switch (direction(transaction)) {
            case INBOUND -> authenticator.begin(transaction, transaction.client());
            case OUTBOUND ->
                signer.begin(
                        transaction,
                        authenticator.ownHeaders(authenticator.identity(transaction)),
                        traffic.reinjectionCheck(transaction));
            case INTERNAL -> new InternalMail();
        };
    }
}
