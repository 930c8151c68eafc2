package net.weft.controller.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A timer whose time passes by call only. */
final class ManualTimer implements Timer {
    private final List<Task> tasks = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Task(Duration at, Runnable run) {
    }

    @Override
    public Runnable after(Duration delay, Runnable run) {
        Task task = new Task(now.plus(delay), run);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Lets time pass, and runs the tasks that come due in their order, each at its time. */
    void advance(Duration time) {
        Duration end = now.plus(time);
        Optional<Task> next = next(end);
        while (next.isPresent()) {
            tasks.remove(next.get());
            now = next.get().at();
            next.get().run().run();
            next = next(end);
        }
        now = end;
    }

    private Optional<Task> next(Duration end) {
        return tasks.stream().filter(task -> task.at().compareTo(end) <= 0).min(Comparator.comparing(Task::at));
    }

    int pending() {
        return tasks.size();
    }
}
