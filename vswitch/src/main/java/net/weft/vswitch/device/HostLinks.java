package net.weft.vswitch.device;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.LinkMonitor;
import net.weft.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/**
 * The current network interfaces of the host. A separate thread listens to rtnetlink and reports the names of
 * interfaces that changed.
 */
final class HostLinks implements AutoCloseable {
    private static final int POLL_MILLIS = 500;

    private final Interfaces interfaces = new Interfaces();
    private final LinkMonitor monitor = new LinkMonitor();
    private final Map<String, Link> byName = new ConcurrentHashMap<>();
    private final Map<Integer, String> watched = new ConcurrentHashMap<>();
    private final Consumer<String> changed;
    private final Thread thread;
    private volatile boolean running = true;

    HostLinks(Consumer<String> changed) {
        this.changed = changed;
        interfaces.links().forEach(link -> byName.put(link.name(), link));
        thread = new Thread(this::listen, "weft-links");
        thread.setDaemon(true);
        thread.start();
    }

    /** The rtnetlink client, for changing an interface. */
    Interfaces interfaces() {
        return interfaces;
    }

    /** Returns the interface of that name from the last event or query, or null. */
    @Nullable
    Link find(String name) {
        return byName.get(name);
    }

    /** Returns the interface of that index from the last event or query, whatever its current name, or null. */
    @Nullable
    Link find(int index) {
        for (Link link : byName.values()) {
            if (link.index() == index) {
                return link;
            }
        }
        return null;
    }

    /** Reports changes of the interface of that index under {@code label}, even after it was renamed. */
    void watch(int index, String label) {
        watched.put(index, label);
    }

    /** Ends a {@link #watch}. */
    void unwatch(int index) {
        watched.remove(index);
    }

    /**
     * Queries the kernel for the interface of that name.
     *
     * @throws LinuxException {@link Errno#ENODEV} if there is none
     */
    Link require(String name) {
        Link link = read(name);
        if (link == null) {
            throw new LinuxException(Errno.ENODEV, "rtnetlink", name);
        }
        return link;
    }

    /** Queries the kernel and stores the answer under one lock, so that an older answer never replaces a newer one. */
    private synchronized @Nullable Link read(String name) {
        Link link = interfaces.find(name);
        if (link == null) {
            byName.remove(name);
        } else {
            byName.put(name, link);
        }
        return link;
    }

    private void listen() {
        while (running) {
            int ready = monitor.fd().poll(Fd.POLLIN, POLL_MILLIS);
            if (running && ready > 0) {
                try {
                    monitor.drain(this::handle);
                } catch (LinuxException e) {
                    System.getLogger(HostLinks.class.getName()).log(System.Logger.Level.WARNING,
                            "cannot follow the host's interfaces: " + e.getMessage());
                }
            }
        }
    }

    /** Handles an event. An event only indicates a change, and may be outdated: the current state is queried. */
    private void handle(LinkMonitor.Event event) {
        switch (event) {
            case LinkMonitor.Event.Changed(Link link) -> {
                List<String> formerNames = byName.values().stream()
                        .filter(known -> known.index() == link.index() && !known.name().equals(link.name()))
                        .map(Link::name).toList();
                formerNames.forEach(this::refresh);
                refresh(link.name());
                String label = watched.get(link.index());
                if (label != null && !label.equals(link.name())) {
                    changed.accept(label);
                }
            }
            case LinkMonitor.Event.Deleted(Link link) -> refresh(link.name());
            case LinkMonitor.Event.Missed() -> {
                Set<String> names = new HashSet<>(byName.keySet());
                interfaces.links().forEach(link -> names.add(link.name()));
                names.forEach(this::refresh);
            }
        }
    }

    private void refresh(String name) {
        Link before = byName.get(name);
        try {
            if (!Objects.equals(read(name), before)) {
                changed.accept(name);
            }
        } catch (IllegalArgumentException e) {
            System.getLogger(HostLinks.class.getName()).log(System.Logger.Level.DEBUG, "no port's device", e);
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        monitor.close();
        interfaces.close();
    }
}
