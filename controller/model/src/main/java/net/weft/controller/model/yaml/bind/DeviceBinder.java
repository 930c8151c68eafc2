package net.weft.controller.model.yaml.bind;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.SocketAccess;
import net.weft.controller.model.yaml.check.ExclusiveResources;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.value.Scalars;

/** Binds the device of a port: {@code type}, and the keys that only ports of that type have. */
final class DeviceBinder {
    private static final String INTERFACE = "the name of an interface (1-" + DeviceConfig.MAX_INTERFACE_NAME
            + " characters, none of them '/', ':', '%' or a space)";
    private static final String SOCKET = "the path of a socket (absolute, at most " + DeviceConfig.MAX_SOCKET_PATH
            + " bytes)";

    private static final String ENDPOINT = "an address and a UDP port (such as 192.0.2.1:47900 or \"[2001:db8::1]:47900\")";

    private final ExclusiveResources claims;

    DeviceBinder(ExclusiveResources claims) {
        this.claims = claims;
    }

    /** Returns the device; empty if a fault was reported. */
    Optional<DeviceConfig> bind(String port, int member, MappingReader fields) {
        Holder holder = new Holder("port " + port, member, fields);
        fields.require("type", "tap, nic, qemu, vhost-user, udp or pcap");
        String type = fields.text("type").orElse("");
        return switch (type) {
            case "tap" -> {
                fields.refuseOthers(type, "a port of type tap");
                boolean persist = fields.flag("persist", false);
                yield netdev(holder).map(name -> new DeviceConfig.Tap(name, persist));
            }
            case "nic" -> {
                fields.refuseOthers(type, "a port of type nic");
                boolean shared = fields.flag("share-with-host", false);
                yield netdev(holder).map(name -> new DeviceConfig.Nic(name, shared));
            }
            case "qemu" -> {
                fields.refuseOthers(type, "a port of type qemu");
                yield qemu(holder);
            }
            case "vhost-user" -> {
                fields.refuseOthers(type, "a port of type vhost-user");
                yield vhostUser(holder);
            }
            case "udp" -> {
                fields.refuseOthers(type, "a port of type udp");
                yield udp(holder);
            }
            case "pcap" -> {
                fields.refuseOthers(type, "a port of type pcap");
                yield fields.has("device")
                        ? pcap(holder)
                        : PcapBinder.files(fields, claims, holder.owner, holder.member);
            }
            default -> {
                if (!type.isEmpty()) {
                    fields.fault(Fault.Kind.VALUE, "type",
                            Faults.shown(type) + " is not a port type (tap, nic, qemu, vhost-user, udp, pcap)"
                                    + Advice.portType(type));
                }
                yield Optional.empty();
            }
        };
    }

    private Optional<String> netdev(Holder holder) {
        holder.fields.require("device", INTERFACE);
        Optional<String> name = holder.fields.text("device", Scalars::isInterface, INTERFACE);
        name.ifPresent(device -> claim(holder, "interface " + device, "device"));
        return name;
    }

    private Optional<DeviceConfig> pcap(Holder holder) {
        holder.fields.refuse(List.of("read", "write", "loop", "speed"), "device: it is either an interface or files");
        return netdev(holder).map(DeviceConfig.Pcap::new);
    }

    /** Reads a stack link over UDP; frames of users alone are not carried so, because only the stack seals them. */
    private Optional<DeviceConfig> udp(Holder holder) {
        MappingReader fields = holder.fields;
        fields.require("role", "stack; a port of type udp is a stack link");
        Optional<ExportConfig.Endpoint> local = endpoint(fields, "local");
        Optional<ExportConfig.Endpoint> remote = endpoint(fields, "remote");
        if (local.isEmpty() || remote.isEmpty()) {
            return Optional.empty();
        }
        if (local.get().host().contains(":") != remote.get().host().contains(":")) {
            fields.fault(Fault.Kind.CONFLICT, "remote", remote.get() + " and local: " + local.get()
                    + " are not both IPv4 or both IPv6 addresses");
            return Optional.empty();
        }
        claim(holder, "UDP port " + local.get(), "local");
        return Optional.of(new DeviceConfig.Udp(local.get(), remote.get()));
    }

