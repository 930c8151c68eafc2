package net.weft.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's state of a thread, read from {@code /proc/PID/task/TID} (proc(5)). Reading it waits neither for the
 * thread nor for the JVM, so it works even if the thread hangs in a system call or a page fault.
 *
 * @param state state letter of {@code stat}: R running or runnable, S sleeping, D in uninterruptible sleep, T stopped
 * @param call current system call, or {@code no system call}
 * @param wchan kernel function in which the thread sleeps; empty if it does not sleep, or the kernel does not report it
 * @param processor processor on which the thread ran last
 * @param waitedNs time in ns since its start that the thread was runnable but had no processor
 */
public record TaskState(char state, String call, String wchan, int processor, long waitedNs) {
    private static final boolean X86 = "amd64".equals(System.getProperty("os.arch"));
    /** Names of the x86-64 system calls in which a thread may hang, by number. */
    private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("0", "read"), Map.entry("1", "write"),
            Map.entry("16", "ioctl"), Map.entry("17", "pread64"), Map.entry("19", "readv"), Map.entry("20", "writev"),
            Map.entry("44", "sendto"), Map.entry("45", "recvfrom"), Map.entry("46", "sendmsg"),
            Map.entry("47", "recvmsg"), Map.entry("72", "fcntl"), Map.entry("202", "futex"), Map.entry("209",
                    "io_submit"),
            Map.entry("232", "epoll_wait"), Map.entry("299", "recvmmsg"), Map.entry("307", "sendmmsg"));
    private static final int PROCESSOR_FIELD = 39;

    /** Returns the directory of the calling thread in /proc. */
    public static @Nullable Path directory() {
        try {
            return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
        } catch (IOException e) {
            return null;
        }
    }

    /** Reads the state of a thread; a value that cannot be read is {@code ?}, empty or 0. */
    public static TaskState read(Path directory) {
        String stat = text(directory, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
        String wchan = text(directory, "wchan");
        return new TaskState(stat.isEmpty() ? '?' : fields[0].charAt(0), call(text(directory, "syscall")),
                wchan.equals("0") ? "" : wchan, (int) number(fields, PROCESSOR_FIELD - 3),
                number(text(directory, "schedstat").split(" "), 1));
    }

    /**
     * Returns the steal time of a processor since boot, ns: the time that the hypervisor gave it to others; 0 if the
     * hypervisor does not report it.
     *
     * @param proc {@code /proc}
     */
    public static long stolenNs(Path proc, int processor) {
        return text(proc, "stat").lines().filter(line -> line.startsWith("cpu" + processor + " "))
                .mapToLong(line -> number(line.split(" "), 8) * 10_000_000L).findFirst().orElse(0);
    }

    private static String call(String syscall) {
        String[] words = syscall.split(" ");
        if (words.length < 2 || words[0].equals("-1")) {
            return words[0].equals("running") ? "none, it runs" : "no system call";
        }
        String name = X86 ? NAMES.getOrDefault(words[0], "number " + words[0]) : "number " + words[0];
        return name + '(' + words[1] + ", ...)";
    }

    private static long number(String[] fields, int at) {
        try {
            return fields.length > at ? Long.parseLong(fields[at]) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String text(Path directory, String file) {
        try {
            return Files.readString(directory.resolve(file)).trim();
        } catch (IOException e) {
            return "";
        }
    }

    /** Describes the state in words, for a log message. */
    public String describe() {
        return "state " + state + ", system call " + call + (wchan.isEmpty() ? "" : ", waits in " + wchan);
    }
}
