package org.countersign.reports.document;

import java.io.Serial;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.countersign.syntax.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the elements of a document by their local names, counts them, and remarks on what the schema does not have.
 * Bounds that are exceeded end the walk with {@link Stop}.
 */
final class ElementCursor {
    static final int MAX_DEPTH = 16;
    static final int MAX_ELEMENTS = 4_000_000;
    static final int MAX_TEXT = 4096;
    static final int MAX_NAMES = 1000;

    private final XMLStreamReader xml;
    private final Remarks remarks;
    private final int linesBefore;
    private int depth;
    private int elements;
    private int row;
    private int place;
    private String rootNamespace = "";
    // The parser keeps each name that it has seen.
    private final Set<String> names = new HashSet<>();

    /** Ends the walk. The reader of reports turns it into a result. */
    static final class Stop extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient RefusedDocument refused;

        Stop(Refusal refusal, String detail) {
            super(refusal.description(), null, false, false);
            refused = new RefusedDocument(refusal, detail);
        }

        ReadResult.Refused result() {
            return refused.result();
        }
    }

    /** Takes the child element at which the cursor is, and reads it to its end. */
    @FunctionalInterface
    interface Child {
        /** Whether the element is known here. If not, it must not have been read. */
        boolean read(String name) throws XMLStreamException;
    }

    /**
     * The content of an element.
     *
     * @param order the children, in the order of RFC 9990 if it gives one
     * @param ordered whether it gives one
     * @param repeatable the children that may come several times
     * @param extensible whether elements of other namespaces are allowed
     */
    record Content(List<String> order, boolean ordered, Set<String> repeatable, boolean extensible) {
        static Content all(String... children) {
            return new Content(List.of(children), false, Set.of(), false);
        }

        static Content sequence(String... children) {
            return new Content(List.of(children), true, Set.of(), false);
        }

        Content repeating(String... children) {
            return new Content(order, ordered, Set.of(children), extensible);
        }

        Content extended() {
            return new Content(order, ordered, repeatable, true);
        }
    }

    /** @param linesBefore how many lines of the document the parser does not see */
    ElementCursor(XMLStreamReader xml, Remarks remarks, int linesBefore) {
        this.xml = xml;
        this.remarks = remarks;
        this.linesBefore = linesBefore;
    }

    /** Moves to the root element, and returns its name. */
    String root() throws XMLStreamException {
        int event = next();
        while (event != XMLStreamConstants.START_ELEMENT) {
            event = next();
        }
        rootNamespace = namespace();
        return localName();
    }

    /** The namespace of the root element; empty if it has none. */
    String rootNamespace() {
        return rootNamespace;
    }

    /** The number of the record in which the cursor is, for remarks; 0 outside of records. */
    void row(int number) {
        row = number;
    }

    int row() {
        return row;
    }

    /** Says at which line remarks are from now on; 0 for where the cursor is. */
    void place(int line) {
        place = line;
    }

    int line() {
        return place > 0 ? place : linesBefore + Math.max(xml.getLocation().getLineNumber(), 1);
    }

    void remark(RemarkKind kind, String subject) {
        remarks.add(kind, subject, row, line());
    }

    /**
     * Reads the children of the current element to its end.
     *
     * @return the text between them, stripped and cut
     */
    String children(Content content, Child child) throws XMLStreamException {
        Set<String> seen = new HashSet<>();
        StringBuilder text = new StringBuilder();
        boolean strict = isOfRfc9990() && content.ordered();
        int last = 0;
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event != XMLStreamConstants.START_ELEMENT) {
                append(text, event);
                continue;
            }
            String name = localName();
            boolean foreign = isForeign();
            int position = content.order().indexOf(name);
            if (position >= 0 && !content.repeatable().contains(name) && !seen.add(name)) {
                if (!foreign) {
                    remark(RemarkKind.DUPLICATE, name);
                }
                skip();
                continue;
            }
            if (strict && position >= 0 && position < last) {
                remark(RemarkKind.PLACE, name);
            }
            last = Math.max(last, position);
            if (!child.read(name)) {
                if (!foreign || !content.extensible()) {
                    remark(RemarkKind.ELEMENT, name);
                }
                skip();
            }
        }
        return finished(text);
    }

    /** Reads the text of the current element to its end, with that of elements in it, which the schema does not have there. */
    String text() throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        int end = depth - 1;
        while (depth > end) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                remark(RemarkKind.NESTED_TEXT, localName());
            } else {
                append(text, event);
            }
        }
        return finished(text);
    }

    /** Passes over the current element to its end. */
    void skip() throws XMLStreamException {
        int end = depth - 1;
        while (depth > end) {
            next();
        }
    }

    /** Whether anything but white space, comments and instructions follows the root element. */
    boolean hasMore() {
        try {
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT
                        || (event == XMLStreamConstants.CHARACTERS && !xml.isWhiteSpace())) {
                    return true;
                }
            }
            return false;
        } catch (XMLStreamException e) {
            return true;
        }
    }

    /** Whether the document names the namespace of RFC 9990. */
    boolean isOfRfc9990() {
        return rootNamespace.equals(AggregateReportWriter.NAMESPACE);
    }

    private int next() throws XMLStreamException {
        int event = xml.next();
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> {
                depth++;
                elements++;
                if (depth > MAX_DEPTH) {
                    throw new Stop(Refusal.TOO_DEEP, "line " + line());
                }
                if (elements > MAX_ELEMENTS) {
                    throw new Stop(Refusal.TOO_MANY_ELEMENTS, "line " + line());
                }
                countNames();
            }
            case XMLStreamConstants.END_ELEMENT -> depth--;
            case XMLStreamConstants.PROCESSING_INSTRUCTION -> countName(xml.getPITarget());
            case XMLStreamConstants.DTD -> throw new Stop(Refusal.DOCTYPE, "");
            case XMLStreamConstants.ENTITY_REFERENCE ->
                throw new XMLStreamException("the entity " + xml.getLocalName() + " is not declared");
            case XMLStreamConstants.END_DOCUMENT -> throw new XMLStreamException("the document ends too early");
            default -> {}
        }
        return event;
    }

    private void countNames() {
        countName(xml.getLocalName());
        countName(xml.getPrefix());
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            countName(xml.getAttributeLocalName(i));
            countName(xml.getAttributePrefix(i));
        }
        for (int i = 0; i < xml.getNamespaceCount(); i++) {
            countName(xml.getNamespacePrefix(i));
            countName(xml.getNamespaceURI(i));
        }
    }

    private void countName(@Nullable String name) {
        if (name != null && !KnownElements.ALL.contains(name) && names.add(name) && names.size() > MAX_NAMES) {
            throw new Stop(Refusal.TOO_MANY_NAMES, "line " + line());
        }
    }

    private String localName() {
        String written = xml.getLocalName();
        // A parser that ignores namespaces leaves the prefix.
        String local = written.substring(written.indexOf(':') + 1);
        if (KnownElements.ALL.contains(local)) {
            return local;
        }
        String lower = Ascii.lower(local);
        if (KnownElements.ALL.contains(lower)) {
            remark(RemarkKind.LETTER_CASE, local);
            return lower;
        }
        return XmlText.cleaned(local, KnownElements.MAX_LENGTH * 2);
    }

    private String namespace() {
        String uri = xml.getNamespaceURI();
        if (uri != null) {
            return uri;
        }
        // Without namespaces, the declaration is an attribute like others.
        String written = xml.getLocalName();
        int colon = written.indexOf(':');
        String declaration = colon < 0 ? "xmlns" : "xmlns:" + written.substring(0, colon);
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String prefix = Objects.toString(xml.getAttributePrefix(i), "");
            String name = xml.getAttributeLocalName(i);
            if ((prefix.isEmpty() ? name : prefix + ":" + name).equals(declaration)) {
                return xml.getAttributeValue(i);
            }
        }
        return "";
    }

    /** Whether the element is of another namespace than the root element. */
    boolean isForeign() {
        String uri = xml.getNamespaceURI();
        return uri != null && !uri.isEmpty() && !uri.equals(rootNamespace);
    }

    private void append(StringBuilder text, int event) {
        if (event != XMLStreamConstants.CHARACTERS
                && event != XMLStreamConstants.CDATA
                && event != XMLStreamConstants.SPACE) {
            return;
        }
        int from = 0;
        int length = xml.getTextLength();
        char[] characters = xml.getTextCharacters();
        int start = xml.getTextStart();
        while (text.isEmpty() && from < length && Character.isWhitespace(characters[start + from])) {
            from++;
        }
        int room = MAX_TEXT + 1 - text.length();
        text.append(characters, start + from, Math.min(length - from, Math.max(room, 0)));
    }

    private String finished(StringBuilder text) {
        if (text.isEmpty()) {
            return "";
        }
        String stripped = text.toString().strip();
        if (stripped.length() > MAX_TEXT) {
            remark(RemarkKind.LONG_TEXT, "");
            stripped = stripped.substring(0, MAX_TEXT);
        }
        boolean plain = true;
        for (int i = 0; i < stripped.length() && plain; i++) {
            plain = !Character.isISOControl(stripped.charAt(i)) && !Character.isSurrogate(stripped.charAt(i));
        }
        return plain ? stripped : withoutControls(stripped);
    }

    private static String withoutControls(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t') {
                out.append(' ');
            } else {
                out.appendCodePoint(Character.isISOControl(c) || !XmlText.isAllowed(c) ? XmlText.REPLACEMENT : c);
            }
        });
        return out.toString();
    }
}