    private static Optional<ExportConfig.Endpoint> endpoint(MappingReader fields, String key) {
        fields.require(key, ENDPOINT);
        return fields.text(key, text -> Scalars.endpoint(text).filter(end -> Scalars.isAddress(end.host())).isPresent(),
                ENDPOINT).flatMap(Scalars::endpoint);
    }

    private Optional<DeviceConfig> qemu(Holder holder) {
        MappingReader fields = holder.fields;
        fields.require("transport", "stream or dgram");
        String transport = fields.text("transport", List.of("stream", "dgram")::contains, "stream or dgram").orElse("");
        return switch (transport) {
            case "stream" -> stream(holder);
            case "dgram" -> dgram(holder);
            default -> Optional.empty();
        };
    }

    private Optional<DeviceConfig> stream(Holder holder) {
        holder.fields.refuse(List.of("local", "remote"), "transport: stream, which has one path: socket");
        return connection(holder)
                .map(made -> new DeviceConfig.QemuStream(made.socket, made.mode, made.access));
    }

    private Optional<DeviceConfig> vhostUser(Holder holder) {
        int queues = holder.fields.integer("queues", 1, DeviceConfig.VhostUser.MAX_QUEUES, "a number of queue pairs")
                .orElse(1);
        boolean anyFile = holder.fields.text("memory", "any-file"::equals,
                "any-file; without it memfds and files of tmpfs and hugetlbfs are taken").isPresent();
        boolean sealed = holder.fields.flag("require-sealed-memory", false);
        return connection(holder).map(made -> new DeviceConfig.VhostUser(made.socket, made.mode, queues, made.access,
                anyFile, sealed));
    }

    /** Reads the socket of a connection on which one side listens. */
    private Optional<Connection> connection(Holder holder) {
        MappingReader fields = holder.fields;
        fields.require("mode", "client (QEMU listens) or server (Weft listens)");
        Optional<String> mode = fields.text("mode", List.of("client", "server")::contains,
                "client (QEMU listens) or server (Weft listens)");
        Optional<String> socket = socket(holder, "socket");
        boolean listens = mode.isPresent() && mode.get().equals("server");
        if (mode.isPresent() && !listens) {
            fields.refuse(List.of("socket-owner", "socket-group", "socket-mode"),
                    "mode: client, where QEMU makes the socket");
        }
        if (mode.isEmpty() || socket.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Connection(socket.get(),
                listens ? DeviceConfig.QemuStream.Mode.SERVER : DeviceConfig.QemuStream.Mode.CLIENT,
                listens ? access(fields) : SocketAccess.DEFAULT));
    }

    private Optional<DeviceConfig> dgram(Holder holder) {
        MappingReader fields = holder.fields;
        fields.refuse(List.of("socket", "mode"), "transport: dgram, which has two paths: local and remote");
        Optional<String> local = socket(holder, "local");
        Optional<String> remote = socket(holder, "remote");
        SocketAccess access = access(fields);
        return local.isPresent() && remote.isPresent()
                ? Optional.of(new DeviceConfig.QemuDgram(local.get(), remote.get(), access))
                : Optional.empty();
    }

    private Optional<String> socket(Holder holder, String key) {
        holder.fields.require(key, SOCKET);
        Optional<String> path = holder.fields.text(key, Scalars::isSocketPath, SOCKET);
        path.ifPresent(socket -> claim(holder, "socket " + Path.of(socket).normalize(), key));
        return path;
    }

    private static SocketAccess access(MappingReader fields) {
        Optional<String> owner = fields.text("socket-owner", Scalars::isAccount, "the name or number of a user");
        Optional<String> group = fields.text("socket-group", Scalars::isAccount, "the name or number of a group");
        Optional<String> mode = fields.text("socket-mode", Scalars::isFileMode, "a file mode (such as 0660)");
        return new SocketAccess(owner, group,
                mode.map(text -> Integer.parseInt(text, 8)).orElse(SocketAccess.DEFAULT_MODE));
    }

    private void claim(Holder holder, String what, String key) {
        claims.claim(what + " of member " + holder.member, holder.owner, holder.fields.path(key),
                holder.fields.position(key));
    }

    private record Connection(String socket, DeviceConfig.QemuStream.Mode mode, SocketAccess access) {
    }

    private record Holder(String owner, int member, MappingReader fields) {
    }
}
