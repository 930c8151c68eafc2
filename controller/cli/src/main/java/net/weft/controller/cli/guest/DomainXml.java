package net.weft.controller.cli.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes vNICs as the parts of a libvirt domain, each in its place. Libvirt has an interface element for vhost-user
 * only; other vNICs, and properties without an element, are passed to QEMU in the namespace {@code qemu}.
 */
final class DomainXml {
    private static final String NAMESPACE = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";

    private final QemuArguments qemu;
    private final boolean tcg;
    private final List<String> lines = new ArrayList<>();

    /**
     * Creates a writer.
     *
     * @param tcg whether the guest runs without KVM
     */
    DomainXml(QemuArguments qemu, boolean tcg) {
        this.qemu = qemu;
        this.tcg = tcg;
    }

    /**
     * Returns the parts of the domain.
     *
     * @param memory memory of the guest, such as {@code 512M}; empty: the domain defines it
     */
    String of(List<GuestNic> nics, Optional<String> memory) {
        List<GuestNic> shared = nics.stream().filter(GuestNic::needsSharedMemory).toList();
        List<GuestNic> direct = nics.stream().filter(nic -> !nic.needsSharedMemory()).toList();
        List<GuestNic> odd = shared.stream().filter(nic -> tcg || hasOwnMtu(nic)).toList();
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

    /** Adds a vhost-user interface. Libvirt listens where Weft connects, and connects where Weft listens. */
    private void vhostUser(GuestNic nic) {
        GuestNic.VhostUser vhost = (GuestNic.VhostUser) nic.cable();
        boolean listens = !vhost.weftListens();
        String source = "      <source type='unix' path='" + escaped(vhost.socket()) + "' mode='"
                + (listens ? "server" : "client") + "'";
        lines.add("    <interface type='vhostuser'>");
        lines.add("      <mac address='" + nic.mac() + "'/>");
        if (listens) {
            lines.add(source + "/>");
        } else {
            lines.addAll(List.of(source + ">", "        <reconnect enabled='yes' timeout='1'/>", "      </source>"));
        }
        lines.add("      <model type='virtio'/>");
        if (nic.queues() > 1) {
            lines.add("      <driver queues='" + nic.queues() + "'/>");
        }
        lines.add("      <alias name='" + alias(nic) + "'/>");
        lines.add("    </interface>");
    }

    private void commandLine(List<GuestNic> nics) {
        lines.add("  <qemu:commandline>");
        for (GuestNic nic : nics) {
            for (QemuArguments.Argument argument : qemu.nic(nic)) {
                lines.add("    <qemu:arg value='" + argument.option() + "'/>");
                lines.add("    <qemu:arg value='" + escaped(argument.value()) + "'/>");
            }
        }
        lines.add("  </qemu:commandline>");
    }

    /**
     * Adds the properties of vNICs that libvirt has no element for. Its {@code <mtu>} applies to a TAP only, and
     * libvirt 9.0 finds none here.
     */
    private void override(List<GuestNic> nics) {
        if (tcg) {
            lines.add("  <!-- Without KVM, QEMU 7.2 crashes on vhost-user unless the vNIC has no MSI-X vectors. -->");
        }
        lines.add("  <qemu:override>");
        for (GuestNic nic : nics) {
            lines.addAll(List.of("    <qemu:device alias='" + alias(nic) + "'>", "      <qemu:frontend>"));
            if (hasOwnMtu(nic)) {
                property("host_mtu", nic.mtu());
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

    private static boolean hasOwnMtu(GuestNic nic) {
        return nic.mtu() != GuestNic.DEFAULT_MTU;
    }

    /**
     * Returns the alias of a vNIC. Libvirt reserves names that begin with {@code ua-} for users; they consist of
     * letters, digits, {@code _} and {@code -}.
     */
    private static String alias(GuestNic nic) {
        return "ua-weft-" + nic.port().replace('.', '_');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }
}
