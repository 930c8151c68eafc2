package net.weft.controller.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.PortConfig;
import net.weft.stacking.StackSettings;
import net.weft.stacking.link.LinkTimes;
import net.weft.vswitch.stack.LinkProtection;
import net.weft.vswitch.stack.StackLinkSpec;
import net.weft.vswitch.stack.StackRoutes;
import net.weft.vswitch.stack.StackSpec;

/**
 * Converts the stack links of a member to the form that the switch takes. A link keeps its slot while it is configured, so that a change
 * of other links does not interrupt it.
 */
final class StackSpecs {
    private static final int DEFAULT_PRIORITY = 100;
    /** More members than this are watched at longer intervals. */
    private static final int FEW_MEMBERS = 4;

    private final int member;
    private final Map<String, Integer> slots = new HashMap<>();

    StackSpecs(int member) {
        this.member = member;
    }

    /** Returns the part of the member in the stack; of a fabric without other members it has none. */
    StackSpec of(FabricConfig config) {
        if (config.members().size() < 2) {
            slots.clear();
            return StackSpec.NONE;
        }
        List<PortConfig> links = config.ports().values().stream()
                .filter(port -> port.member() == member && port.isStackLink()).toList();
        slots.keySet().retainAll(links.stream().map(PortConfig::name).collect(Collectors.toSet()));
        List<StackLinkSpec> specs = new ArrayList<>();
        for (PortConfig link : links) {
            Integer slot = slots.computeIfAbsent(link.name(), _ -> free());
            if (slot < StackRoutes.MAX_LINKS) {
                specs.add(new StackLinkSpec(link.name(), slot, protection(config, link)));
            }
        }
        return new StackSpec(member, specs);
    }

    /** Returns what protects a link: cables are authenticated, datagrams are encrypted as well, because others carry them. */
    private static LinkProtection protection(FabricConfig config, PortConfig link) {
        if (!config.stack().isProtected()) {
            return LinkProtection.NONE;
        }
        return link.device() instanceof DeviceConfig.Udp ? LinkProtection.SEALED : LinkProtection.AUTHENTICATED;
    }

    /** Returns the lowest slot that no link has. */
    private int free() {
        Set<Integer> taken = Set.copyOf(slots.values());
        return IntStream.range(0, StackRoutes.MAX_LINKS).filter(slot -> !taken.contains(slot)).findFirst()
                .orElse(StackRoutes.MAX_LINKS);
    }

    /** Returns what the stack protocol of the member is configured with. */
    StackSettings settings(FabricConfig config) {
        MemberConfig own = config.members().getOrDefault(member, MemberConfig.of(member));
        return new StackSettings(member, own.priority().orElse(DEFAULT_PRIORITY),
                config.members().size() <= FEW_MEMBERS ? LinkTimes.FAST : LinkTimes.RELAXED);
    }
}
