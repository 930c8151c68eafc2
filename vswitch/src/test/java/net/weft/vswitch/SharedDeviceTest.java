package net.weft.vswitch;

import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceProvider;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One attachment that serves several ports, through the switch's threads. */
@Timeout(60)
class SharedDeviceTest {
    private static final VlanMembership IN_10 = VlanMembership.access(10);

    @TempDir
    private Path state;
    private final MemoryLinks links = new MemoryLinks();
    /** Frames that left by the shared device, by port index. */
    private final Map<Integer, Integer> left = new HashMap<>();
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        DeviceProvider provider = (spec, ports, _) -> spec instanceof Shared shared
                ? Optional.of(opener(shared, ports, left))
                : Optional.empty();
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1).with(provider));
    }

    @AfterEach
    void stop() {
        lab.close();
        links.close();
    }

    private PortStatus status(String name) {
        return MemoryLinks.status(lab, name);
    }

    /** A device that serves two ports: the last byte of the source or destination MAC tells the place of a frame's port. */
    private record Shared(MemoryLink link) implements DeviceSpec {
        @Override
        public String type() {
            return "shared";
        }

        @Override
        public String label() {
            return link.name();
        }
    }

    /** The open device, like a socket with many peers. */
    private static final class SharedDevice implements DeviceDecorator, ReceiveQueue {
        private final Device device;
        private final int[] ports;
        /** Frames that left, by port index. */
        private final Map<Integer, Integer> left;

        SharedDevice(Device device, int[] ports, Map<Integer, Integer> left) {
            this.device = device;
            this.ports = ports;
            this.left = left;
        }

        @Override
        public Device delegate() {
            return device;
        }

        @Override
        public List<ReceiveQueue> receiveQueues() {
            return List.of(this);
        }

        private ReceiveQueue queue() {
            return device.receiveQueues().getFirst();
        }

        @Override
        public int receive(Burst burst, int budget) {
            int received = queue().receive(burst, budget);
            for (int i = 0; i < received; i++) {
                burst.port[i] = ports[Memory.getByte(burst.head(i) + 11) & 1];
            }
            return received;
        }

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            int sent = device.transmit(burst, list, from, scratch);
            synchronized (left) {
                for (int n = from; n < from + sent; n++) {
                    left.merge(list.port[n], 1, Integer::sum);
                }
            }
            return sent;
        }

        @Override
        public void release() {
            queue().release();
        }

        @Override
        public Fd fd() {
            return queue().fd();
        }

        @Override
        public boolean arm() {
            return queue().arm();
        }

        @Override
        public void disarm() {
            queue().disarm();
        }

        @Override
        public void close() {
            device.close();
        }
    }

    @Test
    void shouldServeTwoPortsOfTwoVlansByOneDevice() {
        MemoryLink peers = links.link("peers");
        MemoryLink ten = links.link("ten");
        MemoryLink twenty = links.link("twenty");
        lab.apply(SwitchConfig.of(List.of(
                PortSpec.of("ten", 1, new DeviceSpec.InMemory(ten), IN_10),
                PortSpec.of("twenty", 2, new DeviceSpec.InMemory(twenty), VlanMembership.access(20)),
                PortSpec.of("alice", 3, new DeviceSpec.Attached("vpn", "alice"), IN_10),
                PortSpec.of("bob", 4, new DeviceSpec.Attached("vpn", "bob"), VlanMembership.access(20))))
                .attached(new AttachmentSpec("office", new Shared(peers), List.of("alice", "bob"), true, 0)));

        peers.send(untagged(Frames.BROADCAST, Packets.mac(2)), 0);
        MemoryLinks.await(() -> ten.receive().length > 0);
        assertThat(twenty.discard()).as("alice is in VLAN 10 alone").isZero();
        peers.send(untagged(Frames.BROADCAST, Packets.mac(3)), 0);
        MemoryLinks.await(() -> twenty.receive().length > 0);
        assertThat(ten.discard()).as("bob is in VLAN 20 alone").isZero();
        assertThat(status("alice").counters().rxPackets()).isOne();
        assertThat(status("bob").counters().rxPackets()).isOne();

        ten.send(untagged(Packets.mac(2), Packets.mac(9)), 0);
        twenty.send(untagged(Packets.mac(3), Packets.mac(9)), 0);
        MemoryLinks
                .await(() -> status("alice").counters().txPackets() == 1 && status("bob").counters().txPackets() == 1);
        synchronized (left) {
            assertThat(left).containsOnly(Map.entry(lab.portIndex(3), 1), Map.entry(lab.portIndex(4), 1));
        }
        assertThat(peers.discard()).isEqualTo(2);

        peers.carrier(false);
        assertThat(status("alice").isUp()).as("the test's opener has no carrier").isTrue();
    }

    private static DeviceOpener opener(Shared shared, int[] ports, Map<Integer, Integer> left) {
        return new DeviceOpener() {
            @Override
            public Device open() {
                return new SharedDevice(shared.link().device(ports[0]), ports, left);
            }

            @Override
            public int mtu() {
                return 1500;
            }

            @Override
            public void close() {
            }
        };
    }

    private record Unheard(String label) implements DeviceSpec {
        @Override
        public String type() {
            return "unheard";
        }
    }

    @Test
    void shouldSayWhyADeviceTypeThatNobodyKnowsIsNotOpened() {
        lab.apply(SwitchConfig
                .of(List.of(PortSpec.of("alice", 3, new DeviceSpec.Attached("vpn", "alice"), IN_10)))
                .attached(new AttachmentSpec("office", new Unheard("peers"), List.of("alice"), true, 0)));
        assertThat(Objects.requireNonNull(status("alice").failure()).message())
                .isEqualTo("peers: this switch opens no devices of type unheard for 1 port");
    }
}
