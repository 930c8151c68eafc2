package net.weft.stacking;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.weft.stacking.control.Agreement;
import net.weft.stacking.control.StackSecret;
import net.weft.stacking.lag.SharedLags;
import net.weft.stacking.topology.LagPlaces;
import net.weft.stacking.topology.Topology;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.protocol.LinkProtocol;
import net.weft.vswitch.protocol.ProtocolPort;
import net.weft.vswitch.protocol.ProtocolPorts;
import net.weft.vswitch.stack.StackFrame;
import net.weft.vswitch.stack.StackLinkSpec;
import net.weft.vswitch.stack.StackRoutes;
import net.weft.vswitch.stack.StackSession;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link StackMember} in a switch: takes control frames of stack ports, tells it of their carriers, sends its messages, and stores
 * the ways and keys that it computes where the workers read them. All methods run on the protocols' thread.
 */
public final class StackProtocol implements LinkProtocol {
    private static final int PER_SECOND = 4000;
    private static final int BURST = 400;
    private static final int LEAST_FRAME = 60;
    private static final ValueLayout.OfLong LITTLE_ENDIAN = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The rule that takes control frames of stack ports. */
    public static final PuntRule RULE = new PuntRule("stack",
            "the stack protocol reads it; `weft show stack` has the links and members that it knows",
            new PuntRule.Match.Header(StackFrame.DESTINATION, StackFrame.ETHER_TYPE, PortFlags.STACK,
                    PuntRule.NO_PAYLOAD, 0),
            true, true, PER_SECOND, BURST);

    private final ProtocolPorts ports;
    private final Consumer<StackEvent> events;
    private final SharedLags lags;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<Integer, Integer> slotOfPort = new HashMap<>();
    private final Map<Integer, Integer> portOfSlot = new HashMap<>();
    private @Nullable StackSettings settings;
    private byte[] key = {};
    private @Nullable StackMember member;

    /**
     * @param lags what is known about link aggregations over several members
     * @param events receives what an operator wants to read later; must not block
     */
    public StackProtocol(ProtocolPorts ports, SharedLags lags, Consumer<StackEvent> events) {
        this.ports = ports;
        this.lags = lags;
        this.events = events;
        lags.onOwn((own, nowNs) -> {
            StackMember running = member;
            if (running != null) {
                running.lags(own, nowNs);
            }
        });
    }

    @Override
    public List<PuntRule> rules() {
        return List.of(RULE);
    }

    // ---- configuration ---------------------------------------------------------------------------------------------

    /**
     * Replaces the configuration. Links that stay go on undisturbed, unless the member's number, its priority or the key changes.
     *
     * @param wanted what the member is; null for a switch that is in no stack
     * @param fabricKey {@value StackSecret#KEY_BYTES} bytes
     * @param links its stack links, as the switch has them
     */
    public void configure(@Nullable StackSettings wanted, byte[] fabricKey, List<StackLinkSpec> links, long nowNs) {
        if (wanted == null || !wanted.equals(settings) || !Arrays.equals(key, fabricKey)) {
            end(nowNs);
            settings = wanted;
            key = fabricKey.clone();
        }
        if (wanted == null) {
            return;
        }
        StackMember running = member;
        if (running == null) {
            StackSecret secret = new StackSecret(key);
            rehearse(secret);
            running = new StackMember(wanted, secret, random, new Output(), System.nanoTime());
            member = running;
            running.lags(lags.own(), nowNs);
        }
        Map<String, Integer> next = new HashMap<>();
        links.forEach(link -> next.put(link.port(), link.slot()));
        for (Map.Entry<String, Integer> old : Map.copyOf(slots).entrySet()) {
            if (!old.getValue().equals(next.get(old.getKey()))) {
                running.removeLink(old.getValue(), nowNs);
                ports.stackLinks().session(old.getValue(), null);
                slots.remove(old.getKey());
            }
        }
        slots.putAll(next);
        next.values().forEach(running::addLink);
        var unused = legsChanged(nowNs);
    }

    /** Has the JDK load what the first session needs: in a process that has just started that takes longer than hellos may be late. */
    private static void rehearse(StackSecret secret) {
        Agreement.create().with(Agreement.create().publicKey()).ifPresent(shared -> secret.sessionKey(shared, 1, 2));
    }

