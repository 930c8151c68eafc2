package net.weft.controller.node;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.weft.controller.cli.connect.Surroundings;

/**
 * One call of the resident client. The request is a line {@code PROCESS REPLY OUTPUT ARGUMENTS COLUMNS TERMINAL}: the
 * process of the launcher, its descriptors of two pipes, the number of its last arguments that are the command, the
 * columns of its terminal (0: unknown), and whether its output is one (1) or not (0). The reply is a line
 * {@code taken} or {@code no}, then a line {@code done STATUS BYTES} and that many bytes for standard error.
 *
 * <p>
 * A call is refused, and the launcher then starts a JVM, unless the caller has the same user, groups, namespaces and
 * root directory as this process, and so would see and be permitted the same.
 */
final class ResidentCall {
    private static final int FIELDS = 6;
    private static final List<String> NAMESPACES = List.of("mnt", "net", "user", "pid", "uts");
    private static final List<String> RIGHTS = List.of("Uid:", "Gid:", "Groups:", "CapEff:");
    private static final System.Logger LOG = System.getLogger(ResidentCall.class.getName());
    private static final Path SELF = Path.of("/proc/self");

    private final Path process;
    private final long id;
    private final String output;
    private final int arguments;
    private final int columns;
    private final boolean terminal;

    private ResidentCall(String[] fields) {
        process = Path.of("/proc", fields[0]);
        id = Long.parseLong(fields[0]);
        output = fields[2];
        arguments = Integer.parseInt(fields[3]);
        columns = Integer.parseInt(fields[4]);
        terminal = fields[5].equals("1");
    }

    /** Serves one request. A request that is none, or whose caller has gone, is ignored. */
    static void serve(String line) {
        String[] fields = line.split(" ");
        if (fields.length != FIELDS || !line.matches("[0-9 ]+")) {
            return;
        }
        Path replyPipe = Path.of("/proc", fields[0], "fd", fields[1]);
        try (OutputStream reply = new FileOutputStream(replyPipe.toFile())) {
            Optional<Prepared> prepared = prepare(fields);
            reply.write((prepared.isPresent() ? "taken\n" : "no\n").getBytes(StandardCharsets.US_ASCII));
            if (prepared.isPresent()) {
                reply.write(run(prepared.get()));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, line, e);
        }
    }

    /** Reads everything that the call needs; empty if it cannot be had, so that the launcher starts a JVM. */
    private static Optional<Prepared> prepare(String[] fields) {
        try {
            ResidentCall call = new ResidentCall(fields);
            return call.isLikeUs() ? Optional.of(call.prepared()) : Optional.empty();
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            LOG.log(System.Logger.Level.DEBUG, String.join(" ", fields), e);
            return Optional.empty();
        }
    }

    /** Everything that was taken from the caller. */
    private record Prepared(Surroundings caller, Lazy input, OutputStream output, String[] command) {
    }

    private boolean isLikeUs() throws IOException {
        for (String namespace : NAMESPACES) {
            if (!link(process, namespace).equals(link(SELF, namespace))) {
                return false;
            }
        }
        return Files.isSameFile(process.resolve("root"), SELF.resolve("root"))
                && rights(process).equals(rights(SELF));
    }

    private static Path link(Path of, String namespace) throws IOException {
        return Files.readSymbolicLink(of.resolve("ns").resolve(namespace));
    }

    private static List<String> rights(Path of) throws IOException {
        return Files.readAllLines(of.resolve("status")).stream()
                .filter(line -> RIGHTS.stream().anyMatch(line::startsWith)).map(String::strip).toList();
    }

    private Prepared prepared() throws IOException {
        Lazy input = new Lazy(process);
        Surroundings caller = new Surroundings(environment(), process.resolve("cwd").toRealPath(), id, input,
                columns == 0 ? OptionalInt.empty() : OptionalInt.of(columns), terminal);
        String[] command = command();
        return new Prepared(caller, input, new FileOutputStream(process.resolve("fd").resolve(output).toFile()),
                command);
    }

    /** Carries the command out, and returns the end of the reply, whatever happens: the launcher waits for it. */
    private static byte[] run(Prepared call) {
        StringWriter err = new StringWriter();
        int status = 1;
        try (Lazy input = call.input();
                PrintWriter out = new PrintWriter(new BufferedOutputStream(call.output()), false,
                        StandardCharsets.UTF_8);
                PrintWriter errors = new PrintWriter(err)) {
            status = call.caller().call(() -> Weft.run(out, errors, call.command()));
        } catch (Throwable e) {
            err.append("weft: unforeseen: ").append(e.toString()).append('\n');
        }
        byte[] text = err.toString().getBytes(StandardCharsets.UTF_8);
        byte[] head = ("done " + status + " " + text.length + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = new byte[head.length + text.length];
        System.arraycopy(head, 0, end, 0, head.length);
        System.arraycopy(text, 0, end, head.length, text.length);
        return end;
    }

    private String[] command() throws IOException {
        List<String> all = strings("cmdline");
        return all.subList(all.size() - arguments, all.size()).toArray(String[]::new);
    }

    private Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String variable : strings("environ")) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return environment;
    }

    /** Reads a file of texts that end with a zero byte each. */
    private List<String> strings(String file) throws IOException {
        String text = Files.readString(process.resolve(file), StandardCharsets.UTF_8);
        return text.isEmpty() ? List.of() : List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    /** The caller's standard input, opened only by a command that reads it. */
    private static final class Lazy extends InputStream {
        private final Path file;
        private final Path info;
        private InputStream opened = InputStream.nullInputStream();
        private boolean isOpen;

        Lazy(Path process) {
            file = process.resolve("fd/0");
            info = process.resolve("fdinfo/0");
        }

        private InputStream opened() throws IOException {
            if (!isOpen) {
                opened = Files.newInputStream(file);
                isOpen = true;
                position().skip(opened);
            }
            return opened;
        }

        /** The caller may have read part of a regular file already. */
        private Position position() throws IOException {
            if (!Files.isRegularFile(file)) {
                return new Position(0);
            }
            return new Position(Files.readAllLines(info).stream().filter(line -> line.startsWith("pos:"))
                    .mapToLong(line -> Long.parseLong(line.substring(4).strip())).findFirst().orElse(0));
        }

        private record Position(long bytes) {
            void skip(InputStream stream) throws IOException {
                stream.skipNBytes(bytes);
            }
        }

        @Override
        public int read() throws IOException {
            return opened().read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return opened().read(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            opened.close();
        }
    }
}
