package org.countersign.spf;

/** A {@code name=value} term of an SPF record (RFC 7208 §6). */
public sealed interface Modifier extends Term {
    /** {@code redirect=}: the record of another domain decides if no mechanism matches (RFC 7208 §6.1). */
    record Redirect(MacroString target) implements Modifier {
        @Override
        public String render() {
            return "redirect=" + target.render();
        }
    }

    /** {@code exp=}: the domain-spec of the explanation of a fail (RFC 7208 §6.2). */
    record Explanation(MacroString target) implements Modifier {
        @Override
        public String render() {
            return "exp=" + target.render();
        }
    }

    /**
     * A modifier that RFC 7208 does not define. It has no effect (RFC 7208 §6).
     *
     * @param name as written
     */
    record Unknown(String name, MacroString value) implements Modifier {
        @Override
        public String render() {
            return name + "=" + value.render();
        }
    }
}
