package net.weft.controller.member;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.Zonings;
import net.weft.controller.model.revision.Origin;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.controller.model.revision.Revision;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.VpnGateways;
import net.weft.vswitch.SwitchConfig;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.export.FlowExport;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.zone.Zoning;

/**
 * Keeps the switch of one member in line with the newest revision. Revisions are applied one after the other. The
 * switch itself retries devices that do not open, so that an accepted revision is carried out as soon as the host
 * allows it.
 */
public final class MemberAgent implements AutoCloseable {
    private final int member;
    private final VirtualSwitch vswitch;
    private final SpecSource specs;
    private final FlowExport export;
    private final StackSpecs stack;
    private final LinkProtocols links;
    private final DropTimes dropTimes;
    private final Optional<VpnGateways> gateways;
    private final List<MemberService> services = new ArrayList<>();
    private volatile boolean inRecovery;
    private volatile Consumer<List<GatewaySpec>> onGateways = _ -> {
    };
    private volatile Desired desired = new Desired(0, FabricConfig.empty(), PortNumbers.NONE, Map.of(), "",
            Zoning.OFF, Set.of());

    /**
     * The desired state of the switch as of one revision; number 0: nothing is configured yet.
     *
     * @param origins origins by subject
     * @param fileText the file applied last, or empty
     * @param zoning numbered zones and policies
     * @param revokedKeys public keys of revoked VPN peers
     */
    record Desired(long revision, FabricConfig config, PortNumbers numbers, Map<String, Origin> origins,
            String fileText, Zoning zoning, Set<String> revokedKeys) {
    }

    /** Converts a configuration to the ports of the switch; tests provide ports with in-memory devices. */
    @FunctionalInterface
    interface SpecSource extends BiFunction<FabricConfig, PortNumbers, List<PortSpec>> {
    }

    /**
     * Creates the agent.
     *
     * @param identity the member that this process is
     * @param vswitch a running switch, configured only by this agent
     * @param gateways the VPN gateways, which are among the switch's device providers
     * @param services what is started beside the switch and follows the revisions that it runs
     */
    public MemberAgent(MemberIdentity identity, VirtualSwitch vswitch, VpnGateways gateways,
            List<MemberService.Factory> services) {
        this(identity.member(), vswitch, (config, numbers) -> PortSpecs.of(config, numbers, identity.member()),
                Optional.of(gateways));
        links.stackKey(identity.stackKey());
        services.forEach(service -> this.services.add(service.start(identity, vswitch)));
    }

    /** Creates an agent of a member without VPN gateways. */
    MemberAgent(int member, VirtualSwitch vswitch) {
        this(member, vswitch, (config, numbers) -> PortSpecs.of(config, numbers, member));
    }

    /** Creates an agent of a member without VPN gateways. */
    MemberAgent(int member, VirtualSwitch vswitch, SpecSource specs) {
        this(member, vswitch, specs, Optional.empty());
    }

    private MemberAgent(int member, VirtualSwitch vswitch, SpecSource specs, Optional<VpnGateways> gateways) {
        this.gateways = gateways;
        this.member = member;
        this.vswitch = vswitch;
        this.specs = specs;
        export = new FlowExport(vswitch, member);
        stack = new StackSpecs(member);
        links = new LinkProtocols(member, vswitch.protocols(), stack);
        dropTimes = new DropTimes(vswitch::ports, InstantSource.system());
        dropTimes.start();
    }

    /** Calls the listener with the VPN gateways of each revision that is applied. */
    public void onGateways(Consumer<List<GatewaySpec>> listener) {
        onGateways = listener;
    }

