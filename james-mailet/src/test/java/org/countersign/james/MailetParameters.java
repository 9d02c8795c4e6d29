package org.countersign.james;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;
import org.apache.mailet.MatcherConfig;

/** The configuration of one mailet or matcher in {@code mailetcontainer.xml}. */
record MailetParameters(Map<String, String> values, String condition, List<Mail> sent)
        implements MailetConfig, MatcherConfig {
    static MailetParameters of(String... namesAndValues) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new MailetParameters(values, "", new ArrayList<>());
    }

    static MailetParameters condition(String condition) {
        return new MailetParameters(Map.of(), condition, new ArrayList<>());
    }

    @Override
    @SuppressWarnings("NullAway") // As in James, if the parameter is missing.
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
        return (MailetContext) Proxy.newProxyInstance(
                MailetContext.class.getClassLoader(),
                new Class<?>[] {MailetContext.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("sendMail")) {
                        throw new UnsupportedOperationException("nothing else of James is there");
                    }
                    sent.add(queued((Mail) arguments[0], (String) arguments[1]));
                    return null;
                });
    }

    /** A copy, as in James' queue. */
    private static Mail queued(Mail mail, String state) throws MessagingException {
        Mail copy = mail.duplicate();
        copy.setState(state);
        return copy;
    }
}
