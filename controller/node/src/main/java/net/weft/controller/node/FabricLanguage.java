package net.weft.controller.node;

import java.util.List;
import net.weft.controller.cli.complete.Language;
import net.weft.controller.model.yaml.reference.KeyEntry;
import net.weft.controller.model.yaml.reference.KeyTable;

/** The words of {@code fabric.yaml}, from the table of the reference. */
final class FabricLanguage implements Language {
    @Override
    public List<String> keys(String object) {
        return KeyTable.of(object).stream().map(KeyEntry::key).filter(key -> !key.equals("name")).toList();
    }

    @Override
    public List<String> words(String object, String key) {
        return KeyTable.of(object).stream().filter(entry -> entry.key().equals(key))
                .flatMap(entry -> entry.words().stream()).toList();
    }
}
