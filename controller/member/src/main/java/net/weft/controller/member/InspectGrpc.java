package net.weft.controller.member;

import io.grpc.stub.StreamObserver;
import net.weft.v1.DescribeGuestNicsRequest;
import net.weft.v1.DescribeGuestNicsResponse;
import net.weft.v1.InspectServiceGrpc;
import net.weft.v1.ListDropsRequest;
import net.weft.v1.ListDropsResponse;
import net.weft.v1.ListExportsRequest;
import net.weft.v1.ListExportsResponse;
import net.weft.v1.ListLagsRequest;
import net.weft.v1.ListLagsResponse;
import net.weft.v1.ListMacsRequest;
import net.weft.v1.ListMacsResponse;
import net.weft.v1.ListMulticastRequest;
import net.weft.v1.ListMulticastResponse;
import net.weft.v1.ListNamesRequest;
import net.weft.v1.ListNamesResponse;
import net.weft.v1.ListNeighborsRequest;
import net.weft.v1.ListStackRequest;
import net.weft.v1.ListStackResponse;
import net.weft.v1.ListNeighborsResponse;
import net.weft.v1.ListNetworksRequest;
import net.weft.v1.ListNetworksResponse;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.ListPortsResponse;
import net.weft.v1.ListVlansRequest;
import net.weft.v1.ListVlansResponse;
import net.weft.v1.ListWorkersRequest;
import net.weft.v1.ListWorkersResponse;

/** The service {@code weft.v1.InspectService}: the state of this member's switch, read by {@link Inspection}. */
public final class InspectGrpc extends InspectServiceGrpc.InspectServiceImplBase {
    private final Inspection inspection;
    private final MemberAgent agent;

    public InspectGrpc(MemberAgent agent) {
        this.agent = agent;
        inspection = new Inspection(agent);
    }

    @Override
    public void listPorts(ListPortsRequest request, StreamObserver<ListPortsResponse> observer) {
        Answers.answer(observer, () -> ListPortsResponse.newBuilder().addAllPorts(inspection.ports()).build());
    }

    @Override
    public void listNames(ListNamesRequest request, StreamObserver<ListNamesResponse> observer) {
        Answers.answer(observer, () -> ListNamesResponse.newBuilder()
                .addAllNames(NameInspection.of(agent.desired().config(), request.getKind())).build());
    }

    @Override
    public void listMacs(ListMacsRequest request, StreamObserver<ListMacsResponse> observer) {
        Answers.answer(observer, () -> ListMacsResponse.newBuilder().addAllMacs(inspection.macs(request)).build());
    }

    @Override
    public void listVlans(ListVlansRequest request, StreamObserver<ListVlansResponse> observer) {
        Answers.answer(observer, () -> ListVlansResponse.newBuilder().addAllVlans(inspection.vlans()).build());
    }

    @Override
    public void listDrops(ListDropsRequest request, StreamObserver<ListDropsResponse> observer) {
        Answers.answer(observer,
                () -> ListDropsResponse.newBuilder().addAllDrops(inspection.drops(request.getAll())).build());
    }

    @Override
    public void listNetworks(ListNetworksRequest request, StreamObserver<ListNetworksResponse> observer) {
        Answers.answer(observer, () -> ListNetworksResponse.newBuilder().addAllNetworks(inspection.networks()).build());
    }

    @Override
    public void listWorkers(ListWorkersRequest request, StreamObserver<ListWorkersResponse> observer) {
        Answers.answer(observer, () -> ListWorkersResponse.newBuilder().addAllWorkers(inspection.workers()).build());
    }

    @Override
    public void listExports(ListExportsRequest request, StreamObserver<ListExportsResponse> observer) {
        Answers.answer(observer, () -> ListExportsResponse.newBuilder().addAllExports(inspection.exports()).build());
    }

    @Override
    public void listMulticast(ListMulticastRequest request, StreamObserver<ListMulticastResponse> observer) {
        Answers.answer(observer, () -> ListMulticastResponse.newBuilder()
                .addAllGroups(MulticastInspection.groups(agent, request.getVlan())).build());
    }

    @Override
    public void listLags(ListLagsRequest request, StreamObserver<ListLagsResponse> observer) {
        Answers.answer(observer, () -> ListLagsResponse.newBuilder().addAllLags(LagInspection.lags(agent)).build());
    }

    @Override
    public void listStack(ListStackRequest request, StreamObserver<ListStackResponse> observer) {
        Answers.answer(observer,
                () -> ListStackResponse.newBuilder().addAllMembers(StackInspection.members(agent)).build());
    }

    @Override
    public void listNeighbors(ListNeighborsRequest request, StreamObserver<ListNeighborsResponse> observer) {
        Answers.answer(observer, () -> ListNeighborsResponse.newBuilder()
                .addAllNeighbors(NeighborInspection.neighbors(agent)).build());
    }

    @Override
    public void describeGuestNics(DescribeGuestNicsRequest request,
            StreamObserver<DescribeGuestNicsResponse> observer) {
        Answers.answer(observer, () -> DescribeGuestNicsResponse.newBuilder().addAllNics(request.getPortsList().stream()
                .map(port -> GuestNics.of(agent.desired().config(), port)).toList()).build());
    }
}
