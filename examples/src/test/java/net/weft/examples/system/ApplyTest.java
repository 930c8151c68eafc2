package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Changed files under load. {@code -Dweft.applies=200} for the long proof; fewer by default.
 */
@Tag("system")
@Tag("alone")
class ApplyTest {
    private static final int APPLIES = Integer.getInteger("weft.applies", 20);
    private static final int RATE = 5000;

    @AutoClose
    private final Lab lab = Lab.open("apply");
    private final Namespace fabric = lab.namespace("switch");
    private final Host left = lab.host("left", fabric, "10.10.0.1/24");
    private final Host right = lab.host("right", fabric, "10.10.0.2/24");
    private final Host third = lab.host("third", fabric, "10.10.0.3/24");

    @Test
    void shouldLoseNothingBetweenPortsThatAnApplyDoesNotTouch() throws Exception {
        WeftProcess weft = WeftProcess.up(lab, fabric, fabricYaml(0));
        assertThat(left.reaches(right.address(), 5)).isTrue();
        try (PacketStream stream = PacketStream.start(left, right, RATE)) {
            for (int i = 1; i <= APPLIES; i++) {
                weft.apply(fabricYaml(i)).orThrow();
            }
            int lost = stream.stopAndCountLost();
            System.out.printf("proof: %d applies, %d packets at %d a second: %d lost, %d doubled%n", APPLIES,
                    stream.sent(),
                    RATE, lost,
                    stream.doubled());
            assertThat(lost).as("lost of " + stream.sent()).isZero();
            assertThat(stream.doubled()).isZero();
            assertThat(stream.sent()).as("it did stream").isGreaterThan(APPLIES * RATE / 100);
        }
        assertThat(third.reaches(left.address(), 5)).as("the last file is in force").isEqualTo(APPLIES % 2 == 0);
    }

    /** The same stream does lose packets when a change touches its ports: so a loss would be seen. */
    @Test
    void shouldSeeALossWhenTheStreamsOwnPortLeaves() throws Exception {
        WeftProcess weft = WeftProcess.up(lab, fabric, fabricYaml(0));
        assertThat(left.reaches(right.address(), 5)).isTrue();
        try (PacketStream stream = PacketStream.start(left, right, RATE)) {
            weft.await("it streams", stream::arrived, arrived -> arrived > RATE / 10);
            weft.apply(fabricYaml(0).replace("device: right, access: 10", "device: right, access: 30")).orThrow();
            weft.apply(fabricYaml(0)).orThrow();
            assertThat(stream.stopAndCountLost()).isPositive();
        }
    }

    /** Each number another file: membership of one port, and a tap that comes and goes. */
    private static String fabricYaml(int number) {
        String text = Fabric.of(nic("left", "access: 10"), nic("right", "access: 10"),
                nic("third", "access: " + (number % 2 == 0 ? 10 : 20)));
        return number % 3 == 0 ? text : text + "  extra: {type: tap, device: weft" + number % 3 + ", access: 40}\n";
    }
}
