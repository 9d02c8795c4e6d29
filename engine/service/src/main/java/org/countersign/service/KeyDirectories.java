package org.countersign.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeMap;
import org.countersign.config.KeyEntry;
import org.countersign.config.KeyFilePattern;
import org.countersign.config.KeyTemplate;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure.Reason;

/**
 * Finds the key files that the templates of {@code signing.keys} name. A key file for a new domain is found as soon as it
 * is there, because the directories count as files of the policy. For one loading, by one thread.
 */
final class KeyDirectories {
    /** The number of files above which a template is refused: it probably names the wrong directory. */
    static final int MAX_FILES = 200_000;

    private final Path policyFile;
    private final Map<Path, FileStamp> stamps;

    /**
     * @param stamps of all files of the policy; those of the directories are added
     */
    KeyDirectories(Path policyFile, Map<Path, FileStamp> stamps) {
        this.policyFile = policyFile;
        this.stamps = stamps;
    }

    /**
     * The keys of all templates. A domain that has a key of its own in {@code signing.keys} gets none from a template.
     *
     * @param failures receives one for each directory that cannot be read, and for a second file of the same key
     * @return a line for each file, which signs for the domain in its name
     */
    List<SigningTableFile.Line> read(SigningConfiguration signing, List<FileFailure> failures) {
        Set<DomainName> taken = new HashSet<>();
        signing.keys().forEach(key -> taken.add(key.domain()));
        Map<String, KeyEntry> found = new TreeMap<>();
        for (KeyTemplate template : signing.templates()) {
            for (Candidate file : files(template, failures)) {
                Optional<KeyEntry> key = template.key(file.match, file.path.toString());
                if (key.isEmpty() || taken.contains(key.get().domain())) {
                    continue;
                }
                KeyEntry earlier = found.putIfAbsent(key.get().recordName(), key.get());
                if (earlier != null && !earlier.keyFile().equals(key.get().keyFile())) {
                    failures.add(new FileFailure(
                            Reason.INVALID,
                            template.location() + ": " + file.path + " and " + earlier.keyFile()
                                    + " are both the key file of " + earlier.recordName() + ": remove one of them"));
                }
            }
        }
        return found.values().stream()
                .map(key -> new SigningTableFile.Line(new AddressPattern.Domain(key.domain()), key))
                .toList();
    }

    /** A file or directory, and what the names on its path say. */
    private record Candidate(Path path, KeyFilePattern.Match match) {}

    private List<Candidate> files(KeyTemplate template, List<FileFailure> failures) {
        String pattern = template.files().text();
        Path start = pattern.startsWith("/")
                ? Path.of("/")
                : policyFile.toAbsolutePath().resolveSibling("");
        List<Candidate> reached =
                List.of(new Candidate(start, new KeyFilePattern.Match(Optional.empty(), Optional.empty())));
        StringTokenizer parts = new StringTokenizer(pattern, "/");
        while (parts.hasMoreTokens()) {
            String part = parts.nextToken();
            List<Candidate> next = new ArrayList<>();
            for (Candidate each : reached) {
                if (!KeyFilePattern.isVariable(part)) {
                    next.add(new Candidate(each.path.resolve(part), each.match));
                    continue;
                }
                try {
                    next.addAll(matches(template, each, part));
                } catch (FileFailure failure) {
                    failures.add(failure);
                }
            }
            reached = next;
        }
        return reached.stream().filter(file -> Files.isRegularFile(file.path)).toList();
    }

    private List<Candidate> matches(KeyTemplate template, Candidate directory, String part) throws FileFailure {
        stamps.put(directory.path, FileStamp.of(directory.path));
        List<Candidate> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.path)) {
            for (Path entry : entries) {
                KeyFilePattern.match(part, entry.getFileName().toString())
                        .flatMap(directory.match::and)
                        .ifPresent(match -> found.add(new Candidate(entry, match)));
                if (found.size() > MAX_FILES) {
                    throw new FileFailure(
                            Reason.TOO_LARGE,
                            template.location() + ": " + directory.path + " has more than " + MAX_FILES
                                    + " key files: is it the right directory?");
                }
            }
        } catch (IOException unreadable) {
            throw HostFiles.failure(unreadable, template.location() + ": " + directory.path);
        }
        return found;
    }
}
