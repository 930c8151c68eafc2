package net.weft.controller.node;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A controller that takes members in, and members beside it, all in this process, over TLS on loopback. */
final class TwoHosts implements AutoCloseable {
    private final Path directory;
    private final List<MemberInstance> members = new ArrayList<>();
    private Instance controller;
    private int port;

    TwoHosts(Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("fabric.yaml"), fabric("10"));
        controller = startController(Optional.of(directory.resolve("fabric.yaml").toString()));
    }

    /** Returns the text of a file with a port on each of two members, and one more member that is never there. */
    String fabric(String vlan) {
        return """
                members: {1: {}, 2: {}, 3: {}}
                ports:
                  here: {type: qemu, transport: stream, socket: %1$s/here, mode: server, access: %2$s}
                  there: {member: 2, type: qemu, transport: stream, socket: %1$s/there, mode: server, access: %2$s}
                """.formatted(directory, vlan);
    }

    Instance startController(Optional<String> file) {
        controller = Instance.start(new Instance.Options(file, false, OptionalInt.of(1), directory.resolve("one"),
                directory.resolve("c1"), Optional.empty(),
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))));
        port = controller.listeningPort();
        return controller;
    }

    void stopController() {
        controller.close();
    }

    int port() {
        return port;
    }

    Path data(int member) {
        return directory.resolve(member == 1 ? "one" : "data" + member);
    }

    Path directory() {
        return directory;
    }

    MemberInstance startMember(int member, @Nullable String token) {
        MemberInstance instance = MemberInstance.start(new MemberInstance.Options(member,
                List.of(InetSocketAddress.createUnresolved("127.0.0.1", port)), Optional.ofNullable(token),
                data(member),
                directory.resolve("c" + member), Optional.empty()));
        members.add(instance);
        return instance;
    }

    String token(int member) {
        RunningWeft.Result result = weft(1, "member", "token", Integer.toString(member));
        if (result.status() != 0) {
            throw new IllegalStateException(result.err());
        }
        return result.out().strip();
    }

    /** Runs a command at the control socket of a member. */
    RunningWeft.Result weft(int member, String... arguments) {
        return run("unix:" + directory.resolve("c" + member), arguments);
    }

    /** Runs a command over TLS. */
    RunningWeft.Result remote(String identity, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--identity", directory.resolve(identity).toString()));
        return run("127.0.0.1:" + port, all.toArray(new String[0]));
    }

    private static RunningWeft.Result run(String control, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--control", control));
        int status = Weft.run(new PrintWriter(out), new PrintWriter(err), all.toArray(new String[0]));
        return new RunningWeft.Result(status, out.toString(), err.toString());
    }

    @Override
    public void close() {
        members.reversed().forEach(MemberInstance::close);
        controller.close();
    }
}
