package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.IntStream;
import net.weft.linux.CpuCaches.Distance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processors and threads as the kernel describes them, in a directory made here. */
class CpuCachesTest {
    @TempDir
    private Path root;

    private void cache(int cpu, int index, int level, String shared) throws IOException {
        Path cache = Files.createDirectories(root.resolve("cpu" + cpu + "/cache/index" + index));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("shared_cpu_list"), shared + "\n");
    }

    /** Eight processors: two threads a core (0 and 4, 1 and 5 ...), two cores a last-level cache. */
    private CpuCaches machine() throws IOException {
        for (int cpu = 0; cpu < 8; cpu++) {
            int core = cpu % 4;
            cache(cpu, 0, 1, core + "," + (core + 4));
            cache(cpu, 2, 2, core + "," + (core + 4));
            cache(cpu, 3, 3, core < 2 ? "0-1,4-5" : "2-3,6-7");
        }
        return new CpuCaches(root);
    }

    private static BitSet cpus(int... numbers) {
        return IntStream.of(numbers).collect(BitSet::new, BitSet::set, BitSet::or);
    }

    @Test
    void shouldTellCoresCachesAndChipletsApart() throws IOException {
        CpuCaches caches = machine();
        assertThat(caches.between(0, 0)).isEqualTo(Distance.SAME_CORE);
        assertThat(caches.between(0, 4)).isEqualTo(Distance.SAME_CORE);
        assertThat(caches.between(0, 5)).isEqualTo(Distance.NEAR);
        assertThat(caches.between(0, 2)).isEqualTo(Distance.FAR);
        assertThat(caches.between(7, 0)).isEqualTo(Distance.FAR);
        assertThat(caches.farthest(0, cpus(1, 6))).isEqualTo(Distance.FAR);
        assertThat(caches.farthest(0, cpus(1, 4))).isEqualTo(Distance.NEAR);
        assertThat(caches.neighbours(2)).isEqualTo(cpus(3, 7));
    }

    @Test
    void shouldNotGuessWhereTheKernelSaysNothing() {
        CpuCaches caches = new CpuCaches(root);
        assertThat(caches.between(0, 1)).isEqualTo(Distance.UNKNOWN);
        assertThat(caches.between(-1, 1)).isEqualTo(Distance.UNKNOWN);
        assertThat(caches.farthest(0, new BitSet())).isEqualTo(Distance.UNKNOWN);
        assertThat(caches.neighbours(0)).isEqualTo(new BitSet());
    }

    private void thread(int id, String name, long userTime, int cpu) throws IOException {
        Path thread = Files.createDirectories(root.resolve("77/task/" + id));
        Files.writeString(thread.resolve("stat"), id + " (" + name + ") S 1 2 3 4 5 6 7 8 9 10 " + userTime
                + " 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 " + cpu + " 37 38\n");
    }

    @Test
    void shouldTakeTheThreadsThatAreNamedAsVirtualProcessors() throws IOException {
        thread(1, "qemu-system-x86", 9000, 0);
        thread(2, "CPU 0/KVM", 10, 3);
        thread(3, "CPU 1/KVM) S 9 (", 20, 5);
        Files.createDirectories(root.resolve("77/task/4")); // has ended
        assertThat(ProcessThreads.virtualProcessors(root, 77)).isEqualTo(cpus(3, 5));
    }

    @Test
    void shouldTakeTheBusyThreadsOfAHypervisorThatNamesNone() throws IOException {
        thread(1, "main loop", 10, 0);
        thread(2, "worker", 1000, 2);
        thread(3, "worker", 400, 6);
        assertThat(ProcessThreads.virtualProcessors(root, 77)).isEqualTo(cpus(2, 6));
        assertThat(ProcessThreads.virtualProcessors(root, 78)).as("no such process").isEqualTo(new BitSet());
    }

    @Test
    void shouldFindThisProcess() {
        assertThat(ProcessThreads.virtualProcessors((int) ProcessHandle.current().pid()).isEmpty()).isFalse();
    }
}
