package net.weft.examples.bench.vhost;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.weft.examples.bench.run.CpuTime;
import net.weft.examples.bench.run.Quantity;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.QemuGuest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One flow of TCP between two Linux guests under QEMU, with every offload their cards have. */
final class GuestTcp implements VhostMeasure {
    private static final Quantity RATE = new Quantity("TCP between two guests, one flow", "Gb/s", 2, true, true);
    private static final Quantity MACHINE_COST = new Quantity("TCP between two guests, CPU of the whole machine",
            "s/GB",
            3, false, true);
    private static final Quantity SWITCH_COST = new Quantity("TCP between two guests, CPU of the switch process",
            "s/GB",
            3, false, true);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path IPERF = Path.of("/usr/bin/iperf3");
    private static final String ADDRESS = "198.18.0.";
    private static final int CONNECT_ATTEMPTS = 30;
    private static final Duration SLACK = Duration.ofSeconds(60);
    private static final double GIGA = 1e9;

    @Override
    public Set<Peer> peers() {
        return EnumSet.of(Peer.WEFT, Peer.OVS_TSO, Peer.BRIDGE);
    }

    @Override
    public String note() {
        return "TCP: two guests of one processor each under QEMU's own emulation (no KVM), one flow of iperf3, cards with"
                + " checksum and segmentation offload. The guests and QEMU's threads run where the kernel likes and share"
                + " the machine's processors with the switch: emulation takes most of the time, so that rates compare"
                + " what a switch leaves to the guests; processor time of the switch is its own cost. The bridge's work is"
                + " done in QEMU's threads, through tap, without vhost-net; only the whole machine's time compares there.";
    }

    @Override
    public void run(VhostBed bed, VhostSwitch running, Window window, Recorder record) throws InterruptedException {
        List<String> iperf = QemuGuest.withProgram(bed.lab(), IPERF);
        List<QemuGuest> guests = new ArrayList<>();
        for (int machine = 0; machine < VhostBed.MACHINES; machine++) {
            List<String> words = new ArrayList<>(iperf);
            words.addAll(running.card(bed, machine));
            guests.add(QemuGuest.boot(bed.lab(), bed.fabric(), "machine" + machine,
                    "weft.ip=" + ADDRESS + (machine + 1) + "/24", words));
        }
        record.note("The guests: `qemu-system-x86_64 " + String.join(" ", running.card(bed, 0))
                .replace(bed.socket(0).getParent() + "/", "") + " …`");
        guests.forEach(QemuGuest::awaitBoot);
        CompletableFuture<Outcome> server = guests.get(1).send("iperf3 -s");
        transfer(guests.getFirst(), Math.max(1, window.warmUpSeconds()));
        CpuTime start = CpuTime.now(running.process());
        JsonNode received = JSON.readTree(transfer(guests.getFirst(), window.seconds()).out()).path("end")
                .path("sum_received");
        CpuTime used = CpuTime.now(running.process()).since(start);
        server.cancel(false); // it never ends by itself
        guests.forEach(QemuGuest::close);
        double gigabytes = received.path("bytes").asDouble() / GIGA;
        record.number(RATE, received.path("bits_per_second").asDouble() / GIGA);
        record.number(MACHINE_COST, used.machine() / gigabytes);
        if (running.process().isPresent()) {
            record.number(SWITCH_COST, used.process() / gigabytes);
        }
    }

    /** Repeats the transfer until the server listens and the switch forwards. */
    private static Outcome transfer(QemuGuest client, int seconds) throws InterruptedException {
        String command = "iperf3 -J -c " + ADDRESS + "2 -t " + seconds;
        Outcome last = client.run(command, SLACK.plusSeconds(seconds));
        for (int i = 1; i < CONNECT_ATTEMPTS && !last.ok(); i++) {
            Thread.sleep(200);
            last = client.run(command, SLACK.plusSeconds(seconds));
        }
        return last.orThrow();
    }
}
