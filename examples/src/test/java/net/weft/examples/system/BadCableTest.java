package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.examples.lab.Accounts;
import net.weft.examples.lab.BadCable;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Transfer;
import net.weft.examples.lab.WeftProcess;
import net.weft.vswitch.device.fault.LinkFaults;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A switch with one port behind a cable that loses, doubles, swaps and damages frames. */
@Tag("system")
class BadCableTest {
    private static final int BYTES = 1 << 20;
    private static final long SEED = 4;
    private static final LinkFaults FAULTS = new LinkFaults(0.01, 0.01, 0.01, 0.01, 100_000, 200_000);

    @AutoClose
    private final Lab lab = Lab.open("badcable");
    private final Namespace namespace = lab.namespace("switch");
    private final Namespace cable = lab.namespace("cable");

    @Test
    void shouldCarryTcpWholeAndAccountForEveryFrame() {
        Host near = lab.host("p1", namespace, "10.10.0.1/24");
        Host far = lab.host("far", cable, "10.10.0.2/24");
        lab.cable(namespace, "p2", cable, "near");
        BadCable bad = BadCable.lay(lab, cable, "near", "far", FAULTS, SEED);
        WeftProcess weft = WeftProcess.up(lab, namespace,
                Fabric.of(nic("p1", "access: 10"), nic("p2", "access: 10")));
        Transfer.serve(lab, far.namespace());
        byte[] payload = Transfer.payload(SEED, BYTES);
        assertThat(Transfer.send(near.namespace(), far.endpoint(Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));
        assertThat(bad.lost()).as("lost").isPositive();
        assertThat(bad.corrupted()).as("damaged").isPositive();
        assertThat(bad.duplicated()).as("doubled").isPositive();
        assertThat(bad.reordered()).as("swapped").isPositive();
        System.out.printf("of a TCP transfer of %d bytes: %d frames lost, %d damaged, %d doubled, %d swapped%n", BYTES,
                bad.lost(), bad.corrupted(), bad.duplicated(), bad.reordered());
        Accounts.assertBalance(weft);
    }
}
