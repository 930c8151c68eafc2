package net.weft.controller.server.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.util.List;
import net.weft.v1.Connection;
import net.weft.v1.Lag;
import net.weft.v1.ListConnectionsResponse;
import net.weft.v1.ListLagsResponse;
import net.weft.v1.ListPoliciesResponse;
import net.weft.v1.ListPortsResponse;
import net.weft.v1.ListVlansResponse;
import net.weft.v1.Policy;
import net.weft.v1.Port;
import net.weft.v1.Vlan;
import org.junit.jupiter.api.Test;

class RowMergeTest {
    @Test
    void shouldPutTheRowsOfAllMembersIntoOneTable() {
        assertThat(merged("InspectService/ListPorts", ports("a"), ports("b", "c")))
                .isEqualTo(ports("a", "b", "c"));
    }

    @Test
    void shouldAddTheCountersOfOneVlanAndUniteItsPorts() {
        assertThat(merged("InspectService/ListVlans", vlan(10, 5, "a", "b"), vlan(10, 7, "a", "b"), vlan(20, 1, "c")))
                .isEqualTo(ListVlansResponse.newBuilder().addVlans(row(10, 12, "a", "b")).addVlans(row(20, 1, "c"))
                        .build());
    }

    @Test
    void shouldAddTheCountersOfPoliciesAndOfUnmatchedPackets() {
        ListPoliciesResponse one = ListPoliciesResponse.newBuilder()
                .addPolicies(Policy.newBuilder().setName("p").setNumber(3).setPackets(1).setConnections(1).addFrom("x"))
                .setUnmatched(Policy.newBuilder().setPackets(4)).build();
        ListPoliciesResponse two = ListPoliciesResponse.newBuilder()
                .addPolicies(Policy.newBuilder().setName("p").setNumber(3).setPackets(2).addFrom("x"))
                .setUnmatched(Policy.newBuilder().setPackets(5)).build();

        assertThat(merged("ZoneService/ListPolicies", one, two)).isEqualTo(ListPoliciesResponse.newBuilder()
                .addPolicies(Policy.newBuilder().setName("p").setNumber(3).setPackets(3).setConnections(1).addFrom("x"))
                .setUnmatched(Policy.newBuilder().setPackets(9)).build());
    }

    @Test
    void shouldKeepEqualConnectionsOfTwoMembersApart() {
        ListConnectionsResponse one = ListConnectionsResponse.newBuilder()
                .addConnections(Connection.newBuilder().setSource("10.0.0.1:1")).setMatching(1).setTotal(2)
                .setCapacity(8)
                .build();

        assertThat(merged("ZoneService/ListConnections", one, one)).isEqualTo(ListConnectionsResponse.newBuilder()
                .addConnections(Connection.newBuilder().setSource("10.0.0.1:1"))
                .addConnections(Connection.newBuilder().setSource("10.0.0.1:1")).setMatching(2).setTotal(4)
                .setCapacity(16)
                .build());
    }

    @Test
    void shouldPutTheLegsOfOneLagTogether() {
        Lag.Leg first = Lag.Leg.newBuilder().setPort("up1").setMember(1).build();
        Lag.Leg second = Lag.Leg.newBuilder().setPort("up2").setMember(2).build();

        assertThat(merged("InspectService/ListLags",
                ListLagsResponse.newBuilder().addLags(Lag.newBuilder().setName("po1").addLegs(first)).build(),
                ListLagsResponse.newBuilder().addLags(Lag.newBuilder().setName("po1").addLegs(second)).build()))
                .isEqualTo(ListLagsResponse.newBuilder()
                        .addLags(Lag.newBuilder().setName("po1").addLegs(first).addLegs(second)).build());
    }

    private static Message merged(String method, Message... answers) {
        return ((Scopes.All) Scopes.of("weft.v1." + method)).merge().of(List.of(answers));
    }

    private static ListPortsResponse ports(String... names) {
        ListPortsResponse.Builder ports = ListPortsResponse.newBuilder();
        for (String name : names) {
            ports.addPorts(Port.newBuilder().setName(name));
        }
        return ports.build();
    }

    private static ListVlansResponse vlan(int vid, long packets, String... ports) {
        return ListVlansResponse.newBuilder().addVlans(row(vid, packets, ports)).build();
    }

    private static Vlan row(int vid, long packets, String... ports) {
        return Vlan.newBuilder().setVid(vid).setPackets(packets).addAllPorts(List.of(ports)).build();
    }
}
