package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.weft.v1.Event;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events in memory, on disk, and on their way to clients. */
class EventsTest {
    @TempDir
    Path data = Path.of("");
    private final Events events = new Events(() -> Instant.EPOCH);

    private static Event event(long position) {
        return Event.newBuilder().setPosition(position).setTime("1970-01-01T00:00:00Z").setKind("port")
                .setSubject("port web1").setMessage("is up \"again\"\nand again").setWho("root").setProcess(7)
                .setClaimedName("ci").build();
    }

    private static List<Long> positions(List<Event> events) {
        return events.stream().map(Event::getPosition).toList();
    }

    @Test
    void shouldReadBackWhatWasWritten() throws IOException {
        EventFile file = new EventFile(data.resolve("events"), 1000);
        assertThat(file.read(10)).isEmpty();
        file.write(event(1));
        file.write(Event.newBuilder(event(2)).clearWho().clearProcess().clearClaimedName().build());
        assertThat(new EventFile(data.resolve("events"), 1000).read(10)).containsExactly(event(1),
                Event.newBuilder(event(2)).clearWho().clearProcess().clearClaimedName().build());
        assertThat(positions(file.read(1))).as("the newest").containsExactly(2L);
    }

    @Test
    void shouldStayBoundedOnDisk() throws IOException {
        EventFile file = new EventFile(data.resolve("events"), 2000);
        for (int i = 1; i <= 200; i++) {
            file.write(event(i));
        }
        try (Stream<Path> files = Files.list(data.resolve("events"))) {
            assertThat(files.mapToLong(path -> path.toFile().length()).sum()).isLessThan(2 * 2300);
        }
        List<Event> kept = file.read(1000);
        assertThat(kept.getLast().getPosition()).isEqualTo(200);
        assertThat(kept.size()).isBetween(10, 30);
        assertThat(positions(kept)).as("without a gap").containsExactlyElementsOf(IntStream
                .rangeClosed(201 - kept.size(), 200).mapToObj(Long::valueOf).toList());
    }

    @Test
    void shouldLeaveOutALineThatACrashHasCutOff() throws IOException {
        EventFile file = new EventFile(data.resolve("events"), 100_000);
        file.write(event(1));
        Files.writeString(data.resolve("events/newest.jsonl"), "{\"position\":2,\"ti", StandardOpenOption.APPEND);
        assertThat(positions(file.read(10))).containsExactly(1L);
        file.write(event(3));
        assertThat(positions(file.read(10))).as("the next one is on a line of its own").containsExactly(1L, 3L);
    }

    @Test
    void shouldGoOnBehindThePositionsOfEarlierRuns() {
        try (EventStore store = EventStore.open(data)) {
            Events before = new Events(() -> Instant.EPOCH, store);
            before.add("port", "port a", "is up", "");
            before.add("port", "port b", "is up", "root");
        }
        try (EventStore store = EventStore.open(data)) {
            Events after = new Events(() -> Instant.EPOCH, store);
            after.add("port", "port c", "is up", "");
            assertThat(after.all()).extracting(Event::getSubject).containsExactly("port a", "port b", "port c");
            assertThat(positions(after.all())).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void shouldHoldNobodyUpWhenTheDiskCannotBeWritten() throws IOException {
        Files.writeString(data.resolve("events"), "in the way");
        try (EventStore store = EventStore.open(data)) {
            Events anyway = new Events(() -> Instant.EPOCH, store);
            anyway.add("port", "port a", "is up", "");
            assertThat(anyway.all()).hasSize(1);
        }
    }

    @Test
    void shouldResumeBehindAPosition() throws InterruptedException {
        IntStream.range(0, Events.KEPT + 5).forEach(i -> events.add("port", "port " + i, "is up", ""));
        assertThat(events.after(Events.KEPT + 3, 0)).extracting(Event::getSubject)
                .containsExactly("port " + (Events.KEPT + 3), "port " + (Events.KEPT + 4));
        assertThat(events.after(Events.KEPT + 5, 0)).isEmpty();
        assertThat(events.after(5, 0)).as("all that is kept").hasSize(Events.KEPT);
        assertThatThrownBy(() -> events.after(4, 0)).hasMessageContaining("the events up to 5 are not kept any more");
    }

    @Test
    void shouldCutOffAClientThatTakesNothingAndLetItResume() throws InterruptedException {
        events.add("port", "port a", "is up", "");
        events.add("port", "port b", "is up", "");
        events.add("port", "port c", "is up", "");
        Client stuck = new Client(1);
        assertThat(new EventStream(events, stuck, 0, Duration.ZERO).sendNext()).isFalse();
        assertThat(positions(stuck.received)).containsExactly(1L);
        Throwable fault = stuck.fault;
        assertThat(fault).isInstanceOf(StatusRuntimeException.class);
        assertThat(Status.fromThrowable(fault).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(Status.fromThrowable(fault).getDescription()).endsWith("resume after position 1");
        Client again = new Client(100);
        assertThat(new EventStream(events, again, 1, Duration.ZERO).sendNext()).as("the control").isTrue();
        assertThat(positions(again.received)).as("without a gap").containsExactly(2L, 3L);
    }

    @Test
    void shouldEndWithWeftAfterTheLastEvent() throws InterruptedException {
        events.add("port", "port a", "is up", "");
        events.close();
        Client client = new Client(100);
        EventStream stream = new EventStream(events, client, 0, Duration.ZERO);
        assertThat(stream.sendNext()).isTrue();
        assertThat(stream.sendNext()).isFalse();
        assertThat(positions(client.received)).containsExactly(1L);
        assertThat(String.valueOf(client.fault)).contains("UNAVAILABLE: weft ends");
    }

    @Test
    void shouldEndWithItsClient() throws InterruptedException {
        events.add("port", "port a", "is up", "");
        Client gone = new Client(100);
        gone.cancelled = true;
        assertThat(new EventStream(events, gone, 0, Duration.ZERO).sendNext()).isFalse();
        assertThat(gone.received).isEmpty();
    }

    /** A client with room for some events. */
    private static final class Client extends ServerCallStreamObserver<Event> {
        private final List<Event> received = new ArrayList<>();
        private final int room;
        private boolean cancelled;
        private @Nullable Throwable fault;

        Client(int room) {
            this.room = room;
        }

        @Override
        public boolean isReady() {
            return received.size() < room;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void onNext(Event event) {
            received.add(event);
        }

        @Override
        public void onError(Throwable t) {
            fault = t;
        }

        @Override
        public void onCompleted() {
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
        }

        @Override
        public void setCompression(String compression) {
        }

        @Override
        public void disableAutoInboundFlowControl() {
        }

        @Override
        public void request(int count) {
        }

        @Override
        public void setMessageCompression(boolean enable) {
        }
    }
}
