package net.weft.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The processors on which a hypervisor's virtual processors run, from {@code /proc/PID/task/TID/stat}. QEMU names these
 * threads {@code CPU n/KVM} when it names its threads; otherwise the threads that have used the most processor time are
 * taken. Any thread; the files may be unreadable to a user other than root.
 */
public final class ProcessThreads {
    private static final Path PROC = Path.of("/proc");
    private static final String VIRTUAL_CPU = "CPU ";
    /** Fields behind the name in parentheses, counted from 0. */
    private static final int USER_TIME = 11;
    private static final int PROCESSOR = 36;
    /** Threads beyond these are not looked at: a process may have very many. */
    private static final int MOST_THREADS = 1024;
    /** Threads count that have used at least this share of the busiest one's time. */
    private static final double BUSY_SHARE = 0.25;

    /** @param userTime in clock ticks @param cpu processor on which it ran last */
    private record Task(String name, long userTime, int cpu) {
    }

    private ProcessThreads() {
    }

    /** Returns the processors on which the virtual processors of a process ran last; empty if that is not known. */
    public static BitSet virtualProcessors(int pid) {
        return virtualProcessors(PROC, pid);
    }

    /** @param proc stands for {@code /proc} */
    static BitSet virtualProcessors(Path proc, int pid) {
        List<Task> tasks = tasks(proc.resolve(Integer.toString(pid)).resolve("task"));
        List<Task> named = tasks.stream().filter(task -> task.name.startsWith(VIRTUAL_CPU)).toList();
        long most = tasks.stream().mapToLong(Task::userTime).max().orElse(0);
        List<Task> chosen = named.isEmpty()
                ? tasks.stream().filter(task -> most > 0 && task.userTime >= BUSY_SHARE * most).toList()
                : named;
        BitSet cpus = new BitSet();
        chosen.stream().filter(task -> task.cpu >= 0).forEach(task -> cpus.set(task.cpu));
        return cpus;
    }

    private static List<Task> tasks(Path directory) {
        List<Task> tasks = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(directory)) {
            for (Path thread : threads) {
                if (tasks.size() == MOST_THREADS) {
                    break;
                }
                try {
                    tasks.add(task(Files.readString(thread.resolve("stat"))));
                } catch (IOException | RuntimeException e) {
                    continue; // it has ended
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return tasks;
    }

    private static Task task(String stat) {
        int nameEnd = stat.lastIndexOf(')');
        String[] fields = stat.substring(nameEnd + 2).strip().split(" ");
        return new Task(stat.substring(stat.indexOf('(') + 1, nameEnd), Long.parseLong(fields[USER_TIME]),
                Integer.parseInt(fields[PROCESSOR]));
    }
}
