package net.weft.controller.model.yaml.reference;

import java.util.Arrays;
import java.util.List;

/**
 * One key of the language, as the reference has it.
 *
 * @param section the mapping to which it belongs, such as {@code port}
 * @param form the forms of its value: alternatives such as {@code number 1-4094} or {@code list of mac}
 * @param otherwise what holds without it, in a few words
 * @param meaning one or two sentences
 * @param example a value that it accepts, in YAML
 */
public record KeyEntry(String section, String key, List<Form> form, String otherwise, String meaning, String example) {
    private static final String WORD = "word";
    private static final String BOOLEAN = "boolean";
    private static final int FIELDS = 5;

    /**
     * One form of a value.
     *
     * @param container {@code list}, {@code map} or empty
     * @param kind the kind of each value, such as {@code number}, {@code word} or {@code mapping}
     * @param details the range of a number, the words, or the section of a mapping
     */
    public record Form(String container, String kind, List<String> details) {
        static Form parse(String text) {
            String[] list = text.split(" of ", 2);
            String[] words = list[list.length - 1].split(" ");
            return new Form(list.length == 2 ? list[0] : "", words[0],
                    List.of(words).subList(1, words.length));
        }
    }

    static KeyEntry parse(String line) {
        String[] fields = line.split(" \\| ", FIELDS);
        String[] name = fields[0].split(" ");
        if (fields.length != FIELDS || name.length != 2) {
            throw new IllegalStateException("a line of the key table is broken: " + line);
        }
        return new KeyEntry(name[0], name[1], Arrays.stream(fields[1].split(" or ")).map(Form::parse).toList(),
                fields[2],
                fields[3], fields[4]);
    }

    /** Returns the words that the value may be, for completion; empty if it is no choice of words. */
    public List<String> words() {
        return form.stream().flatMap(one -> switch (one.kind()) {
            case WORD -> one.details().stream();
            case BOOLEAN -> List.of("true", "false").stream();
            default -> List.<String>of().stream();
        }).toList();
    }
}
