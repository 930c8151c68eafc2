package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A network namespace that `ip netns` knows by {@code name}. */
public record Namespace(String name) {

    /** Runs a program in it, for at most 30 s. */
    public Outcome run(String... command) {
        return run(Duration.ofSeconds(30), Map.of(), List.of(command));
    }

    public Outcome run(Duration limit, Map<String, String> environment, List<String> command) {
        return Programs.run(limit, environment, within(command));
    }

    /** A builder for a program that keeps running in it; the process started is the program itself, not a shell around it. */
    public ProcessBuilder program(List<String> command) {
        return new ProcessBuilder(within(command));
    }

    /** Runs {@code ip} on it from outside, for example {@code ip("link", "set", "eth0", "up")}. */
    public void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        Programs.run(command.toArray(String[]::new)).orThrow();
    }

    /** Sockets that {@code task} opens belong to this namespace, for as long as they live. It runs on a thread of its own. */
    public <T> T call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                NamespaceCalls.enter(name);
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw unwrap(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in namespace " + name, e);
        }
    }

    private List<String> within(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    private static RuntimeException unwrap(Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case IOException e -> new UncheckedIOException(e);
            default -> new IllegalStateException(cause);
        };
    }
}
