package net.weft.controller.member;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.lacp.LagConfig;
import net.weft.stacking.StackProtocol;
import net.weft.stacking.StackSettings;
import net.weft.stacking.StackView;
import net.weft.stacking.lag.LagProtocol;
import net.weft.stacking.lag.LagStatus;
import net.weft.stacking.neighbor.LldpLink;
import net.weft.stacking.neighbor.LldpProtocol;
import net.weft.vswitch.SwitchProtocols;
import net.weft.vswitch.carrier.Heartbeat;
import net.weft.vswitch.stack.StackSpec;

/** The link protocols of a member, as its configuration wishes them. A switch without them ignores the configuration. */
final class LinkProtocols {
    private final int member;
    private final SwitchProtocols protocols;
    private final StackSpecs stack;
    private byte[] stackKey = {};

    LinkProtocols(int member, SwitchProtocols protocols, StackSpecs stack) {
        this.stack = stack;
        this.member = member;
        this.protocols = protocols;
    }

    /** Ends what another configuration no longer wishes. Call while the switch still has the old one. */
    void withdraw(FabricConfig config, PortNumbers numbers) {
        List<LagConfig> lags = LagSpecs.lacp(config, numbers, member);
        List<LldpLink> links = LldpLinks.of(config, numbers, member);
        protocols.ask(LagProtocol.class, lacp -> {
            lacp.withdraw(lags, System.nanoTime());
            return true;
        });
        protocols.ask(LldpProtocol.class, lldp -> {
            lldp.withdraw(links, System.nanoTime());
            return true;
        });
    }

    /** Begins what a configuration wishes. Call when the switch has it. */
    void apply(FabricConfig config, PortNumbers numbers) {
        List<LagConfig> lags = LagSpecs.lacp(config, numbers, member);
        protocols.ask(LagProtocol.class, lacp -> {
            lacp.configure(LagSpecs.systemMac(config), lags, LagSpecs.spread(config), System.nanoTime());
            return true;
        });
        stack(config);
        protocols.ask(Heartbeat.class, heartbeat -> {
            heartbeat.watch(WatchedDevices.of(config, member));
            return true;
        });
        List<LldpLink> links = LldpLinks.of(config, numbers, member);
        protocols.ask(LldpProtocol.class, lldp -> {
            lldp.configure(links, System.nanoTime());
            return true;
        });
    }

    /** Sets the key that all members of the fabric share. Without it the member joins no stack. */
    void stackKey(byte[] key) {
        stackKey = key.clone();
    }

    private void stack(FabricConfig config) {
        StackSpec spec = stack.of(config);
        StackSettings settings = spec.member() == 0 || stackKey.length == 0 ? null : stack.settings(config);
        protocols.ask(StackProtocol.class, protocol -> {
            protocol.configure(settings, stackKey, spec.links(), System.nanoTime());
            return true;
        });
    }

    /** Returns the stack as this member sees it; empty if the member is in none. */
    Optional<StackView> stack() {
        return protocols.ask(StackProtocol.class, StackProtocol::view).flatMap(view -> view);
    }

    /** Returns the name of the port of each stack link, by slot. */
    Map<Integer, String> stackLinkNames() {
        return protocols.ask(StackProtocol.class, StackProtocol::linkNames).orElse(Map.of());
    }

    /** Returns the neighbours that LLDP has heard. */
    List<LldpProtocol.Neighbor> neighbors() {
        return protocols.ask(LldpProtocol.class, lldp -> lldp.neighbors(System.nanoTime())).orElse(List.of());
    }

    /** Returns how many neighbours LLDP knows on each port that has some. */
    Map<String, Long> neighborCounts() {
        return neighbors().stream().collect(Collectors.groupingBy(LldpProtocol.Neighbor::name, Collectors.counting()));
    }

    /** Returns the state of each LAG. */
    List<LagStatus> lags() {
        return protocols.ask(LagProtocol.class, LagProtocol::status).orElse(List.of());
    }
}
