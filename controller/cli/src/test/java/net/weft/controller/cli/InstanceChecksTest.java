package net.weft.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.v1.Drop;
import net.weft.v1.Worker;
import org.junit.jupiter.api.Test;

class InstanceChecksTest {
    private static Drop.Builder badOffload() {
        return Drop.newBuilder().setPort("lab").setReason("bad-offload").setPackets(3);
    }

    @Test
    void shouldSayWhatEndsBadOffloads() {
        assertThat(InstanceChecks.drop(badOffload().setIngress(3).build()).orElseThrow().line())
                .matches("warn +port lab +3 frames .*ethtool -K TUNNEL tx off");
    }

    @Test
    void shouldSayWhatAPinningWouldGain() {
        Worker worker = Worker.newBuilder().setId(0).setCpu(2).build();
        Worker.Queue.Builder queue = Worker.Queue.newBuilder().setPort("vm7").addGuestCpus(9).setDistance("far");
        assertThat(InstanceChecks.distance(worker, queue.clone().addNearerCpus(8).build()).orElseThrow().line())
                .matches("warn +port vm7 +its guest runs on processors \\[9], far from processor 2 of worker 0; "
                        + "pin a worker to one of \\[8] .*");
        assertThat(InstanceChecks.distance(worker, queue.build()).orElseThrow().line())
                .contains("no other processor shares a cache with the guest's");
        assertThat(InstanceChecks.distance(worker, queue.clone().setDistance("near").build())).isEmpty();
        assertThat(InstanceChecks.distance(worker, queue.clone().setDistance("").build())).isEmpty();
    }

    @Test
    void shouldSayNothingOfOtherDrops() {
        assertThat(InstanceChecks.drop(badOffload().setIngress(3).setReason("not-member").build())).isEmpty();
        assertThat(InstanceChecks.drop(badOffload().setEgress(3).build())).isEmpty();
    }
}
