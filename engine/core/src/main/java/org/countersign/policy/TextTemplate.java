package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Parsed;

/**
 * A line of text with {@link Placeholder placeholders}, such as {@code Mail from {author-domain} is refused}. A literal
 * brace is doubled.
 */
public final class TextTemplate {
    /** The maximum length in characters. */
    public static final int MAX_LENGTH = 400;

    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Filled(Placeholder placeholder) implements Part {}
    }

    /**
     * The reason why a text is not a template.
     *
     * @param reason as a predicate
     * @param unknownPlaceholder the unknown name between braces; empty for other reasons
     */
    public record Failure(String reason, String unknownPlaceholder) {}

    private final String source;
    private final List<Part> parts;

    private TextTemplate(String source, List<Part> parts) {
        this.source = source;
        this.parts = parts;
    }

    /** Parses one line of printable US-ASCII. */
    public static Parsed<TextTemplate, Failure> parse(String source) {
        if (source.isBlank() || source.length() > MAX_LENGTH) {
            return malformed("is empty or longer than " + MAX_LENGTH + " characters");
        }
        if (!source.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            return malformed("must be one line of printing US-ASCII");
        }
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c != '{' && c != '}') {
                literal.append(c);
                at++;
            } else if (source.startsWith(c == '{' ? "{{" : "}}", at)) {
                literal.append(c);
                at += 2;
            } else {
                int end = source.indexOf('}', at);
                if (c == '}' || end < 0) {
                    return malformed("has a brace without its partner; one that is meant is written twice");
                }
                String name = source.substring(at + 1, end);
                Optional<Placeholder> placeholder = Placeholder.named(name);
                if (placeholder.isEmpty()) {
                    return new Parsed.Malformed<>(new Failure("has the unknown placeholder {" + name + "}", name));
                }
                flush(literal, parts);
                parts.add(new Part.Filled(placeholder.get()));
                at = end + 1;
            }
        }
        flush(literal, parts);
        return new Parsed.Value<>(new TextTemplate(source, List.copyOf(parts)));
    }

    /**
     * Parses a text that is known to be a template.
     *
     * @throws IllegalArgumentException if it is not
     */
    static TextTemplate of(String source) {
        return switch (parse(source)) {
            case Parsed.Value(TextTemplate template) -> template;
            case Parsed.Malformed(Failure failure) ->
                throw new IllegalArgumentException(source + " " + failure.reason());
        };
    }

    private static Parsed<TextTemplate, Failure> malformed(String reason) {
        return new Parsed.Malformed<>(new Failure(reason, ""));
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    /** The text for a message: one line of printable US-ASCII. */
    String render(RuleContext facts, String rule) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal(String literal) -> text.append(literal);
                case Part.Filled(Placeholder placeholder) -> text.append(placeholder.render(facts, rule));
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextTemplate that && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    /** The text of the template. */
    @Override
    public String toString() {
        return source;
    }
}
