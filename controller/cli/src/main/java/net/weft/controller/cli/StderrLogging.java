package net.weft.controller.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;

/**
 * The log: one line an event on standard error, from WARN up, and what policies want logged. {@code WEFT_LOG} (error, warn, info, debug, trace) asks for
 * less or more; from debug on with stack traces. Made in code, because parsing a file costs a start 0.1 s.
 */
public final class StderrLogging extends ContextAwareBase implements Configurator {
    static boolean isVerbose() {
        return Level.DEBUG.isGreaterOrEqual(level());
    }

    private static Level level() {
        return Level.toLevel(System.getenv().getOrDefault("WEFT_LOG", "warn").toUpperCase(Locale.ROOT), Level.WARN);
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder layout = new PatternLayoutEncoder();
        layout.setContext(context);
        layout.setPattern(
                "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %level %logger{0}: %msg%n" + (isVerbose() ? "%ex" : "%nopex"));
        layout.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(layout);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level());
        root.addAppender(appender);
        if (Level.WARN.equals(level())) {
            context.getLogger("net.weft.policy").setLevel(Level.INFO); // what policies with `log` ask for
        }
        if (!isVerbose()) {
            context.getLogger("io.netty").setLevel(Level.WARN);
            // gRPC asks every socket for keep-alive, which a Unix socket has not.
            context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
            context.getLogger("io.grpc").setLevel(Level.ERROR);
            // A namespace without interfaces has no hardware address to name a channel by; a random one does as well.
            context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
