package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class IndexTableTest {
    private static final byte[] KEY = HexFormat.of().parseHex("08" + "00".repeat(30) + "40");
    private static final long SEED = Seed.of(IndexTableTest.class);

    /** A source of few distinct indices, so that the table meets collisions and has to draw again. */
    @Test
    void shouldFindWhatAMapFinds() {
        Random random = new Random(SEED);
        IndexTable table = new IndexTable(bytes -> Messages.putInt(bytes, 0, random.nextInt(4_096)));
        Peer peer = new Peer(new Peer.Secrets(new Identity(KEY), new PublicKey(1, 2, 3, 4)), new CryptokeyRoutes<>(),
                table,
                null, null);
        Map<Integer, IndexTable.Entry> oracle = new HashMap<>();
        List<Integer> indices = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (indices.isEmpty() || random.nextInt(100) < (indices.size() < 1_000 ? 60 : 30)) {
                IndexTable.Entry entry = table.add(peer);
                assertThat(oracle.put(entry.index(), entry)).as("an index that is in use").isNull();
                indices.add(entry.index());
            } else {
                int gone = indices.remove(random.nextInt(indices.size()));
                table.remove(gone);
                table.remove(gone);
                oracle.remove(gone);
            }
            int probe = random.nextInt(4_096);
            assertThat(table.find(probe)).as("step %d, index %d", step, probe).isSameAs(oracle.get(probe));
            assertThat(table.size()).isEqualTo(oracle.size());
        }
    }
}
