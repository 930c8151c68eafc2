package net.weft.controller.node.service;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.LinuxException;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The service manager that started this process, usually systemd. It is told the state in datagrams of lines {@code KEY=VALUE} to the Unix
 * socket that {@code $NOTIFY_SOCKET} names (sd_notify(3)). Without that variable nothing is sent. Any thread; no call throws.
 */
public final class ServiceManager {
    private static final System.Logger LOG = System.getLogger(ServiceManager.class.getName());
    /** How long a full queue of the manager is waited for, milliseconds. */
    private static final int SEND_LIMIT_MS = 1000;
    /** A heartbeat comes so many times in the time after which the manager ends the process. */
    private static final int HEARTBEATS = 4;
    /** Shortest time between two heartbeats, microseconds. */
    private static final long LEAST_MICROS = 1000;

    private final @Nullable SocketAddress address;
    private final long heartbeatMicros;
    private String status = "";

    private ServiceManager(@Nullable SocketAddress address, long heartbeatMicros) {
        this.address = address;
        this.heartbeatMicros = heartbeatMicros;
    }

    /** Returns the service manager that this environment names, or one that is told nothing. */
    public static ServiceManager of(Map<String, String> environment) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (socket.isEmpty()) {
            return new ServiceManager(null, 0);
        }
        try {
            SocketAddress address = socket.startsWith("@")
                    ? SocketAddress.abstractUnix(socket.substring(1))
                    : SocketAddress.unix(socket);
            return new ServiceManager(address, heartbeatMicros(environment));
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "NOTIFY_SOCKET: " + e.getMessage());
            return new ServiceManager(null, 0);
        }
    }

    /** Returns the time between two heartbeats; 0 if the manager wants none from this process (sd_watchdog_enabled(3)). */
    private static long heartbeatMicros(Map<String, String> environment) {
        String limit = environment.getOrDefault("WATCHDOG_USEC", "");
        String process = environment.getOrDefault("WATCHDOG_PID", "");
        if (limit.isEmpty() || !process.isEmpty() && !process.equals(Long.toString(ProcessHandle.current().pid()))) {
            return 0;
        }
        try {
            long micros = Long.parseLong(limit);
            return micros > 0 ? Math.max(LEAST_MICROS, micros / HEARTBEATS) : 0;
        } catch (NumberFormatException e) {
            LOG.log(System.Logger.Level.WARNING, "WATCHDOG_USEC=" + limit + ": expected microseconds");
            return 0;
        }
    }

    /** Returns the time between two heartbeats in microseconds; 0: none are wanted from this process. */
    long heartbeatMicros() {
        return heartbeatMicros;
    }

    /** Returns whether there is a service manager. */
    public boolean isThere() {
        return address != null;
    }

    /** Reports that the process does its work, and its state in one sentence. */
    public void ready(String sentence) {
        send("READY=1\n" + statusLine(sentence));
    }

    /** Reports the state in one sentence, unless it is the one reported last. */
    public synchronized void status(String sentence) {
        if (!sentence.equals(status)) {
            status = sentence;
            send(statusLine(sentence));
        }
    }

    /** Reports that the process ends. */
    public void stopping() {
        send("STOPPING=1");
    }

    private static String statusLine(String sentence) {
        return "STATUS=" + oneLine(sentence);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }

    /**
     * Sends a heartbeat four times in the time that the manager allows, as long as the packet threads run; does nothing if the manager
     * wants none. The manager ends a process whose heartbeat stays away.
     *
     * @param stuck returns why a packet thread hangs; empty: all run. It is called on a thread of this object and must not block
     */
    public void watch(Supplier<Optional<String>> stuck) {
        if (heartbeatMicros > 0) {
            Thread.ofPlatform().name("weft-heartbeat").daemon().start(() -> beat(stuck));
        }
    }

    private void beat(Supplier<Optional<String>> stuck) {
        try {
            boolean hung = false;
            while (true) {
                Optional<String> why = stuck.get();
                if (hung && why.isEmpty()) {
                    status("every packet thread runs again");
                }
                hung = why.isPresent();
                why.ifPresentOrElse(this::status, () -> send("WATCHDOG=1"));
                TimeUnit.MICROSECONDS.sleep(heartbeatMicros);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String message) {
        if (address == null) {
            return;
        }
        try (Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0); Arena arena = Arena.ofConfined()) {
            socket.connect(address);
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            long sent = socket.send(memory.address(), bytes.length, 0);
            if (sent == -Errno.EAGAIN && socket.fd().poll(Fd.POLLOUT, SEND_LIMIT_MS) > 0) {
                sent = socket.send(memory.address(), bytes.length, 0);
            }
            if (sent < 0) {
                LOG.log(System.Logger.Level.WARNING, "the service manager is not told " + oneLine(message) + ": "
                        + Errno.strerror((int) -sent));
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING,
                    "the service manager is not told " + oneLine(message) + ": " + e.getMessage());
        }
    }
}
