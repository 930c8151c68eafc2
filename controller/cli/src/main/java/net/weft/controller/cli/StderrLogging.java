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
 * The log on standard error, with one line for each event, which begins with its time: events of level WARN and above,
 * changes of the configuration, and the packets that policies log. {@code WEFT_LOG} (error, warn, info, debug, trace) sets another level; from debug on, events have stack
 * traces. The configuration is code, because parsing a file would slow the start by 0.1 s.
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
            context.getLogger("net.weft.policy").setLevel(Level.INFO); // events of policies with `log`
            context.getLogger("net.weft.audit").setLevel(Level.INFO); // who changed what
            context.getLogger("net.weft.metrics").setLevel(Level.INFO); // where they are served
        }
        if (!isVerbose()) {
            context.getLogger("io.netty").setLevel(Level.WARN);
            // gRPC sets keep-alive on every socket, which a Unix socket does not have.
            context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
            context.getLogger("io.grpc").setLevel(Level.ERROR);
            // The store says in a sentence what is wrong with its log.
            context.getLogger("org.apache.ratis").setLevel(Level.OFF);
            // In a namespace without interfaces there is no hardware address to make a channel ID from; Netty uses a
            // random one.
            context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
