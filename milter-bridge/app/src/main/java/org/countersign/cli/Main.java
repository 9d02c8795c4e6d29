package org.countersign.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.countersign.cli.manual.CommandManual;
import org.countersign.cli.manual.ManualPage;
import org.countersign.cli.manual.SettingsManual;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.service.RsaSelection;
import org.countersign.service.SystemClock;
import org.countersign.syntax.Escapes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the program: parses the command line and runs one command. */
@Command(
        name = "countersign",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Email authentication policy engine: verifies SPF, DKIM, DMARC and ARC, and signs outbound mail.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  countersign serve --config /etc/countersign/countersign.yaml",
            "  countersign check mail.eml --ip 192.0.2.7 --helo mail.example.net \\",
            "      --mail-from bounce@example.net",
            "  countersign why QUEUE-ID --config /etc/countersign/countersign.yaml",
            "  countersign reports --config /etc/countersign/countersign.yaml",
            "  countersign policy show --config /etc/countersign/countersign.yaml",
            "  countersign policy test --config /etc/countersign/countersign.yaml",
            "  countersign config check --config /etc/countersign/countersign.yaml",
            "  countersign keygen --domain example.org --selector s2026 --out keys",
            "  countersign key status --config /etc/countersign/countersign.yaml",
            "  countersign sign mail.eml --domain example.org --selector s2026 \\",
            "      --key keys/example.org.s2026.pem",
            "",
            "countersign help COMMAND describes one command.",
        })
public final class Main implements Runnable {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Log more, and show a stack trace for an internal error.")
    private boolean debug;

    private final CommandLine commands;

