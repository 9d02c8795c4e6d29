package org.countersign.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.exceptions.FailException;
import org.countersign.canonical.Canonicalization;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigningSink;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.message.HeaderSection;
import org.countersign.message.MessageReader;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestKeys;

/** One message, and what can be done with it: by us, by jDKIM, and by nobody, with the bare arithmetic. */
final class DkimWork {
    private static final String AMAZON = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final String SELECTOR = "s1";
    private static final DomainName DOMAIN = DomainName.of("example.org");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
    // jDKIM has the machine's clock, and takes nothing from its future.
    private static final InstantSource SIGNED = InstantSource.fixed(Instant.parse("2024-01-01T00:00:00Z"));
    private static final String JDKIM_HEADERS = "From:From:Subject:Subject:Date:Date:To:To:Cc:Cc:Reply-To:"
            + "Message-ID:Message-ID:MIME-Version:MIME-Version:Content-Type:Content-Type:"
            + "Content-Transfer-Encoding:In-Reply-To:References";

    private final byte[] unsigned;
    private final byte[] signed;
    private final byte[] body;
    private final String canonicalization;

    private final DkimSigner signer;
    private final List<SigningIdentity> identities;
    private final StaticZone zone = StaticZone.builder()
            .txt(SELECTOR + "._domainkey." + DOMAIN, TestKeys.RSA.publicKeyRecord())
            .build();
    private final DkimVerifier verifier;

    private final PrivateKey privateKey;
    private final Provider rsa;
    private final Cipher floorSigning;
    private final Cipher floorVerifying;
    private final byte[] block;
    private final byte[] headerOctets;

