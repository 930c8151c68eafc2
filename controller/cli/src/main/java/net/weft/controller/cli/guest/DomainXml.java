package net.weft.controller.cli.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.DeviceConfig.QemuStream.Mode;
import net.weft.vswitch.device.DeviceOpeners;

/**
 * Guests' cards as the parts of a libvirt domain that they are made of, each where it belongs. Libvirt has an interface for
 * vhost-user; the others, and what it has no element for, go to QEMU as they are, in its namespace {@code qemu}.
 */
final class DomainXml {
    private static final String NAMESPACE = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";

    private final QemuArguments qemu;
    private final boolean tcg;
    private final List<String> lines = new ArrayList<>();

    /** @param tcg the guest runs without KVM */
    DomainXml(QemuArguments qemu, boolean tcg) {
        this.qemu = qemu;
        this.tcg = tcg;
    }

    /** @param memory the guest's, such as {@code 512M}; empty: the domain says itself */
    String of(List<GuestCard> cards, Optional<String> memory) {
        List<GuestCard> shared = cards.stream().filter(GuestCard::needsSharedMemory).toList();
        List<GuestCard> direct = cards.stream().filter(card -> !card.needsSharedMemory()).toList();
        List<GuestCard> odd = shared.stream().filter(card -> tcg || hasOwnMtu(card)).toList();
        lines.add("<!-- Parts of a domain, each in its place: `virsh edit` the guest and put them there. -->");
        lines.add("<domain type='" + (tcg ? "qemu" : "kvm") + "'" + (odd.isEmpty() && direct.isEmpty() ? "" : NAMESPACE)
                + ">");
        memory.ifPresent(size -> lines.add("  <memory unit='" + size.charAt(size.length() - 1) + "iB'>"
                + size.substring(0, size.length() - 1) + "</memory>"));
        if (!shared.isEmpty()) {
            lines.addAll(List.of("  <!-- Weft reads and writes the guest's memory. -->", "  <memoryBacking>",
                    "    <source type='memfd'/>", "    <access mode='shared'/>", "  </memoryBacking>", "  <devices>"));
            shared.forEach(this::vhostUser);
            lines.add("  </devices>");
        }
        if (!direct.isEmpty()) {
            commandLine(direct);
        }
        if (!odd.isEmpty()) {
            override(odd);
        }
        lines.add("</domain>");
        return String.join("\n", lines);
    }

    /** Who listens here connects there. */
    private void vhostUser(GuestCard card) {
        DeviceConfig.VhostUser vhost = (DeviceConfig.VhostUser) card.device();
        boolean listens = vhost.mode() == Mode.CLIENT;
        String source = "      <source type='unix' path='" + escaped(vhost.socket()) + "' mode='"
                + (listens ? "server" : "client") + "'";
        lines.add("    <interface type='vhostuser'>");
        lines.add("      <mac address='" + card.mac() + "'/>");
        if (listens) {
            lines.add(source + "/>");
        } else {
            lines.addAll(List.of(source + ">", "        <reconnect enabled='yes' timeout='1'/>", "      </source>"));
        }
        lines.add("      <model type='virtio'/>");
        if (card.queues() > 1) {
            lines.add("      <driver queues='" + card.queues() + "'/>");
        }
        lines.add("      <alias name='" + alias(card) + "'/>");
        lines.add("    </interface>");
    }

    private void commandLine(List<GuestCard> cards) {
        lines.add("  <qemu:commandline>");
        for (GuestCard card : cards) {
            for (QemuArguments.Argument argument : qemu.card(card)) {
                lines.add("    <qemu:arg value='" + argument.option() + "'/>");
                lines.add("    <qemu:arg value='" + escaped(argument.value()) + "'/>");
            }
        }
        lines.add("  </qemu:commandline>");
    }

    /** Properties of the card that libvirt has no element for. Its {@code <mtu>} is for a tap, of which 9.0 finds none. */
    private void override(List<GuestCard> cards) {
        if (tcg) {
            lines.add("  <!-- Without KVM, QEMU 7.2 crashes on vhost-user unless the card has no MSI-X vectors. -->");
        }
        lines.add("  <qemu:override>");
        for (GuestCard card : cards) {
            lines.addAll(List.of("    <qemu:device alias='" + alias(card) + "'>", "      <qemu:frontend>"));
            if (hasOwnMtu(card)) {
                property("host_mtu", card.mtu());
            }
            if (tcg) {
                property("vectors", 0);
            }
            lines.addAll(List.of("      </qemu:frontend>", "    </qemu:device>"));
        }
        lines.add("  </qemu:override>");
    }

    private void property(String name, int value) {
        lines.add("        <qemu:property name='" + name + "' type='unsigned' value='" + value + "'/>");
    }

    private static boolean hasOwnMtu(GuestCard card) {
        return card.mtu() != DeviceOpeners.DEFAULT_MTU;
    }

    /** Libvirt keeps names that begin with {@code ua-} for users, of letters, digits, {@code _} and {@code -}. */
    private static String alias(GuestCard card) {
        return "ua-weft-" + card.port().replace('.', '_');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }
}
