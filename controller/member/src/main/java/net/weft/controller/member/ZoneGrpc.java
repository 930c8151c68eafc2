package net.weft.controller.member;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import net.weft.v1.KillConnectionsRequest;
import net.weft.v1.KillConnectionsResponse;
import net.weft.v1.ListConnectionsRequest;
import net.weft.v1.ListConnectionsResponse;
import net.weft.v1.ListPoliciesRequest;
import net.weft.v1.ListPoliciesResponse;
import net.weft.v1.ListZonePairsRequest;
import net.weft.v1.ListZonePairsResponse;
import net.weft.v1.ListZonesRequest;
import net.weft.v1.ListZonesResponse;
import net.weft.v1.ZoneServiceGrpc;

/** The service {@code weft.v1.ZoneService}: zones, policies and connections of this member's switch. */
public final class ZoneGrpc extends ZoneServiceGrpc.ZoneServiceImplBase {
    private static final System.Logger LOG = System.getLogger(ZoneGrpc.class.getName());

    private final ZoneInspection zones;
    private final ConnectionInspection connections;

    /**
     * Creates the service.
     *
     * @param clock clock for the time of a policy's last hit
     */
    public ZoneGrpc(MemberAgent agent, InstantSource clock) {
        zones = new ZoneInspection(agent, clock);
        connections = new ConnectionInspection(agent);
    }

    @Override
    public void listZones(ListZonesRequest request, StreamObserver<ListZonesResponse> observer) {
        Answers.answer(observer, () -> ListZonesResponse.newBuilder().addAllZones(zones.zones()).build());
    }

    @Override
    public void listZonePairs(ListZonePairsRequest request, StreamObserver<ListZonePairsResponse> observer) {
        Answers.answer(observer,
                () -> ListZonePairsResponse.newBuilder().addAllPairs(zones.pairs(request.getTenant())).build());
    }

    @Override
    public void listPolicies(ListPoliciesRequest request, StreamObserver<ListPoliciesResponse> observer) {
        Answers.answer(observer, zones::policies);
    }

    @Override
    public void listConnections(ListConnectionsRequest request, StreamObserver<ListConnectionsResponse> observer) {
        Answers.answer(observer, () -> connections.list(request));
    }

    @Override
    public void killConnections(KillConnectionsRequest request, StreamObserver<KillConnectionsResponse> observer) {
        Answers.answer(observer, () -> {
            int killed = connections.kill(request.getFilter(), request.getAll());
            LOG.log(System.Logger.Level.INFO, "{0} connections ended by command", Integer.toString(killed));
            return KillConnectionsResponse.newBuilder().setKilled(killed).build();
        });
    }
}