    /**
     * @param size of the body, in octets
     * @param amazon whether RSA is to come from the Amazon Corretto Crypto Provider, and otherwise from the JDK
     */
    DkimWork(int size, Canonicalization canonicalization, boolean amazon) {
        RsaEngine engine = amazon ? RsaEngine.best() : RsaEngine.jca();
        if (amazon != engine.provider().contains("Amazon")) {
            throw new IllegalStateException("the other provider: " + engine.provider());
        }
        this.verifier = new DkimVerifier(DkimLimits.DEFAULT, CLOCK, engine);
        this.identities = List.of(new SigningIdentity(DOMAIN, SELECTOR, key(engine)));
        this.canonicalization = canonicalization.tag() + "/" + canonicalization.tag();
        SigningDefaults profile = new SigningDefaults(
                canonicalization,
                canonicalization,
                SigningDefaults.DEFAULT.oversigned(),
                List.of(),
                SigningDefaults.DEFAULT.signedWhenPresent(),
                Optional.empty());
        this.signer = new DkimSigner(profile, SIGNED);
        this.body = DkimMail.body(size);
        this.unsigned = DkimMail.joined(DkimMail.header(), body);
        HeaderField field = sign();
        byte[] top = (field.raw().latin1() + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        this.signed = DkimMail.joined(top, unsigned);
        this.headerOctets = signedOctets(field);
        try {
            this.privateKey = KeyFactory.getInstance("RSA", "SunRsaSign")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(der(TestKeys.RSA_PEM.replaceAll("-----[A-Z ]+-----", ""))));
            String record = TestKeys.RSA.publicKeyRecord();
            Key publicKey = KeyFactory.getInstance("RSA", "SunRsaSign")
                    .generatePublic(new X509EncodedKeySpec(der(record.substring(record.indexOf("p=") + 2))));
            this.rsa = amazon ? amazon() : Security.getProvider("SunJCE");
            KeyFactory translator =
                    amazon ? KeyFactory.getInstance("RSA", rsa) : KeyFactory.getInstance("RSA", "SunRsaSign");
            this.floorSigning = floorRsa(Cipher.ENCRYPT_MODE, translator.translateKey(privateKey));
            this.floorVerifying = floorRsa(Cipher.DECRYPT_MODE, translator.translateKey(publicKey));
            this.block = floorVerifying.doFinal(signatureOf(field));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static SigningKey key(RsaEngine engine) {
        return switch (SigningKey.parse(Octets.latin1(TestKeys.RSA_PEM), Optional.empty(), engine)) {
            case Parsed.Value<SigningKey, String>(SigningKey key) -> key;
            case Parsed.Malformed<SigningKey, String>(String reason) -> throw new IllegalStateException(reason);
        };
    }

    private static byte[] der(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static Provider amazon() {
        try {
            return (Provider) Class.forName(AMAZON).getField("INSTANCE").get(null);
        } catch (ReflectiveOperationException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static byte[] signatureOf(HeaderField field) {
        String text = field.value().latin1();
        return der(text.substring(text.lastIndexOf("b=") + 2));
    }

    // The octets of the fields that the signature covers, itself included, as they are.
    private byte[] signedOctets(HeaderField signature) {
        Collected message = read(unsigned);
        StringBuilder all = new StringBuilder();
        for (HeaderField field : message.fields) {
            if (Arrays.asList(JDKIM_HEADERS.split(":", -1)).contains(field.name())) {
                all.append(field.raw().latin1()).append("\r\n");
            }
        }
        String own = signature.raw().latin1();
        return all.append(own, 0, own.lastIndexOf("b=") + 2).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Lets jDKIM, which takes what is installed, compute with the provider that we compute with. */
    void installForJdkim() {
        Security.insertProviderAt(rsa, 1);
    }

    private static final class Collected implements MessageSink {
        private final List<HeaderField> fields = new ArrayList<>();

        @Override
        public void header(HeaderField field) {
            fields.add(field);
        }

        @Override
        public void endOfHeaders() {}

        @Override
        public void body(byte[] octets, int offset, int length) {}
    }

    private static Collected read(byte[] message) {
        Collected collected = new Collected();
        pour(message, collected);
        return collected;
    }

    private static void pour(byte[] message, MessageSink sink) {
        MessageReader.read(message, sink, 1 << 20);
    }

    /** From the octets of a message to its result. */
    String verify() {
        Verifying verifying = new Verifying();
        pour(signed, verifying);
        return verifying.result();
    }

    private final class Verifying implements MessageSink {
        private final List<HeaderField> fields = new ArrayList<>();
        private Optional<DkimVerification> verification = Optional.empty();

        @Override
        public void header(HeaderField field) {
            fields.add(field);
        }

        @Override
        public void endOfHeaders() {
            MessageLookups lookups = new MessageLookups(zone, 100, Instant.MAX);
            verification = Optional.of(verifier.begin(new HeaderSection(fields), lookups, Runnable::run));
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            verification.orElseThrow().body(octets, offset, length);
        }

        String result() {
            List<DkimResult> results = verification.orElseThrow().finish();
            return results.isEmpty() ? "none" : results.get(0).keyword();
        }
    }

    /** From the octets of a message to its signature. */
    HeaderField sign() {
        DkimSigningSink signing = new DkimSigningSink(signer, identities);
        pour(unsigned, signing);
        return signing.finish().get(0);
    }

    /** As {@link #verify}, by jDKIM. */
    String verifyByJdkim() {
        DKIMVerifier theirs = new DKIMVerifier((methods, selector, token) -> List.of(TestKeys.RSA.publicKeyRecord()));
        try {
            return theirs.verify(new ByteArrayInputStream(signed)).isEmpty() ? "none" : "pass";
        } catch (FailException failed) {
            return "fail";
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** As {@link #sign}, by jDKIM. */
    String signByJdkim() {
        String template = "v=1; a=rsa-sha256; c=" + canonicalization + "; d=" + DOMAIN + "; s=" + SELECTOR + "; h="
                + JDKIM_HEADERS + "; bh=; b=;";
        try {
            return new DKIMSigner(template, privateKey).sign(new ByteArrayInputStream(unsigned));
        } catch (FailException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** SHA-256 of the body and of the signed fields as they are, and the RSA operation of a verifier. */
    byte[] verifyFloor() {
        return floor(floorVerifying);
    }

    /** SHA-256 of the body and of the signed fields as they are, and the RSA operation of a signer. */
    byte[] signFloor() {
        return floor(floorSigning);
    }

    private byte[] floor(Cipher cipher) {
        try {
            byte[] result = cipher.doFinal(block);
            result[0] ^= sha256(body)[0];
            result[1] ^= sha256(headerOctets)[0];
            return result;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    // One that is ready, and keeps its key: to be looked for, it would add 0.3 us.
    private Cipher floorRsa(int mode, Key key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding", rsa);
        cipher.init(mode, key);
        return cipher;
    }

    private static byte[] sha256(byte[] octets) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256", "SUN").digest(octets);
    }
}
