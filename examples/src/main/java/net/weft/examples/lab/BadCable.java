package net.weft.examples.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceOpeners;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.FaultyDevice;
import net.weft.vswitch.device.LinkFaults;

/**
 * A bad cable between two interfaces of a namespace: it loses, delays, duplicates, reorders or corrupts frames, as
 * decided by a seed. Unfinished checksums are computed first, so that receivers detect the corruption.
 */
public final class BadCable implements AutoCloseable {
    private static final int MTU = 1500;
    /** Frames travel whole, tags and all, inside any VLAN. */
    private static final VlanMembership ALL = VlanMembership.tunnel(1);
    private static final long NAP_NS = 50_000;

    private final DeviceOpeners openers;
    private final List<DeviceOpener> opened = new ArrayList<>();
    private final List<FaultyDevice> ends = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;

    /**
     * Lays the cable; it carries frames until the laboratory closes.
     *
     * @param faults of either direction
     */
    public static BadCable lay(Lab lab, Namespace namespace, String left, String right, LinkFaults faults, long seed) {
        return lab.closing(namespace.call(() -> new BadCable(lab, List.of(left, right), faults, seed)));
    }

    private BadCable(Lab lab, List<String> devices, LinkFaults faults, long seed) throws Exception {
        openers = new DeviceOpeners(lab.path("bad-cable"), changed -> {
        }, List.of());
        for (int end = 0; end < devices.size(); end++) {
            DeviceOpener opener = openers.opener(new DeviceSpec.Nic(devices.get(end), false), new int[]{end}, MTU);
            opened.add(opener);
            ends.add(new FaultyDevice(opener.open(), LinkFaults.NONE, faults, seed + end, System::nanoTime));
        }
        thread = Thread.ofPlatform().daemon().name("bad cable").start(this::carry);
    }

    /** Frames that never arrive, in both directions. */
    public long lost() {
        return ends.stream().mapToLong(end -> end.out().lost()).sum();
    }

    /** Frames that arrive damaged, in both directions. */
    public long corrupted() {
        return ends.stream().mapToLong(end -> end.out().corrupted()).sum();
    }

    /** Frames that arrive twice, in both directions. */
    public long duplicated() {
        return ends.stream().mapToLong(end -> end.out().duplicated()).sum();
    }

    /** Frames that arrive behind one sent after them, in both directions. */
    public long reordered() {
        return ends.stream().mapToLong(end -> end.out().reordered()).sum();
    }

    private void carry() {
        try (InlineSwitch cable = new InlineSwitch()) {
            for (int end = 0; end < ends.size(); end++) {
                cable.port("end" + end, ends.get(end), ALL, MTU);
            }
            while (!closing) {
                cable.nowNs(System.nanoTime());
                if (cable.run() <= 0) {
                    LockSupport.parkNanos(NAP_NS);
                }
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
        ends.forEach(FaultyDevice::close);
        opened.forEach(DeviceOpener::close);
        openers.close();
    }
}
