package org.countersign.keys;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.countersign.syntax.Octets;

/**
 * Private keys that {@link SigningKey} refuses and other programs sign with: DER without PEM around it, in base64 or not, and RSA
 * keys that are too short or too long. Never throws.
 */
public final class DerPrivateKey {
    private DerPrivateKey() {}

    /**
     * Writes a key in DER, or in base64 of it, as PEM.
     *
     * @param file the whole file
     * @return empty if the file is something else, such as PEM
     */
    public static Optional<Octets> toPem(Octets file) {
        return Stream.of(Optional.of(file), TagValues.base64(file))
                .flatMap(Optional::stream)
                .flatMap(der -> label(der).map(label -> pem(label, der)).stream())
                .findFirst();
    }

    /**
     * The size of an RSA key that is not encrypted, of any size, in PEM or in DER.
     *
     * @return empty for a key of another kind, and for a file without a key
     */
    public static OptionalInt rsaBits(Octets file) {
        return Stream.concat(
                        Stream.of(file),
                        PemBlock.of(file).stream()
                                .filter(block -> block.isPrivateKey() && block.ended())
                                .map(PemBlock::body))
                .flatMap(text -> Stream.of(Optional.of(text), TagValues.base64(text)))
                .flatMap(Optional::stream)
                .flatMap(der -> modulus(der).stream())
                .mapToInt(BigInteger::bitLength)
                .findFirst();
    }

    private static Optional<String> label(Octets der) {
        if (pkcs8(der).isPresent()) {
            return Optional.of("PRIVATE KEY");
        }
        return modulus(der).map(pkcs1 -> "RSA PRIVATE KEY");
    }

    // RFC 5958 §2: version, algorithm, key.
    private static Optional<Octets> pkcs8(Octets der) {
        return new DerReader(der)
                .sequence()
                .filter(info -> info.unsigned().isPresent() && info.sequence().isPresent())
                .flatMap(info -> info.next(DerReader.OCTET_STRING));
    }

    // RFC 8017 §A.1.2: version, modulus.
    private static Optional<BigInteger> modulus(Octets der) {
        return new DerReader(pkcs8(der).orElse(der))
                .sequence()
                .filter(numbers -> numbers.unsigned().isPresent())
                .flatMap(DerReader::unsigned);
    }

    private static Octets pem(String label, Octets der) {
        byte[] newline = {'\n'};
        String body =
                new String(Base64.getMimeEncoder(64, newline).encode(der.toByteArray()), StandardCharsets.US_ASCII);
        return Octets.utf8("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }
}
