package org.countersign.arc;

import java.util.Optional;
import org.countersign.keys.SignatureFailure;
import org.countersign.signature.SignatureTags;

/**
 * What a handler's message signature claims: that the message is as it was passed on.
 *
 * @param tags of the ARC-Message-Signature
 * @param onSight why it is worth nothing whatever the message is; empty where it must be compared
 */
record MessageSignatureCandidate(SignatureTags tags, Optional<SignatureFailure> onSight) {}
