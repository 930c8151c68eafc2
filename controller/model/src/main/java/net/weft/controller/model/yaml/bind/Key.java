package net.weft.controller.model.yaml.bind;

import java.util.Set;

import net.weft.controller.model.yaml.tree.Node;

/**
 * One key of the language.
 *
 * @param supported false: the key is part of the language, but refused as not supported yet
 * @param types the port types it applies to; empty: all of them
 */
public record Key(String name, Shape shape, boolean supported, Set<String> types) {
    public enum Shape {
        TEXT("a text"), INTEGER("a number"), BOOLEAN("true or false"), LIST("a list"), MAPPING(
                "a mapping"), TEXT_OR_MAPPING("a text or a mapping"), TEXT_OR_LIST("a text or a list");

        private final String what;

        Shape(String what) {
            this.what = what;
        }

        String what() {
            return what;
        }

        boolean fits(Node node) {
            return switch (this) {
                case LIST -> node instanceof Node.Sequence;
                case MAPPING -> node instanceof Node.Mapping || node instanceof Node.Scalar scalar && scalar.isEmpty();
                case TEXT_OR_MAPPING -> TEXT.fits(node) || node instanceof Node.Mapping;
                case TEXT_OR_LIST -> TEXT.fits(node) || LIST.fits(node);
                case TEXT, INTEGER, BOOLEAN -> node instanceof Node.Scalar scalar && !scalar.isEmpty();
            };
        }
    }
}
