package net.weft.vswitch.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.protocol.MulticastControl;
import net.weft.vswitch.snooping.GroupMessage;
import net.weft.vswitch.snooping.QueryFrame;
import net.weft.vswitch.snooping.Snooping;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where multicast goes in a VLAN whose querier is behind r, and where m wants 239.1.2.3 and ff15::1:203. */
class MulticastGateTest {
    private static final byte[] SOURCE = {2, 0, 0, 0, 0, 0x0a};
    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void snooped() {
        for (String port : new String[]{"s", "m", "r", "x"}) {
            lab.port(port, VlanMembership.access(10));
        }
        Snooping snooping = new Snooping(SOURCE);
        for (boolean ipv6 : new boolean[]{false, true}) {
            snooping.take(10, lab.number("r"), query(ipv6), 0);
            InetAddress group = InetAddress.ofLiteral(ipv6 ? "ff15::1:203" : "239.1.2.3");
            snooping.take(10, lab.number("m"), new GroupMessage.Report(ipv6, 1, true, List.of(group), List.of()), 0);
        }
        lab.multicast(snooping.table(2_000_000_000L));
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static GroupMessage query(boolean ipv6) {
        return new GroupMessage.Query(ipv6, InetAddress.ofLiteral(ipv6 ? "fe80::1" : "10.0.0.9"), 9, Optional.empty(),
                false, 1, 2, 1L << 40);
    }

    private static byte[] packet(String address) {
        byte[] group = InetAddress.ofLiteral(address).getAddress();
        ByteBuffer frame = ByteBuffer.allocate(100);
        if (group.length == 4) {
            frame.put((byte) 1).put((byte) 0).put((byte) 0x5e).put((byte) (group[1] & 0x7f)).put(group, 2, 2);
            frame.put(SOURCE).putShort((short) 0x0800).put((byte) 0x45).position(23);
            frame.put((byte) 17).position(30).put(group);
        } else {
            frame.put((byte) 0x33).put((byte) 0x33).put(group, 12, 4).put(SOURCE).putShort((short) 0x86dd)
                    .put((byte) 0x60).position(20);
            frame.put((byte) 17).position(38).put(group);
        }
        return frame.array();
    }

    private String reached() {
        StringBuilder ports = new StringBuilder();
        for (String port : new String[]{"s", "m", "r", "x"}) {
            ports.append(lab.receive(port).length > 0 ? port : "");
        }
        return ports.toString();
    }

    @ParameterizedTest
    @CsvSource({"239.1.2.3, mr", "ff15::1:203, mr", "239.9.9.9, r", "ff15::9, r", "224.0.0.18, mrx", "224.0.0.251, mrx",
            "ff02::12, mrx", "ff02::1:ff00:1, mrx", "ff15::1:ff01:203, mrx", "ff01::1:203, mrx"})
    void shouldSendGroupsWhereTheyAreWantedAndFloodWhatIsLinkLocal(String group, String ports) {
        lab.send("s", packet(group));
        assertThat(reached()).isEqualTo(ports);
    }

    @Test
    void shouldDropWhatNobodyWantsButItsSender() {
        lab.send("r", packet("239.9.9.9"));
        assertThat(reached()).isEmpty();
        assertThat(lab.drops("r", DropReason.NO_LISTENER)).isOne();
    }

    @Test
    void shouldFloodQueriesAndSendReportsToTheQuerierOnly() {
        lab.send("r", QueryFrame.of(false, SOURCE, Optional.empty())).send("r",
                QueryFrame.of(true, SOURCE, Optional.empty()));
        assertThat(reached()).isEqualTo("smx");
        assertThat(reached()).isEqualTo("smx");
        byte[] report = QueryFrame.of(false, SOURCE, Optional.empty());
        report[14 + 24] = 0x16;
        lab.send("s", report);
        assertThat(reached()).isEqualTo("r");
        byte[] mld = QueryFrame.of(true, SOURCE, Optional.empty());
        mld[14 + 48] = (byte) 143;
        lab.send("s", mld);
        assertThat(reached()).isEqualTo("r");
        assertThat(lab.punted()).hasSize(4)
                .allSatisfy(punted -> assertThat(punted.rule()).isEqualTo(MulticastControl.RULE));
    }

    @Test
    void shouldCountReportsThatComeFasterThanTheyAreLookedAt() {
        byte[] report = QueryFrame.of(false, SOURCE, Optional.empty());
        report[14 + 24] = 0x16;
        for (int n = 0; n < 400; n++) {
            lab.send("s", report);
        }
        assertThat(lab.drops("s", DropReason.PUNT_LIMIT)).isEqualTo(150);
        assertThat(lab.punted()).hasSize(250);
    }

    /** RFC 4541, 2.1.1: what is not known must be flooded; RFC 4286: routers are learned of. */
    @Test
    void shouldFloodUnknownMessagesAndRoutersAdvertisements() {
        byte[] message = QueryFrame.of(false, SOURCE, Optional.empty());
        for (int type : new int[]{0x13, 0x30, 0x31, 0x32}) {
            message[14 + 24] = (byte) type;
            lab.send("s", message);
            assertThat(reached()).as("IGMP type %x", type).isEqualTo("mrx");
        }
        byte[] icmp = QueryFrame.of(true, SOURCE, Optional.empty());
        icmp[14 + 48] = (byte) 151;
        lab.send("s", icmp);
        assertThat(reached()).isEqualTo("mrx");
        assertThat(lab.punted()).as("advertisements and a termination").hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "239.1.2.3|that want it (m, r; queriers and routers: r)|FLOOD",
            "ff15::1:203|that want it (m, r; queriers and routers: r)|FLOOD",
            "239.9.9.9|queriers and multicast routers of VLAN 10 (r), for no station has joined it|FLOOD",
            "224.0.0.18|is a group: to every other port of VLAN 10|FLOOD"})
    void shouldSayWhatTheTableSays(String group, String words, Trace.Verdict verdict) {
        Trace trace = lab.trace("s", TracedFrame.of(packet(group)));
        assertThat(trace.verdict()).isEqualTo(verdict);
        assertThat(trace.steps()).anySatisfy(step -> assertThat(step.text()).contains(words));
    }

    @Test
    void shouldSayThatTheSwitchAloneTakesAReportThatNobodyElseWants() {
        byte[] report = QueryFrame.of(false, SOURCE, Optional.empty());
        report[14 + 24] = 0x16;
        Trace trace = lab.trace("r", TracedFrame.of(report));
        assertThat(trace.verdict()).isEqualTo(Trace.Verdict.CONSUME);
        assertThat(trace.exits()).isEmpty();
    }

    @Test
    void shouldFloodOtherFramesToAddressesOfGroups() {
        byte[] frame = packet("239.9.9.9");
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xb5;
        lab.send("s", frame);
        assertThat(reached()).isEqualTo("mrx");
    }
}
