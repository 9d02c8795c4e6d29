package org.countersign.spf;

/** A mechanism with the result if it matches (RFC 7208 §4.6.1). */
public record Directive(Qualifier qualifier, Mechanism mechanism) implements Term {
    @Override
    public String render() {
        String text = mechanism.render();
        return qualifier == Qualifier.PASS ? text : qualifier.sign() + text;
    }
}
