package net.weft.examples.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.weft.linux.NetworkNamespace;

/** A named network namespace of {@code ip netns}. */
public record Namespace(String name) {

    /** Runs a program in the namespace, for at most 30 s. */
    public Outcome run(String... command) {
        return run(Duration.ofSeconds(30), Map.of(), List.of(command));
    }

    public Outcome run(Duration limit, Map<String, String> environment, List<String> command) {
        return Programs.run(limit, environment, within(command));
    }

    /**
     * A builder for a program that keeps running in the namespace; the process started is the program itself, not a
     * shell around it.
     */
    public ProcessBuilder program(List<String> command) {
        return new ProcessBuilder(within(command));
    }

    /** Runs {@code ip} on the namespace from outside, for example {@code ip("link", "set", "eth0", "up")}. */
    public void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        Programs.run(command.toArray(String[]::new)).orThrow();
    }

    /**
     * Runs {@code task} on a thread of its own inside the namespace: sockets that it opens belong to the namespace for
     * as long as they live.
     */
    public <T> T call(Callable<T> task) {
        try (NetworkNamespace inside = NetworkNamespace.open("/run/netns/" + name)) {
            return inside.call(task);
        }
    }

    private List<String> within(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }
}
