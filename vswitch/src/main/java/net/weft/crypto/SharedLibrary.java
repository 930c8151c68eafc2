package net.weft.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** A library opened by its file name ({@code dlopen}), which stays open as long as the process runs. */
final class SharedLibrary {
    private final String name;
    private final SymbolLookup symbols;

    private SharedLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /**
     * Opens the first of these that the host has.
     *
     * @throws IllegalArgumentException if it has none
     */
    static SharedLibrary open(String... names) {
        for (String name : names) {
            try {
                return new SharedLibrary(name, SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException _) {
                continue;
            }
        }
        throw new IllegalArgumentException("none of the libraries " + String.join(", ", names) + " can be opened");
    }

    /** @throws IllegalArgumentException if the library lacks the function */
    MethodHandle handle(String function, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.find(function).orElseThrow(
                () -> new IllegalArgumentException(name + " has no function " + function)), descriptor);
    }

    /**
     * As {@link #handle}, for a function that returns within microseconds, waits for nothing and calls nothing back: the JVM calls it
     * without a change of the thread's state, so that a safepoint waits for it.
     *
     * @throws IllegalArgumentException if the library lacks the function
     */
    MethodHandle shortHandle(String function, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.find(function).orElseThrow(
                () -> new IllegalArgumentException(name + " has no function " + function)), descriptor,
                Linker.Option.critical(false));
    }

    /** A handle called with exact types throws nothing; if it does, the binding itself is wrong. */
    static AssertionError broken(Throwable cause) {
        return new AssertionError("a native binding is broken", cause);
    }
}
