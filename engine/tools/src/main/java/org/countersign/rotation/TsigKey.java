package org.countersign.rotation;

import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;
import org.countersign.service.HostFiles;

/**
 * A key of TSIG (RFC 8945), as {@code tsig-keygen} and {@code keymgr -t} write it for BIND:
 * {@code key "name" { algorithm hmac-sha256; secret "..."; };}.
 *
 * @param name of the key, as the server knows it
 * @param algorithm {@code hmac-sha256} or another one of RFC 8945 §6 that is not weak
 * @param secret in base64
 */
public record TsigKey(DomainName name, String algorithm, String secret) {
    private static final List<String> ALGORITHMS = List.of("hmac-sha256", "hmac-sha384", "hmac-sha512");

    /** The name and the algorithm, without the secret. */
    @Override
    public String toString() {
        return name + " (" + algorithm + ")";
    }

    /**
     * Reads a key from its file, which only this user may read.
     *
     * @throws FileFailure if the file cannot be used
     */
    public static TsigKey read(Path file) throws FileFailure {
        return parse(HostFiles.readSecret(file, file.toString()).utf8())
                .orElseThrow(() -> new FileFailure(
                        Reason.INVALID,
                        file + " has no TSIG key with one of the algorithms " + String.join(", ", ALGORITHMS)
                                + ": write one with tsig-keygen NAME or keymgr -t NAME"));
    }

    static Optional<TsigKey> parse(String text) {
        StringBuilder uncommented = new StringBuilder();
        text.lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("#") && !line.startsWith("//"))
                .forEach(line -> uncommented.append(line).append(' '));
        Map<String, String> values = new HashMap<>();
        StringTokenizer words = new StringTokenizer(uncommented.toString(), " \t\"{};");
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (List.of("key", "algorithm", "secret").contains(word) && words.hasMoreTokens()) {
                values.putIfAbsent(word, words.nextToken());
            }
        }
        String algorithm = values.getOrDefault("algorithm", "");
        String secret = values.getOrDefault("secret", "");
        return DomainName.parseQueryName(values.getOrDefault("key", ""))
                .filter(name -> ALGORITHMS.contains(algorithm) && isBase64(secret))
                .map(name -> new TsigKey(name, algorithm, secret));
    }

    private static boolean isBase64(String text) {
        try {
            return Base64.getDecoder().decode(text).length > 0;
        } catch (IllegalArgumentException other) {
            return false;
        }
    }
}
