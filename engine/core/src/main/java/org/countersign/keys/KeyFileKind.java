package org.countersign.keys;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/** Describes a file that contains no usable private key: what it is, and what to do. */
final class KeyFileKind {
    private static final int MAX_LABEL = 40;
    private static final int SEED = 32;
    private static final String CONVERT = "convert it with: openssl pkey -in FILE -out NEWFILE";

    private static final Map<Octets, String> ALGORITHMS = Map.ofEntries(
            algorithm("2a8648ce3d0201", "an EC key"),
            algorithm("2a8648ce380401", "a DSA key"),
            algorithm("2a864886f70d010301", "a Diffie-Hellman key"),
            algorithm("2a8648ce3e0201", "a Diffie-Hellman key"),
            algorithm("2b656e", "an X25519 key"),
            algorithm("2b656f", "an X448 key"),
            algorithm("2b6571", "an Ed448 key"),
            algorithm("6086480165030403" + "11", "an ML-DSA key"),
            algorithm("6086480165030403" + "12", "an ML-DSA key"),
            algorithm("6086480165030403" + "13", "an ML-DSA key"));
    private static final Octets RSA_PSS = Octets.wrap(HexFormat.of().parseHex("2a864886f70d01010a"));
    private static final String KEY_IN_DER = "this is a key in DER: ";
    private static final Octets GZIP = Octets.wrap(HexFormat.of().parseHex("1f8b"));
    private static final Octets JAVA_KEY_STORE = Octets.wrap(HexFormat.of().parseHex("feedfeed"));

    private KeyFileKind() {}

    private static Map.Entry<Octets, String> algorithm(String hex, String name) {
        return Map.entry(Octets.wrap(HexFormat.of().parseHex(hex)), name);
    }

    /** A file without a BEGIN line that is not an Ed25519 seed either. */
    static String withoutPem(Octets file) {
        if (file.trimFws().isEmpty()) {
            return "the file is empty: restore the key from a backup, or make a new one with: countersign keygen";
        }
        if (isUtf16(file)) {
            return "this is UTF-16 text: save it as ASCII or UTF-8";
        }
        Optional<String> der = der(file);
        if (der.isPresent()) {
            return der.get();
        }
        if (file.length() > 4 && file.slice(0, 4).equals(JAVA_KEY_STORE)) {
            return "this is a Java key store: extract the key with keytool and openssl pkcs12";
        }
        if (file.length() > 2 && file.slice(0, 2).equals(GZIP)) {
            return "this is compressed with gzip: unpack it with: gunzip";
        }
        Optional<Octets> decoded = TagValues.base64(file);
        if (decoded.isPresent()) {
            Optional<String> kind = decoded.flatMap(KeyFileKind::der);
            if (kind.isPresent()) {
                return kind.get().startsWith(KEY_IN_DER)
                        ? "this is base64 without BEGIN and END lines: put -----BEGIN PRIVATE KEY----- above it and"
                                + " -----END PRIVATE KEY----- below it"
                        : "this is base64 without BEGIN and END lines; decoded with base64 -d, " + kind.get();
            }
            return "this is base64 of " + decoded.get().length() + " octets, neither PEM nor the " + SEED
                    + " octets of an Ed25519 key";
        }
        if (file.indexOf(0, 0) >= 0) {
            return binary(file);
        }
        return text(file.latin1());
    }

    private static String binary(Octets file) {
        for (int i = 0; i < file.length(); i++) {
            if (file.at(i) != 0) {
                return "this is binary data of an unknown kind: write the key as PEM";
            }
        }
        return "the file contains only NUL octets: it was not written completely; restore it";
    }

    private static String text(String text) {
        String start = text.strip();
        if (start.startsWith("PuTTY-User-Key-File")) {
            return "this is a PuTTY key: export it from PuTTYgen as an OpenSSH key, then convert it with:"
                    + " ssh-keygen -p -m PKCS8 -N '' -f FILE";
        }
        if (start.startsWith("---- BEGIN SSH2") || start.startsWith("ssh-") || start.startsWith("ecdsa-sha2-")) {
            return "this is an SSH public key; the private key is needed to sign";
        }
        if (text.contains("BEGIN ") && text.contains("PRIVATE KEY")) {
            return "the BEGIN line of the private key is damaged: it must have five hyphens before and after"
                    + " BEGIN PRIVATE KEY";
        }
        if (start.startsWith("{")) {
            return "this is JSON, perhaps a JSON Web Key: write the key as PEM";
        }
        if (start.startsWith("<")) {
            return "this is XML: write the key as PEM";
        }
        if (text.contains("v=DKIM1")) {
            return "this is the DNS record of a key; the private key is in another file, which keygen names *.pem";
        }
        return "this is no private key: it is neither PEM nor the " + SEED + " octets of an Ed25519 key in base64";
    }

