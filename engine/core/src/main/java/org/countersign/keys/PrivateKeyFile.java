package org.countersign.keys;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.countersign.crypto.Ed25519;
import org.countersign.crypto.RsaEngine;
import org.countersign.crypto.Sha256;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Reads the operator's key file. It is PEM (RFC 7468) of PKCS#8 (RFC 5958, RFC 8410 §7) or PKCS#1 (RFC 8017 §A.1.2), which
 * may be encrypted. Or it is the seed of an Ed25519 key in base64, with or without the public key after it. For every other file it says what the file is and what to do. Never throws.
 *
 * <p>The numbers of a key are read by {@link DerReader}, as those from the DNS are, because each malformed part has a message of
 * its own. Bouncy Castle reads and writes the parameters of encrypted keys; its classes are loaded for these files only.
 */
final class PrivateKeyFile {
    private static final int MAX_LENGTH = 64 * 1024;

    // RFC 8032 §5.1.5
    private static final int ED25519_SEED = 32;
    private static final int ED25519_PAIR = 64;

    private final Optional<Passphrase> passphrase;

    private final RsaEngine rsaEngine;

    private PrivateKeyFile(Optional<Passphrase> passphrase, RsaEngine rsaEngine) {
        this.passphrase = passphrase;
        this.rsaEngine = rsaEngine;
    }

    static Parsed<SigningKey, String> parse(Octets input, Optional<Passphrase> passphrase, RsaEngine rsaEngine) {
        if (passphrase.isPresent() && !passphrase.get().isUsable()) {
            return malformed("the passphrase is empty or longer than " + Passphrase.MAX_LENGTH + " octets");
        }
        return new PrivateKeyFile(passphrase, rsaEngine).parse(input);
    }

    private Parsed<SigningKey, String> parse(Octets input) {
        if (input.length() > MAX_LENGTH) {
            return malformed("this is too long for a private key");
        }
        List<PemBlock> blocks = PemBlock.of(input);
        if (blocks.isEmpty()) {
            return parseSeed(input);
        }
        // RFC 7468 §2: other blocks and other text may stand around the key.
        Optional<Parsed<SigningKey, String>> first = Optional.empty();
        for (PemBlock block : blocks) {
            if (block.isPrivateKey()) {
                Parsed<SigningKey, String> parsing = parsePem(block);
                if (parsing instanceof Parsed.Value<SigningKey, String>) {
                    return parsing;
                }
                first = first.or(() -> Optional.of(parsing));
            }
        }
        return first.orElseGet(() -> malformed(KeyFileKind.withoutPrivateKey(blocks)));
    }

    private Parsed<SigningKey, String> parsePem(PemBlock block) {
        if (!block.ended()) {
            return malformed(KeyFileKind.unended(block));
        }
        Octets body = block.body();
        return switch (block.label()) {
            case "PRIVATE KEY" -> withoutHeaders(body, this::parseBlock);
            case "RSA PRIVATE KEY" ->
                isEncrypted(body) ? decryptTraditional(body) : withoutHeaders(body, this::parseRsaBlock);
            case "ENCRYPTED PRIVATE KEY" -> decryptPkcs8(body);
            default -> malformed(KeyFileKind.otherPrivateKey(block));
        };
    }

    /** Whether OpenSSL's traditional encryption was used, which is marked by headers (RFC 1421 §4.6.1.1). */
    private static boolean isEncrypted(Octets body) {
        return body.latin1().contains("Proc-Type:") || body.latin1().contains("DEK-Info:");
    }

    private static Parsed<SigningKey, String> withoutHeaders(Octets body, DerParser parser) {
        return body.indexOf(':', 0) >= 0
                ? malformed(
                        "PEM headers such as Comment: are not supported: remove the lines between the BEGIN line and"
                                + " the key")
                : decode(body, parser);
    }

    private interface DerParser {
        Parsed<SigningKey, String> parse(Octets der);
    }

    private static Parsed<SigningKey, String> decode(Octets body, DerParser parser) {
        return TagValues.base64(body)
                .map(parser::parse)
                .orElseGet(() -> malformed("the text between BEGIN and END is not base64"));
    }

