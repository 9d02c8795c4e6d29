package org.countersign.keys;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
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
 * Decrypts and encrypts private keys: PBES2 (RFC 8018 §6.2) in an EncryptedPrivateKeyInfo (RFC 5958 §3), with PBKDF2 or scrypt
 * (RFC 7914), and OpenSSL's traditional PEM encryption, which is marked {@code Proc-Type: 4,ENCRYPTED}. Sizes, iterations and
 * memory are bounded before anything is computed, so that no key file keeps the program busy for long.
 */
final class KeyEncryption {
    // Some seconds of work. OpenSSL writes 2,048 iterations; recommendations for passwords go up to 1,300,000.
    private static final int MAX_ITERATIONS = 5_000_000;
    private static final int DEFAULT_ITERATIONS = 100_000;
    // openssl pkcs8 -scrypt uses 16 MiB.
    private static final long MAX_SCRYPT_MEMORY = 128L << 20;
    private static final int MAX_SCRYPT_COST = 1 << 20;
    private static final int MAX_SCRYPT_BLOCK_SIZE = 64;
    private static final int MAX_SCRYPT_PARALLELIZATION = 16;
    private static final int MAX_SALT = 1024;
    private static final int SALT_LENGTH = 16;
    private static final int TRADITIONAL_SALT_LENGTH = 8;

    /** id-scrypt (RFC 7914 §7). */
    private static final ASN1ObjectIdentifier SCRYPT = new ASN1ObjectIdentifier("1.3.6.1.4.1.11591.4.11");

    private static final Map<ASN1ObjectIdentifier, Supplier<Digest>> HMAC_DIGESTS = Map.of(
            PKCSObjectIdentifiers.id_hmacWithSHA1,
            SHA1Digest::new,
            PKCSObjectIdentifiers.id_hmacWithSHA224,
            SHA224Digest::new,
            PKCSObjectIdentifiers.id_hmacWithSHA256,
            SHA256Digest::newInstance,
            PKCSObjectIdentifiers.id_hmacWithSHA384,
            SHA384Digest::new,
            PKCSObjectIdentifiers.id_hmacWithSHA512,
            SHA512Digest::new);

    private static final Decryption.Failed UNSUPPORTED =
            new Decryption.Failed("the key is encrypted in a way that is not supported; encrypt it again with:"
                    + " openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE");
    private static final Decryption.Failed TOO_EXPENSIVE =
            new Decryption.Failed("decrypting the key would take more work than a key is worth; encrypt it again with:"
                    + " openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE");

    /** Also for octets that are no key: with about one wrong passphrase in 256 the padding is valid by chance. */
    static final String WRONG_PASSPHRASE = "the passphrase does not open the key";

    private KeyEncryption() {}

    /** The supported ciphers, all in CBC mode. */
    private enum Kind {
        AES_128("AES-128-CBC", NISTObjectIdentifiers.id_aes128_CBC, 16, 16),
        AES_192("AES-192-CBC", NISTObjectIdentifiers.id_aes192_CBC, 24, 16),
        AES_256("AES-256-CBC", NISTObjectIdentifiers.id_aes256_CBC, 32, 16),
        TRIPLE_DES("DES-EDE3-CBC", PKCSObjectIdentifiers.des_EDE3_CBC, 24, 8);

        private final String name;
        /** The object identifier in dotted form. */
        private final String identifier;

        private final int keyLength;
        private final int blockLength;

        Kind(String name, ASN1ObjectIdentifier identifier, int keyLength, int blockLength) {
            this.name = name;
            this.identifier = identifier.getId();
            this.keyLength = keyLength;
            this.blockLength = blockLength;
        }

        private static Optional<Kind> of(ASN1ObjectIdentifier identifier) {
            return List.of(values()).stream()
                    .filter(kind -> kind.identifier.equals(identifier.getId()))
                    .findFirst();
        }

        private BlockCipher engine() {
            return this == TRIPLE_DES ? new DESedeEngine() : AESEngine.newInstance();
        }

        private byte[] run(boolean encrypt, byte[] key, byte[] iv, byte[] input) throws InvalidCipherTextException {
            PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(engine()));
            cipher.init(encrypt, new ParametersWithIV(new KeyParameter(key), iv));
            byte[] output = new byte[cipher.getOutputSize(input.length)];
            int length = cipher.processBytes(input, 0, input.length, output, 0);
            return Arrays.copyOf(output, length + cipher.doFinal(output, length));
        }

