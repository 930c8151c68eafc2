package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;

/** Reads the segments of a log that Ratis could not open, without changing them: what is whole, and where they are damaged. */
final class LogCheck {
    private static final int HEADER_LENGTH = "RaftLog1".length();
    /** Name of a segment to which nothing is appended any more, with the indices of its first and last entry. */
    private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final int CHECKSUM_LENGTH = Integer.BYTES;

    private final List<LogRecord> records = new ArrayList<>();
    private @Nullable Damage damage;

    /**
     * The first damage of a log.
     *
     * @param file the segment
     * @param position byte of the segment at which the damaged entry begins
     * @param isTail whether nothing follows the damaged entry, as after a crash of the host in the middle of a write
     * @param newestBehind number of the newest revision in an entry behind it that can be read; 0 for none
     */
    record Damage(Path file, long position, boolean isTail, long newestBehind) {
    }

    private LogCheck() {
    }

    /**
     * Reads the log of a group.
     *
     * @param directory the directory of the group
     */
    static LogCheck read(Path directory) throws IOException {
        LogCheck check = new LogCheck();
        for (LogSegmentPath segment : segments(directory.resolve("current"))) {
            if (check.damage == null) {
                check.read(segment);
            }
        }
        return check;
    }

    /** Returns whether a group's directory has no segment. */
    static boolean isEmpty(Path directory) throws IOException {
        return segments(directory.resolve("current")).isEmpty();
    }

    private static List<LogSegmentPath> segments(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(LogSegmentPath::matchLogSegment).filter(Objects::nonNull)
                    .sorted(Comparator.comparing(LogSegmentPath::getStartEnd)).toList();
        }
    }

    private void read(LogSegmentPath segment) throws IOException {
        long[] end = {HEADER_LENGTH};
        try {
            int count = LogSegment.readSegmentFile(segment.getPath().toFile(), segment.getStartEnd(),
                    SizeInBytes.valueOf(RaftGroup.ENTRY_LIMIT), CorruptionPolicy.EXCEPTION, null, entry -> {
                        end[0] += length(entry.getSerializedSize());
                        revision(entry, records::add);
                    });
            Matcher closed = CLOSED.matcher(segment.getPath().getFileName().toString());
            if (closed.matches()
                    && count < Long.parseLong(closed.group(2)) - Long.parseLong(closed.group(1)) + 1) {
                damage = new Damage(segment.getPath(), end[0], false, 0);
            }
        } catch (IOException | IllegalStateException e) {
            boolean isOpen = !CLOSED.matcher(segment.getPath().getFileName().toString()).matches();
            damage = behind(segment.getPath(), (int) end[0], isOpen);
        }
    }

    private static long length(int entry) {
        return CodedOutputStream.computeUInt32SizeNoTag(entry) + (long) entry + CHECKSUM_LENGTH;
    }

    private static void revision(LogEntryProto entry, Consumer<LogRecord> consumer) {
        if (entry.hasStateMachineLogEntry()) {
            try {
                consumer.accept(LogRecord.decode(
                        entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer()));
            } catch (IllegalArgumentException e) {
                System.getLogger(LogCheck.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
            }
        }
    }

    /** @param isOpen whether the segment is the last one, so that a write may have ended in it */
    private static Damage behind(Path file, int position, boolean isOpen) throws IOException {
        byte[] all = Files.readAllBytes(file);
        long[] newest = {0};
        int next = next(all, position);
        boolean isTail = isOpen && (next < 0 || isZero(all, next));
        while (next > 0 && next < all.length && isWhole(all, next)) {
            revision(entry(all, next), record -> {
                if (record instanceof LogRecord.Commit commit) {
                    newest[0] = Math.max(newest[0], commit.number());
                }
            });
            next = next(all, next);
        }
        return new Damage(file, position, isTail, newest[0]);
    }

    /** Returns where the entry after one begins, by the length of that; -1 if it reaches over the end or has none. */
    private static int next(byte[] all, int position) {
        try {
            CodedInputStream input = CodedInputStream.newInstance(all, position, all.length - position);
            int length = input.readRawVarint32();
            long end = position + length(length);
            return length <= 0 || length > RaftGroup.ENTRY_LIMIT || end > all.length ? -1 : (int) end;
        } catch (IOException e) {
            return -1;
        }
    }

    private static boolean isWhole(byte[] all, int position) {
        int end = next(all, position);
        if (end < 0) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(all, position, end - CHECKSUM_LENGTH - position);
        return (int) crc.getValue() == ByteBuffer.wrap(all).getInt(end - CHECKSUM_LENGTH);
    }

    private static LogEntryProto entry(byte[] all, int position) throws IOException {
        CodedInputStream input = CodedInputStream.newInstance(all, position, all.length - position);
        int length = input.readRawVarint32();
        int start = position + input.getTotalBytesRead();
        return LogEntryProto.parseFrom(CodedInputStream.newInstance(all, start, length));
    }

    private static boolean isZero(byte[] all, int from) {
        for (int i = from; i < all.length; i++) {
            if (all[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the first damage; empty: every segment is whole. */
    Optional<Damage> damage() {
        return Optional.ofNullable(damage);
    }

    /** Returns what the entries before the damage say, in order. */
    List<LogRecord> records() {
        return records;
    }
}