    private Parsed<SigningKey, String> decryptPkcs8(Octets body) {
        return passphrase
                .map(words -> decode(body, der -> decrypted(KeyEncryption.decryptPkcs8(der, words), this::parsePkcs8)))
                .orElseGet(PrivateKeyFile::passphraseMissing);
    }

    /** Headers, an empty line, then the key (RFC 1421 §4.6). */
    private Parsed<SigningKey, String> decryptTraditional(Octets body) {
        if (passphrase.isEmpty()) {
            return passphraseMissing();
        }
        String text = body.latin1();
        int crlf = text.indexOf("\r\n\r\n");
        int end = crlf >= 0 ? crlf + 2 : text.indexOf("\n\n");
        return end < 0
                ? malformed("there is no empty line between the headers of the key and the key")
                : decode(
                        body.slice(end, body.length()),
                        key -> decrypted(
                                KeyEncryption.decryptTraditional(text.substring(0, end), key, passphrase.get()),
                                this::parseRsaBlock));
    }

    private static Parsed<SigningKey, String> decrypted(KeyEncryption.Decryption decryption, DerParser parser) {
        return switch (decryption) {
            case KeyEncryption.Decryption.Failed(String reason) -> malformed(reason);
            // A wrong passphrase may give valid padding by chance, but not a sequence in DER.
            case KeyEncryption.Decryption.Decrypted(Octets key) ->
                new DerReader(key).sequence().isPresent()
                        ? parser.parse(key)
                        : malformed(KeyEncryption.WRONG_PASSPHRASE);
        };
    }

    private static Parsed<SigningKey, String> passphraseMissing() {
        return malformed("the key is encrypted: name the file of its passphrase with passphrase-file, or decrypt it"
                + " with: openssl pkey -in FILE -out NEWFILE");
    }

    private static Parsed<SigningKey, String> malformed(String reason) {
        return new Parsed.Malformed<>(reason);
    }

    private static Parsed<SigningKey, String> parseSeed(Octets text) {
        Octets decoded = TagValues.base64(text).orElse(Octets.EMPTY);
        return switch (decoded.length()) {
            case ED25519_SEED -> ed25519(decoded);
            case ED25519_PAIR -> ed25519Pair(decoded);
            default -> malformed(KeyFileKind.withoutPem(text));
        };
    }

    /**
     * A key in the form of PKCS#1 or PKCS#8, regardless of its label: other software writes both under the label of the other, and
     * OpenSSL reads them.
     *
     * @param form the form that the label names
     */
    private Parsed<SigningKey, String> parseKey(Octets der, String form) {
        boolean pkcs8 = new DerReader(der)
                .sequence()
                .filter(info -> info.unsigned().isPresent() && info.sequence().isPresent())
                .isPresent();
        return pkcs8
                ? parsePkcs8(der)
                : new DerReader(der)
                        .sequence()
                        .filter(PrivateKeyFile::beginsAsPkcs1)
                        .flatMap(numbers -> new DerReader(der).sequence())
                        .map(this::parseRsa)
                        .orElseGet(() -> malformed("this is not a key in " + form + " form"));
    }

    // RFC 8017 §A.1.2: version, modulus.
    private static boolean beginsAsPkcs1(DerReader numbers) {
        boolean version = numbers.unsigned().isPresent();
        boolean modulus = numbers.unsigned().isPresent();
        return version && modulus;
    }

    private Parsed<SigningKey, String> parseRsaBlock(Octets der) {
        return parseKey(der, "PKCS#1");
    }

    private Parsed<SigningKey, String> parseBlock(Octets der) {
        return parseKey(der, "PKCS#8");
    }

    // RFC 5958 §2: version, algorithm, key; the optional rest is not needed.
    private Parsed<SigningKey, String> parsePkcs8(Octets der) {
        Optional<DerReader> info = new DerReader(der).sequence();
        if (info.isEmpty() || info.get().unsigned().isEmpty()) {
            return malformed("this is not a key in PKCS#8 form");
        }
        Optional<Octets> identifier =
                info.get().sequence().flatMap(algorithm -> algorithm.next(DerReader.OBJECT_IDENTIFIER));
        Optional<DerReader> key = info.get().next(DerReader.OCTET_STRING).map(DerReader::new);
        if (identifier.isEmpty() || key.isEmpty()) {
            return malformed("this is not a key in PKCS#8 form");
        }
        if (identifier.get().equals(KeyAlgorithmOids.RSA_ENCRYPTION)) {
            return key.get().sequence().map(this::parseRsa).orElseGet(() -> malformed("this is not an RSA key"));
        }
        if (identifier.get().equals(KeyAlgorithmOids.ED25519)) {
            return key.get()
                    .next(DerReader.OCTET_STRING)
                    .filter(seed -> seed.length() == 32)
                    .map(PrivateKeyFile::ed25519)
                    .orElseGet(() -> malformed("this is not an Ed25519 key"));
        }
        return malformed(KeyFileKind.otherAlgorithm(identifier.get()));
    }

