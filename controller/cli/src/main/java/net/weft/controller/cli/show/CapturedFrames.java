package net.weft.controller.cli.show;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads frames from capture files. The composition root provides it, because this module has no library for capture
 * files.
 */
@FunctionalInterface
public interface CapturedFrames {
    /**
     * Returns the bytes of one frame.
     *
     * @param index number of the frame, from 1
     * @throws IOException with a sentence that names the file and the fault
     */
    byte[] frame(Path file, int index) throws IOException;
}
