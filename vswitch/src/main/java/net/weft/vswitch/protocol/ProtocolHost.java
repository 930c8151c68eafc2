package net.weft.vswitch.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PuntRule;

/**
 * The thread on which link protocols run. It waits for nothing but frames, the next tick and short queries of other
 * threads: neither the opening of devices nor {@code show} can delay a LACPDU or a hello. Link control frames are
 * polled again after every few frames of other rules.
 */
public final class ProtocolHost implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProtocolHost.class.getName());
    /**
     * The maximum number of frames of each other rule and worker that are handled before link control is polled again.
     */
    private static final int OTHERS_AT_ONCE = 16;
    private static final long SHORTEST_PAUSE_NS = 2_000_000L;
    private static final long LONGEST_PAUSE_NS = 1_000_000_000L;

    private final List<LinkProtocol> protocols;
    private final Map<PuntRule, LinkProtocol> byRule = new LinkedHashMap<>();
    private final PuntRules rules;
    private final Supplier<List<PuntQueues>> queues;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "weft-protocols");
    private final long[] dueNs;
    private final AtomicBoolean legsPending = new AtomicBoolean();
    private volatile boolean running = true;
    private volatile boolean signalled;
    private volatile long faults;
    /** The number of frames handled so far. Protocol thread only. */
    private int handled;

    /** @param queues supplies the punt queues of each worker */
    public ProtocolHost(List<LinkProtocol> protocols, Supplier<List<PuntQueues>> queues) {
        this.protocols = List.copyOf(protocols);
        this.queues = queues;
        protocols.forEach(protocol -> protocol.rules().forEach(rule -> byRule.put(rule, protocol)));
        rules = new PuntRules(List.copyOf(byRule.keySet()));
        dueNs = new long[protocols.size()];
        thread.setDaemon(true);
    }

    /** Returns the rules of all protocols. */
    public PuntRules rules() {
        return rules;
    }

    public void start() {
        long nowNs = System.nanoTime();
        Arrays.fill(dueNs, nowNs);
        thread.start();
    }

    private void run() {
        while (running) {
            signalled = false;
            long pauseNs = doWork(System.nanoTime());
            if (pauseNs > 0 && !signalled && running) {
                LockSupport.parkNanos(this, pauseNs);
            }
        }
    }

    /**
     * Runs one turn: link control frames, a few other frames, commands, ticks that are due.
     *
     * @param nowNs monotonic clock
     * @return nanoseconds until the next turn is due, 0 when more frames may be queued
     */
    public long doWork(long nowNs) {
        int before = handled;
        List<PuntQueues> now = queues.get();
        now.forEach(queue -> queue.drainLinkControl(frame -> receive(frame, nowNs)));
        now.forEach(queue -> queue.drainOthers(frame -> receive(frame, nowNs), OTHERS_AT_ONCE));
        boolean hasCommands = false;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            guarded(command);
            hasCommands = true;
        }
        for (int n = 0; hasCommands && n < dueNs.length; n++) {
            sooner(n, protocols.get(n), nowNs);
        }
        long pauseNs = LONGEST_PAUSE_NS;
        for (int n = 0; n < dueNs.length; n++) {
            if (dueNs[n] - nowNs <= 0) {
                dueNs[n] = nowNs + Math.max(SHORTEST_PAUSE_NS, tick(protocols.get(n), nowNs));
            }
            pauseNs = Math.min(pauseNs, dueNs[n] - nowNs);
        }
        return handled != before ? 0 : Math.max(SHORTEST_PAUSE_NS, pauseNs);
    }

    private void receive(PuntedFrame frame, long nowNs) {
        handled++;
        LinkProtocol protocol = byRule.get(frame.rule());
        if (protocol != null) {
            guarded(() -> protocol.receive(frame, nowNs));
            sooner(protocols.indexOf(protocol), protocol, nowNs);
        }
    }

    /** Brings the next tick of a protocol forward, which has just been given something to do. */
    private void sooner(int n, LinkProtocol protocol, long nowNs) {
        dueNs[n] = nowNs + Math.min(dueNs[n] - nowNs, protocol.dueInNs(nowNs));
    }

    private long tick(LinkProtocol protocol, long nowNs) {
        try {
            return protocol.tick(nowNs);
        } catch (RuntimeException e) {
            fault(e);
            return LONGEST_PAUSE_NS;
        }
    }

    /** Isolates a fault of one protocol from the others. */
    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    private void fault(RuntimeException e) {
        faults = faults + 1;
        LOG.log(System.Logger.Level.ERROR, "a link protocol failed; it goes on", e);
    }

    /** Returns the number of frames, commands and ticks that ended in an internal fault. Any thread. */
    public long faults() {
        return faults;
    }

    /** Makes the thread poll its queues soon. Any thread, workers included; does not block. */
    public void signal() {
        if (!signalled) {
            signalled = true;
            LockSupport.unpark(thread);
        }
    }

    /** Enqueues a command. Any thread; does not wait. */
    public void execute(Runnable command) {
        commands.add(command);
        signal();
    }

    /** Notifies the protocols that legs or their links have changed. Any thread; does not wait. */
    public void legsChanged() {
        if (legsPending.getAndSet(true)) {
            return;
        }
        execute(() -> {
            legsPending.set(false);
            long nowNs = System.nanoTime();
            for (int n = 0; n < dueNs.length; n++) {
                long dueIn = protocols.get(n).legsChanged(nowNs);
                dueNs[n] = dueNs[n] - nowNs > dueIn ? nowNs + dueIn : dueNs[n];
            }
        });
    }

    /**
     * Runs a query on the protocol thread and waits for its result. Any other thread; before {@link #start} it runs on
     * the caller's.
     *
     * @throws IllegalStateException when interrupted, or after {@link #close}
     */
    public <T> T call(Callable<T> query) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable command = () -> {
            try {
                answer.complete(query.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        };
        if (thread.getState() == Thread.State.NEW) {
            command.run();
        } else if (running) {
            execute(command);
        } else {
            throw new IllegalStateException("the switch is closed");
        }
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while link protocols were busy", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Ends the thread and waits for it. */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            guarded(command);
        }
    }
}
