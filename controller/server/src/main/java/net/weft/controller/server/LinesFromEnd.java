package net.weft.controller.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Reads the lines of a file block by block from the end to the beginning. Lines that are appended meanwhile are not read. One thread. */
final class LinesFromEnd {
    /** Reads nothing. */
    static final LinesFromEnd NONE = new LinesFromEnd(Path.of(""), 0);
    private static final int BLOCK = 64 << 10;

    private final Path file;
    private final Deque<String> lines = new ArrayDeque<>();
    private byte[] rest = new byte[0];
    private long position;
    private long blocks;

    /** Begins at the end of a file; one that does not exist has no lines. */
    LinesFromEnd(Path file) throws IOException {
        this(file, Files.exists(file) ? Files.size(file) : 0);
    }

    private LinesFromEnd(Path file, long position) {
        this.file = file;
        this.position = position;
    }

    /** Returns whether every line was returned. */
    boolean isDone() {
        return position <= 0 && lines.isEmpty();
    }

    /** Returns the number of blocks that were read. */
    long blocks() {
        return blocks;
    }

    /** Returns the line before the one that was returned last; empty at the beginning of the file. */
    Optional<String> previous() throws IOException {
        while (lines.isEmpty() && position > 0) {
            read();
        }
        return Optional.ofNullable(lines.poll());
    }

    private void read() throws IOException {
        int length = (int) Math.min(BLOCK, position);
        ByteBuffer block = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (block.hasRemaining() && channel.read(block, position - length + block.position()) >= 0) {
                blocks += block.hasRemaining() ? 0 : 1;
            }
        }
        position -= length;
        split(block.array());
    }

    private void split(byte[] block) {
        int end = block.length;
        for (int i = block.length - 1; i >= 0; i--) {
            if (block[i] == '\n') {
                add(block, i + 1, end);
                end = i;
            }
        }
        if (position == 0) {
            add(block, 0, end);
        } else {
            rest = joined(block, 0, end);
        }
    }

    private void add(byte[] block, int from, int to) {
        byte[] line = joined(block, from, to);
        rest = new byte[0];
        if (line.length > 0) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
    }

    /** Returns a part of the block with what follows it in the block behind. */
    private byte[] joined(byte[] block, int from, int to) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(to - from + rest.length);
        all.write(block, from, to - from);
        all.writeBytes(rest);
        return all.toByteArray();
    }
}
