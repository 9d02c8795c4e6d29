package org.countersign.testing;

import java.security.SecureRandom;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Signing keys for tests: one generated for each run, and two from RFC 8463. */
public final class TestKeys {
    private static final KeyPairs.Generated RSA_PAIR =
            KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, 2048, new SecureRandom());

    /** RSA, 2048 bits. */
    public static final SigningKey RSA = RSA_PAIR.key();

    /** The same as PKCS#8 PEM. */
    public static final String RSA_PEM = RSA_PAIR.pem();

    /** RSA of RFC 8463 §A.1, 1024 bits, as PKCS#1 PEM. */
    public static final String RFC_8463_RSA_PEM = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi
        Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM
        KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB
        AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm
        6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe
        zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy
        6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc
        uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy
        WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd
        WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a
        licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst
        o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe
        uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL
        -----END RSA PRIVATE KEY-----
        """;

    /** Ed25519 of RFC 8463 §A.1, the seed in base64. */
    public static final String RFC_8463_ED25519_SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    /** Ed25519 of RFC 8463 §A.1 as PKCS#8 PEM (RFC 8410 §7). */
    public static final String RFC_8463_ED25519_PEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """;

    /** RSA of RFC 8463 §A.1. */
    public static final SigningKey RFC_8463_RSA = parse(RFC_8463_RSA_PEM);

    /** Ed25519 of RFC 8463 §A.1. */
    public static final SigningKey ED25519 = parse(RFC_8463_ED25519_SEED);

    private TestKeys() {}

    private static SigningKey parse(String text) {
        return switch (SigningKey.parse(Octets.latin1(text))) {
            case Parsed.Value<SigningKey, String>(SigningKey key) -> key;
            case Parsed.Malformed<SigningKey, String>(String reason) -> throw new IllegalStateException(reason);
        };
    }
}
