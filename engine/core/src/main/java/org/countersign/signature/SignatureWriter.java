package org.countersign.signature;

import java.util.Base64;
import java.util.List;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * Writes the header field of a signature, with {@code b=} as the last tag. Lines are shorter than 78 characters, unless
 * a tag is longer. Does not depend on the name of the field.
 */
public final class SignatureWriter {
    private static final int LINE = 76;
    private static final String FOLD = "\r\n ";

    private final String fieldName;
    private final StringBuilder value = new StringBuilder(512);
    private int column;

    /** Begins a field with this name. */
    public SignatureWriter(String fieldName) {
        this.fieldName = fieldName;
        this.column = fieldName.length() + 1;
    }

    /** Adds a tag that is not folded. */
    public SignatureWriter tag(String name, String text) {
        int length = name.length() + text.length() + 2;
        if (column + 1 + length > LINE && value.length() > 0) {
            fold();
        } else {
            append(" ");
        }
        append(name);
        append("=");
        append(text);
        append(";");
        return this;
    }

    /** Adds a tag with a colon-separated list, which is folded after colons. */
    SignatureWriter list(String name, List<String> elements) {
        fold();
        append(name);
        append("=");
        for (int i = 0; i < elements.size(); i++) {
            String element = elements.get(i) + (i + 1 < elements.size() ? ":" : ";");
            if (column + element.length() > LINE && i > 0) {
                fold();
            }
            append(element);
        }
        return this;
    }

    /** Adds a tag with octets as base64, which is not folded. */
    SignatureWriter base64(String name, Octets octets) {
        return tag(name, Base64.getEncoder().encodeToString(octets.toByteArray()));
    }

    /** The field with an empty {@code b=} tag at its end, which is the input of the signature. */
    public Octets unsigned() {
        return Octets.latin1(fieldName + ":" + value + FOLD + "b=");
    }

    /** The field with this signature in {@code b=}. */
    public HeaderField signed(byte[] signature) {
        String base64 = Base64.getEncoder().encodeToString(signature);
        StringBuilder whole = new StringBuilder(value).append(FOLD).append("b=");
        int from = 0;
        int to = Math.min(base64.length(), LINE - " b=".length());
        while (from < base64.length()) {
            whole.append(from == 0 ? "" : FOLD).append(base64, from, to);
            from = to;
            to = Math.min(base64.length(), from + LINE - 1);
        }
        return HeaderField.of(fieldName, whole.toString());
    }

    private void fold() {
        value.append(FOLD);
        column = 1;
    }

    private void append(String text) {
        value.append(text);
        column += text.length();
    }
}
