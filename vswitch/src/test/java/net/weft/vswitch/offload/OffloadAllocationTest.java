package net.weft.vswitch.offload;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.Test;

/** Checking and cutting allocate nothing once warm. The control shows that the measure would see one object a call. */
class OffloadAllocationTest {
    private static final int CALLS = 100_000;
    /** What the measuring itself and late compilation may leave behind. */
    private static final long SLACK_BYTES = 4096;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private Object sink = "";

    private long allocated(Runnable call) {
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void shouldSeeOneObjectACall() {
        assertThat(allocated(() -> sink = new int[1])).isGreaterThanOrEqualTo(16L * CALLS);
        assertThat(sink).isNotNull();
    }

    @Test
    void shouldAllocateNothing() {
        shouldAllocateNothing(SampleFrame.tcp4(3000), Offload.GSO_TCPV4);
        shouldAllocateNothing(SampleFrame.tcp6(3000).tagged(0x8100, 0x8100), Offload.GSO_TCPV6);
        shouldAllocateNothing(SampleFrame.udp4(3000), Offload.GSO_UDP_L4);
        shouldAllocateNothing(SampleFrame.udp6(3000).extensions(0, 60), Offload.GSO_UDP);
        shouldAllocateNothing(SampleFrame.udp4(1000), Offload.GSO_NONE);
    }

    private void shouldAllocateNothing(SampleFrame sample, int type) {
        Random random = new Random(3);
        try (FrameMemory memory = new FrameMemory(); Segmenter segmenter = new Segmenter()) {
            long word = Offload.of(1, type, 1000, sample.l4(), sample.tcp() ? 16 : 6, 0);
            memory.load(sample.build(random), word, random, 3);
            int[] pieces = {0};
            long bytes = allocated(() -> {
                memory.burst.offload[0] = word;
                OffloadCheck.validate(memory.burst, 0);
                segmenter.start(memory.burst, 0, 1500);
                while (segmenter.next()) {
                    pieces[0] += segmenter.list(0, 0).count;
                }
            });
            assertThat(bytes).as("%s, type %d", sample, type).isLessThan(SLACK_BYTES);
            assertThat(pieces[0]).isGreaterThanOrEqualTo(2 * CALLS);
        }
    }
}
