package net.weft.examples.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Huge pages of 2 MiB for the programs of a benchmark. They are reserved at the start, as far as free memory allows, and
 * the former number of them is set again at the end.
 */
public final class HugePages implements AutoCloseable {
    private static final Path NUMBER = Path.of("/proc/sys/vm/nr_hugepages");
    private static final int PAGE_MEGABYTES = 2;

    private final int before;
    private final boolean areReserved;

    private HugePages(int before, boolean areReserved) {
        this.before = before;
        this.areReserved = areReserved;
    }

    /** Reserves memory. @param megabytes what must be free */
    public static HugePages reserve(int megabytes) {
        try {
            int before = Integer.parseInt(Files.readString(NUMBER).strip());
            int wanted = megabytes / PAGE_MEGABYTES;
            int free = free();
            if (free < wanted) {
                Files.writeString(NUMBER, Integer.toString(before + wanted - free));
            }
            return new HugePages(before, free() >= wanted);
        } catch (IOException e) {
            return new HugePages(-1, false); // a kernel without them, or not root
        }
    }

    private static int free() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(line -> line.startsWith("HugePages_Free:"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    /** Returns whether as much as was asked for is free. */
    public boolean areReserved() {
        return areReserved;
    }

    @Override
    public void close() {
        if (before >= 0) {
            try {
                Files.writeString(NUMBER, Integer.toString(before));
            } catch (IOException e) {
                throw new UncheckedIOException("huge pages stay reserved; write " + before + " to " + NUMBER, e);
            }
        }
    }
}
