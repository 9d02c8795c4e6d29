package org.countersign.keys;

import java.util.HexFormat;
import org.countersign.syntax.Octets;

/** Object identifiers of the two kinds of key: the content of their DER encoding. */
final class KeyAlgorithmOids {
    /** rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 §A.1). */
    static final Octets RSA_ENCRYPTION = Octets.wrap(HexFormat.of().parseHex("2a864886f70d010101"));

    /** id-Ed25519, 1.3.101.112 (RFC 8410 §3). */
    static final Octets ED25519 = Octets.wrap(HexFormat.of().parseHex("2b6570"));

    private KeyAlgorithmOids() {}
}
