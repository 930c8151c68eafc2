package net.weft.controller.cli.show;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.Drop;
import net.weft.v1.StatusRequest;

/**
 * The counts of drops from which one user counts, in a file of this user: the counters of the instance are everybody's,
 * and never go back. A baseline of another process than the running one is none.
 */
final class DropBaseline {
    private static final String PROCESS = "process";

    private final Path file;
    private final String process;

    private DropBaseline(Path file, String process) {
        this.file = file;
        this.process = process;
    }

    static DropBaseline of(ControlClient client) {
        String socket = client.address().toString().replaceAll("[^A-Za-z0-9._-]", "_");
        String process = Long.toString(client.system(system -> system.status(StatusRequest.getDefaultInstance()))
                .getProcessId());
        return new DropBaseline(ControlAddress.userState(Surroundings.current().environment())
                .resolve("drops." + socket), process);
    }

    /** Makes the present counts the baseline. */
    void write(List<Drop> drops) {
        StringBuilder text = new StringBuilder(PROCESS + " - " + process + "\n");
        drops.forEach(drop -> text.append(drop.getPort()).append(' ').append(drop.getReason()).append(' ')
                .append(drop.getPackets()).append('\n'));
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(unfinished, text);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new FailedException(file + ": the counts cannot be remembered: " + e);
        }
    }

    /**
     * Returns the drops since the baseline.
     *
     * @param all whether to return reasons without new drops too
     */
    List<Drop> since(List<Drop> drops, boolean all) {
        Map<String, Long> before = read();
        return drops.stream().map(drop -> {
            long known = before.getOrDefault(drop.getPort() + " " + drop.getReason(), 0L);
            // A count below the baseline is that of a port made anew, or of another start with the same process ID.
            long count = drop.getPackets() - (drop.getPackets() < known ? 0 : known);
            return drop.toBuilder().setPackets(count).build();
        }).filter(drop -> all || drop.getPackets() > 0).toList();
    }

    private Map<String, Long> read() {
        Map<String, Long> counts = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ");
                if (words.length == 3 && words[2].matches("[0-9]{1,18}")) {
                    counts.put(words[0] + " " + words[1], Long.valueOf(words[2]));
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return counts.getOrDefault(PROCESS + " -", -1L) == Long.parseLong(process) ? counts : Map.of();
    }
}
