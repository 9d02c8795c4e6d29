package org.countersign.james;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.mailet.MailetConfig;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Escapes;

/** The parameters of a mailet in {@code mailetcontainer.xml}, with errors that name mailet, parameter and remedy. */
final class MailetSettings {
    /** What James itself takes from every mailet. */
    private static final List<String> OF_JAMES = List.of("onMailetException", "onMatchException");

    private final String mailet;
    private final MailetConfig config;

    private MailetSettings(String mailet, MailetConfig config) {
        this.mailet = mailet;
        this.config = config;
    }

    /**
     * @param known every parameter that the mailet has
     * @throws MessagingException for one that it does not have
     */
    static MailetSettings of(Class<?> mailet, MailetConfig config, List<String> known) throws MessagingException {
        MailetSettings settings = new MailetSettings(mailet.getName(), config);
        for (var names = config.getInitParameterNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !OF_JAMES.contains(name)) {
                throw settings.problem(
                        "<" + Escapes.printable(name) + ">",
                        "is not known; there are "
                                + known.stream().map(any -> "<" + any + ">").collect(Collectors.joining(", ")));
            }
        }
        return settings;
    }

    /** The value of a parameter; empty where it is not given or is blank. */
    Optional<String> text(String name) {
        return Optional.ofNullable(config.getInitParameter(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /**
     * The value of a parameter, or of this default.
     *
     * @param parser empty for what does not fit
     * @param expected what does, to stand behind "expected"
     */
    <T> T value(String name, T otherwise, Function<String, Optional<T>> parser, String expected)
            throws MessagingException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        Optional<T> value = parser.apply(text.get());
        if (value.isEmpty()) {
            throw problem("<" + name + ">", "is \"" + Escapes.printable(text.get(), 200) + "\"; expected " + expected);
        }
        return value.get();
    }

    /** {@code true} or {@code false}. */
    boolean flag(String name, boolean otherwise) throws MessagingException {
        return value(
                name,
                otherwise,
                text -> text.equals("true") || text.equals("false")
                        ? Optional.of(text.equals("true"))
                        : Optional.empty(),
                "true or false");
    }

    /** The engine of the policy file that {@code <config>} names. */
    EngineProvider engine(EngineRegistry engines) throws MessagingException {
        Optional<String> file = text("config");
        if (file.isEmpty()) {
            throw problem("<config>", "is missing: name the policy file in it");
        }
        try {
            return engines.acquire(Path.of(file.get()));
        } catch (FileFailure failure) {
            throw new MessagingException(String.join("\n", failure.lines()), failure);
        }
    }

    private MessagingException problem(String parameter, String what) {
        return new MessagingException("The mailet " + mailet + ": " + parameter + " " + what);
    }
}
