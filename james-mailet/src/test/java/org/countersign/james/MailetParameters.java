package org.countersign.james;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;
import org.apache.mailet.MatcherConfig;

/** What {@code mailetcontainer.xml} says of one mailet or matcher. */
record MailetParameters(Map<String, String> values, String condition) implements MailetConfig, MatcherConfig {
    static MailetParameters of(String... namesAndValues) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new MailetParameters(values, "");
    }

    static MailetParameters condition(String condition) {
        return new MailetParameters(Map.of(), condition);
    }

    @Override
    @SuppressWarnings("NullAway") // What James does where nothing is given.
    public String getInitParameter(String name) {
        return values.get(name);
    }

    @Override
    public Iterator<String> getInitParameterNames() {
        return values.keySet().iterator();
    }

    @Override
    public String getMailetName() {
        return "tested";
    }

    @Override
    public String getMatcherName() {
        return "tested";
    }

    @Override
    public String getCondition() {
        return condition;
    }

    @Override
    public MailetContext getMailetContext() {
        throw new UnsupportedOperationException("nothing of James is there");
    }
}
