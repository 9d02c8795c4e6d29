package org.countersign.james.mailet;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.mailet.MailetConfig;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.engine.EngineRegistry.EngineLease;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Escapes;

/** The parameters of a mailet in {@code mailetcontainer.xml}. Errors name the mailet, the parameter and the remedy. */
final class MailetSettings {
    /** The parameters that James itself reads from every mailet. */
    private static final List<String> JAMES_PARAMETERS = List.of("onMailetException", "onMatchException");

    private final String mailet;
    private final MailetConfig config;

    private MailetSettings(String mailet, MailetConfig config) {
        this.mailet = mailet;
        this.config = config;
    }

    /**
     * Reads the names of the parameters.
     *
     * @param known every parameter of the mailet
     * @throws MessagingException for an unknown parameter
     */
    static MailetSettings of(Class<?> mailet, MailetConfig config, List<String> known) throws MessagingException {
        MailetSettings settings = new MailetSettings(mailet.getName(), config);
        for (var names = config.getInitParameterNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !JAMES_PARAMETERS.contains(name)) {
                throw settings.problem(
                        "<" + Escapes.printable(name) + ">",
                        "is not known; there are "
                                + known.stream()
                                        .map(parameter -> "<" + parameter + ">")
                                        .collect(Collectors.joining(", ")));
            }
        }
        return settings;
    }

    /** The value of a parameter; empty if it is missing or blank. */
    Optional<String> text(String name) {
        return Optional.ofNullable(config.getInitParameter(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /**
     * The parsed value of a parameter, or the default if it is missing or blank.
     *
     * @param parser returns empty for a value that is not accepted
     * @param expected describes accepted values; the error message puts it after "expected"
     * @throws MessagingException for a value that is not accepted
     */
    <T> T value(String name, T defaultValue, Function<String, Optional<T>> parser, String expected)
            throws MessagingException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return defaultValue;
        }
        Optional<T> value = parser.apply(text.get());
        if (value.isEmpty()) {
            throw problem("<" + name + ">", "is \"" + Escapes.printable(text.get(), 200) + "\"; expected " + expected);
        }
        return value.get();
    }

    /** The value of a parameter that is {@code true} or {@code false}. */
    boolean flag(String name, boolean defaultValue) throws MessagingException {
        return value(
                name,
                defaultValue,
                text -> text.equals("true") || text.equals("false")
                        ? Optional.of(text.equals("true"))
                        : Optional.empty(),
                "true or false");
    }

    /**
     * Leases the engine of the policy file that {@code <config>} names.
     *
     * @throws MessagingException if no file is named, or with every error in the file
     */
    EngineLease lease(EngineRegistry engines) throws MessagingException {
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
