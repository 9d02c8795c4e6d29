package org.countersign.testing;

import java.util.List;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.vectors.CaseNode;

/** Makes the message of a vector one that the engine can read. */
public final class VectorMessages {
    private VectorMessages() {}

    /** The section {@code message}, in which one character is one octet. */
    public static TestMessage read(CaseNode message) {
        List<HeaderField> fields =
                message.strings("header").stream().map(VectorMessages::field).toList();
        return new TestMessage(new HeaderSection(fields), Octets.latin1(message.string("body")));
    }

    private static HeaderField field(String line) {
        int colon = line.indexOf(':');
        return HeaderField.of(Octets.latin1(line.substring(0, colon)), Octets.latin1(line.substring(colon + 1)));
    }
}
