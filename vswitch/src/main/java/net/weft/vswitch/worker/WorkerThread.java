package net.weft.vswitch.worker;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.PortMonitor;
import net.weft.vswitch.forward.PuntQueue;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.zoning.ZoneFilter;

/** A {@link Worker} and its thread, as other threads see them. Methods are for the control thread. */
public final class WorkerThread implements Poller {
    private final Worker worker;
    private final Thread thread;
    private final CommandQueue commands;

    /** As {@link Worker}'s. */
    public WorkerThread(int id, int cpu, boolean alwaysPoll, MacTable macs, Supplier<Snapshot> published,
            Consumer<ReceiveQueue> onFailed, Runnable onPunt) {
        thread = new Thread(this::run, "weft-worker-" + id);
        thread.setDaemon(true);
        commands = new CommandQueue(thread, this::wakeUp);
        worker = new Worker(id, cpu, alwaysPoll, macs, published, onFailed, onPunt, commands);
    }

    private void run() {
        worker.run();
    }

    private void wakeUp() {
        worker.wakeUp();
    }

    public void start() {
        thread.start();
    }

    /** Stops the thread and waits for it. Devices must have been detached. */
    public void stop() {
        worker.end();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the thread does. */
    Worker worker() {
        return worker;
    }

    @Override
    public int id() {
        return worker.id;
    }

    @Override
    public void attach(PolledQueue queue) {
        commands.execute(() -> worker.queues.add(queue));
    }

    @Override
    public void detach(PolledQueue queue) {
        commands.call(() -> worker.queues.remove(queue));
    }

    /** Returns after the worker uses the published snapshot, and so no leg that is not in it. */
    public void awaitAdopted(Snapshot wanted) {
        if (worker.adoptedEpoch() < wanted.epoch) {
            commands.flush();
        }
    }

    /** Frames this worker has handed over, to be taken by the control thread. */
    public PuntQueue punts() {
        return worker.punts;
    }

    /** Sends a frame of the switch's own by one port; see {@code Forwarder.inject}. */
    public void inject(int port, byte[] frame, int tag) {
        commands.execute(() -> worker.forwarder.inject(port, frame, tag));
    }

    /** Shows every burst to these from now on; returns when the worker does, and looks at none that was followed before. */
    public void follow(LiveTrace[] traces) {
        commands.call(() -> worker.onlookers.follow(traces));
    }

    /** Shows frames to these captures from now on; returns when the worker does, and to no others. */
    public void capture(List<PortMonitor> taps) {
        commands.call(() -> worker.forwarder.capture(taps));
    }

    /** Shows every burst that was forwarded to these from now on; returns when the worker does, and to no others. */
    public void sample(FrameSampler[] all) {
        commands.call(() -> worker.onlookers.sample(all));
    }

    /** What it has worked, and stalled. */
    public DutyCycleTime busy() {
        return worker.busy;
    }

    /** What each VLAN has counted, for {@code VlanCounters}. */
    public long[] vlanRow() {
        return worker.forwarder.vlanRow();
    }

    /** What zones say of its frames, and have counted. */
    public ZoneFilter zones() {
        return worker.forwarder.zones();
    }

    /** Processor the thread is pinned to, -1 for none. */
    public int cpu() {
        return worker.cpu;
    }

    @Override
    public long busyNs() {
        return worker.busy.busyNs();
    }

    /** Whether the thread blocks, as none of its queues is awake. */
    public boolean isAsleep() {
        return worker.isAsleep();
    }
}
