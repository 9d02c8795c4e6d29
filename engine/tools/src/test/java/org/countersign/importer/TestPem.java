package org.countersign.importer;

/** The Ed25519 key of RFC 8463 §A.2, as base64 of PKCS#8. */
final class TestPem {
    static final String BASE64 = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

    private TestPem() {}
}
