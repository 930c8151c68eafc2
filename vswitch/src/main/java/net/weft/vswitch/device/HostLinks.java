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
 * The host's interfaces as they are now: a thread of its own listens to rtnetlink and tells the names of those that changed.
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

    /** For changing an interface. */
    Interfaces interfaces() {
        return interfaces;
    }

    /** The interface of that name as last heard of, or null. */
    @Nullable
    Link find(String name) {
        return byName.get(name);
    }

    /** The interface of that index as last heard of, under whatever name it has now, or null. */
    @Nullable
    Link find(int index) {
        for (Link link : byName.values()) {
            if (link.index() == index) {
                return link;
            }
        }
        return null;
    }

    /** What happens to the interface of that index is told under {@code label} also when it has another name. */
    void watch(int index, String label) {
        watched.put(index, label);
    }

    /** After {@link #watch}. */
    void unwatch(int index) {
        watched.remove(index);
    }

    /**
     * The interface of that name as the kernel has it now.
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

    /** Asking and noting are one step, so that an older answer never replaces a newer one. */
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
                    monitor.drain(this::take);
                } catch (LinuxException e) {
                    System.getLogger(HostLinks.class.getName()).log(System.Logger.Level.WARNING,
                            "cannot follow the host's interfaces: " + e.getMessage());
                }
            }
        }
    }

    /** An event says that something has changed, not what is so now: it may have waited while more happened. */
    private void take(LinkMonitor.Event event) {
        switch (event) {
            case LinkMonitor.Event.Changed(Link link) -> {
                List<String> formerNames = byName.values().stream()
                        .filter(known -> known.index() == link.index() && !known.name().equals(link.name()))
                        .map(Link::name).toList();
                formerNames.forEach(this::look);
                look(link.name());
                String label = watched.get(link.index());
                if (label != null && !label.equals(link.name())) {
                    changed.accept(label);
                }
            }
            case LinkMonitor.Event.Deleted(Link link) -> look(link.name());
            case LinkMonitor.Event.Missed() -> {
                Set<String> names = new HashSet<>(byName.keySet());
                interfaces.links().forEach(link -> names.add(link.name()));
                names.forEach(this::look);
            }
        }
    }

    private void look(String name) {
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
