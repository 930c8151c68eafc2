package net.weft.controller.cli.show;

import java.io.IOException;
import java.nio.file.Path;

/** Reads frames of capture files; given by the composition root, because this module has no library for them. */
@FunctionalInterface
public interface CapturedFrames {
    /**
     * The bytes of one frame.
     *
     * @param index counts from 1
     * @throws IOException whose message is a sentence that names the file and what is wrong with it
     */
    byte[] frame(Path file, int index) throws IOException;
}