    private Main(Streams streams, InstantSource clock, Predicate<String> included) {
        commands = new CommandLine(this);
        all(streams, clock).forEach((name, command) -> {
            if (included.test(name)) {
                commands.addSubcommand(name, command.get());
            }
        });
        commands.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, Main::path)
                .registerConverter(DomainName.class, Main::domain)
                .registerConverter(InetAddress.class, Main::address)
                .registerConverter(InetSocketAddress.class, Main::server)
                .setExecutionStrategy(Main::execute)
                .setParameterExceptionHandler(Main::usageError)
                .setExecutionExceptionHandler(this::failure);
        InstalledPolicyFile.addTo(commands);
    }

    /** All commands in the order of the help text, by name. */
    private Map<String, Supplier<Object>> all(Streams streams, InstantSource clock) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("serve", () -> new ServeCommand(streams, () -> debug));
        all.put("check", () -> new CheckCommand(streams));
        all.put("simulate", () -> new SimulateCommand(streams));
        all.put("doctor", () -> new DoctorCommand(streams, clock));
        all.put("why", () -> new WhyCommand(streams, clock));
        all.put("reports", () -> ReportsCommand.create(streams, clock));
        all.put("store", () -> new StoreCommand(streams));
        all.put("policy", () -> new PolicyCommand(streams));
        all.put("config", () -> new ConfigCommand(streams));
        all.put("sign", () -> new SignCommand(streams));
        all.put("keygen", () -> new KeygenCommand(streams));
        all.put("key", () -> KeyCommand.create(streams, clock));
        all.put("import", () -> new ImportCommand(streams));
        all.put("demo", () -> new DemoCommand(streams));
        all.put("help", () -> new HelpCommand(streams));
        all.put("man", () -> new ManCommand(streams, clock));
        all.put("completion", () -> new CompletionCommand(streams));
        all.put("version", () -> new VersionCommand(streams));
        return all;
    }

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        System.exit(run(args, System.in, System.out, System.err));
    }

    /**
     * Runs the program.
     *
     * @return the exit status of the process, see {@link ExitStatus}
     */
    public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        String command = command(args);
        if (command.equals("serve")) {
            RsaSelection.preload();
        }
        return run(command, args, new Streams(in, out, err), new SystemClock());
    }

    /** Runs a command that shows something at an instant. */
    static int run(String[] args, Streams streams, InstantSource clock) {
        return run(command(args), args, streams, clock);
    }

    /** Runs a command with the model of this one alone: the models of all take many times as long to make. */
    private static int run(String command, String[] args, Streams streams, InstantSource clock) {
        CommandLine alone = new Main(streams, clock, command::equals).commands;
        boolean known = !alone.getSubcommands().isEmpty();
        return (known ? alone : new Main(streams, clock, name -> true).commands).execute(args);
    }

    /** The first word of a command line, which names a command if there is one. */
    private static String command(String[] args) {
        int word = args.length > 0 && args[0].equals("--debug") ? 1 : 0;
        return word < args.length ? args[word] : "";
    }

    /** The commands and options of the program, for its help, its manual pages and the completion of the shell. */
    static CommandSpec specification() {
        Streams none = new Streams(
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return new Main(none, new SystemClock(), name -> true).commands.getCommandSpec();
    }

    /** The manual pages of all commands and of the policy file. */
    public static List<ManualPage> manual() {
        List<ManualPage> pages = new ArrayList<>(CommandManual.pages(specification()));
        pages.add(SettingsManual.page(BridgeConfiguration.FRONT_END));
        return pages;
    }

    /** The completion of the shell bash, as a file that it reads. */
    public static String bashCompletion() {
        return CompletionCommand.script(specification(), CompletionCommand.Shell.BASH);
    }

    /** Runs when the command line names no command. */
    @Override
    public void run() {
        throw new ParameterException(commands, "a command is missing");
    }

    /** Runs the command. Rejects unknown words first, because picocli accepts them if --help is given. */
    private static int execute(ParseResult parsed) {
        for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
            if (!at.unmatched().isEmpty()) {
                throw new UnmatchedArgumentException(at.commandSpec().commandLine(), at.unmatched());
            }
        }
        return new RunLast().execute(parsed);
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("the file name is missing");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException invalid) {
            throw new TypeConversionException(quoted(text) + " is not a valid file name");
        }
    }

    static DomainName domain(String text) {
        return DomainName.parse(text)
                .filter(DomainName::isHostName)
                .orElseThrow(
                        () -> new TypeConversionException(quoted(text) + " is not a domain name such as example.org"));
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text)
                .orElseThrow(
                        () -> new TypeConversionException(quoted(text) + " is not an IP address such as 192.0.2.1"));
    }

    private static InetSocketAddress server(String text) {
        return ValueConverter.convert(text, ValueType.DNS_SERVER);
    }

    private static int usageError(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        String name = command.getCommandSpec().qualifiedName(" ");
        String message = Optional.ofNullable(problem.getMessage()).orElse("wrong usage");
        List<String> near = List.of();
        if (problem instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            message = (word.startsWith("-") ? "Unknown option: " : "Unknown argument: ") + "'" + word + "'";
            near = unmatched.getSuggestions();
        }
        String advice = near.isEmpty() ? "see " + name + " --help" : "did you mean " + String.join(" or ", near) + "?";
        command.getErr().println(name + ": " + Escapes.printable(message) + "; " + advice);
        return ExitStatus.USAGE.code();
    }

    private int failure(Exception problem, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (problem instanceof CommandFailure failure) {
            failure.lines().forEach(line -> err.println("countersign: " + Escapes.withoutControls(line)));
            return failure.status().code();
        }
        err.println("countersign: internal error: " + Escapes.printable(problem.toString())
                + "; please report it with the output of --debug");
        if (debug) {
            problem.printStackTrace(err);
        }
        return ExitStatus.SOFTWARE.code();
    }

    /** Text from the command line, quoted for a message. */
    static String quoted(String text) {
        return '"' + Escapes.printable(text) + '"';
    }

    /** The version from the manifest of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"countersign " + ProgramVersion.version()};
        }
    }
}
