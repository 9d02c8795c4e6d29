package org.countersign.vectors;

/**
 * A vector file does not follow the format. The author of the file has made an error, which is found when the file is
 * loaded.
 */
public final class MalformedVectorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param file the resource, relative to the folder of the vectors
     * @param key the path of the key, such as {@code smtp.ip}, or the empty text for the whole file
     * @param problem one line for the author of the file
     */
    public MalformedVectorException(String file, String key, String problem) {
        super(file + ": " + (key.isEmpty() ? "" : key + ": ") + problem);
    }
}
