package net.weft.controller.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.v1.Event;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events on disk, one JSON object a line: {@code events/newest.jsonl}, and {@code events/older.jsonl} with those before. When the
 * newest file is full, it takes the place of the older one, so that both together stay bounded. Lines that cannot be read, such as one
 * that a crash has cut off, are left out. One thread at a time.
 */
final class EventFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte NEWLINE = '\n';

    private final Path closed;
    private final Path newest;
    private final Path older;
    private final long mostBytes;

    /**
     * Creates the access to the files; they are made when the first event is written.
     *
     * @param directory the directory of the files, which may be missing
     * @param mostBytes size at which a file is full
     */
    EventFile(Path directory, long mostBytes) {
        closed = directory.resolve("closed");
        newest = directory.resolve("newest.jsonl");
        older = directory.resolve("older.jsonl");
        this.mostBytes = mostBytes;
    }

    /** Returns the newest events, in the order of time. */
    List<Event> read(int most) throws IOException {
        Deque<Event> last = new ArrayDeque<>();
        for (Path file : List.of(older, newest)) {
            if (Files.exists(file)) {
                try (Stream<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()) {
                    lines.map(EventFile::event).flatMap(Optional::stream).forEach(event -> {
                        if (last.size() == most) {
                            last.removeFirst();
                        }
                        last.add(event);
                    });
                }
            }
        }
        return new ArrayList<>(last);
    }

    /** Notes that every event was written. */
    void close() throws IOException {
        if (Files.exists(newest)) {
            Files.write(closed, new byte[0]);
        }
    }

    /** Returns whether the last run has noted that it wrote every event, and removes the note. */
    boolean wasClosed() throws IOException {
        return Files.deleteIfExists(closed);
    }

    /** Appends an event, without forcing it to disk. */
    void write(Event event) throws IOException {
        Path directory = newest.toAbsolutePath().getParent();
        if (directory != null && !Files.exists(directory)) {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (Files.exists(newest) && Files.size(newest) >= mostBytes) {
            Files.move(newest, older, StandardCopyOption.REPLACE_EXISTING);
        }
        try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            long end = channel.size();
            byte[] line = (text(event) + "\n").getBytes(StandardCharsets.UTF_8);
            boolean isCutOff = end > 0 && lastByte(channel, end) != NEWLINE;
            channel.position(end);
            ByteBuffer buffer = ByteBuffer.allocate(line.length + 1);
            if (isCutOff) {
                buffer.put(NEWLINE);
            }
            buffer.put(line).flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    private static byte lastByte(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, end - 1);
        return last.get(0);
    }

    private static String text(Event event) {
        ObjectNode node = JSON.createObjectNode().put("position", event.getPosition()).put("time", event.getTime())
                .put("kind", event.getKind()).put("subject", event.getSubject()).put("message", event.getMessage());
        if (!event.getWho().isEmpty()) {
            node.put("who", event.getWho());
        }
        if (event.getProcess() != 0) {
            node.put("process", event.getProcess());
        }
        if (!event.getClaimedName().isEmpty()) {
            node.put("claimed-name", event.getClaimedName());
        }
        if (!event.getToken().isEmpty()) {
            node.put("token", event.getToken());
        }
        return JSON.writeValueAsString(node);
    }

    private static Optional<Event> event(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return Optional.of(Event.newBuilder().setPosition(node.required("position").longValue())
                    .setTime(node.required("time").stringValue()).setKind(node.required("kind").stringValue())
                    .setSubject(node.required("subject").stringValue())
                    .setMessage(node.required("message").stringValue()).setWho(node.path("who").stringValue(""))
                    .setProcess(node.path("process").longValue(0))
                    .setClaimedName(node.path("claimed-name").stringValue(""))
                    .setToken(node.path("token").stringValue("")).build());
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
