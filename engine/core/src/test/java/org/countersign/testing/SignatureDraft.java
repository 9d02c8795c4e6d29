package org.countersign.testing;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.HeaderHash;
import org.countersign.dkim.DkimSignature;
import org.countersign.keys.SigningKey;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * A signature with any tags, valid or not. {@code bh=} and {@code b=} are computed to match the other tags, so that a
 * verifier finds only the errors that the test makes on purpose.
 */
public record SignatureDraft(Map<String, String> tags) {
    public static SignatureDraft of(SigningKey key) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("v", "1");
        tags.put("a", key.algorithm().tag());
        tags.put("c", "relaxed/relaxed");
        tags.put("d", "example.org");
        tags.put("s", "s1");
        tags.put("h", "From:Subject");
        return new SignatureDraft(tags);
    }

    public SignatureDraft with(String tag, String value) {
        Map<String, String> changed = new LinkedHashMap<>(tags);
        changed.put(tag, value);
        return new SignatureDraft(changed);
    }

    public SignatureDraft without(String tag) {
        Map<String, String> changed = new LinkedHashMap<>(tags);
        changed.remove(tag);
        return new SignatureDraft(changed);
    }

    /** The message with this signature on top. */
    public TestMessage sign(TestMessage message, SigningKey key) {
        return message.withFieldOnTop(field(message, key));
    }

    public HeaderField field(TestMessage message, SigningKey key) {
        SignatureDraft complete = tags.containsKey("bh") ? this : with("bh", bodyHash(message));
        String text = complete.tags.entrySet().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining("; ", " ", "; b="));
        SignatureTags parsed = SignatureTags.parse(HeaderField.of(DkimSignature.FIELD, text), List.of());
        List<String> names = parsed.headerNames().stream().map(Ascii::lower).toList();
        byte[] digest = new HeaderHash(parsed.headerCanonicalization())
                .addAll(new HeaderIndex(message.headers()).select(names, parsed.field()))
                .digestWith(Octets.utf8(DkimSignature.FIELD + ":" + text));
        return HeaderField.of(DkimSignature.FIELD, text + Base64.getEncoder().encodeToString(key.sign(digest)));
    }

    private String bodyHash(TestMessage message) {
        SignatureTags parsed = SignatureTags.parse(
                HeaderField.of("x", "c=" + tags.getOrDefault("c", "simple") + "; l=" + tags.getOrDefault("l", "x")),
                List.of());
        BodyHashes hashes = new BodyHashes();
        hashes.request(parsed.bodyHashRequest());
        hashes.body(message.body().toByteArray(), 0, message.body().length());
        return Base64.getEncoder()
                .encodeToString(hashes.hash(parsed.bodyHashRequest()).digest().toByteArray());
    }
}
