package io.kvkeep.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what is wrong with a file: Java's own message for the commonest problems is its path, and nothing else. */
final class FileProblem {
    private FileProblem() {}

    /** Returns one line that names the file, where the error does, and what is wrong with it. */
    static String of(IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean onlyPath = e instanceof FileSystemException file && file.getReason() == null;
        if (onlyPath && e instanceof AccessDeniedException) {
            return message + ": permission denied; the user that runs kvkeep may not use it";
        }
        if (onlyPath && e instanceof NoSuchFileException) {
            return message + ": there is no such file or directory, and it can't be made";
        }
        return message;
    }
}
