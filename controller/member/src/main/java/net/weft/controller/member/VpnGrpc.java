package net.weft.controller.member;

import io.grpc.stub.StreamObserver;
import net.weft.v1.DescribeVpnClientRequest;
import net.weft.v1.DescribeVpnClientResponse;
import net.weft.v1.ListVpnPeersRequest;
import net.weft.v1.ListVpnPeersResponse;
import net.weft.v1.VpnServiceGrpc;

/** The service {@code weft.v1.VpnService}: VPN gateways and their peers, read by {@link VpnInspection}. */
public final class VpnGrpc extends VpnServiceGrpc.VpnServiceImplBase {
    private final VpnInspection inspection;

    public VpnGrpc(MemberAgent agent) {
        inspection = new VpnInspection(agent);
    }

    @Override
    public void listVpnPeers(ListVpnPeersRequest request, StreamObserver<ListVpnPeersResponse> observer) {
        Answers.answer(observer,
                () -> ListVpnPeersResponse.newBuilder().addAllPeers(inspection.peers(request.getGateway())).build());
    }

    @Override
    public void describeVpnClient(DescribeVpnClientRequest request,
            StreamObserver<DescribeVpnClientResponse> observer) {
        Answers.answer(observer, () -> inspection.client(request.getGateway(), request.getNetwork()));
    }
}
