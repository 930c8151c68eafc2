package net.weft.controller.member;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import net.weft.controller.member.packet.PacketBuilder;
import net.weft.controller.member.packet.PacketMatch;
import net.weft.controller.member.packet.PacketSpecParser;
import net.weft.packet.MacAddress;
import net.weft.packet.MacWord;
import net.weft.v1.FollowPacketsRequest;
import net.weft.v1.PacketTrace;
import net.weft.v1.TraceRequest;
import net.weft.v1.TraceServiceGrpc;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;

/**
 * The service {@code weft.v1.TraceService}: it converts packet descriptions to frames, and traces of the switch to
 * messages.
 */
public final class TraceGrpc extends TraceServiceGrpc.TraceServiceImplBase {
    private static final int MAX_FOLLOWED = 1000;
    private static final long POLL_MILLIS = 100;

    private final MemberAgent agent;

    public TraceGrpc(MemberAgent agent) {
        this.agent = agent;
    }

    @Override
    public void trace(TraceRequest request, StreamObserver<PacketTrace> observer) {
        Answers.stream(observer, () -> {
            PacketBuilder.Built packet = packet(request);
            Trace trace = agent.vswitch().trace(request.getPort(), packet.frame());
            observer.onNext(TraceMessages.of(trace, agent.desired()).addAllAssumptions(packet.assumptions())
                    .addAllWhyNot(WhyNot.of(agent.vswitch(), trace, packet.frame().bytes(), request.getTo())).build());
        });
    }

    private PacketBuilder.Built packet(TraceRequest request) {
        return switch (request.getPacketCase()) {
            case FRAME -> PacketBuilder.of(TracedFrame.of(request.getFrame().toByteArray()));
            case SPEC -> PacketBuilder.build(PacketSpecParser.parse(request.getSpec()), latestMac(request.getPort()));
            case PACKET_NOT_SET -> throw new IllegalArgumentException("which packet? expected spec or frame");
        };
    }

    /** Returns the most recently seen MAC address on the port. */
    private Optional<MacAddress> latestMac(String name) {
        int number = agent.vswitch().ports().stream().map(PortStatus::spec).filter(spec -> spec.name().equals(name))
                .mapToInt(spec -> spec.number()).findFirst().orElse(-1);
        record Entry(long mac, int ageSeconds) {
        }
        AtomicReference<Optional<Entry>> last = new AtomicReference<>(Optional.empty());
        agent.vswitch().macs().forEach(agent.vswitch().nowSeconds(), (_, mac, port, age) -> {
            if (agent.vswitch().portNumber(port) == number) {
                Entry entry = new Entry(mac, age);
                last.set(Optional.of(last.get().filter(other -> other.ageSeconds() <= age).orElse(entry)));
            }
        });
        return last.get().map(entry -> MacWord.address(entry.mac()));
    }

    @Override
    public void followPackets(FollowPacketsRequest request, StreamObserver<PacketTrace> observer) {
        Answers.stream(observer, () -> {
            int count = request.getCount();
            if (count < 1 || count > MAX_FOLLOWED) {
                throw new IllegalArgumentException("count " + count + ": expected 1 to " + MAX_FOLLOWED);
            }
            PacketMatch match = new PacketMatch(PacketSpecParser.parse(request.getSpec()));
            ServerCallStreamObserver<PacketTrace> call = (ServerCallStreamObserver<PacketTrace>) observer;
            call.setOnCancelHandler(() -> {
                // The loop polls isCancelled; without a handler, a response after cancellation would throw.
            });
            try (LiveTrace live = agent.vswitch().follow(request.getPort(), match, count)) {
                follow(live, count, call::isCancelled, observer::onNext);
            }
        });
    }

    private void follow(LiveTrace live, int count, BooleanSupplier cancelled, Consumer<PacketTrace> found) {
        int reported = 0;
        while (reported < count && !cancelled.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            try {
                Trace trace = agent.vswitch().next(live, POLL_MILLIS);
                if (trace != null) {
                    found.accept(TraceMessages.of(trace, agent.desired()).setMissed(live.missed()).build());
                    reported++;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
