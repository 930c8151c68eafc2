package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.weft.controller.server.StoreException;

/** The free space of the file system of a store. */
final class FreeSpace {
    /** Free space that must be left beside the bytes of a revision, for the log's own files. */
    private static final long SPARE_BYTES = 512 << 10;

    private FreeSpace() {
    }

    /**
     * Refuses a revision for which there is no space, before the log would fail of it.
     *
     * @param bytes length of the revision
     * @throws StoreException if there is too little
     */
    static void check(Path data, int bytes) {
        long needed = 2L * bytes + SPARE_BYTES;
        try {
            long free = Files.getFileStore(data).getUsableSpace();
            if (free < needed) {
                throw new StoreException(data + ": no space left on the device: " + free
                        + " bytes are free, a revision of " + bytes + " bytes needs " + needed, null);
            }
        } catch (IOException e) {
            throw new StoreException(data + ": the free space cannot be read: " + e.getMessage(), e);
        }
    }
}
