package net.weft.controller.cli.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.DescribeGuestNicsRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code weft guest}: it queries the running instance for the port's end of the connection and writes the
 * hypervisor's.
 */
@Command(name = "guest", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(qemu | xml)", description = "Print the hypervisor options that connect a guest to a port.", footer = {
        "", "Examples:", "  weft guest qemu web1        arguments of QEMU, ready to paste",
        "  weft guest xml web1         the same for libvirt",
        "  weft guest qemu web1 web2   a guest with two vNICs", "",
        "Ports of type vhost-user and qemu can have guests."})
public final class GuestCommand implements Runnable {
    private static final String DEFAULT_MEMORY = "1G";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: qemu or xml");
    }

    /** The options of both subcommands. */
    static final class Guest {
        @Parameters(paramLabel = "PORT", arity = "1..*", description = "the guest's vNICs, in this order")
        private List<String> ports = List.of();
        @Option(names = "--memory", paramLabel = "SIZE", converter = MemorySize.class, description = "the guest's memory, such as 512M or 4G")
        private @Nullable String memory;
        @Option(names = "--qemu-version", paramLabel = "X.Y", converter = Version.class, description = "write for this QEMU (default: 7.2)")
        private QemuVersion version = QemuVersion.DEFAULT;
        @Option(names = "--tcg", description = "the guest runs without KVM: gives a vhost-user vNIC no MSI-X vectors, with which QEMU 7.2 crashes there")
        private boolean tcg;
        @Mixin
        private ControlOption control = new ControlOption();

        private List<GuestNic> nics() {
            DescribeGuestNicsRequest request = DescribeGuestNicsRequest.newBuilder()
                    .addAllPorts(ports.stream().distinct().toList()).build();
            try (ControlClient client = control.connect()) {
                return client.inspect(inspect -> inspect.describeGuestNics(request)).getNicsList().stream()
                        .map(GuestNic::of).toList();
            } catch (IllegalArgumentException e) {
                throw new FailedException(String.valueOf(e.getMessage()));
            }
        }

        private QemuArguments qemu() {
            return new QemuArguments(version, tcg);
        }
    }

    private static final class MemorySize implements ITypeConverter<String> {
        private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,5}[MGT]");

        @Override
        public String convert(String text) {
            if (!SIZE.matcher(text).matches()) {
                throw new TypeConversionException(text + " is not a size of memory such as 512M or 4G");
            }
            return text;
        }
    }

    private static final class Version implements ITypeConverter<QemuVersion> {
        @Override
        public QemuVersion convert(String text) {
            try {
                return QemuVersion.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Command(name = "qemu", mixinStandardHelpOptions = true, sortOptions = false, description = "Print the arguments of QEMU, quoted for a shell, one a line.", footer = {
            "",
            "The MAC is the port's (`mac`), else made of the fabric's and the port's name: the same each time. A vhost-user port needs the guest's memory"
                    + " shared, so its size is among the arguments (1G unless --memory says otherwise).",
            "", "Examples:", "  weft guest qemu web1 --memory 4G",
            "  mapfile -t nic < <(weft guest qemu --lines web1)",
            "  qemu-system-x86_64 -accel kvm -drive file=web1.qcow2 \"$${nic[@]}\"",
            "  weft guest qemu --qemu-version 9.2 web1"})
    Integer qemu(@Mixin Guest guest,
            @Option(names = "--lines", description = "each word on a line of its own, not quoted: for scripts") boolean lines) {
        List<GuestNic> nics = guest.nics();
        boolean shared = nics.stream().anyMatch(GuestNic::needsSharedMemory);
        List<QemuArguments.Argument> arguments = new ArrayList<>();
        if (shared || guest.memory != null) {
            String size = guest.memory == null ? DEFAULT_MEMORY : guest.memory;
            arguments.addAll(guest.qemu().memory(size, shared));
        }
        nics.forEach(nic -> arguments.addAll(guest.qemu().nic(nic)));
        spec.commandLine().getOut()
                .println(lines ? QemuArguments.asLines(arguments) : QemuArguments.forShell(arguments));
        return 0;
    }

    @Command(name = "xml", mixinStandardHelpOptions = true, sortOptions = false, description = "Print the parts of a libvirt domain, each in its place.", footer = {
            "",
            "Put them into the same places of the guest's domain (`virsh edit`). Where Weft listens libvirt connects, and the"
                    + " other way round. A port of type qemu needs libvirt to run QEMU 7.2 or newer.",
            "", "Examples:", "  weft guest xml web1", "  weft guest xml web1 --memory 4G"})
    Integer xml(@Mixin Guest guest) {
        DomainXml domain = new DomainXml(guest.qemu(), guest.tcg);
        spec.commandLine().getOut().println(domain.of(guest.nics(), Optional.ofNullable(guest.memory)));
        return 0;
    }
}
