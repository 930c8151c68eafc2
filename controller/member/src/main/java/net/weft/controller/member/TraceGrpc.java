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

/** {@code weft.v1.TraceService}: packets in words to frames, traces of the switch to messages. */
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
            observer.onNext(TraceMessages.of(trace, agent.desired()).addAllAssumptions(packet.assumptions()).build());
        });
    }

    private PacketBuilder.Built packet(TraceRequest request) {
        return switch (request.getPacketCase()) {
            case FRAME -> PacketBuilder.of(TracedFrame.of(request.getFrame().toByteArray()));
            case SPEC -> PacketBuilder.build(PacketSpecParser.parse(request.getSpec()), station(request.getPort()));
            case PACKET_NOT_SET -> throw new IllegalArgumentException("which packet? expected spec or frame");
        };
    }

    /** The station heard on the port last. */
    private Optional<MacAddress> station(String name) {
        int number = agent.vswitch().ports().stream().map(PortStatus::spec).filter(spec -> spec.name().equals(name))
                .mapToInt(spec -> spec.number()).findFirst().orElse(-1);
        record Heard(long mac, int ageSeconds) {
        }
        AtomicReference<Optional<Heard>> last = new AtomicReference<>(Optional.empty());
        agent.vswitch().macs().forEach(agent.vswitch().nowSeconds(), (_, mac, port, age) -> {
            if (port == number) {
                Heard heard = new Heard(mac, age);
                last.set(Optional.of(last.get().filter(other -> other.ageSeconds() <= age).orElse(heard)));
            }
        });
        return last.get().map(heard -> MacWord.address(heard.mac()));
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
                // looked at between two packets; without a handler, answers to one who left are faults
            });
            try (LiveTrace live = agent.vswitch().follow(request.getPort(), match, count)) {
                follow(live, count, call::isCancelled, observer::onNext);
            }
        });
    }

    private void follow(LiveTrace live, int count, BooleanSupplier cancelled, Consumer<PacketTrace> found) {
        int told = 0;
        while (told < count && !cancelled.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            try {
                Trace trace = agent.vswitch().next(live, POLL_MILLIS);
                if (trace != null) {
                    found.accept(TraceMessages.of(trace, agent.desired()).setMissed(live.missed()).build());
                    told++;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