    /** Reads an RSAPrivateKey (RFC 8017 §A.1.2): version, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p. */
    private Parsed<SigningKey, String> parseRsa(DerReader reader) {
        List<BigInteger> numbers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            reader.unsigned().ifPresent(numbers::add);
        }
        if (numbers.size() < 9) {
            return malformed("this RSA key is not complete");
        }
        // RFC 8017 §A.1.2: version 1 is for keys of more than two primes.
        if (numbers.get(0).signum() != 0) {
            return malformed("an RSA key of more than two primes is not supported: make one with openssl genrsa");
        }
        return switch (PublicKeyParser.rsa(numbers.get(1), numbers.get(2), rsaEngine)) {
            case Parsed.Malformed<VerificationKey, SignatureFailure>(SignatureFailure failure) ->
                malformed("this RSA key cannot be used: " + failure.problem().description() + ", " + failure.detail()
                        + ": make a new key with: countersign keygen");
            case Parsed.Value<VerificationKey, SignatureFailure>(VerificationKey key) -> rsa(numbers, key);
        };
    }

    private Parsed<SigningKey, String> rsa(List<BigInteger> numbers, VerificationKey publicKey) {
        try {
            RSAPrivateKey key = (RSAPrivateKey) KeyFactory.getInstance("RSA", "SunRsaSign")
                    .generatePrivate(new RSAPrivateCrtKeySpec(
                            numbers.get(1),
                            numbers.get(2),
                            numbers.get(3),
                            numbers.get(4),
                            numbers.get(5),
                            numbers.get(6),
                            numbers.get(7),
                            numbers.get(8)));
            Octets data = Octets.wrap(((VerificationKey.Rsa) publicKey).key().getEncoded());
            return tested(new SigningKey(SignatureAlgorithm.RSA_SHA256, publicKey, data, rsaEngine.signer(key)));
        } catch (GeneralSecurityException refused) {
            return malformed("the numbers of this RSA key do not fit together");
        }
    }

    /** The seed and the public key after it, as libsodium and rspamd write a private key. */
    private static Parsed<SigningKey, String> ed25519Pair(Octets pair) {
        Octets seed = pair.slice(0, ED25519_SEED);
        Octets publicKey = Octets.wrap(new Ed25519PrivateKeyParameters(seed.toByteArray(), 0)
                .generatePublicKey()
                .getEncoded());
        return publicKey.equals(pair.slice(ED25519_SEED, ED25519_PAIR))
                ? ed25519(seed)
                : malformed(
                        "the second half of this Ed25519 key is not the public key of the first; it must be damaged");
    }

    private static Parsed<SigningKey, String> ed25519(Octets seed) {
        byte[] secret = seed.toByteArray();
        Octets data = Octets.wrap(
                new Ed25519PrivateKeyParameters(secret, 0).generatePublicKey().getEncoded());
        return tested(new SigningKey(
                SignatureAlgorithm.ED25519_SHA256,
                new VerificationKey.Ed25519(data),
                data,
                digest -> Ed25519.sign(secret, digest)));
    }

    /** Tests a key, so that a damaged one is detected now and not by the receivers of the first message. */
    private static Parsed<SigningKey, String> tested(SigningKey key) {
        byte[] digest = Sha256.newDigest().digest();
        try {
            if (key.publicKey().verifies(digest, key.sign(digest))) {
                return new Parsed.Value<>(key);
            }
        } catch (IllegalStateException | ArithmeticException doesNotSign) {
            // The same result as for a key whose signature does not verify.
        }
        return malformed("this key does not verify its own signature; it must be damaged");
    }
}
