package org.countersign.packaging;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The class archive of the packages (class data sharing), with which the program starts in half the time. Runs of the
 * program with the packaged runtime and jars name the classes in it. It is used only with exactly these files.
 *
 * <p>The list of classes is sorted and has no resolved constants, which depend on chance. So the archive has the same
 * octets in every build, unlike an AOT cache. Paths in it are relative, so it does not depend on the directory either.
 */
final class ClassArchive {
    /** Lines of a class list that begin with a constant pool: which constants were resolved depends on the threads. */
    private static final String CONSTANT_POOL = "@cp ";

    /**
     * The virtual machine keeps jars in such a map by the numbers of their inodes. Which of its methods run, and are
     * resolved then, depends on these numbers. So all of them are resolved.
     */
    private static final String HASH_MAP = "java/util/HashMap";

    // Otherwise the number of calls of a method handle decides about some of its classes.
    private static final String NO_COUNTERS = "-Djava.lang.invoke.MethodHandle.DONT_INLINE_THRESHOLD=-1";

    private final Path program;
    private final ProgramRun runs;
    private final List<String> jars;

    private ClassArchive(Path program, ProgramRun runs, List<String> jars) {
        this.program = program;
        this.runs = runs;
        this.jars = jars;
    }

    /**
     * Makes the file {@code classes.jsa}.
     *
     * @param program the directory of the program as it is installed
     * @param jars the names of its jars in the order of the class path
     * @param work an empty directory for files; {@code classes} there is the list, to compare it with that of another build
     */
    static void make(Path program, List<String> jars, Path work) throws IOException, InterruptedException {
        ClassArchive archive = new ClassArchive(program, new ProgramRun(program, work), jars);
        Path list = work.resolve("classes");
        Files.writeString(list, String.join("\n", archive.classes(work)) + "\n");
        archive.dump(list);
    }

    private Set<String> classes(Path work) throws IOException, InterruptedException {
        List<Path> lists = new ArrayList<>();
        Training training = new Training(runs, work, arguments -> {
            Path list = work.resolve("classes." + lists.size());
            lists.add(list);
            List<String> command = java("-Xshare:off", "-XX:DumpLoadedClassList=" + list, NO_COUNTERS);
            command.add("org.countersign.cli.Main");
            command.addAll(arguments);
            return command;
        });
        training.run();
        Set<String> lines = new TreeSet<>();
        lines.add(CONSTANT_POOL + HASH_MAP + " " + indexesOfMethods(HASH_MAP));
        for (Path list : lists) {
            for (String line : Files.readAllLines(list)) {
                if (!line.startsWith("#") && !line.startsWith(CONSTANT_POOL)) {
                    int id = line.indexOf(" id: ");
                    lines.add(id < 0 ? line : line.substring(0, id));
                }
            }
        }
        return lines;
    }

    /** The indexes of all methods in the constant pool of a class of the packaged runtime. */
    private String indexesOfMethods(String type) throws IOException {
        StringJoiner indexes = new StringJoiner(" ");
        URI runtimes = URI.create("jrt:/");
        Map<String, String> home =
                Map.of("java.home", program.resolve("runtime").toString());
        try (FileSystem runtime = FileSystems.newFileSystem(runtimes, home)) {
            byte[] octets = Files.readAllBytes(runtime.getPath("/modules/java.base", type + ".class"));
            for (PoolEntry entry : ClassFile.of().parse(octets).constantPool()) {
                if (entry instanceof MethodRefEntry) {
                    indexes.add(Integer.toString(entry.index()));
                }
            }
        }
        return indexes.toString();
    }

    private void dump(Path list) throws IOException, InterruptedException {
        runs.run(java("-Xshare:dump", "-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=classes.jsa"));
    }

    /** With the file of options that the launcher uses, because the archive has the modules too. */
    private List<String> java(String... options) {
        List<String> command = new ArrayList<>(List.of("runtime/bin/java", "@java.options"));
        command.addAll(List.of(options));
        command.addAll(List.of("-Djava.library.path=native", "-Dorg.sqlite.lib.path=native", "-cp"));
        command.add(jars.stream().map(jar -> "lib/" + jar).collect(Collectors.joining(":")));
        return command;
    }
}
