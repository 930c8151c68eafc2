package net.weft.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The laboratory without Weft in it: hosts cabled to another switch. */
@Tag("system")
class LabTest {
    private static final long SEED = 7;

    @AutoClose
    private final Lab lab = Lab.open("self");

    @Test
    void shouldSegmentHostsBehindAnOpenVSwitch() throws Exception {
        Namespace fabric = lab.namespace("fabric");
        OvsPeer peer = OvsPeer.start(lab, fabric, false);
        Host a = lab.host("a", fabric, "10.10.0.1/24");
        Host b = lab.host("b", fabric, "10.10.0.2/24");
        Host trunk = lab.host("trunk", fabric, "10.30.0.1/24");
        for (Host host : List.of(a, b, trunk)) {
            fabric.run("ethtool", "-K", host.cable(), "tx", "off").orThrow();
            host.namespace().run("ethtool", "-K", Host.DEVICE, "tx", "off").orThrow();
        }
        peer.add("a", "tag=10");
        peer.add("b", "tag=10");
        peer.add("trunk", "trunks=10,20");
        peer.addInternal("mgmt", "10.10.0.9/24", "tag=10");
        Transfer.serve(lab, b.namespace());
        byte[] payload = Transfer.payload(SEED, 1_000_000);

        assertThat(a.reaches("10.10.0.2", 10)).isTrue();
        assertThat(a.reaches("10.10.0.9", 10)).isTrue();
        assertThat(Transfer.send(a.namespace(), b.endpoint(Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));
        try (FrameSocket out = trunk.frames(); FrameSocket in = a.frames()) {
            in.send(Frames.frame(Frames.BROADCAST, a.mac(), "from-a"));
            assertThat(Frames.firstTag(out.await("the frame of a", Frames.marked("from-a")))).isEqualTo(Frames.tag(10));
            out.send(Frames.tagged(Frames.BROADCAST, trunk.mac(), "other-vlan", Frames.tag(20)));
            out.send(Frames.tagged(Frames.BROADCAST, trunk.mac(), "same-vlan", Frames.tag(10)));
            assertThat(Frames.tags(in.await("the frame of the trunk", Frames.marked("same-vlan")))).isZero();
            assertThat(in.received(Frames.marked("other-vlan"))).isEmpty();
        }
    }

    @Test
    void shouldLeaveNothingBehind() {
        Process forgotten;
        Path file;
        try (Lab other = Lab.open("other")) {
            Namespace namespace = other.namespace("one");
            Host host = other.host("two", namespace, "10.0.0.1/24");
            file = other.path("file");
            forgotten = host.namespace().call(() -> host.namespace().program(List.of("sleep", "600")).start());
            assertThat(host.devices()).containsExactlyInAnyOrder("eth0", "lo");
        }

        assertThat(forgotten.onExit()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(file.getParent()).doesNotExist();
        assertThat(Programs.run("ip", "netns", "list").out()).doesNotContain("-other-");
    }
}
