package org.countersign.spf;

/** A mechanism and what it means when it matches (RFC 7208 §4.6.1). */
public record Directive(Qualifier qualifier, Mechanism mechanism) implements Term {
    @Override
    public String render() {
        String text = mechanism.render();
        return qualifier == Qualifier.PASS ? text : qualifier.sign() + text;
    }
}
