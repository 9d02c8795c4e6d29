package org.countersign.importer;

import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.keys.DerPrivateKey;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;

/**
 * The program whose keys are imported: which key files it could use, and what became of mail whose key it could not. Found by
 * running the programs with files of each kind.
 *
 * @param minimumBits the size of an RSA key below which OpenDKIM refused to sign
 * @param labelsEd25519 whether OpenDKIM wrote ed25519-sha256 into its signatures, for keys of any kind
 */
record OldSigner(Program program, int minimumBits, boolean labelsEd25519) {
    private static final int DEFAULT_MINIMUM_BITS = 1024;
    private static final String PEM_START = "-----";
    private static final String BASE64_START = "MII";
    /** A program. */
    enum Program {
        OPENDKIM("OpenDKIM", "OpenDKIM deferred every mail that needs this key."),
        DKIMPY("dkimpy-milter", "dkimpy-milter sent such mail unsigned."),
        RSPAMD("rspamd", "rspamd did not sign with it either.");

        private final String title;
        private final String withoutKey;

        Program(String title, String withoutKey) {
            this.title = title;
            this.withoutKey = withoutKey;
        }

        /** Its name in a sentence. */
        String title() {
            return title;
        }
    }

    /** OpenDKIM without a configuration, for an import that reads no keys. */
    static OldSigner opendkim() {
        return new OldSigner(Program.OPENDKIM, DEFAULT_MINIMUM_BITS, false);
    }

    static OldSigner rspamd() {
        return new OldSigner(Program.RSPAMD, 0, false);
    }

    static OldSigner dkimpy() {
        return new OldSigner(Program.DKIMPY, 0, false);
    }

    /** OpenDKIM with its directives. */
    static OldSigner of(Directives directives) {
        int bits = directives
                .find("MinimumKeyBits")
                .flatMap(given -> Directive.integer(given.value()))
                .filter(given -> given > 0 && given <= Integer.MAX_VALUE)
                .map(Long::intValue)
                .orElse(DEFAULT_MINIMUM_BITS);
        boolean ed25519 = directives
                .find("SignatureAlgorithm")
                .filter(algorithm -> algorithm.value().equalsIgnoreCase("ed25519-sha256"))
                .isPresent();
        return new OldSigner(Program.OPENDKIM, bits, ed25519);
    }

    /** What became of mail whose key could not be used, and becomes of it. */
    String withoutKey() {
        return program.withoutKey
                + (program == Program.RSPAMD ? " It is left out." : " It is left out, so that mail goes unsigned.");
    }

    /** The class of a key whose file does not exist. */
    FindingClass missing() {
        return program == Program.RSPAMD ? FindingClass.DEAD : FindingClass.DANGER;
    }

    /**
     * The octets as a key file that can be read here, where the program read a form that is none here.
     *
     * @return empty if the program could not read it, or it is PEM
     */
    Optional<Octets> converted(Octets file) {
        return switch (program) {
            case OPENDKIM -> file.latin1().startsWith(BASE64_START) ? DerPrivateKey.toPem(file) : Optional.empty();
            case DKIMPY -> Optional.empty();
            case RSPAMD ->
                file.length() == 32 || file.length() == 64
                        ? Optional.of(Octets.utf8(Base64.getEncoder().encodeToString(file.toByteArray())))
                        : DerPrivateKey.toPem(file);
        };
    }

    /**
     * Why the program did not sign with a key that can be used here, and what became of the mail.
     *
     * @param file as it was read
     */
    Optional<String> unusable(Octets file, SigningKey key) {
        boolean ed25519 = key.algorithm() == SignatureAlgorithm.ED25519_SHA256;
        String text = file.latin1();
        return switch (program) {
            case OPENDKIM -> {
                if (ed25519 && !labelsEd25519) {
                    yield Optional.of(
                            "OpenDKIM deferred every mail that needs it, because an Ed25519 key cannot make rsa-sha256.");
                }
                if (!ed25519 && labelsEd25519) {
                    yield Optional.of(
                            "OpenDKIM wrote a=ed25519-sha256 for this RSA key, and nobody could verify that.");
                }
                if (!beginsAsPem(text)) {
                    yield Optional.of(
                            "OpenDKIM read a file only if it begins with the BEGIN line, and deferred every mail that"
                                    + " needs this key.");
                }
                yield ed25519 ? Optional.empty() : refusedAsShort(key.bits());
            }
            case DKIMPY ->
                ed25519 && text.contains(PEM_START)
                        ? Optional.of("dkimpy-milter reads no Ed25519 key in PEM, and did not sign with this one.")
                        : Optional.empty();
            case RSPAMD -> {
                if (ed25519 && text.contains(PEM_START)) {
                    yield Optional.of("rspamd reads no Ed25519 key in PEM, and did not sign with this one.");
                }
                yield ed25519 || beginsAsPem(text)
                        ? Optional.empty()
                        : Optional.of(
                                "rspamd reads PEM only if the file begins with the BEGIN line, and did not sign with this"
                                        + " key.");
            }
        };
    }

    /** Whether OpenSSL takes the text for PEM: nothing stands before the BEGIN line, and nothing else is on it. */
    private static boolean beginsAsPem(String text) {
        int end = text.indexOf(PEM_START, PEM_START.length()) + PEM_START.length();
        return text.startsWith(PEM_START) && end < text.length() && Character.isWhitespace(text.charAt(end));
    }

    private boolean couldRead(String text) {
        return switch (program) {
            case OPENDKIM -> beginsAsPem(text) || text.startsWith(BASE64_START);
            case DKIMPY -> text.contains(PEM_START);
            case RSPAMD -> beginsAsPem(text) || !text.contains(PEM_START);
        };
    }

    private Optional<String> refusedAsShort(int bits) {
        // OpenDKIM counts whole octets.
        return (bits + 7) / 8 * 8 < minimumBits
                ? Optional.of("OpenDKIM refused every mail that needs it with 550, because the key has " + bits
                        + " bits and MinimumKeyBits is " + minimumBits + ".")
                : Optional.empty();
    }

    /** What became of mail whose key cannot be used here although the program could read it. */
    Optional<String> signedWith(Octets file) {
        OptionalInt bits = DerPrivateKey.rsaBits(file);
        if (bits.isEmpty() || !couldRead(file.latin1())) {
            return Optional.empty();
        }
        String now = " Make a new key with countersign keygen, and publish its record; until then mail goes unsigned.";
        return Optional.of(refusedAsShort(bits.getAsInt())
                .filter(refused -> program == Program.OPENDKIM)
                .map(refused -> refused + now)
                .orElse(program.title() + " signed with it." + now));
    }
}
