package net.weft.vpn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Tai64n;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest time stamps of peers in a mapped file, which outlives the process however that ends: a captured initiation is worth
 * nothing after a restart either. A record of {@value #RECORD_BYTES} bytes holds a peer's public key, the newest stamp accepted from it
 * and the newest sent to it. Records are never removed, because a revoked peer may come back. A file that is no such file is replaced,
 * and its stamps are lost. Any thread.
 */
public final class PeerStateFile implements PeerState, AutoCloseable {
    static final int RECORD_BYTES = 64;
    private static final byte[] MAGIC = Arrays.copyOf("weft-vpn-stamps-1\n".getBytes(StandardCharsets.US_ASCII),
            RECORD_BYTES);
    private static final int ACCEPTED = 32;
    private static final int SENT = 44;
    private static final int FIRST_RECORDS = 64;
    private static final byte[] NONE = new byte[Tai64n.BYTES];

    private final FileChannel file;
    private final Map<PublicKey, Integer> places = new HashMap<>();
    private MappedByteBuffer map;
    private int records;

    /** @throws IllegalStateException if the file cannot be opened or mapped */
    public PeerStateFile(Path path) {
        try {
            file = FileChannel.open(path,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            long whole = file.size() / RECORD_BYTES * RECORD_BYTES;
            map = mapped(Math.max(whole, (long) FIRST_RECORDS * RECORD_BYTES));
            load(path);
        } catch (IOException e) {
            throw new IllegalStateException(path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private MappedByteBuffer mapped(long bytes) throws IOException {
        return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
    }

    private void load(Path path) {
        byte[] magic = bytes(0, RECORD_BYTES);
        if (!Arrays.equals(magic, MAGIC)) {
            if (!Arrays.equals(magic, new byte[RECORD_BYTES])) {
                System.getLogger(PeerStateFile.class.getName()).log(System.Logger.Level.WARNING,
                        path + " is not a file of VPN time stamps; it is begun anew, so that an initiation captured before could be replayed once");
            }
            map.put(0, new byte[map.capacity()]);
            map.put(0, MAGIC);
        }
        byte[] empty = new byte[PublicKey.BYTES];
        for (int record = 1; record < map.capacity() / RECORD_BYTES; record++) {
            byte[] key = bytes(record * RECORD_BYTES, PublicKey.BYTES);
            if (Arrays.equals(key, empty)) {
                break;
            }
            places.put(PublicKey.of(key), record);
            records = record;
        }
    }

    private byte[] bytes(int at, int length) {
        byte[] copy = new byte[length];
        map.get(at, copy);
        return copy;
    }

    @Override
    public synchronized @Nullable Tai64n newestAccepted(PublicKey peer) {
        return stamp(peer, ACCEPTED);
    }

    @Override
    public synchronized void accepted(PublicKey peer, Tai64n stamp) {
        store(peer, ACCEPTED, stamp);
    }

    @Override
    public synchronized @Nullable Tai64n newestSent(PublicKey peer) {
        return stamp(peer, SENT);
    }

    @Override
    public synchronized void sent(PublicKey peer, Tai64n stamp) {
        store(peer, SENT, stamp);
    }

    private @Nullable Tai64n stamp(PublicKey peer, int offset) {
        Integer place = places.get(peer);
        if (place == null) {
            return null;
        }
        byte[] stamp = bytes(place * RECORD_BYTES + offset, Tai64n.BYTES);
        return Arrays.equals(stamp, NONE) ? null : Tai64n.read(stamp);
    }

    private void store(PublicKey peer, int offset, Tai64n stamp) {
        Tai64n before = stamp(peer, offset);
        if (before == null || stamp.compareTo(before) > 0) {
            int place = place(peer); // may map the file anew
            map.put(place * RECORD_BYTES + offset, stamp.bytes());
        }
    }

    /** The record of a peer, made if there is none: its stamps before its key, so that it is whole from the start. */
    private int place(PublicKey peer) {
        Integer known = places.get(peer);
        if (known != null) {
            return known;
        }
        int place = records + 1;
        if ((place + 1) * RECORD_BYTES > map.capacity()) {
            try {
                map = mapped(2L * map.capacity());
            } catch (IOException e) {
                throw new IllegalStateException("the file of VPN time stamps cannot grow: " + e.getMessage(), e);
            }
        }
        ByteBuffer record = map.slice(place * RECORD_BYTES, RECORD_BYTES);
        record.put(0, new byte[RECORD_BYTES]);
        record.put(0, peer.bytes());
        places.put(peer, place);
        records = place;
        return place;
    }

    @Override
    public synchronized void close() {
        try {
            map.force();
            file.close();
        } catch (IOException e) {
            System.getLogger(PeerStateFile.class.getName()).log(System.Logger.Level.WARNING,
                    "VPN time stamps: " + e.getMessage());
        }
    }
}
