package net.weft.vswitch.port;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The events of a switch, on their way to whoever listens. Any thread. */
public final class SwitchEvents {
    private static final System.Logger LOG = System.getLogger(SwitchEvents.class.getName());
    private final List<Consumer<SwitchEvent>> listeners = new CopyOnWriteArrayList<>();

    /** Adds a listener, which is called on the thread that found the event, and must not block. */
    public void listen(Consumer<SwitchEvent> listener) {
        listeners.add(listener);
    }

    /** Passes an event to all listeners. */
    public void report(SwitchEvent event) {
        for (Consumer<SwitchEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, event.subject() + ": a listener failed", e);
            }
        }
    }
}
