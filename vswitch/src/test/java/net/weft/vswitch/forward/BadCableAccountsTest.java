package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.BROADCAST;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.FaultyDevice;
import net.weft.vswitch.device.LinkFaults;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.VlanCounters;
import org.junit.jupiter.api.Test;

/**
 * Two ports behind bad cables and a good one: whatever the cables do to frames, the switch's books balance at every moment, and in the end
 * agree with what went into the cables and came out of them.
 */
class BadCableAccountsTest {
    private static final int ROUNDS = 400;
    private static final String[] STATIONS = {"02:00:00:00:00:0a", "02:00:00:00:00:0b", "02:00:00:00:00:0c"};

    private long nowNs;

    /** A cable into port {@code number}. */
    private final class Cable implements AutoCloseable {
        private final MemoryLink far;
        private final FaultyDevice device;
        private long sent;
        private long arrived;

        Cable(int number, LinkFaults faults, long seed) {
            far = new MemoryLink("bad" + number, 256, 2048, ~0);
            device = new FaultyDevice(far.device(number), faults, faults, seed, () -> nowNs);
        }

        void agreesWith(PortCounters port, long seed) {
            assertThat(port.rxPackets()).as("seed %d: came out towards the switch", seed)
                    .isEqualTo(sent - device.in().lost() + device.in().duplicated());
            assertThat(arrived).as("seed %d: came out towards the far end", seed)
                    .isEqualTo(port.txPackets() - device.out().lost() + device.out().duplicated());
            assertThat(device.in().lost() + device.in().duplicated() + device.in().corrupted())
                    .as("seed %d: it is a bad cable", seed).isPositive();
        }

        @Override
        public void close() {
            device.close();
            far.close();
        }
    }

    @Test
    void shouldBalanceBehindBadCables() {
        for (long seed = Seed.of(BadCableAccountsTest.class), last = seed + 10; seed < last; seed++) {
            run(seed);
        }
    }

    private void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        nowNs = 0;
        try (Cable first = new Cable(0, faults(random), seed);
                Cable second = new Cable(1, faults(random), -seed);
                InlineSwitch lab = new InlineSwitch()) {
            VlanMembership member = VlanMembership.access(10);
            lab.port("first", first.device, member, 1500).port("second", second.device, member, 1500).port("good",
                    member, 1500, 2, 0);
            List<Cable> cables = List.of(first, second);
            for (int round = 0; round < ROUNDS; round++) {
                nowNs += random.nextInt(100_000);
                lab.nowNs(nowNs);
                for (Cable cable : cables) {
                    if (cable.far.send(frame(random), 0)) {
                        cable.sent++;
                    }
                }
                assertThat(lab.link("good").send(frame(random), 0)).isTrue();
                lab.run();
                cables.forEach(cable -> cable.arrived += cable.far.discard());
                lab.link("good").discard();
                balance(lab, seed);
            }
            for (int i = 0; i < 100; i++) {
                nowNs += 10_000_000;
                lab.nowNs(nowNs);
                lab.run();
                cables.forEach(cable -> cable.arrived += cable.far.discard());
            }
            balance(lab, seed);
            for (int port = 0; port < cables.size(); port++) {
                cables.get(port).agreesWith(lab.counters().get(port), seed);
            }
        }
    }

    private static LinkFaults faults(SplittableRandom random) {
        return new LinkFaults(random.nextDouble(0.3), random.nextDouble(0.3), random.nextDouble(0.5),
                random.nextDouble(0.3), random.nextLong(200_000), random.nextLong(200_000));
    }

    private static byte[] frame(SplittableRandom random) {
        String to = random.nextInt(4) == 0 ? BROADCAST : STATIONS[random.nextInt(STATIONS.length)];
        return Frames.frame(to, STATIONS[random.nextInt(STATIONS.length)], 40 + random.nextInt(1500),
                random.nextBoolean() ? 0x0800 : 0x8100, random.nextInt(1 << 16));
    }

    private static void balance(InlineSwitch lab, long seed) {
        long received = 0;
        long copies = 0;
        long gone = 0;
        long admitted = 0;
        for (PortCounters port : lab.counters()) {
            received += port.rxPackets();
            copies += port.copies();
            gone += port.txPackets();
            admitted += port.punted();
            for (DropReason reason : DropReason.values()) {
                gone += port.egressDrops(reason);
                admitted += reason == DropReason.NO_DESTINATION ? 0 : port.ingressDrops(reason);
            }
        }
        for (int vid = 0; vid < VlanCounters.VIDS; vid++) {
            admitted += lab.vlans().packets(vid);
        }
        assertThat(admitted).as("seed %d: received = forwarded in VLANs + punted + dropped", seed).isEqualTo(received);
        assertThat(gone).as("seed %d: copies = sent + dropped", seed).isEqualTo(copies);
    }
}
