package org.countersign.keys;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.generators.OpenSSLPBEParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.countersign.syntax.Octets;

/**
 * Opens and closes encrypted private keys: PBES2 (RFC 8018 §6.2, in RFC 5958 §3) with PBKDF2 or scrypt (RFC
 * 7914), and the older form of OpenSSL's that says {@code Proc-Type: 4,ENCRYPTED}. What a key file may ask of
 * us is bounded, so that none can keep the program busy for long.
 */
final class KeyEncryption {
    private static final Octets PBES2 = oid("2a864886f70d01050d");
    private static final Octets PBKDF2 = oid("2a864886f70d01050c");
    private static final Octets SCRYPT = oid("2b06010401da47040b");
    private static final Octets HMAC_SHA256 = oid("2a864886f70d0209");
    private static final Octets AES_256_CBC = oid("60864801650304012a");

    private static final Map<Octets, Supplier<Digest>> HMACS = Map.of(
            oid("2a864886f70d0207"),
            SHA1Digest::new,
            oid("2a864886f70d0208"),
            SHA224Digest::new,
            HMAC_SHA256,
            SHA256Digest::newInstance,
            oid("2a864886f70d020a"),
            SHA384Digest::new,
            oid("2a864886f70d020b"),
            SHA512Digest::new);

    private static final Map<Octets, Kind> CIPHERS = Map.of(
            oid("608648016503040102"),
            Kind.AES_128,
            oid("608648016503040116"),
            Kind.AES_192,
            AES_256_CBC,
            Kind.AES_256,
            oid("2a864886f70d0307"),
            Kind.TRIPLE_DES);

    // Some seconds of work; OpenSSL writes 2,048 iterations, and advice for passwords goes up to 1,300,000.
    private static final int MAX_ITERATIONS = 5_000_000;
    private static final int OUR_ITERATIONS = 100_000;
    // OpenSSL's -scrypt takes 16 MiB.
    private static final long MAX_SCRYPT_MEMORY = 128L << 20;
    private static final int MAX_SCRYPT_PARALLEL = 16;
    private static final int MAX_SALT = 1024;
    private static final int SALT_LENGTH = 16;
    private static final int OLD_SALT_LENGTH = 8;

    private static final String UNKNOWN = "the key is encrypted in a way that is not supported; write it anew with:"
            + " openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE";
    private static final String TOO_MUCH =
            "opening the key would take more work than a key is worth; write it anew with: openssl pkcs8 -topk8"
                    + " -v2 aes-256-cbc -in FILE";
    private static final String WRONG = "the passphrase does not open the key";

    private KeyEncryption() {}

    /** The ciphers that keys are encrypted with, all of them in CBC mode. */
    private enum Kind {
        AES_128("AES-128-CBC", 16, 16),
        AES_192("AES-192-CBC", 24, 16),
        AES_256("AES-256-CBC", 32, 16),
        TRIPLE_DES("DES-EDE3-CBC", 24, 8);

        private final String name;
        private final int keyLength;
        private final int blockLength;

        Kind(String name, int keyLength, int blockLength) {
            this.name = name;
            this.keyLength = keyLength;
            this.blockLength = blockLength;
        }

        private BlockCipher engine() {
            return this == TRIPLE_DES ? new DESedeEngine() : AESEngine.newInstance();
        }