    /** A file with BEGIN lines, none of them of a private key. */
    static String withoutPrivateKey(List<PemBlock> blocks) {
        Optional<PemBlock> open =
                blocks.stream().filter(block -> !block.ended()).findFirst();
        if (open.isPresent()) {
            return unended(open.get());
        }
        return switch (blocks.getFirst().label()) {
            case "PUBLIC KEY", "RSA PUBLIC KEY", "SSH2 PUBLIC KEY" ->
                "this is the public half; the private key is needed to sign";
            case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" ->
                "this is a certificate without its private key, which is needed to sign";
            case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" ->
                "this is a certificate request (CSR) without its private key, which is needed to sign";
            case "EC PARAMETERS", "DSA PARAMETERS", "DH PARAMETERS", "X9.42 DH PARAMETERS" ->
                "these are parameters without a private key, of a kind that DKIM does not support";
            case "PKCS7", "CMS" -> "this is PKCS#7, which holds certificates; the private key is needed to sign";
            case "X509 CRL" -> "this is a list of revoked certificates; the private key is needed to sign";
            case "PGP PUBLIC KEY BLOCK", "PGP MESSAGE" -> "this is OpenPGP, which DKIM does not use";
            default ->
                "this is PEM of the kind " + label(blocks.getFirst())
                        + ", and no RSA or Ed25519 private key is in the file";
        };
    }

    /** A block without an END line. */
    static String unended(PemBlock block) {
        return "there is no END line for the line BEGIN " + label(block) + ": is the file complete?";
    }

    /** A private key in PEM with a label of a kind that cannot sign. */
    static String otherPrivateKey(PemBlock block) {
        return switch (block.label()) {
            case "EC PRIVATE KEY" -> otherAlgorithm("an EC key");
            case "DSA PRIVATE KEY" -> otherAlgorithm("a DSA key");
            case "OPENSSH PRIVATE KEY" -> "this is an SSH key; convert it with: ssh-keygen -p -m PKCS8 -N '' -f FILE";
            case "PGP PRIVATE KEY BLOCK" -> "this is a key of OpenPGP, which DKIM does not use";
            default -> "this is PEM of the kind " + label(block) + ", and no RSA or Ed25519 private key";
        };
    }

    /** A key in PKCS#8 form of another algorithm. */
    static String otherAlgorithm(Octets identifier) {
        if (identifier.equals(RSA_PSS)) {
            return "this RSA key is for RSASSA-PSS only, which DKIM does not use: make one with openssl genrsa";
        }
        return Optional.ofNullable(ALGORITHMS.get(identifier))
                .map(KeyFileKind::otherAlgorithm)
                .orElse("this key is neither RSA nor Ed25519, and DKIM supports no other kind");
    }

    private static String otherAlgorithm(String kind) {
        return "this is " + kind + ", and DKIM supports only RSA and Ed25519";
    }

    private static String label(PemBlock block) {
        return Escapes.printable(block.label(), MAX_LABEL);
    }

    private static boolean isUtf16(Octets file) {
        if (file.length() < 2) {
            return false;
        }
        int first = file.at(0);
        int second = file.at(1);
        return (first == 0xFF && second == 0xFE)
                || (first == 0xFE && second == 0xFF)
                || (first == 0 && second == '-')
                || (first == '-' && second == 0);
    }

    /** The kind of a structure in DER, by its outermost elements. */
    private static Optional<String> der(Octets octets) {
        Optional<DerReader> outer = new DerReader(octets).sequence();
        if (outer.isEmpty()) {
            return Optional.empty();
        }
        DerReader reader = outer.get();
        Optional<Octets> version = reader.next(DerReader.INTEGER);
        Optional<DerReader> algorithm = reader.sequence();
        if (version.isPresent() && version.get().equals(Octets.wrap(new byte[] {3}))) {
            return Optional.of(
                    "this is PKCS#12: extract the key with:" + " openssl pkcs12 -in FILE -nocerts -nodes -out NEWFILE");
        }
        boolean key = version.isPresent()
                && (algorithm.isPresent()
                        || reader.next(DerReader.INTEGER).isPresent()
                        || reader.next(DerReader.OCTET_STRING).isPresent());
        if (key) {
            return Optional.of(KEY_IN_DER + CONVERT);
        }
        if (version.isEmpty() && algorithm.isPresent()) {
            return Optional.of(
                    reader.next(DerReader.OCTET_STRING).isPresent()
                            ? "this is an encrypted key in DER: " + CONVERT
                            : "this is DER of a public key or a certificate; the private key is needed to sign");
        }
        return Optional.empty();
    }
}
