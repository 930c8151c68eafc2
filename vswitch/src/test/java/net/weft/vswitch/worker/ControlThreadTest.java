package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Most tests step the duty cycle themselves, by a clock of their own. */
@Timeout(60)
class ControlThreadTest {
    private static final long MS = 1_000_000;

    private final AtomicLong clock = new AtomicLong();
    private final ControlThread control = new ControlThread(clock::get);
    private final List<String> done = new ArrayList<>();

    private int turn(long atMillis) {
        clock.set(atMillis * MS);
        return control.doWork(clock.get());
    }

    @Test
    void shouldRunTimersWhenTheyAreDueAndSleepUntilTheNext() {
        control.every("fast", 100, nowNs -> done.add("fast " + nowNs / MS));
        control.every("slow", 1000, nowNs -> done.add("slow " + nowNs / MS));
        assertThat(turn(0)).isZero();
        assertThat(control.sleepNs(0)).isEqualTo(100 * MS);
        assertThat(turn(99)).isZero();
        assertThat(control.sleepNs(99 * MS)).isEqualTo(MS);
        assertThat(turn(100)).isOne();
        assertThat(turn(199)).isZero();
        assertThat(turn(230)).isOne();
        assertThat(control.sleepNs(230 * MS)).isEqualTo(100 * MS);
        assertThat(turn(1000)).isEqualTo(2);
        assertThat(done).containsExactly("fast 100", "fast 230", "fast 1000", "slow 1000");
    }

    /** After a pause of the process a timer runs once, not once for each time it missed. */
    @Test
    void shouldNotCatchUpWhatWasMissed() {
        control.every("fast", 100, _ -> done.add("fast"));
        assertThat(turn(60_000)).isOne();
        assertThat(turn(60_001)).isZero();
    }

    @Test
    void shouldAskATimerForItsPeriodAtEachTurn() {
        AtomicLong periodNs = new AtomicLong(1000 * MS);
        control.every("port", periodNs::get, _ -> done.add("port"));
        assertThat(turn(500)).isZero();
        assertThat(control.sleepNs(500 * MS)).isEqualTo(500 * MS);
        periodNs.set(100 * MS);
        assertThat(control.sleepNs(500 * MS)).isNotPositive();
        assertThat(turn(500)).isOne();
    }

    @Test
    void shouldSleepASecondAtMost() {
        assertThat(control.sleepNs(0)).isEqualTo(1000 * MS);
        control.every("rare", 60_000, _ -> done.add("rare"));
        assertThat(control.sleepNs(0)).isEqualTo(1000 * MS);
    }

    @Test
    void shouldRunCommandsInOrderAfterTimers() {
        control.every("timer", 100, _ -> done.add("timer"));
        control.execute("one", () -> done.add("one"));
        control.execute("two", () -> done.add("two"));
        assertThat(turn(100)).isEqualTo(3);
        assertThat(done).containsExactly("timer", "one", "two");
    }

    @Test
    void shouldCountAFaultThatCostsNoneOfTheOthers() {
        control.every("bad timer", 100, _ -> {
            throw new IllegalStateException("thrown by the test in a timer");
        });
        control.every("good timer", 100, _ -> done.add("timer"));
        control.execute("bad", () -> {
            throw new OutOfMemoryError("thrown by the test in a command");
        });
        control.execute("good", () -> done.add("command"));
        turn(100);
        assertThat(done).containsExactly("timer", "command");
        assertThat(control.faults()).isEqualTo(2);
        assertThat(turn(150)).isZero();
        turn(200);
        assertThat(done).containsExactly("timer", "command", "timer");
        assertThat(control.faults()).isEqualTo(3);
    }

    /** A command that gives another, and that another, without end. */
    @Test
    void shouldRunTimersHoweverManyCommandsCome() {
        control.every("timer", 100, _ -> done.add("timer"));
        Runnable[] again = new Runnable[1];
        again[0] = () -> control.execute("again", again[0]);
        again[0].run();
        turn(0);
        turn(100);
        assertThat(done).containsExactly("timer");
    }

    @Test
    void shouldAnswerACallAndPassItsException() throws Exception {
        control.start();
        assertThat(control.<Integer>call("adding", () -> 1 + 1)).isEqualTo(2);
        assertThat(control.<String>call("asking for a name", () -> Thread.currentThread().getName()))
                .isEqualTo("weft-control");
        assertThatThrownBy(() -> control.call("failing", () -> {
            throw new IllegalArgumentException("no such port");
        })).isInstanceOf(IllegalArgumentException.class).hasMessage("no such port");
        assertThat(control.faults()).isZero();
        assertThat(control.<Integer>call("asking itself", () -> control.call("inner", () -> 3))).isEqualTo(3);
        control.shutdown();
    }

    @Test
    void shouldRunWhatItWasGivenBeforeItEndsAndRefuseTheRest() throws Exception {
        control.start();
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<String> last = new CompletableFuture<>();
        control.execute("waiting", () -> {
            try {
                go.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        control.execute("the last", () -> last.complete("done"));
        Thread closer = new Thread(control::shutdown);
        closer.start();
        while (!control.isShutdown()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> control.call("late", () -> 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        go.countDown();
        closer.join();
        assertThat(last).isCompletedWithValue("done");
    }
}