        private byte[] run(boolean encrypt, byte[] key, Octets iv, Octets input) throws InvalidCipherTextException {
            PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(engine()));
            cipher.init(encrypt, new ParametersWithIV(new KeyParameter(key), iv.toByteArray()));
            byte[] in = input.toByteArray();
            byte[] out = new byte[cipher.getOutputSize(in.length)];
            int length = cipher.processBytes(in, 0, in.length, out, 0);
            return Arrays.copyOf(out, length + cipher.doFinal(out, length));
        }
    }

    /** A key that was opened, or why it was not. */
    sealed interface Opening {
        /**
         * @param key in the form that it had before it was encrypted
         */
        record Opened(Octets key) implements Opening {}

        record Refused(String reason) implements Opening {}
    }

    /** Opens an EncryptedPrivateKeyInfo (RFC 5958 §3); what comes out should be a key in PKCS#8 form. */
    static Opening openPkcs8(Octets der, Passphrase passphrase) {
        Optional<DerReader> info = new DerReader(der).sequence();
        Optional<DerReader> algorithm = info.flatMap(DerReader::sequence);
        Optional<Octets> identifier = algorithm.flatMap(reader -> reader.next(DerReader.OBJECT_IDENTIFIER));
        if (identifier.isEmpty() || !identifier.get().equals(PBES2)) {
            return new Opening.Refused(UNKNOWN);
        }
        Optional<DerReader> schemes = algorithm.flatMap(DerReader::sequence);
        Optional<DerReader> derivation = schemes.flatMap(DerReader::sequence);
        Optional<DerReader> encryption = schemes.flatMap(DerReader::sequence);
        Optional<Kind> kind = encryption
                .flatMap(reader -> reader.next(DerReader.OBJECT_IDENTIFIER))
                .flatMap(oid -> Optional.ofNullable(CIPHERS.get(oid)));
        Optional<Octets> iv = encryption.flatMap(reader -> reader.next(DerReader.OCTET_STRING));
        Optional<Octets> secret = info.flatMap(reader -> reader.next(DerReader.OCTET_STRING));
        if (derivation.isEmpty() || kind.isEmpty() || iv.isEmpty() || secret.isEmpty()) {
            return new Opening.Refused(UNKNOWN);
        }
        return switch (derive(derivation.get(), kind.get().keyLength, passphrase)) {
            case Opening.Refused refused -> refused;
            case Opening.Opened(Octets key) -> decrypt(kind.get(), key.toByteArray(), iv.get(), secret.get());
        };
    }

    /**
     * Opens the form with a {@code DEK-Info} line.
     *
     * @param header what stands before the empty line, {@code DEK-Info} in it
     * @param body the encrypted key
     */
    static Opening openOld(String header, Octets body, Passphrase passphrase) {
        int at = header.indexOf("DEK-Info:");
        String info = at < 0
                ? ""
                : header.substring(at + "DEK-Info:".length())
                        .lines()
                        .findFirst()
                        .orElse("")
                        .strip();
        int comma = info.indexOf(',');
        Optional<Kind> kind = List.of(Kind.values()).stream()
                .filter(each -> comma > 0 && each.name.equalsIgnoreCase(info.substring(0, comma)))
                .findFirst();
        Optional<Octets> iv = kind.isEmpty()
                ? Optional.empty()
                : hex(info.substring(comma + 1).strip());
        if (kind.isEmpty() || iv.isEmpty()) {
            return new Opening.Refused(UNKNOWN);
        }
        if (iv.get().length() != kind.get().blockLength) {
            return new Opening.Refused(UNKNOWN);
        }
        OpenSSLPBEParametersGenerator generator = new OpenSSLPBEParametersGenerator();
        generator.init(
                passphrase.toByteArray(), iv.get().slice(0, OLD_SALT_LENGTH).toByteArray());
        CipherParameters key = generator.generateDerivedParameters(kind.get().keyLength * 8);
        return decrypt(kind.get(), ((KeyParameter) key).getKey(), iv.get(), body);
    }

    /** Encrypts a key in PKCS#8 form: PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC. */
    static byte[] close(byte[] pkcs8, Passphrase passphrase, SecureRandom random) {
        byte[] salt = new byte[SALT_LENGTH];
        random.nextBytes(salt);
        byte[] iv = new byte[Kind.AES_256.blockLength];
        random.nextBytes(iv);
        byte[] key = pbkdf2(SHA256Digest.newInstance(), passphrase, salt, OUR_ITERATIONS, Kind.AES_256.keyLength);
        byte[] secret;
        try {
            secret = Kind.AES_256.run(true, key, Octets.wrap(iv), Octets.wrap(pkcs8));
        } catch (InvalidCipherTextException impossible) {
            throw new IllegalStateException("encrypting cannot fail for its input", impossible);
        }
        byte[] derivation = DerWriter.sequence(
                DerWriter.identifier(PBKDF2),
                DerWriter.sequence(
                        DerWriter.octets(salt),
                        DerWriter.integer(OUR_ITERATIONS),
                        DerWriter.sequence(DerWriter.identifier(HMAC_SHA256), DerWriter.nothing())));
        byte[] encryption = DerWriter.sequence(DerWriter.identifier(AES_256_CBC), DerWriter.octets(iv));
        return DerWriter.sequence(
                DerWriter.sequence(DerWriter.identifier(PBES2), DerWriter.sequence(derivation, encryption)),
                DerWriter.octets(secret));
    }

    private static Opening derive(DerReader scheme, int keyLength, Passphrase passphrase) {
        Optional<Octets> identifier = scheme.next(DerReader.OBJECT_IDENTIFIER);
        Optional<DerReader> parameters = scheme.sequence();
        Optional<Octets> salt = parameters
                .flatMap(reader -> reader.next(DerReader.OCTET_STRING))
                .filter(octets -> octets.length() <= MAX_SALT);
        if (identifier.isEmpty() || parameters.isEmpty() || salt.isEmpty()) {
            return new Opening.Refused(UNKNOWN);
        }
        if (identifier.get().equals(PBKDF2)) {
            return derivePbkdf2(parameters.get(), salt.get(), keyLength, passphrase);
        }
        return identifier.get().equals(SCRYPT)
                ? deriveScrypt(parameters.get(), salt.get(), keyLength, passphrase)
                : new Opening.Refused(UNKNOWN);
    }

    // RFC 8018 §A.2: iteration count, then key length and pseudorandom function if they are not the usual ones.
    private static Opening derivePbkdf2(DerReader parameters, Octets salt, int keyLength, Passphrase passphrase) {
        Optional<Integer> iterations = parameters.unsigned().flatMap(number -> within(number, MAX_ITERATIONS));
        if (iterations.isEmpty()) {
            return new Opening.Refused(TOO_MUCH);
        }
        Optional<BigInteger> length = parameters.unsigned();
        if (length.filter(number -> !number.equals(BigInteger.valueOf(keyLength)))
                .isPresent()) {
            return new Opening.Refused(UNKNOWN);
        }
        Optional<DerReader> function = parameters.sequence();
        Optional<Supplier<Digest>> digest = function.isEmpty()
                ? Optional.of(SHA1Digest::new)
                : function.get().next(DerReader.OBJECT_IDENTIFIER).flatMap(oid -> Optional.ofNullable(HMACS.get(oid)));
        return digest.<Opening>map(hash -> new Opening.Opened(
                        Octets.wrap(pbkdf2(hash.get(), passphrase, salt.toByteArray(), iterations.get(), keyLength))))
                .orElseGet(() -> new Opening.Refused(UNKNOWN));
    }

    private static byte[] pbkdf2(Digest hash, Passphrase passphrase, byte[] salt, int iterations, int keyLength) {
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(hash);
        generator.init(passphrase.toByteArray(), salt, iterations);
        return ((KeyParameter) generator.generateDerivedMacParameters(keyLength * 8)).getKey();
    }

    // RFC 7914 §7.1: cost, block size and parallelization.
    private static Opening deriveScrypt(DerReader parameters, Octets salt, int keyLength, Passphrase passphrase) {
        Optional<Integer> cost = parameters.unsigned().flatMap(number -> within(number, 1 << 20));
        Optional<Integer> blockSize = parameters.unsigned().flatMap(number -> within(number, 64));
        Optional<Integer> parallel = parameters.unsigned().flatMap(number -> within(number, MAX_SCRYPT_PARALLEL));
        if (cost.isEmpty() || blockSize.isEmpty() || parallel.isEmpty()) {
            return new Opening.Refused(TOO_MUCH);
        }
        int n = cost.get();
        if (n < 2 || Integer.bitCount(n) != 1 || 128L * n * blockSize.get() > MAX_SCRYPT_MEMORY) {
            return new Opening.Refused(TOO_MUCH);
        }
        return new Opening.Opened(Octets.wrap(SCrypt.generate(
                passphrase.toByteArray(), salt.toByteArray(), n, blockSize.get(), parallel.get(), keyLength)));
    }

    private static Optional<Integer> within(BigInteger number, int most) {
        return number.signum() > 0 && number.compareTo(BigInteger.valueOf(most)) <= 0
                ? Optional.of(number.intValueExact())
                : Optional.empty();
    }

    private static Opening decrypt(Kind kind, byte[] key, Octets iv, Octets secret) {
        if (iv.length() != kind.blockLength || secret.isEmpty() || secret.length() % kind.blockLength != 0) {
            return new Opening.Refused("the encrypted key is not complete");
        }
        try {
            return new Opening.Opened(Octets.wrap(kind.run(false, key, iv, secret)));
        } catch (InvalidCipherTextException noPadding) {
            return new Opening.Refused(WRONG);
        }
    }

    /** What to say where something came out that is no key, as one wrong passphrase in some hundred lets it. */
    static String wrongPassphrase() {
        return WRONG;
    }

    private static Optional<Octets> hex(String text) {
        boolean digits = text.length() % 2 == 0
                && text.length() <= 64
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        return digits ? Optional.of(Octets.wrap(HexFormat.of().parseHex(text))) : Optional.empty();
    }

    private static Octets oid(String hex) {
        return Octets.wrap(HexFormat.of().parseHex(hex));
    }
}
