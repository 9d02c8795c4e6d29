package org.countersign.simulate;

/** The source of the results of authentication. */
public enum ResultsSource {
    /** The results that this site recorded when the message arrived. */
    RECORDED,
    /** An evaluation of the stored message with the DNS of now. */
    AGAIN
}
