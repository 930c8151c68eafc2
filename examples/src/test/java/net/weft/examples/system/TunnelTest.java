package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static net.weft.examples.lab.Frames.BROADCAST;
import static net.weft.examples.lab.Frames.TPID_8021AD;
import static net.weft.examples.lab.Frames.TPID_8021Q;
import static net.weft.examples.lab.Frames.marked;
import static net.weft.examples.lab.Frames.tag;
import static net.weft.examples.lab.Frames.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A customer at both ends of a cable between two trunks of the switch: near the customer are q1 (tunnel 200) and q2 (tunnel 300), the trunks
 * carry VLAN 200 and 300 each, and the test is the provider between them, who hands frames of the one VLAN over to the other.
 */
@Tag("system")
class TunnelTest {
    private static final String NEAREST_CUSTOMER_BRIDGE = "01:80:c2:00:00:00";
    private static final String NEAREST_BRIDGE = "01:80:c2:00:00:0e";
    private static final int CUSTOMER = tag(TPID_8021Q, 3, 5);

    @AutoClose
    private final Lab lab = Lab.open("tunnel");
    private final Namespace namespace = lab.namespace("switch");
    private final Host near = lab.host("q1", namespace, "10.10.0.1/24");
    private final Host far = lab.host("q2", namespace, "10.10.0.2/24");
    private final Host out = lab.host("t1", namespace, "10.10.0.3/24");
    private final Host back = lab.host("t2", namespace, "10.10.0.4/24");
    private final FrameSocket q1 = lab.closing(near.frames());
    private final FrameSocket q2 = lab.closing(far.frames());
    private final FrameSocket t1 = lab.closing(out.frames());
    private final FrameSocket t2 = lab.closing(back.frames());

    private static String fabric(String customers, String trunks) {
        return Fabric.of(nic("q1", customers + ": 200"), nic("q2", customers + ": 300"),
                nic("t1", "trunk: {allowed: [200]}" + trunks), nic("t2", "trunk: {allowed: [300]}" + trunks));
    }

    /** From q1 over the trunk t1, the cable, and the trunk t2 to q2. */
    private void carries(String mark, int tpid) {
        byte[] sent = tagged(BROADCAST, near.mac(), mark, CUSTOMER);
        q1.send(sent);
        byte[] provided = t1.await("the provider's frame", marked(mark));
        assertThat(provided).isEqualTo(Arrays.copyOf(tagged(BROADCAST, near.mac(), mark, tag(tpid, 3, 200), CUSTOMER),
                sent.length + 4));
        t2.send(revised(provided, 300));
        assertThat(q2.await("the customer's frame at the far end", marked(mark))).isEqualTo(sent);
    }

    private static byte[] revised(byte[] frame, int vid) {
        byte[] other = frame.clone();
        other[14] = (byte) (other[14] & 0xF0 | vid >> 8);
        other[15] = (byte) vid;
        return other;
    }

    @Test
    void shouldCarryACustomersFramesAcrossATrunk() {
        WeftProcess weft = WeftProcess.up(lab, namespace, fabric("dot1q-tunnel", ""));
        carries("inside", TPID_8021AD);

        q1.send(tagged(NEAREST_BRIDGE, near.mac(), "near"));
        q1.send(tagged(NEAREST_CUSTOMER_BRIDGE, near.mac(), "far", CUSTOMER, tag(7)));
        byte[] control = t1.await("the customer's own control", marked("far"));
        assertThat(Arrays.copyOfRange(control, 16, control.length)).isEqualTo(Arrays.copyOfRange(
                tagged(NEAREST_CUSTOMER_BRIDGE, near.mac(), "far", CUSTOMER, tag(7)), 12, control.length - 4));
        assertThat(t1.received(marked("near"))).as("what is for the next bridge only").isEmpty();
        assertThat(weft.drops("q1", "reserved-address")).isPositive();

        long refused = weft.drops("t2", "not-member");
        t2.send(tagged(BROADCAST, back.mac(), "other", tag(TPID_8021Q, 0, 300)));
        weft.await("a tag of the other kind is refused", () -> weft.drops("t2", "not-member"),
                drops -> drops > refused);

        weft.apply(fabric("dot1q-tunnel", ", tunnel-tpid: 0x8100")).orThrow();
        carries("asked-for", TPID_8021Q);
        assertThat(q2.received(marked("other"))).isEmpty();

        weft.apply(fabric("access", "")).orThrow();
        q1.send(tagged(BROADCAST, near.mac(), "control", CUSTOMER));
        q1.send(tagged(BROADCAST, near.mac(), "behind"));
        t1.await("what was sent behind it", marked("behind"));
        assertThat(t1.received(marked("control"))).as("an access port takes no tags").isEmpty();
        assertThat(weft.drops("q1", "not-member")).isPositive();
    }
}