    private void end(long nowNs) {
        member = null;
        slots.clear();
        slotOfPort.clear();
        portOfSlot.clear();
        ports.stackLinks().routes(StackRoutes.NONE);
        lags.places(0, false, LagPlaces.NONE, nowNs);
        for (int slot = 0; slot < StackRoutes.MAX_LINKS; slot++) {
            ports.stackLinks().session(slot, null);
        }
    }

    /** The stack as this member sees it; empty for a switch that is in none. */
    public Optional<StackView> view() {
        return Optional.ofNullable(member).map(StackMember::view);
    }

    /** Name of the port of each link, by slot. */
    public Map<Integer, String> linkNames() {
        Map<Integer, String> names = new HashMap<>();
        slots.forEach((name, slot) -> names.put(slot, name));
        return names;
    }

    // ---- what happens ------------------------------------------------------------------------------------------------

    @Override
    public long legsChanged(long nowNs) {
        StackMember running = member;
        if (running == null) {
            return NOTHING_DUE_NS;
        }
        slotOfPort.clear();
        portOfSlot.clear();
        HashSet<Integer> seen = new HashSet<>();
        for (ProtocolPort port : ports.all()) {
            Integer slot = slots.get(port.spec().name());
            if (slot != null) {
                slotOfPort.put(port.index(), slot);
                portOfSlot.put(slot, port.index());
                running.carrier(slot, ports.hasLink(port.index()), nowNs);
                seen.add(slot);
            }
        }
        slots.values().stream().filter(slot -> !seen.contains(slot))
                .forEach(slot -> running.carrier(slot, false, nowNs));
        return running.dueInNs(nowNs);
    }

    @Override
    public void receive(PuntedFrame frame, long nowNs) {
        StackMember running = member;
        Integer slot = slotOfPort.get(frame.port());
        if (running == null || slot == null || frame.frame().length < StackFrame.MESSAGE) {
            return;
        }
        byte[] bytes = frame.frame();
        int length = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(StackFrame.MESSAGE_LENGTH));
        running.receive(slot, bytes, StackFrame.MESSAGE, length, nowNs);
    }

    @Override
    public long tick(long nowNs) {
        StackMember running = member;
        if (running == null) {
            return NOTHING_DUE_NS;
        }
        running.tick(nowNs);
        return running.dueInNs(nowNs);
    }

    @Override
    public long dueInNs(long nowNs) {
        StackMember running = member;
        return running == null ? NOTHING_DUE_NS : running.dueInNs(nowNs);
    }

    /** Returns the Ethernet frame that carries a control message. */
    static byte[] frame(int member, byte[] message) {
        ByteBuffer frame = ByteBuffer.allocate(Math.max(LEAST_FRAME, StackFrame.MESSAGE + message.length));
        MemorySegment.ofBuffer(frame).set(LITTLE_ENDIAN, 0, StackFrame.DESTINATION | 0x02L << 48);
        frame.putInt(8, member).putShort(StackFrame.TYPE, (short) StackFrame.ETHER_TYPE)
                .put(StackFrame.VERSION, (byte) StackFrame.MAX_VERSION).put(StackFrame.KIND, (byte) StackFrame.CONTROL)
                .putShort(StackFrame.MESSAGE_LENGTH, (short) message.length).put(StackFrame.MESSAGE, message);
        return frame.array();
    }

    private final class Output implements StackOutput {
        @Override
        public void send(int link, byte[] message) {
            Integer port = portOfSlot.get(link);
            StackSettings now = settings;
            if (port != null && now != null) {
                ports.inject(port, frame(now.member(), message), 0);
            }
        }

        @Override
        public void routes(StackRoutes routes) {
            ports.stackLinks().routes(routes);
        }

        @Override
        public void topology(Topology topology, long nowNs) {
            StackSettings now = settings;
            if (now != null) {
                lags.places(now.member(), topology.members().size() > 1, topology.lags(), nowNs);
            }
        }

        @Override
        public void keys(int link, int id, byte[] sendKey, byte[] receiveKey) {
            ports.stackLinks().session(link, new StackSession(id, sendKey, receiveKey));
        }

        @Override
        public void event(StackEvent event) {
            events.accept(event);
        }
    }
}
