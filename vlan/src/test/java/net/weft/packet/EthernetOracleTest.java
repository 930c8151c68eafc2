package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.ArpPacket;
import org.pcap4j.packet.Dot1qVlanTagPacket;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.namednumber.ArpHardwareType;
import org.pcap4j.packet.namednumber.ArpOperation;

/** Ethernet, VLAN tag and ARP beside pcap4j. */
class EthernetOracleTest {
    private static final Random RANDOM = Seed.random(EthernetOracleTest.class);

    @RepeatedTest(50)
    void shouldReadTagAndArpAsPcap4jBuiltThem() throws Exception {
        long destination = Bytes.randomMac(RANDOM);
        long source = Bytes.randomMac(RANDOM);
        long target = Bytes.randomMac(RANDOM);
        int pcp = RANDOM.nextInt(8);
        int vid = RANDOM.nextInt(4096);
        boolean dei = RANDOM.nextBoolean();
        int operation = 1 + RANDOM.nextInt(0xffff);
        int senderIp = RANDOM.nextInt();
        int targetIp = RANDOM.nextInt();
        var arp = new ArpPacket.Builder().hardwareType(ArpHardwareType.ETHERNET)
                .protocolType(org.pcap4j.packet.namednumber.EtherType.IPV4).hardwareAddrLength((byte) 6)
                .protocolAddrLength((byte) 4).operation(ArpOperation.getInstance((short) operation))
                .srcHardwareAddr(Bytes.pcapMac(source)).srcProtocolAddr(Bytes.inet4(senderIp))
                .dstHardwareAddr(Bytes.pcapMac(target)).dstProtocolAddr(Bytes.inet4(targetIp));
        var tag = new Dot1qVlanTagPacket.Builder().priority((byte) pcp).cfi(dei).vid((short) vid)
                .type(org.pcap4j.packet.namednumber.EtherType.ARP).payloadBuilder(arp);
        byte[] frame = new EthernetPacket.Builder().dstAddr(Bytes.pcapMac(destination))
                .srcAddr(Bytes.pcapMac(source))
                .type(org.pcap4j.packet.namednumber.EtherType.DOT1Q_VLAN_TAGGED_FRAMES).payloadBuilder(tag)
                .paddingAtBuild(true).build().getRawData();
        MemorySegment segment = Bytes.segment(frame);

        assertThat(Ethernet.check(segment, Bytes.AT, frame.length)).isTrue();
        assertThat(Ethernet.destination(segment, Bytes.AT)).isEqualTo(destination);
        assertThat(Ethernet.source(segment, Bytes.AT)).isEqualTo(source);
        assertThat(Ethernet.type(segment, Bytes.AT)).isEqualTo(EtherType.VLAN);

        long tagAt = Bytes.AT + Ethernet.TYPE;
        assertThat(VlanTag.check(segment, tagAt, 4)).isTrue();
        int word = VlanTag.tag(segment, tagAt);
        assertThat(word).isEqualTo(VlanTag.tag(0x8100, VlanTag.tci(word)));
        assertThat(VlanTag.pcp(word)).isEqualTo(pcp);
        assertThat(VlanTag.dei(word) == 1).isEqualTo(dei);
        assertThat(VlanTag.vid(word)).isEqualTo(vid);

        long arpAt = Bytes.AT + Ethernet.LENGTH + VlanTag.LENGTH;
        assertThat(Arp.check(segment, arpAt, Arp.LENGTH)).isTrue();
        assertThat(Arp.Header.parse(segment, arpAt, Arp.LENGTH)).isEqualTo(new Arp.Header(operation,
                new MacAddress(source), senderIp, new MacAddress(target), targetIp));
    }

    @RepeatedTest(50)
    void shouldEmitWhatPcap4jDissects() throws Exception {
        var ethernet = new Ethernet.Header(new MacAddress(Bytes.randomMac(RANDOM)),
                new MacAddress(Bytes.randomMac(RANDOM)), EtherType.VLAN);
        var tag = new VlanTag.Header(EtherType.VLAN, RANDOM.nextInt(8), RANDOM.nextBoolean(), RANDOM.nextInt(4096));
        var arp = new Arp.Header(RANDOM.nextInt(0x10000), ethernet.source(), RANDOM.nextInt(),
                new MacAddress(Bytes.randomMac(RANDOM)), RANDOM.nextInt());
        byte[] frame = Bytes.emitted(60, (segment, at) -> {
            segment.fill((byte) 0);
            ethernet.emit(segment, at);
            tag.emit(segment, at + Ethernet.TYPE);
            NetworkOrder.putU16(segment, at + 16, EtherType.ARP);
            arp.emit(segment, at + 18);
        });

        var dissected = EthernetPacket.newPacket(frame, 0, frame.length);
        assertThat(dissected.getHeader().getDstAddr()).hasToString(ethernet.destination().toString());
        assertThat(dissected.getHeader().getSrcAddr()).hasToString(ethernet.source().toString());
        var tagHeader = dissected.get(Dot1qVlanTagPacket.class).getHeader();
        assertThat(tagHeader.getPriority()).isEqualTo((byte) tag.pcp());
        assertThat(tagHeader.getCfi()).isEqualTo(tag.dei());
        assertThat(tagHeader.getVidAsInt()).isEqualTo(tag.vid());
        var arpHeader = dissected.get(ArpPacket.class).getHeader();
        assertThat(arpHeader.getOperation().value()).isEqualTo((short) arp.operation());
        assertThat(arpHeader.getSrcHardwareAddr()).hasToString(arp.senderMac().toString());
        assertThat(arpHeader.getSrcProtocolAddr()).isEqualTo(Bytes.inet4(arp.senderIp()));
        assertThat(arpHeader.getDstHardwareAddr()).hasToString(arp.targetMac().toString());
        assertThat(arpHeader.getDstProtocolAddr()).isEqualTo(Bytes.inet4(arp.targetIp()));
    }

    @Test
    void shouldKnowBothKindsOfTagAndNoOther() {
        for (int tpid = 0; tpid <= 0xffff; tpid++) {
            MemorySegment segment = Bytes.segment(new byte[]{(byte) (tpid >>> 8), (byte) tpid, 0, 1});
            assertThat(VlanTag.check(segment, Bytes.AT, 4)).isEqualTo(tpid == 0x8100 || tpid == 0x88a8);
            assertThat(VlanTag.tpid(VlanTag.tag(segment, Bytes.AT))).isEqualTo(tpid);
        }
    }

    @Test
    void shouldRefuseArpForAnythingButIpv4OverEthernet() {
        byte[] sane = Bytes.emitted(Arp.LENGTH,
                new Arp.Header(Arp.REQUEST, MacAddress.ZERO, 1, MacAddress.ZERO, 2)::emit);
        for (int i = 0; i < 6; i++) {
            byte[] other = sane.clone();
            other[i] ^= 1;
            assertThat(Arp.check(Bytes.segment(other), Bytes.AT, Arp.LENGTH)).as("byte %d", i).isFalse();
        }
        assertThat(Arp.check(Bytes.segment(sane), Bytes.AT, Arp.LENGTH)).isTrue();
        assertThat(Arp.check(Bytes.segment(sane), Bytes.AT, Arp.LENGTH - 1)).isFalse();
    }
}
