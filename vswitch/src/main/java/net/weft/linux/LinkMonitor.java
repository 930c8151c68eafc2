package net.weft.linux;

import java.util.function.Consumer;

/**
 * Reports when a network device of the namespace appears, changes or disappears. Wait until {@link #fd()} is readable,
 * then call {@link #drain}. To miss nothing, open the monitor first and list the devices second. One thread.
 */
public final class LinkMonitor implements AutoCloseable {
    private static final int RTMGRP_LINK = 1;
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private final Netlink netlink = new Netlink(Netlink.NETLINK_ROUTE, RTMGRP_LINK);

    /** An event of the monitor. */
    public sealed interface Event {
        /** The device is new, or one of its properties may have changed. */
        record Changed(Link link) implements Event {
        }

        /** The device has disappeared from this namespace. */
        record Deleted(Link link) implements Event {
        }

        /** Events were lost because there were too many: list the devices again. */
        record Missed() implements Event {
        }
    }

    /** @throws LinuxException if no socket is left */
    public LinkMonitor() {
        try {
            netlink.socket().bufferBytes(RECEIVE_BUFFER_BYTES, RECEIVE_BUFFER_BYTES);
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    public Fd fd() {
        return netlink.fd();
    }

    /**
     * Passes all events since the last call to the consumer. Never blocks.
     *
     * @throws LinuxException if the monitor is closed
     */
    public void drain(Consumer<Event> events) {
        int result;
        do {
            result = netlink.notifications((type, payload) -> {
                Link link = Link.parse(payload);
                if (link != null && type == Interfaces.RTM_NEWLINK) {
                    events.accept(new Event.Changed(link));
                } else if (link != null && type == Interfaces.RTM_DELLINK) {
                    events.accept(new Event.Deleted(link));
                }
            });
            if (result == -Errno.ENOBUFS) {
                events.accept(new Event.Missed());
            }
        } while (result == -Errno.ENOBUFS || result == -Errno.EINTR);
        LinuxException.check(result, "recv", "link events");
    }

    @Override
    public void close() {
        netlink.close();
    }
}