    /**
     * Applies a revision. Ports that it does not change lose no frames.
     *
     * @throws RuntimeException if VPN gateways or peers have faults; everything else is as the revision says then
     */
    public synchronized void apply(Revision revision) {
        FabricConfig config = revision.config();
        Zonings zonings = revision.zoneNumbers().zonings(config);
        Zoning zoning = zonings.zoning();
        VpnSpecs vpn = new VpnSpecs(config, revision.portNumbers(), member, revision.revokedKeys());
        List<AttachmentSpec> attachments = new ArrayList<>(LagSpecs.attachments(config, member));
        Optional<RuntimeException> vpnFault = gateways.flatMap(all -> applied(all, vpn));
        gateways.ifPresent(_ -> attachments.addAll(vpn.attachments()));
        links.withdraw(config, revision.portNumbers());
        vswitch.apply(SwitchConfig
                .of(specs.apply(config, revision.portNumbers()).stream()
                        .map(spec -> zoned(spec, config, zonings, vpn)).toList(), zoning)
                .attached(attachments)
                .linked(LagSpecs.specs(config, member), LagSpecs.lldp(config, member)).stacked(stack.of(config))
                .querying(config.networks().filter(NetworkConfig::querier).map(NetworkConfig::vlan)
                        .collect(Collectors.toSet())));
        links.apply(config, revision.portNumbers());
        services.forEach(service -> service.apply(revision));
        export.apply(ExportSpecs.of(revision.config().export()));
        desired = new Desired(revision.number(), revision.config(), revision.portNumbers(), revision.origins(),
                revision.fileText().orElse(""), zoning, revision.revokedKeys());
        inRecovery = false;
        vpnFault.ifPresent(fault -> {
            throw fault;
        });
    }

    /** Applies the gateways; returns the fault of those that are not as the revision says. */
    private Optional<RuntimeException> applied(VpnGateways all, VpnSpecs vpn) {
        List<GatewaySpec> gateways = vpn.gateways();
        Optional<RuntimeException> fault = attempted(() -> all.apply(gateways));
        Optional<RuntimeException> ofListener = attempted(() -> onGateways.accept(gateways));
        return fault.or(() -> ofListener);
    }

    private static Optional<RuntimeException> attempted(Runnable step) {
        try {
            step.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }

    /** Lists the ports of a configuration without opening them, because the revisions cannot be read. */
    public synchronized void recover(FabricConfig config) {
        PortNumbers numbers = PortNumbers.NONE.assign(config);
        vswitch.apply(SwitchConfig.of(specs.apply(config, numbers).stream()
                .map(spec -> new PortSpec(spec.name(), spec.number(), spec.device(), spec.membership(), false,
                        spec.mtu(), spec.macLimit()))
                .toList(), Zoning.OFF));
        desired = new Desired(0, config, numbers, Map.of(), "", Zoning.OFF, Set.of());
        inRecovery = true;
    }

    /** Returns whether all ports are closed because the revisions cannot be read. */
    boolean isInRecovery() {
        return inRecovery;
    }

    private static PortSpec zoned(PortSpec spec, FabricConfig config, Zonings zonings, VpnSpecs vpn) {
        return config.port(spec.name()).map(port -> spec.zoned(zonings.zones(port), port.guard().declaration()
                .map(declared -> port.device() instanceof DeviceConfig.WireGuard
                        ? vpn.binding(port, declared)
                        : declared)
                .orElse(null))).orElse(spec);
    }

    /** Returns whether each local port is up, disabled, or waits only for its peer. */
    public boolean isReady() {
        return !inRecovery && vswitch.ports().stream().allMatch(MemberAgent::isSettled);
    }

    /** Returns whether the port is up, disabled, or waits only for its peer. */
    public static boolean isSettled(PortStatus port) {
        return !port.spec().enabled() || port.failure() == null
                || port.failure().reason() == PortReason.WAITING_FOR_GUEST
                || port.failure().reason() == PortReason.PEER_UNREACHABLE;
    }

    /** Ends the services and the exports; call it while the switch still runs. */
    @Override
    public synchronized void close() {
        services.reversed().forEach(MemberService::close);
        dropTimes.close();
        export.close();
    }

    DropTimes dropTimes() {
        return dropTimes;
    }

    int member() {
        return member;
    }

    VirtualSwitch vswitch() {
        return vswitch;
    }

    LinkProtocols links() {
        return links;
    }

    Optional<VpnGateways> gateways() {
        return gateways;
    }

    FlowExport export() {
        return export;
    }

    Desired desired() {
        return desired;
    }
}
