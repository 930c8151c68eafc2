package net.weft.controller.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The files of revisions that were found damaged. They are renamed, so that they count no more, and kept. Any thread. */
final class DamagedFiles {
    private static final System.Logger LOG = System.getLogger(FileRevisionStore.class.getName());
    private static final String DAMAGED = ".damaged";

    private final RevisionDirectory directory;
    private final Map<Long, String> damaged = new ConcurrentSkipListMap<>();

    DamagedFiles(RevisionDirectory directory) {
        this.directory = directory;
    }

    /** Returns what was found damaged and has not been restored, one sentence each. */
    List<String> problems() {
        return List.copyOf(damaged.values());
    }

    /** Notes that a revision was written anew. */
    void restored(long number) {
        damaged.remove(number);
    }

    void setAside(long number, Exception why) {
        Path file = directory.file(number);
        String problem = file + ": revision " + number + " is damaged (" + FileErrors.of(why) + "); set aside as "
                + file.getFileName() + DAMAGED + ", the revision before it counts";
        damaged.put(number, problem);
        LOG.log(System.Logger.Level.ERROR, problem);
        try {
            directory.rename(number, DAMAGED);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, file + ": damaged, and cannot be set aside: " + FileErrors.of(e));
        }
    }

    /** @throws StoreException if there is a damaged file; the caller has found no other */
    void checkNone() {
        long found;
        try {
            found = directory.names().count(DAMAGED);
        } catch (IOException e) {
            throw new StoreException(directory.path() + ": cannot be read: " + FileErrors.of(e), e);
        }
        if (found > 0) {
            throw new StoreException(directory.path() + ": none of the revisions can be read; kept here as *" + DAMAGED
                    + ": " + found + ". Put a good copy of one back under its name without " + DAMAGED
                    + " and start weft up again, or begin anew with `weft apply -f FILE`", null);
        }
    }
}
