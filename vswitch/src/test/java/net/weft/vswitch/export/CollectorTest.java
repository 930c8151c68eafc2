package net.weft.vswitch.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CollectorTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private static void send(Collector collector, long nowNs) {
        collector.send(ByteBuffer.wrap(new byte[100]), nowNs);
    }

    @Test
    void shouldSendToWhoListens() throws IOException {
        try (Datagrams there = new Datagrams(); Collector collector = new Collector("export.ipfix", there.endpoint())) {
            send(collector, 0);
            assertThat(there.take()).singleElement().satisfies(bytes -> assertThat(bytes).hasSize(100));
            assertThat(collector.datagrams()).isOne();
            assertThat(collector.bytes()).isEqualTo(100);
            assertThat(collector.failed()).isZero();
            assertThat(collector.problem()).isEmpty();
        }
    }

    @Test
    void shouldSayThatNobodyListensAndThatSomebodyDoesAgain() throws IOException {
        Datagrams there = new Datagrams();
        ExportSettings.Endpoint endpoint = there.endpoint();
        there.close();
        try (Collector collector = new Collector("export.ipfix", endpoint)) {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                send(collector, 0);
                return collector.failed() > 0;
            });
            assertThat(collector.problem()).isEqualTo("collector " + endpoint
                    + ": nobody listens there; start the collector or correct `export.ipfix.collector`");
        }
    }

    @Test
    void shouldForgetAProblemThatIsOver() throws IOException {
        Datagrams there = new Datagrams();
        ExportSettings.Endpoint endpoint = there.endpoint();
        there.close();
        try (Collector collector = new Collector("export.ipfix", endpoint)) {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                send(collector, 0);
                return !collector.problem().isEmpty();
            });
            try (Datagrams again = new Datagrams(endpoint.port())) {
                send(collector, 0); // the refusal of the one before is told here, and this one sent all the same
                send(collector, 4 * SECOND_NS);
                assertThat(collector.problem()).as("not believed yet").isNotEmpty();
                send(collector, 6 * SECOND_NS);
                assertThat(collector.problem()).isEmpty();
                assertThat(again.take()).hasSize(3);
            }
        }
    }

    /** Nothing waits for the name: it is sent to as soon as it is known, and its failure is a sentence. */
    @Test
    void shouldResolveNamesAside() throws IOException {
        try (Datagrams there = new Datagrams();
                Collector named = new Collector("export.sflow",
                        new ExportSettings.Endpoint("localhost", there.endpoint().port()));
                Collector unknown = new Collector("export.sflow", new ExportSettings.Endpoint("no-such.invalid", 1))) {
            send(unknown, 0);
            assertThat(unknown.failed()).isOne();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                send(unknown, 1);
                return !unknown.problem().isEmpty();
            });
            assertThat(unknown.problem()).isEqualTo("collector no-such.invalid:1: the name no-such.invalid cannot be"
                    + " resolved, which is tried again every 30 s; write its address or correct `export.sflow.collector`");
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                send(named, 0);
                return named.datagrams() > 0;
            });
            assertThat(there.take()).isNotEmpty();
        }
    }
}
