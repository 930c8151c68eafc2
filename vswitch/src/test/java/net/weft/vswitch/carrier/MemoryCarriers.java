package net.weft.vswitch.carrier;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import net.weft.linux.Errno;
import net.weft.linux.LinuxException;
import net.weft.vswitch.device.Carriers;

/** Carriers of devices that exist in memory only, with a log of what was done to them. */
final class MemoryCarriers implements Carriers {
    private final Set<String> up = new ConcurrentSkipListSet<>();
    private final List<String> log = new ArrayList<>();
    private String refused = "";

    MemoryCarriers(String... devices) {
        up.addAll(List.of(devices));
    }

    void refuse(String device) {
        refused = device;
    }

    boolean isUp(String device) {
        return up.contains(device);
    }

    /** Returns what was done: "-NAME" for lowered, "+NAME" for raised. */
    synchronized List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public void prepare(List<String> devices) {
        // nothing to load
    }

    @Override
    public synchronized boolean lower(String device) {
        if (device.equals(refused)) {
            throw new LinuxException(Errno.EPERM, "rtnetlink", device);
        }
        if (up.remove(device)) {
            log.add("-" + device);
            return true;
        }
        return false;
    }

    @Override
    public synchronized void raise(String device) {
        up.add(device);
        log.add("+" + device);
    }
}
