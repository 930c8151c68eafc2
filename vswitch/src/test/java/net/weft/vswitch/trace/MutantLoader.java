package net.weft.vswitch.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.forward.Forwarder;
import org.jspecify.annotations.Nullable;

/** Loads all classes of Weft anew, one of them compiled from a changed copy of its source. */
final class MutantLoader extends ClassLoader {
    private static final String OURS = "net.weft.";
    private final Path changed;

    /** @param changed folder of the changed classes */
    private MutantLoader(Path changed) {
        super(MutantLoader.class.getClassLoader());
        this.changed = changed;
    }

    /**
     * Loads the classes with one change.
     *
     * @param scratch empty folder
     * @param file source file, by its path behind {@code net/weft}
     * @param original text that the file has once
     * @param replacement the text in its place
     */
    static MutantLoader of(Path scratch, String file, String original, String replacement) throws IOException {
        String source = Files.readString(source(file));
        assertThat(source.split(java.util.regex.Pattern.quote(original), -1)).as("%s has once: %s", file, original)
                .hasSize(2);
        Path copy = Files.writeString(scratch.resolve(Path.of(file).getFileName()),
                source.replace(original, replacement));
        StringWriter faults = new StringWriter();
        var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed");
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean isCompiled = compiler.getTask(faults, files, null,
                    List.of("-proc:none", "-nowarn", "-cp", classPath(), "-d", scratch.toString()), null,
                    files.getJavaFileObjects(copy)).call();
            assertThat(isCompiled).as("%s: %s", file, faults).isTrue();
        }
        return new MutantLoader(scratch);
    }

    /** Loads the classes as they are. */
    static MutantLoader unchanged(Path scratch) {
        return new MutantLoader(scratch);
    }

    private static Path source(String file) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (String module : new String[]{"vlan", "vswitch"}) {
                Path source = at.resolve(module + "/src/main/java/net/weft/" + file);
                if (Files.exists(source)) {
                    return source;
                }
            }
        }
        throw new IllegalArgumentException("no source " + file + " above " + Path.of("").toAbsolutePath());
    }

    private static String classPath() {
        return Stream.of(VlanSet.class, Forwarder.class, Nullable.class).map(MutantLoader::location).distinct()
                .collect(Collectors.joining(":"));
    }

    private static String location(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = Files.exists(changed.resolve(file))
                ? Files.newInputStream(changed.resolve(file))
                : getParent().getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] code = in.readAllBytes();
            return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    /** Returns the {@link TraceBesideWire} of these classes. */
    Runnable traceBesideWire(long seed) throws ReflectiveOperationException {
        return (Runnable) loadClass(TraceBesideWire.class.getName()).getConstructor(long.class).newInstance(seed);
    }
}
