package org.countersign.arc;

import java.util.Optional;
import org.countersign.keys.SignatureFailure;
import org.countersign.signature.SignatureTags;

/**
 * An ARC-Message-Signature to verify: the claim of a handler that it passed the message on in this form.
 *
 * @param failure why it does not verify, regardless of the message; empty if it must be compared with the message
 */
record MessageSignature(SignatureTags tags, Optional<SignatureFailure> failure) {}
