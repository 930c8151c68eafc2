package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.concurrent.FutureTask;
import net.weft.testing.Spin;
import org.junit.jupiter.api.Test;

class CurrentThreadTest {
    @Test
    void shouldPinItselfToOneProcessor() throws Exception {
        BitSet available = CurrentThread.cpus();
        assertThat(available.cardinality()).isPositive();
        BitSet last = new BitSet();
        last.set(available.length() - 1);
        FutureTask<BitSet> pinned = new FutureTask<>(() -> {
            CurrentThread.cpus(last);
            CurrentThread.timerSlack(1);
            return CurrentThread.cpus();
        });
        Thread.ofPlatform().start(pinned);
        assertThat(pinned.get()).isEqualTo(last);
        assertThat(CurrentThread.cpus()).isEqualTo(available);
    }

    @Test
    void shouldRefuseProcessorsThatAreNotThere() {
        BitSet absent = new BitSet();
        absent.set(1023);
        assertThatThrownBy(() -> CurrentThread.cpus(absent)).isInstanceOf(LinuxException.class)
                .hasMessageContaining("{1023}");
    }

    @Test
    void shouldCountOwnProcessorTime() {
        long before = CurrentThread.cpuTimeNs();
        Spin.until("processor time passes", () -> CurrentThread.cpuTimeNs() != before);
        assertThat(CurrentThread.cpuTimeNs()).isGreaterThan(before);
    }
}
