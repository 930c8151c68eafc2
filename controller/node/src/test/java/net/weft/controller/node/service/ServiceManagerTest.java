package net.weft.controller.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests read the datagrams that reach the socket of a service manager. */
class ServiceManagerTest {
    private static final int LIMIT_MS = 10_000;
    private static final int LONGEST = 4096;

    @TempDir
    Path directory = Path.of("");
    @AutoClose
    private final Arena arena = Arena.ofShared();
    @AutoClose
    private final Socket manager = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0);

    private String next() {
        assertThat(manager.fd().poll(Fd.POLLIN, LIMIT_MS)).as("a message comes").isEqualTo(Fd.POLLIN);
        MemorySegment memory = arena.allocate(LONGEST);
        int bytes = (int) manager.receive(memory.address(), LONGEST, 0);
        return new String(memory.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private void expectNothingMore() {
        MemorySegment memory = arena.allocate(LONGEST);
        assertThat(manager.receive(memory.address(), LONGEST, 0)).isEqualTo(-Errno.EAGAIN);
    }

    private String bound() {
        String path = directory.resolve("notify").toString();
        manager.bind(SocketAddress.unix(path));
        return path;
    }

    @Test
    void shouldReportStatesOnceEachAtAPath() {
        ServiceManager told = ServiceManager.of(Map.of("NOTIFY_SOCKET", bound()));
        assertThat(told.isThere()).isTrue();
        told.ready("3 of 4 ports are up; down: a\nREADY=0");
        assertThat(next()).as("no line of its own").isEqualTo("READY=1\nSTATUS=3 of 4 ports are up; down: a READY=0");
        told.status("4 of 4 ports are up");
        told.status("4 of 4 ports are up");
        told.stopping();
        assertThat(next()).isEqualTo("STATUS=4 of 4 ports are up");
        assertThat(next()).isEqualTo("STOPPING=1");
        expectNothingMore();
    }

    @Test
    void shouldReachAnAbstractSocket() {
        String name = "weft-test-" + ProcessHandle.current().pid();
        manager.bind(SocketAddress.abstractUnix(name));
        ServiceManager.of(Map.of("NOTIFY_SOCKET", "@" + name)).stopping();
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void shouldBeatOnlyWhileThePacketThreadsRun() {
        BlockingQueue<Optional<String>> states = new LinkedBlockingQueue<>(List.of(Optional.empty(),
                Optional.of("worker 0 hangs"), Optional.of("worker 0 hangs"), Optional.empty()));
        ServiceManager.of(Map.of("NOTIFY_SOCKET", bound(), "WATCHDOG_USEC", "4000")).watch(() -> {
            try {
                return states.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(List.of(next(), next(), next(), next())).containsExactly("WATCHDOG=1", "STATUS=worker 0 hangs",
                "STATUS=every packet thread runs again", "WATCHDOG=1");
    }

    @ParameterizedTest
    @CsvSource({"8000,,2000", "8000,own,2000", "8000,1,0", ",,0", "soon,,0", "0,,0", "-5,,0", "100,,1000"})
    void shouldBeatFourTimesInTheLimitIfItIsForThisProcess(@Nullable String limit, @Nullable String process,
            long micros) {
        Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", "@weft"));
        if (limit != null) {
            environment.put("WATCHDOG_USEC", limit);
        }
        if (process != null) {
            environment.put("WATCHDOG_PID",
                    process.equals("own") ? Long.toString(ProcessHandle.current().pid()) : process);
        }
        assertThat(ServiceManager.of(environment).heartbeatMicros()).isEqualTo(micros);
    }

    @Test
    void shouldGoOnWithoutAManager() {
        assertThat(ServiceManager.of(Map.of()).isThere()).isFalse();
        ServiceManager.of(Map.of()).ready("");
        ServiceManager gone = ServiceManager.of(Map.of("NOTIFY_SOCKET", directory.resolve("gone").toString()));
        gone.ready("nobody listens");
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200))).isThere()).isFalse();
    }
}