        private Decryption decrypt(byte[] key, byte[] iv, byte[] encrypted) {
            if (iv.length != blockLength || encrypted.length == 0 || encrypted.length % blockLength != 0) {
                return new Decryption.Failed("the encrypted key is not complete");
            }
            try {
                return new Decryption.Decrypted(Octets.wrap(run(false, key, iv, encrypted)));
            } catch (InvalidCipherTextException wrongPadding) {
                return new Decryption.Failed(WRONG_PASSPHRASE);
            }
        }
    }

    /** The result of a decryption. */
    sealed interface Decryption {
        /**
         * @param key what was encrypted; a wrong passphrase may also give octets that are no key
         */
        record Decrypted(Octets key) implements Decryption {}

        /**
         * @param reason one line for the owner of the key: what is wrong, and what to do
         */
        record Failed(String reason) implements Decryption {}
    }

    /**
     * Decrypts an EncryptedPrivateKeyInfo.
     *
     * @param der its encoding, or any other octets
     * @return a key in PKCS#8 form, or why there is none
     */
    static Decryption decryptPkcs8(Octets der, Passphrase passphrase) {
        // Octets after the structure are ignored, as they are for a key that is not encrypted.
        try (ASN1InputStream input = new ASN1InputStream(der.toByteArray())) {
            EncryptedPrivateKeyInfo info = EncryptedPrivateKeyInfo.getInstance(input.readObject());
            AlgorithmIdentifier algorithm = info.getEncryptionAlgorithm();
            return algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)
                    ? decrypt(
                            PBES2Parameters.getInstance(algorithm.getParameters()), info.getEncryptedData(), passphrase)
                    : UNSUPPORTED;
        } catch (IOException | RuntimeException malformed) {
            // Bouncy Castle reports malformed ASN.1 by exceptions of several types.
            return UNSUPPORTED;
        }
    }

    private static Decryption decrypt(PBES2Parameters parameters, byte[] encrypted, Passphrase passphrase) {
        EncryptionScheme scheme = parameters.getEncryptionScheme();
        Optional<Kind> kind = Kind.of(scheme.getAlgorithm());
        if (kind.isEmpty()) {
            return UNSUPPORTED;
        }
        byte[] iv = ASN1OctetString.getInstance(scheme.getParameters()).getOctets();
        return switch (deriveKey(parameters.getKeyDerivationFunc(), kind.get().keyLength, passphrase)) {
            case Decryption.Failed failed -> failed;
            case Decryption.Decrypted(Octets key) -> kind.get().decrypt(key.toByteArray(), iv, encrypted);
        };
    }

    /** The key that the key is encrypted with. */
    private static Decryption deriveKey(KeyDerivationFunc function, int keyLength, Passphrase passphrase) {
        if (function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            return pbkdf2(PBKDF2Params.getInstance(function.getParameters()), keyLength, passphrase);
        }
        return function.getAlgorithm().equals(SCRYPT)
                ? scrypt(ASN1Sequence.getInstance(function.getParameters()), keyLength, passphrase)
                : UNSUPPORTED;
    }

    // RFC 8018 §A.2
    private static Decryption pbkdf2(PBKDF2Params parameters, int keyLength, Passphrase passphrase) {
        byte[] salt = parameters.getSalt();
        BigInteger length = parameters.getKeyLength();
        Supplier<Digest> digest = HMAC_DIGESTS.get(parameters.getPrf().getAlgorithm());
        if (digest == null
                || salt.length > MAX_SALT
                || (length != null && !length.equals(BigInteger.valueOf(keyLength)))) {
            return UNSUPPORTED;
        }
        OptionalInt iterations = bounded(parameters.getIterationCount(), MAX_ITERATIONS);
        return iterations.isEmpty()
                ? TOO_EXPENSIVE
                : new Decryption.Decrypted(
                        Octets.wrap(pbkdf2(digest.get(), passphrase, salt, iterations.getAsInt(), keyLength)));
    }

    private static byte[] pbkdf2(Digest digest, Passphrase passphrase, byte[] salt, int iterations, int keyLength) {
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(digest);
        generator.init(passphrase.toByteArray(), salt, iterations);
        return ((KeyParameter) generator.generateDerivedMacParameters(keyLength * Byte.SIZE)).getKey();
    }

    // RFC 7914 §7.1: salt, cost, block size, parallelization. Bouncy Castle's own class for these is internal to it.
    private static Decryption scrypt(ASN1Sequence parameters, int keyLength, Passphrase passphrase) {
        byte[] salt = ASN1OctetString.getInstance(parameters.getObjectAt(0)).getOctets();
        OptionalInt cost = integer(parameters, 1, MAX_SCRYPT_COST);
        OptionalInt blockSize = integer(parameters, 2, MAX_SCRYPT_BLOCK_SIZE);
        OptionalInt parallelization = integer(parameters, 3, MAX_SCRYPT_PARALLELIZATION);
        if (salt.length > MAX_SALT) {
            return UNSUPPORTED;
        }
        if (cost.isEmpty() || blockSize.isEmpty() || parallelization.isEmpty()) {
            return TOO_EXPENSIVE;
        }
        int n = cost.getAsInt();
        int r = blockSize.getAsInt();
        return n < 2 || Integer.bitCount(n) != 1 || 128L * n * r > MAX_SCRYPT_MEMORY
                ? TOO_EXPENSIVE
                : new Decryption.Decrypted(Octets.wrap(
                        SCrypt.generate(passphrase.toByteArray(), salt, n, r, parallelization.getAsInt(), keyLength)));
    }

    private static OptionalInt integer(ASN1Sequence parameters, int index, int max) {
        return bounded(ASN1Integer.getInstance(parameters.getObjectAt(index)).getValue(), max);
    }

    private static OptionalInt bounded(BigInteger number, int max) {
        return number.signum() > 0 && number.compareTo(BigInteger.valueOf(max)) <= 0
                ? OptionalInt.of(number.intValueExact())
                : OptionalInt.empty();
    }

    /**
     * Decrypts OpenSSL's traditional form.
     *
     * @param headers the lines before the empty line, with {@code DEK-Info} among them
     * @param encrypted the octets after it, decoded from base64
     * @return a key in PKCS#1 form, or why there is none
     */
    static Decryption decryptTraditional(String headers, Octets encrypted, Passphrase passphrase) {
        int at = headers.indexOf("DEK-Info:");
        String info = at < 0
                ? ""
                : headers.substring(at + "DEK-Info:".length())
                        .lines()
                        .findFirst()
                        .orElse("")
                        .strip();
        int comma = info.indexOf(',');
        Optional<Kind> kind = List.of(Kind.values()).stream()
                .filter(each -> comma > 0 && each.name.equalsIgnoreCase(info.substring(0, comma)))
                .findFirst();
        Optional<byte[]> iv = kind.isEmpty()
                ? Optional.empty()
                : hex(info.substring(comma + 1).strip());
        if (kind.isEmpty() || iv.isEmpty() || iv.get().length != kind.get().blockLength) {
            return UNSUPPORTED;
        }
        OpenSSLPBEParametersGenerator generator = new OpenSSLPBEParametersGenerator();
        generator.init(passphrase.toByteArray(), Arrays.copyOf(iv.get(), TRADITIONAL_SALT_LENGTH));
        CipherParameters key = generator.generateDerivedParameters(kind.get().keyLength * Byte.SIZE);
        return kind.get().decrypt(((KeyParameter) key).getKey(), iv.get(), encrypted.toByteArray());
    }

    private static Optional<byte[]> hex(String text) {
        boolean digits = text.length() % 2 == 0
                && text.length() <= 64
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        return digits ? Optional.of(HexFormat.of().parseHex(text)) : Optional.empty();
    }

    /** Encrypts a key in PKCS#8 form: an EncryptedPrivateKeyInfo of PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC. */
    static byte[] encrypt(byte[] pkcs8, Passphrase passphrase, SecureRandom random) {
        byte[] salt = new byte[SALT_LENGTH];
        random.nextBytes(salt);
        byte[] iv = new byte[Kind.AES_256.blockLength];
        random.nextBytes(iv);
        byte[] key = pbkdf2(SHA256Digest.newInstance(), passphrase, salt, DEFAULT_ITERATIONS, Kind.AES_256.keyLength);
        AlgorithmIdentifier hmac = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        KeyDerivationFunc function = new KeyDerivationFunc(
                PKCSObjectIdentifiers.id_PBKDF2, new PBKDF2Params(salt, DEFAULT_ITERATIONS, hmac));
        EncryptionScheme scheme = new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv));
        try {
            return new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(
                                    PKCSObjectIdentifiers.id_PBES2, new PBES2Parameters(function, scheme)),
                            Kind.AES_256.run(true, key, iv, pkcs8))
                    .getEncoded();
        } catch (InvalidCipherTextException | IOException impossible) {
            throw new IllegalStateException("encryption cannot fail for its input", impossible);
        }
    }
}
