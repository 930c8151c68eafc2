package net.weft.vswitch.protocol;

import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.packet.MacWord;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.zone.AddressBinding;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which addresses are noted of what passes through a switch, and how many at most. */
class AddressSightingsTest {
    private static final String EVERYONE = "ff:ff:ff:ff:ff:ff";
    private static final int VLAN = 10;

    private final InlineSwitch lab = new InlineSwitch().port("a", VlanMembership.access(VLAN)).port("b",
            VlanMembership.access(VLAN));
    private final AddressSightings sightings = new AddressSightings(lab.macs());
    private int second = 1;

    @AfterEach
    void close() {
        lab.close();
    }

    private void send(String port, byte[] frame) {
        lab.nowSeconds(second++); // so that the limit of frames a second does not matter
        lab.send(port, frame);
        lab.punted().forEach(frames -> sightings.receive(frames, 0));
    }

    private List<String> of(int host) {
        long mac = MacWord.of(MacAddress.parse(mac(host)));
        return Objects.requireNonNullElse(sightings.all().get(new AddressSightings.Station(VLAN, mac)), List.of())
                .stream().map(Object::toString).toList();
    }

    /** @param sender MAC address that the message claims */
    private static byte[] arp(String destination, int host, int sender, int operation, String ip) {
        ByteBuffer frame = ByteBuffer.wrap(Frames.frame(destination, mac(host), 46, 0x0806));
        frame.position(14).putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4)
                .putShort((short) operation);
        for (String octet : mac(sender).split(":")) {
            frame.put((byte) Integer.parseInt(octet, 16));
        }
        for (String number : ip.split("\\.")) {
            frame.put((byte) Integer.parseInt(number));
        }
        return frame.array();
    }

    /** @param type 135 or 136 @param source last byte of the source, fe80::, 0 for :: @param target of the target */
    private static byte[] neighbor(int host, int type, int source, int target) {
        ByteBuffer frame = ByteBuffer
                .wrap(Frames.frame(type == 135 ? "33:33:ff:00:00:01" : "33:33:00:00:00:01", mac(host), 64, 0x86dd));
        frame.position(14).putInt(0x6000_0000).putShort((short) 24).put((byte) 58).put((byte) 255);
        frame.putLong(source == 0 ? 0 : 0xfe80L << 48).putLong(source);
        frame.putLong(0xff02L << 48).putLong(1).put((byte) type).position(62);
        return frame.putLong(0xfe80L << 48).putLong(target).array();
    }

    @Test
    void shouldNoteWhatHostsClaimByArpAndNeighborDiscovery() {
        send("a", arp(EVERYONE, 1, 1, 1, "10.10.0.1"));
        send("b", arp(EVERYONE, 2, 2, 2, "10.10.0.2"));
        send("b", neighbor(2, 135, 7, 99));
        send("b", neighbor(2, 136, 7, 8));
        assertThat(of(1)).containsExactly("10.10.0.1");
        assertThat(of(2)).containsExactly("10.10.0.2", "fe80::7", "fe80::8");
    }

    @Test
    void shouldNoteNothingElse() {
        send("a", arp(EVERYONE, 1, 1, 1, "0.0.0.0")); // a probe
        send("a", neighbor(1, 135, 0, 5)); // the same in IPv6
        send("a", arp(EVERYONE, 1, 2, 1, "10.10.0.9")); // in another's name
        send("b", Packets.udp(2, 1, 1, 1)); // no claim: it may be a router
        assertThat(lab.punted()).isEmpty();
        assertThat(sightings.all()).isEmpty();
    }

    @Test
    void shouldNoteNothingThatAGuardRefuses() {
        AddressBinding binding = new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of());
        send("a", arp(EVERYONE, 3, 3, 1, "10.10.0.3"));
        assertThat(of(3)).as("without guard").isNotEmpty();
        lab.zoning(Zoning.OFF, Map.of(), Map.of("a", binding));
        send("a", arp(EVERYONE, 4, 4, 1, "10.10.0.4"));
        assertThat(of(4)).isEmpty();
    }

    @Test
    void shouldKeepTheNewestEight() {
        for (int n = 1; n <= 20; n++) {
            send("a", arp(EVERYONE, 1, 1, 1, "10.10.0." + n));
        }
        send("a", arp(EVERYONE, 1, 1, 1, "10.10.0.13"));
        assertThat(of(1)).hasSize(AddressSightings.MOST_OF_STATION).endsWith("10.10.0.20", "10.10.0.13")
                .doesNotContain("10.10.0.12");
    }

    @Test
    void shouldBoundWhatOnePortAndAllHave() {
        for (int n = 0; n < AddressSightings.MOST_OF_PORT + 100; n++) {
            byte[] frame = arp(EVERYONE, 1, 1, 1, "10.10.0.1");
            ByteBuffer.wrap(frame).putShort(8, (short) n).putShort(24, (short) n);
            send("a", frame);
        }
        send("b", arp(EVERYONE, 2, 2, 1, "10.10.0.2"));
        assertThat(sightings.all()).hasSize(AddressSightings.MOST_OF_PORT + 1);
        assertThat(of(2)).as("another port's").containsExactly("10.10.0.2");
    }

    @Test
    void shouldLimitTheFramesOfAPort() {
        int punted = 0;
        for (int n = 0; n < 1000; n++) {
            lab.send("a", arp(EVERYONE, 1, 1, 1, "10.10.0.1"));
            punted += lab.punted().size();
        }
        assertThat(punted).isBetween(1, 100);
        assertThat(lab.receiveAll("b")).as("all are forwarded").hasSize(1000);
    }

    @Test
    void shouldForgetWithTheEntryAndWhenItMoves() {
        send("a", arp(EVERYONE, 1, 1, 1, "10.10.0.1"));
        send("a", arp(EVERYONE, 3, 3, 1, "10.10.0.3"));
        send("b", Packets.udp(1, 2, 1, 1)); // it is on another port now, and has claimed nothing there
        assertThat(of(1)).isEmpty();
        send("b", arp(EVERYONE, 1, 1, 1, "10.10.0.7"));
        assertThat(of(1)).containsExactly("10.10.0.7");
        lab.macs().flush(lab.number("a"));
        assertThat(of(3)).isEmpty();
        sightings.tick(0);
        send("a", Packets.udp(3, 2, 1, 1));
        assertThat(of(3)).as("learned again, and it has claimed nothing since").isEmpty();
    }

    /** A trace neither notes an address nor tells people about the copy. */
    @Test
    void shouldNoteNothingOfATrace() {
        assertThat(lab.trace("a", TracedFrame.of(arp(EVERYONE, 1, 1, 1, "10.10.0.1"))).steps())
                .noneMatch(step -> step.text().contains("noted"));
        assertThat(lab.punted()).isEmpty();
    }
}
