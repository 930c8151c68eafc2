package net.weft.controller.model.yaml.bind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import net.weft.controller.model.ConnectionsConfig;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.Names;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.StackConfig;
import net.weft.controller.model.TenantConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.check.Addresses;
import net.weft.controller.model.yaml.check.DeclaredZones;
import net.weft.controller.model.yaml.check.ExclusiveResources;
import net.weft.controller.model.yaml.check.Tunnels;
import net.weft.controller.model.yaml.check.Warnings;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.packet.MacAddress;

/**
 * Binds the tree to records: members and zones first, then tenants, then ports, because each may refer to the ones
 * before. A faulty value is reported and left out, so that the records are complete only if nothing was reported.
 */
public final class FabricBinder {
    private final Faults faults;
    private final Faults warnings;

    /**
     * Creates a binder.
     *
     * @param faults collects the faults
     * @param warnings collects the warnings, which are searched for only if there are no faults
     */
    public FabricBinder(Faults faults, Faults warnings) {
        this.faults = faults;
        this.warnings = warnings;
    }

    public FabricConfig bind(Node.Mapping root) {
        MappingReader fields = MappingReader.of(root, Section.ROOT, "", faults);
        fields.require("ports", "the ports of the fabric, or {} for none");
        String name = fields.text("fabric", Names::isValid, NamedEntries.A_NAME).orElse(FabricConfig.DEFAULT_NAME);
        Optional<MacAddress> mac = fields.text("system-mac", Scalars::isStationMac,
                "a unicast MAC address (such as \"02:57:45:46:54:01\")").map(MacAddress::parse);
        ExclusiveResources claims = new ExclusiveResources(faults);
        MemberBinder memberBinder = new MemberBinder(faults);
        SequencedMap<Integer, MemberConfig> members = memberBinder.bind(fields.mapping("members"));
        ExportConfig export = new ExportBinder(faults).bind(fields);
        ConnectionsConfig connections = new ConnectionsBinder(faults).bind(fields);
        Tunnels tunnels = new Tunnels();
        DeclaredZones zoneNames = DeclaredZones.of(root);
        ZoneBinder zoneBinder = new ZoneBinder(faults);
        SequencedMap<String, ZoneConfig> zones = zoneBinder.bind(fields, Optional.empty());
        PolicyBinder policyBinder = new PolicyBinder(faults, zoneNames);
        List<PolicyConfig> policies = policyBinder.bind(fields, Optional.empty());
        TenantBinder tenantBinder = new TenantBinder(faults, claims, tunnels, zoneNames, zoneBinder, policyBinder);
        SequencedMap<String, TenantConfig> tenants = tenantBinder.bind(fields.mapping("tenants"));
        Addresses addresses = new Addresses();
        PortBinder portBinder = new PortBinder(faults, claims, memberBinder.named(), tenantBinder.named(),
                tunnels, LagBinder.legs(fields.mapping("lags")),
                MirrorBinder.targets(fields.mapping("ports"), fields.mapping("lags")),
                new PortZonesBinder(faults, zoneNames, tenantBinder.byVlan()), new GuardBinder(faults, addresses));
        SequencedMap<String, PortConfig> ports = new LinkedHashMap<>();
        NamedEntries.each(fields.mapping("ports"), "ports", faults, (entry, mapping, path) -> portBinder
                .bind(entry.key(), mapping, path).ifPresent(port -> ports.put(port.name(), port)));
        new LagBinder(faults, ports, fields.mapping("ports"), portBinder).bind(fields.mapping("lags"));
        SequencedMap<String, VpnGatewayConfig> vpn = new VpnBinder(faults, claims, memberBinder.named(),
                tenantBinder.named(),
                tenants, zoneNames, addresses).bind(fields, ports.keySet());
        StackConfig stack = StackBinder.bind(fields, faults);
        tunnels.report(faults);
        FabricConfig config = new FabricConfig(name, mac, members, export, connections, tenants, zones, policies,
                ports, vpn, stack);
        MirrorBinder.check(config, root, faults);
        addresses.report(config, faults);
        if (faults.isEmpty()) {
            Warnings.find(config, root, addresses, faults, warnings);
        }
        return config;
    }
}
