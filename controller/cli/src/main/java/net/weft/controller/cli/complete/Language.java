package net.weft.controller.cli.complete;

import java.util.List;

/** The words of {@code fabric.yaml}. The composition root provides them, because this module has no parser. */
public interface Language {
    /** Returns the keys of an object, such as {@code port}. */
    List<String> keys(String object);

    /** Returns the words that a key may have; empty if it is no choice of words. */
    List<String> words(String object, String key);
}
